"""A child says on a phone that they are not safe: a person is told by mail, again and again, until one has it.

The product, its mail server, its database and what kills it are real; only the time is in the test's hand.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable

from tests.attacks.people import Child, Officer, Says
from tests.attacks.site import CHILDREN, Site
from tests.bot.running import PATIENCE
from tests.hunt import hunt
from tests.mail import mail_server

SECRET = "He locks the zanzibarkettle door at night."
MAYA, DESK = "maya@council.example", "desk@council.example"


async def test_a_person_is_called_every_quarter_of_an_hour_through_kill_9_until_one_has_it(site: Site) -> None:
    name, *_ = CHILDREN["AT-1"]
    logs = []
    async with mail_server() as mail:
        site.told["FOREWORD_SMTP_URL"] = mail.url
        with site.running() as run:
            async with Child(run.chat) as amal:
                await amal.come_in(site.codes["AT-1"])
                await amal.say({"home_settled": Says(SECRET, "good")}, until="me")
                await amal.tap(".go", ".help")
                await amal.tap(".go", ".tell")
                told_at_once = amal.read
                await until(lambda: mail.called == [MAYA])
                await amal.tap(".alarm", "carer")
                site.hands.forward(minutes=15)
                await until(lambda: mail.called == [MAYA, DESK])
                run.stop(signal.SIGKILL)
            logs += run.log
        site.hands.forward(minutes=15)
        with site.running() as again:
            await until(lambda: mail.called == [MAYA, DESK, MAYA])
            async with Officer(again.portal) as sam:
                await sam.sign_in("sam", site.phrases["sam"])
                path = mail.taken[0].text.partition(again.portal)[2].split()[0]
                page = await sam.get(path)
                held = await sam.post(f"{path}/hold", instead_of="")
            async with site.ground() as standing:
                due = await standing.store.alerts.due(site.hands.now())
            logs += again.log

    assert "999" in told_at_once
    assert name in page.text
    assert held.status == 303
    assert due == ()
    words = [SECRET, "zanzibarkettle", name, site.codes["AT-1"]]
    assert not hunt(words, *logs, *(str(each.mail) for each in mail.taken))
    assert not hunt([SECRET, "zanzibarkettle"], page.text)
    assert not hunt([MAYA, DESK], *logs)


async def until(so: Callable[[], bool]) -> None:
    """Wait for it."""
    async with asyncio.timeout(PATIENCE):
        while not so():
            await asyncio.sleep(0.1)
