"""How the library's calls reach Telegram: over one aiohttp session of ours.

The library's own client writes the bot's token into a log at INFO, and costs five times as much a call. Errors leave
here without the address they were met at, because the token stands in it, and without what was answered, because that
may quote a child.
"""

from __future__ import annotations

import json
import logging
from typing import Any

import aiohttp
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECT = 10.0
READ = 15.0
LARGEST_ANSWER = 16 * 1024 * 1024

SILENT = logging.CRITICAL + 1
"""The library logs whole updates at DEBUG, and what it could not parse at CRITICAL: nothing of it is let out."""


class TooMany(TelegramError):
    """429: nothing may be sent for so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__("Too many requests.")
        self.seconds = seconds


def pin_loggers() -> None:
    """Silence the library's loggers, whatever level the log has."""
    for name in ("telegram", "telegram.Bot", "telegram.request.BaseRequest", "telegram.ext", "httpx", "httpcore"):
        logging.getLogger(name).setLevel(SILENT)


class Requests(BaseRequest):
    """One session. `read` is how long an answer may take, where a call does not say so itself."""

    def __init__(self, read: float = READ, connect: float = CONNECT) -> None:
        self._read, self._connect = read, connect
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """How long an answer may take."""
        return self._read

    async def initialize(self) -> None:
        """Open the session; twice is once."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=64), cookie_jar=aiohttp.DummyCookieJar()
            )

    async def shutdown(self) -> None:
        """Close it."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = None,
        write_timeout: Any = None,
        connect_timeout: Any = None,
        pool_timeout: Any = None,
    ) -> tuple[int, bytes]:
        """One call. TooMany, TimedOut and NetworkError say what went wrong, and nothing else."""
        if self._session is None:
            raise NetworkError("Not open.")
        read = float(read_timeout) if isinstance(read_timeout, int | float) else self._read
        limits = aiohttp.ClientTimeout(total=read + self._connect, sock_connect=self._connect, sock_read=read)
        data = request_data.json_parameters if request_data else None
        try:
            async with self._session.request(method, url, data=data, timeout=limits) as answer:
                payload = await answer.content.read(LARGEST_ANSWER)
                while more := await answer.content.read(LARGEST_ANSWER - len(payload)):
                    payload += more
                status = answer.status
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as fault:
            raise NetworkError(type(fault).__name__) from None
        return status, _understood(status, payload)


def _understood(status: int, payload: bytes) -> bytes:
    """An answer in Telegram's own form. What is none is a fault of the network, and is quoted nowhere."""
    try:
        answer = json.loads(payload)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict) or ("result" not in answer and 200 <= status < 300):
        raise NetworkError(f"An answer that makes no sense ({status}).")
    wait = answer.get("parameters")
    wait = wait.get("retry_after") if isinstance(wait, dict) else None
    if status == 429:
        raise TooMany(float(wait) if isinstance(wait, int | float) else 1.0)
    return payload
