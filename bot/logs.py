"""The log: events by name, ids, counts and places. Never a word, a name, a code or an address of a person.

Three nets, each enough on its own:

1. An event says only what `EVENTS` lists for it. One that is not listed is told as `unlisted`, without its fields.
2. Libraries are told by their kind and place alone: their messages quote whatever they choked on.
3. Whatever is left is searched for tokens, codes and e-mail addresses, which become stars.

One line an event, JSON for machines or plain lines for a terminal, on standard error.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
import warnings
from collections.abc import Mapping, MutableMapping
from pathlib import PurePath
from typing import Any, TextIO

import structlog

EVENTS: Mapping[str, frozenset[str]] = {
    event: frozenset(fields.split())
    for event, fields in {
        # starting and stopping
        "starting": "version site database only demo",
        "listening": "side url",
        "fonts_missing": "says",
        "stopping": "",
        "stopped": "",
        # the clock
        "clock_failed": "task fault at",
        "database_failed": "task says",
        "windows_closed": "count",
        "window_not_closed": "consultation fault",
        "season_renewed": "",
        "trail_anchor": "chain number mark",
        "forgotten": "count",
        "backed_up": "rows",
        "keys_changed": "count refused",
        "not_sealed_anew": "table",
        "restored": "forgotten_again",
        "forgotten_again": "count",
        # pages
        "pages_without_https": "site meaning",
        "post_from_elsewhere": "route",
        "page_failed": "route fault at",
        # children
        "tries_slowed": "way_in seconds",
        "many_wrong_tries": "way_in an_hour",
        "leaving_not_noted": "fault at",
        # Telegram: numbers of updates, never whose they are
        "telegram_listening": "by",
        "telegram_failed": "fault at",
        "telegram_token_refused": "says",
        "telegram_somebody_else_asks": "says",
        "telegram_not_reached": "fault tries",
        "telegram_not_noted": "",
        "telegram_too_many": "seconds",
        "telegram_gap": "since",
        "telegram_update_failed": "number fault at",
        "telegram_update_set_aside": "number",
        "telegram_update_unclear": "number",
        "telegram_sending_failed": "fault",
        "telegram_refused_a_message": "fault",
        "telegram_account_gone": "",
        "telegram_not_deleted": "",
        "telegram_callback_too_old": "",
        "no_reader_to_seal_to": "review",
        "sat_down": "sitting staff",
        # calling the duty list: by the number of an alert and of an entry in the list, never by name or address
        "duty_called": "alert call entry",
        "duty_refused": "alert entry says",
        "duty_not_called": "alert says",
        "mail_failing": "says",
        "mail_works_again": "",
        # staff
        "staff_added": "staff role",
        "enrolment_offered": "staff",
        "enrolment_code_refused": "",
        "enrolment_too_late": "staff",
        "enrolled": "staff",
        "confirmed": "staff",
        "factor_set": "staff",
        "factor_reset": "staff",
        "factor_refused": "staff",
        "code_refused": "staff",
        "many_wrong_codes": "staff",
        "confirmation_refused": "staff",
        "new_words": "staff",
        "signed_in": "by staff",
        "recovery_drilled": "",
        "passed_on": "review staff count",
        "note_not_passed_on": "",
        "sign_in_refused": "by",
        "alert_held": "alert staff",
        "alert_closed": "alert staff",
        # what the vault refused: somebody changed what is kept
        "draft_refused": "consultation",
        "portal_session_refused": "staff",
        "reader_refused": "staff",
        "review_details_refused": "review",
        "recovery_key_refused": "",
        "review_officer_refused": "review",
        "canary_refused": "",
        "enrolment_forged": "staff",
        "pass_forged": "staff",
        "sending_refused": "sending",
        "sendings_have_a_gap": "review",
        # what a machine could not do
        "pdf_failed": "why",
        "store.forgetting_failed": "problem",
        "store.bytes_linger": "",
        # what is not ours
        "library": "logger where fault at",
        "unlisted": "logger",
    }.items()
}
"""Every event there is, and the fields it may carry. A test finds those that a module logs and that are not here."""

ALWAYS = frozenset({"event", "level", "timestamp"})
STARS = "***"

_SECRETS = re.compile(
    r"""
      (?<![\w-]) (?: [\w-]{22} | [\w-]{43} ) (?![\w-])                      # tokens of 128 and 256 bits
    | \b [0-9A-HJKMNP-TV-Z]{4} [- ] (?:[0-9A-HJKMNP-TV-Z]{4} [- ]){2} [0-9A-HJKMNP-TV-Z] \b   # typed codes
    | [^\s@<>"']+ @ [^\s@<>"']+                                             # e-mail addresses
    """,
    re.VERBOSE | re.IGNORECASE,
)

Event = MutableMapping[str, Any]


def configure(level: str, shape: str, out: TextIO | None = None) -> None:
    """Send every event to `out` (standard error). `shape` is "json", "console", or "" for what suits the place."""
    out = out or sys.stderr
    lines = shape == "console" or (not shape and out.isatty())
    threshold = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_listed,
            without_secrets,
            as_line if lines else as_json,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.WriteLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    logging.root.handlers[:] = [Terse()]
    logging.root.setLevel(max(threshold, logging.WARNING))
    logging.captureWarnings(True)
    warnings.simplefilter("default")


def only_listed(logger: object, method: str, event: Event) -> Event:
    """Net 1: what is listed for the event, and nothing else."""
    name = str(event.get("event"))
    if name not in EVENTS:
        event["event"] = name = "unlisted"
    allowed = EVENTS[name] | ALWAYS
    told = {key: event[key] for key in ("timestamp", "level", "event") if key in event}
    return told | {key: value for key, value in event.items() if key in allowed}


def without_secrets(logger: object, method: str, event: Event) -> Event:
    """Net 3: a token, a code or an e-mail address in a value becomes stars."""
    return {key: value if key in ALWAYS else _starred(value) for key, value in event.items()}


def as_json(logger: object, method: str, event: Event) -> str:
    """One line for a machine."""
    return json.dumps(event, ensure_ascii=False)


def as_line(logger: object, method: str, event: Event) -> str:
    """One line for a person at a terminal."""
    rest = "  ".join(
        f"{key} {_plain(value)}" for key, value in event.items() if key not in ALWAYS and value is not None
    )
    mark = "" if event["level"] == "info" else f"{event['level'].upper()}: "
    return f"{event['timestamp'][11:19]}  {mark}{event['event'].replace('_', ' ')}  {rest}".rstrip()


class Terse(logging.Handler):
    """Net 2: what a library logs, by its name and place and by the kind of fault, without its message."""

    def emit(self, record: logging.LogRecord) -> None:
        fault = record.exc_info[1] if record.exc_info else None
        structlog.get_logger().log(
            record.levelno,
            "library",
            logger=record.name,
            where=f"{_short(record.pathname)}:{record.lineno}",
            fault=type(fault).__name__ if fault else None,
        )


def places(fault: BaseException) -> list[str]:
    """Where a fault came through, innermost last, without a value of any variable."""
    frames = traceback.extract_tb(fault.__traceback__)
    return [f"{_short(frame.filename)}:{frame.lineno}" for frame in frames][-8:]


def _short(path: str) -> str:
    return "/".join(PurePath(path).parts[-3:])


def _starred(value: object) -> object:
    if isinstance(value, str):
        return _SECRETS.sub(STARS, value)
    if isinstance(value, list | tuple):
        return [_starred(each) for each in value]
    return value if isinstance(value, int | float | None) else type(value).__name__


def _plain(value: object) -> str:
    text = " < ".join(reversed(value)) if isinstance(value, list) else str(value)
    return "".join(c if c.isprintable() else "�" for c in text)
