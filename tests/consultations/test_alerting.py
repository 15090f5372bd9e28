"""A child is not safe: a person is called, and every quarter of an hour the next, until one of them has it.

The mail server is a real one, which refuses, is slow, or is away; what is killed is a real process.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import text
from structlog.testing import capture_logs

from bot.clock import call_duty
from bot.mailing import Mailing
from consultations import duty
from consultations.alerting import Alerting
from consultations.duty import Call, OnDuty
from consultations.keeping.store import Store
from consultations.keeping.store.alerts import KeptAlert
from tests import pens
from tests.consultations.caller import DESK, MAYA, PORTAL, ROUND
from tests.consultations.staff import ON_BOTH, Cast
from tests.hunt import hunt
from tests.mail import Server, mail_server

ROOT = Path(__file__).parents[2]
CHILD, KIM = "Amalzanzibarkettle", "kim.marmaladebucket@council.example"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)  # a Friday
MINUTE, QUARTER = timedelta(minutes=1), timedelta(minutes=15)
WEEK = (0, 1, 2, 3, 4)
SAM = OnDuty("Sam", "sam@council.example", staff="sam")  # the review's own officer
KIM_ON_DUTY = OnDuty("Kim", KIM.title())  # the child's own social worker
MO = OnDuty("Mo", "mo@council.example", WEEK, time(9), time(17), bank_holidays=False, staff="mo")


@dataclass
class Told:
    """A site on which Amal is not safe, and the server the duty list is called by."""

    cast: Cast
    server: Server
    alert: str = ""
    consultation: str = ""
    at: datetime = NOON
    duty_list: Sequence[OnDuty] = ROUND
    calls: list[tuple[int, str]] = field(default_factory=list)  # after how many minutes, and whom

    @property
    def alerting(self) -> Alerting:
        return self.on(self.cast.store)

    def on(self, store: Store, side: str = "portal") -> Alerting:
        keys = self.cast.portal_keys if side == "portal" else self.cast.chat_keys
        return Alerting(store, self.duty_list, Mailing(self.server.plain, patience=5.0), PORTAL, keys)

    async def tick(self) -> None:
        """One tick of the clock that calls."""
        before = len(self.server.taken)
        await call_duty(self.alerting, lambda: self.at, self.at)
        self.calls += [(round((self.at - NOON) / MINUTE), to) for to in self.server.called[before:]]

    async def minutes(self, count: int) -> list[tuple[int, str]]:
        """So many minutes go by, with a tick at each, also at the first; who was called in all so far."""
        for _ in range(count):
            await self.tick()
            self.at += MINUTE
        return self.calls

    async def keeps_from(self, *kinds: str) -> None:
        """The child says whom not to tell."""
        thread = await self.cast.store.threads.thread_of(self.consultation)
        assert thread is not None
        async with self.cast.store.alerts.telling(thread, b"a draft that knows", self.at) as told:
            await told.keep_from(1, kinds)

    async def is_raised(self, reference: str = "LW-1042-3") -> None:
        """Amal says that she is not safe, now."""
        review = await self.cast.review(reference, CHILD, "sam", social_worker=KIM)
        self.consultation = await self.cast.begin(review, self.at - timedelta(days=1))
        self.alert = await self.cast.alarm(self.consultation, at=self.at)

    async def kept(self) -> KeptAlert:
        alert = await self.cast.store.alerts.one(self.alert)
        assert alert is not None
        return alert


@pytest_asyncio.fixture
async def told(cast: Cast) -> AsyncIterator[Told]:
    async with mail_server() as server:
        made = Told(cast, server)
        await made.is_raised()
        yield made


async def test_somebody_is_called_at_once_and_the_next_every_quarter_of_an_hour_until_a_person_has_it(
    told: Told,
) -> None:
    called = await told.minutes(50)
    await told.cast.store.alerts.hold(told.alert, told.cast.ids["mo"], told.at)
    after = await told.minutes(60)

    assert called == [(0, MAYA.email), (15, DESK.email), (30, MAYA.email), (45, DESK.email)]
    assert after == called
    alert = await told.kept()
    assert (alert.calls, alert.called_who) == (4, "the desk")


async def test_a_call_says_which_review_and_where_and_never_who_or_what(told: Told, tmp_path: Path) -> None:
    told.duty_list = (MAYA, KIM_ON_DUTY, SAM)
    await told.keeps_from("officer", "carer")
    with capture_logs() as logged:
        await told.minutes(50)
        await told.server.goes_down()
        await told.minutes(20)

    url = f"{PORTAL}/alerts/{told.alert}"
    for number, taken in enumerate(told.server.taken, start=1):
        expected = duty.call(told.alert, number, "LW-1042-3", NOON, None, url)
        assert (taken.mail["Subject"], taken.text.replace("\r\n", "\n")) == (expected.subject, expected.text)
    assert len(told.server.taken) == 4
    assert not hunt([CHILD, "Okafor"], *(str(each.mail) for each in told.server.taken), repr(logged))
    assert not hunt(["marmaladebucket", "maya@council", "sam@council.example"], repr(logged))


async def test_it_is_called_at_night_and_on_bank_holidays_by_whoever_works_then(told: Told) -> None:
    told.duty_list = (MO, DESK)
    await told.minutes(20)
    day = [to for _, to in told.calls]
    told.at = datetime(2026, 12, 25, 12, tzinfo=UTC)
    await told.minutes(31)

    assert day == [MO.email, DESK.email]
    assert [to for _, to in told.calls[2:]] == [DESK.email] * 3


async def test_where_it_is_nobodys_hours_they_are_called_all_the_same(told: Told) -> None:
    told.duty_list = (MO, replace(MO, name="Jo", email="jo@council.example"))
    told.at = NOON + timedelta(hours=10)

    assert [to for _, to in await told.minutes(20)] == [MO.email, "jo@council.example"]


class TestWhoShouldNotBeTold:
    """The child says so in the moments after, and it is obeyed for good."""

    async def test_while_the_child_is_asked_neither_their_officer_nor_their_social_worker_is_called(
        self, told: Told
    ) -> None:
        told.duty_list = (SAM, KIM_ON_DUTY, DESK)

        assert await told.minutes(40) == [(0, DESK.email), (15, SAM.email), (30, KIM_ON_DUTY.email)]

    @pytest.mark.parametrize("others", [(), (MO,)], ids=["on the list", "at work"])
    async def test_where_there_is_nobody_else_they_are_called_two_minutes_later(
        self, told: Told, others: tuple[OnDuty, ...]
    ) -> None:
        told.at = raised = datetime(2026, 11, 21, 2, tzinfo=UTC)
        await told.cast.store.alerts.hold(told.alert, told.cast.ids["mo"], told.at)
        await told.is_raised("LW-2051-1")
        told.duty_list = (*others, SAM)

        await told.minutes(2)
        before = list(told.calls)
        await told.minutes(1)

        assert before == []
        assert told.server.called == [SAM.email]
        assert told.at == raised + 3 * MINUTE

    async def test_an_alert_that_waits_for_its_child_holds_up_no_other(self, told: Told) -> None:
        await told.minutes(14)
        told.duty_list = (SAM,)
        await told.is_raised("LW-2051-1")
        await told.minutes(2)

        assert told.calls == [(0, MAYA.email), (15, SAM.email)]
        assert [each.mail["Subject"][-10:-1] for each in told.server.taken] == ["LW-1042-3"] * 2

    @ON_BOTH
    @pytest.mark.parametrize("side", ["chat", "portal"])
    async def test_who_is_kept_off_is_never_called(self, told: Told, side: str) -> None:
        told.duty_list = (SAM, KIM_ON_DUTY, DESK)
        await told.keeps_from("officer", "social_worker")
        for _ in range(61):
            await call_duty(told.on(told.cast.store, side), lambda: told.at, told.at)
            told.at += MINUTE

        assert told.server.called == [DESK.email] * 5

    async def test_who_is_kept_off_later_is_called_no_more_and_who_no_longer_is_is_called(self, told: Told) -> None:
        told.duty_list = (SAM, DESK)
        await told.minutes(20)
        await told.keeps_from("officer")
        await told.minutes(30)
        kept_off = [to for _, to in told.calls]
        await told.keeps_from()
        await told.minutes(15)

        assert kept_off == [DESK.email, SAM.email, DESK.email, DESK.email]
        assert told.server.called[-1] == SAM.email

    async def test_another_officer_now_is_called_and_the_one_who_was_meant_is_not(self, told: Told) -> None:
        jo = OnDuty("Jo", "jo@council.example", staff="jo")
        told.duty_list = (SAM, jo)
        await told.keeps_from("officer")
        alert = await told.kept()
        await told.cast.hand_over(alert.review, "LW-1042-3", "jo")
        told.at += 3 * MINUTE
        await told.minutes(20)

        assert set(told.server.called) == {jo.email}

    async def test_where_all_are_kept_off_nobody_is_called_and_it_shows(self, told: Told) -> None:
        told.duty_list = (SAM,)
        await told.keeps_from("officer")
        with capture_logs() as logged:
            await told.minutes(20)

        assert told.server.came == 0
        assert await told.cast.store.alerts.failing_since() == NOON + 2 * MINUTE
        assert {each["says"] for each in logged if each["event"] == "duty_not_called"} == {"nobody may be called"}

    async def test_where_somebody_changed_what_is_kept_of_the_child_calls_go_on(self, told: Told) -> None:
        await told.cast.by_hand(text("UPDATE review SET details_for_portal = details_for_chat"))
        with capture_logs() as logged:
            await told.minutes(1)

        assert told.server.called == [MAYA.email]
        assert [each["event"] for each in logged] == ["review_details_refused", "duty_called"]


class TestABadDayForMail:
    """Whatever the mail server does, somebody is called as soon as it can be, and until then it shows."""

    async def test_an_empty_list_calls_nobody_and_shows(self, told: Told) -> None:
        told.duty_list = ()
        await told.minutes(5)

        assert await told.cast.store.alerts.failing_since() == NOON + 2 * MINUTE
        assert (await told.kept()).calls == 0

    async def test_while_it_is_down_it_is_tried_every_minute_and_once_it_is_back_somebody_is_called(
        self, told: Told
    ) -> None:
        await told.server.goes_down()
        await told.minutes(7)
        failing, down = await told.cast.store.alerts.failing_since(), list(told.calls)
        await told.server.comes_up()
        await told.minutes(20)

        assert (failing, down) == (NOON, [])
        assert told.calls == [(7, MAYA.email), (22, DESK.email)]
        assert await told.cast.store.alerts.failing_since() is None

    async def test_one_who_is_refused_is_passed_over_at_once_every_time(self, told: Told) -> None:
        third = OnDuty("Third", "third@council.example")
        told.duty_list = (MAYA, DESK, third)
        told.server.refuses.add(MAYA.email)
        with capture_logs() as logged:
            await told.minutes(46)

        assert told.calls == [(0, DESK.email), (15, third.email), (30, DESK.email), (45, third.email)]
        refused = [each for each in logged if each["event"] == "duty_refused"]
        assert [(each["entry"], each["says"]) for each in refused] == [(1, "the mail server answered 550")] * 2
        assert await told.cast.store.alerts.failing_since() is None

    async def test_where_everybody_is_refused_it_shows_and_is_tried_again(self, told: Told) -> None:
        told.server.refuses |= {MAYA.email, DESK.email}
        await told.minutes(3)
        failing = await told.cast.store.alerts.failing_since()
        told.server.refuses.clear()
        await told.minutes(1)

        assert failing == NOON
        assert told.calls == [(3, MAYA.email)]

    async def test_a_slow_one_is_waited_for_and_one_that_hangs_is_given_up_on(self, told: Told) -> None:
        told.server.slowly = 0.5
        await told.tick()
        slow = list(told.calls)
        told.server.slowly, told.at = 60.0, NOON + QUARTER
        hanging = replace(told.alerting, post=Mailing(told.server.plain, patience=0.2))
        called = await hanging.call_next(told.at)

        assert slow == [(0, MAYA.email)]
        assert not called
        assert await told.cast.store.alerts.failing_since() == told.at

    async def test_several_children_are_called_for_in_one_tick(self, told: Told) -> None:
        await told.is_raised("LW-2051-1")
        await told.tick()

        assert sorted(each.mail["Subject"][-10:-1] for each in told.server.taken) == ["LW-1042-3", "LW-2051-1"]

    async def test_one_that_fails_does_not_keep_the_next_from_its_turn(self, told: Told) -> None:
        await told.is_raised("LW-2051-1")
        told.server.drops = True
        await told.minutes(2)
        told.server.drops = False
        await told.minutes(2)

        assert len({each.mail["Subject"] for each in told.server.taken}) == 2


class Broken:
    """A post with a fault of its own, which nobody foresaw."""

    async def send(self, call: Call, to: str, now: datetime) -> None:
        raise RuntimeError("something nobody foresaw")


async def test_a_fault_nobody_foresaw_is_no_call_and_is_told_as_failing(told: Told) -> None:
    broken = replace(told.alerting, post=Broken())

    with pytest.raises(RuntimeError):
        await broken.call_next(told.at)

    kept = await told.kept()
    assert kept.failing_since == told.at
    assert await told.minutes(2) == [(1, ROUND[0].email)]


@ON_BOTH
async def test_of_many_clocks_at_once_one_calls(told: Told, request: pytest.FixtureRequest) -> None:
    url = request.getfixturevalue(f"{request.node.callspec.params['cast']}_url")
    stores = [await pens.opened(url) for _ in range(3)]
    sides = [told.on(store, side) for store in stores for side in ("chat", "portal")]
    for _ in range(2):
        await asyncio.gather(*(each.call_next(told.at) for each in sides))
        told.at += QUARTER
    for store in stores:
        await store.close()

    assert told.server.called == [MAYA.email, DESK.email]
    assert (await told.kept()).calls == 2


class TestKilled:
    """At least once: whoever is killed on the way is followed by somebody who calls, and nobody is called for ever."""

    async def test_between_the_turn_and_the_mail(self, told: Told, sqlite_url: str, tmp_path: Path) -> None:
        doomed = Caller(told, sqlite_url, tmp_path, "chat")
        told.server.on_coming = doomed.dies
        died = await doomed.calls(NOON)
        told.server.on_coming = lambda: None
        meanwhile = await doomed.calls(NOON + MINUTE / 2)
        called_meanwhile = list(told.server.called)
        later = await doomed.calls(NOON + MINUTE)

        assert (died, meanwhile, later) == (-signal.SIGKILL, 0, 0)
        assert called_meanwhile == []
        assert told.server.called == [MAYA.email]
        assert (await told.kept()).calls == 1

    async def test_between_the_mail_and_its_note(self, told: Told, sqlite_url: str, tmp_path: Path) -> None:
        doomed = Caller(told, sqlite_url, tmp_path, "portal")
        told.server.on_mail = doomed.dies
        died = await doomed.calls(NOON)
        told.server.on_mail = lambda: None
        not_noted = (await told.kept()).calls
        for later in (MINUTE, MINUTE + QUARTER):
            await doomed.calls(NOON + later)

        first, again, following = told.server.taken
        assert (died, not_noted) == (-signal.SIGKILL, 0)
        assert (first.to, again.to, following.to) == (MAYA.email, MAYA.email, DESK.email)
        assert first.mail["Message-ID"] == again.mail["Message-ID"] != following.mail["Message-ID"]
        assert not hunt([CHILD, "marmaladebucket"], doomed.log)


@dataclass
class Caller:
    """A process that calls what is due at one moment, and may not live to tell."""

    told: Told
    url: str
    folder: Path
    side: str
    log: str = ""
    _process: asyncio.subprocess.Process | None = None

    async def calls(self, now: datetime) -> int:
        """How it ended."""
        arguments = (str(self.folder), self.url, str(self.told.server.port), self.side, now.isoformat())
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.consultations.caller", *arguments),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        out, _ = await asyncio.wait_for(self._process.communicate(), 60)
        self.log += out.decode()
        assert self._process.returncode is not None
        return self._process.returncode

    def dies(self) -> None:
        """kill -9, in the middle of it."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGKILL)
