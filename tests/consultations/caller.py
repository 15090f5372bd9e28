"""Somebody who calls the duty list once and can be killed: a process of its own, with its own database and keys.

python -m tests.consultations.caller FOLDER URL PORT SIDE NOW
"""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from pathlib import Path

from bot.clock import call_duty
from bot.mailing import Mailing
from consultations.alerting import Alerting
from consultations.duty import OnDuty
from consultations.keeping.vault.keys import load_chat, load_portal
from tests import pens
from tests.consultations.mortal import SITE
from tests.mail import Server

PORTAL = "https://staff.example"
MAYA = OnDuty("Maya", "maya@council.example")
DESK = OnDuty("the desk", "desk@council.example")
ROUND = (MAYA, DESK)


async def main(folder: Path, url: str, port: int, side: str, now: datetime) -> None:
    """Whatever is due at that moment."""
    store = await pens.opened(url)
    keys = (load_chat if side == "chat" else load_portal)(folder / "keys", SITE)
    alerting = Alerting(store, ROUND, Mailing(Server(port).plain), PORTAL, keys)
    await call_duty(alerting, lambda: now, now)
    await store.close()


if __name__ == "__main__":
    place, url, port, side, now = sys.argv[1:]
    asyncio.run(main(Path(place), url, int(port), side, datetime.fromisoformat(now)))
