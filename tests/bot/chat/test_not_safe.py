"""A child says that they are not safe: by every door and in every language the same is raised, told, mailed and shown,
and no word of theirs is in a mail, in the log or on a page of the portal."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import pytest
from structlog.testing import capture_logs

from bot.chat.on_telegram.saying import Sayings
from bot.chat.on_terminal import CHILDREN
from bot.clock import call_duty
from bot.mailing import Mailing
from consultations.addresses import WEB
from consultations.alerting import Alerting
from consultations.duty import OnDuty
from consultations.keeping.store.alerts import KeptAlert
from tests.bot.chat.on_telegram import phone
from tests.bot.chat.on_telegram.phone import Phone
from tests.bot.chat.web import playing
from tests.bot.chat.web.browsers import Forms
from tests.bot.portal.cast import Visitor, served
from tests.consultations import chat
from tests.consultations.caller import DESK
from tests.consultations.chat import BOOK, AtTheDoor, Site
from tests.hunt import hunt
from tests.journeys.playing import EVERY_LANGUAGE, LANGUAGES
from tests.mail import Server, mail_server

SAYS = Sayings(BOOK, EVERY_LANGUAGE)
SAM = OnDuty("Sam", "sam@council.example", staff="sam.j")  # the review's own officer
PLANTED = {
    "ar": "مريم تحب القطط كثيرا",
    "en_GB": "My zanzibarkettle sings on Sundays",
    "fa_AF": "گربه من یکشنبه‌ها آواز می‌خواند",
    "vi": "Con mèo của tôi hát vào Chủ nhật",
}
MOST_STEPS = 40

Tap = tuple[str, str]


class Door(Protocol):
    """A child at one of the doors."""

    site: Site

    async def taps(self, place: str, choice: str, words: str = "") -> None:
        """Press a button, with these words said before it."""

    async def buttons(self) -> Sequence[Tap]:
        """Those that can be pressed."""

    async def reads(self) -> str:
        """What stands there."""


@dataclass
class ByListening:
    """With no door at all: what every door stands on."""

    site: Site
    child: AtTheDoor

    async def taps(self, place: str, choice: str, words: str = "") -> None:
        await self.child.taps(place, choice, words)

    async def buttons(self) -> Sequence[Tap]:
        return [_tap(button.id) for button in self.child.buttons()]

    async def reads(self) -> str:
        return self.child.sees()


@dataclass
class OnTheWeb:
    """By the forms of a page, over HTTP."""

    site: Site
    browser: Forms

    async def taps(self, place: str, choice: str, words: str = "") -> None:
        values = (each["value"] for each in self.browser.here.all("button", form="say"))
        await self.browser.presses(next(each for each in values if _tap(each) == (place, choice)), words or None)

    async def buttons(self) -> Sequence[Tap]:
        return [_tap(each["value"]) for each in self.browser.here.all("button", form="say") if each["value"]]

    async def reads(self) -> str:
        return self.browser.here.text


@dataclass
class OnTelegram:
    """In a chat."""

    site: Site
    phone: Phone

    async def taps(self, place: str, choice: str, words: str = "") -> None:
        if words:
            await self.phone.says(words)
        self.phone.seen = len(self.phone.person.shown)
        await self.phone.taps(f"{place}:{choice}")

    async def buttons(self) -> Sequence[Tap]:
        return [_tap(each["callback_data"]) for each in self.phone.person.last.buttons]

    async def reads(self) -> str:
        return (
            "\n".join(shown.text for shown in self.phone.person.shown[self.phone.seen :]) or self.phone.person.last.text
        )


@asynccontextmanager
async def at_the(door: str, folder: Path, language: str) -> AsyncIterator[Door]:
    """A child who was invited and has just come in, at a site of their own."""
    url = f"sqlite+aiosqlite:///{folder / 'data' / 'foreword.db'}"
    if door == "listening":
        async with chat.site(url, folder) as site:
            site.has_doors({WEB: "https://chat.example/#"}, EVERY_LANGUAGE)
            yield ByListening(site, await AtTheDoor.of(site))
    elif door == "web":
        async with playing.place(url, folder) as place, Forms.at(place.url, LANGUAGES[language]) as browser:
            await place.site.review("ages_8_11")
            await browser.opens(anew=True)
            await browser.starts((await place.site.invite()).code.shown)
            yield OnTheWeb(place.site, browser)
    else:
        async with phone.place(url, folder, door, wording=EVERY_LANGUAGE) as made:
            amal = await made.child(language=language.partition("_")[0])
            await amal.says(f"/start {amal.invited.link.text}")
            yield OnTelegram(made.site, amal)


async def is_asked(child: Door, language: str) -> None:
    """As far as the question whether they are safe, in this language; one thing was said before it."""
    said = False
    for _ in range(MOST_STEPS):
        taps = await child.buttons()
        if ("safe_now", "no") in taps:
            assert said
            return
        if (".language", language) in taps:
            await child.taps(".language", language)
        elif (".pin", ".no") in taps:
            await child.taps(".pin", ".no")
        elif asked := next((place for place, choice in taps if choice == ".skip"), ""):
            await child.taps(asked, ".skip" if said else ".next", "" if said else PLANTED[language])
            said = True
        else:
            await child.taps(*next(tap for tap in taps if tap[0] == ".opening"))
    raise AssertionError(f"never asked: {await child.reads()}")


@dataclass
class Answering:
    """The duty list, and Mo and Sam at the portal."""

    site: Site
    mail: Server
    mo: Visitor
    sam: Visitor
    pages: list[str] = field(default_factory=list)

    async def calls(self, **later: float) -> list[str]:
        """Who is called by mail in all, so much later."""
        site = self.site
        site.waits(**later)
        keys, post = site.cast.portal_keys, Mailing(self.mail.plain, patience=5.0)
        alerting = Alerting(site.cast.store, (SAM, DESK), post, self.mo.url, keys)
        await call_duty(alerting, lambda: site.now, site.now)
        return self.mail.called

    async def looks(self, visitor: Visitor, path: str) -> tuple[int, str]:
        """What somebody reads at the portal now."""
        self.site.cast.clock.at = self.site.now
        page = await visitor.get(path)
        if page.status in (303, 403):  # nobody stays signed in for a quarter of an hour
            username = "mo" if visitor is self.mo else "sam.j"
            await visitor.sign_in(username, self.site.cast.phrases[username])
            page = await visitor.get(path)
        self.pages.append(page.text)
        return page.status, re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.text))

    async def alerts(self) -> list[KeptAlert]:
        """Every alert, in order."""
        return sorted(await self.site.cast.store.alerts.of_everybody(), key=lambda each: each.number)


@asynccontextmanager
async def answering(site: Site) -> AsyncIterator[Answering]:
    """They are there."""
    site.cast.clock.at = site.now
    async with mail_server() as mail, served(site.cast) as url:
        made = Answering(site, mail, Visitor(url), Visitor(url))
        try:
            yield made
        finally:
            await made.mo.client.close()
            await made.sam.client.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("door", ["listening", "web", "polling", "webhook"])
async def test_people_are_told_and_shown_it_and_whoever_is_kept_off_is_not(
    door: str, language: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with capture_logs() as logged:
        async with at_the(door, tmp_path, language) as child, answering(child.site) as those:
            await is_asked(child, language)
            before = await those.looks(those.sam, "/alerts")
            await by_the_choice(child, those, language)
            await by_the_button(child, those, language)
            after = await those.looks(those.sam, "/alerts")

    assert before == after, "the officer who must not be told is shown nothing"
    name = CHILDREN[child.site.set]
    assert not hunt([PLANTED[language], "safe_now"], *(str(each.mail) for each in those.mail.taken), *those.pages)
    assert not hunt([PLANTED[language], "safe_now"], tmp_path, caplog.text, repr(logged))
    assert not any(name in each.text for each in those.mail.taken)
    assert not any(re.search(rf"\b{name}\b", str(each)) for each in logged)


async def by_the_choice(child: Door, those: Answering, language: str) -> None:
    """ "No, I don't feel safe", not to be told to the officer, and said to be a mistake."""
    await child.taps("safe_now", "no")
    assert_reads(await child.reads(), language, "alarm_believed")
    await child.taps(".alarm", "officer")
    await child.taps(".alarm", "carer")
    called = list(await those.calls())
    [alert] = await those.alerts()
    status, page = await those.looks(those.mo, f"/alerts/{alert.id}")
    await child.taps(".alarm", ".mistake")
    _, later = await those.looks(those.mo, f"/alerts/{alert.id}")

    assert called == [DESK.email]
    assert alert.id in those.mail.taken[0].text
    assert (alert.kept_from, alert.sending is not None) == (("officer", "carer"), True)
    assert (status, CHILDREN[child.site.set] in page) == (200, True)
    assert ("mistake" in page, "mistake" in later) == (False, True)
    assert (await those.looks(those.sam, f"/alerts/{alert.id}"))[0] == 404


async def by_the_button(child: Door, those: Answering, language: str) -> None:
    """*Tell someone*, under *Help now*. Of both, people are told until one of them has it, a mistake or not."""
    await child.taps(".go", ".help")
    assert "0800 1111" in await child.reads()
    await child.taps(".go", ".tell")
    assert_reads(await child.reads(), language, "alarm_believed")
    assert (await those.alerts())[1].kept_from == ()  # what was chosen with a mistake was a mistake too
    await child.taps(".alarm", "officer")
    await child.taps(".alarm", "carer")
    first, second = await those.alerts()
    called = [len(await those.calls()), len(await those.calls(minutes=14))]
    await child.taps(".alarm", ".on")
    called.append(len(await those.calls(minutes=1)))
    await child.taps(".go", ".help")
    assert_reads(await child.reads(), language, "alarm_not_seen")
    for each in (first, second):
        await those.looks(those.mo, f"/alerts/{each.id}")
        assert (await those.mo.post(f"/alerts/{each.id}/hold", instead_of="")).status == 303
    await child.taps(".go", ".here")
    await child.taps(".go", ".help")

    assert_reads(await child.reads(), language, "alarm_seen")
    assert (second.kept_from, second.sending) == (("officer", "carer"), None)
    assert called == [2, 2, 4]
    assert (await those.looks(those.sam, f"/alerts/{second.id}"))[0] == 404
    assert set(await those.calls(minutes=60)) == {DESK.email}
    assert len(those.mail.called) == 4


@pytest.mark.parametrize("tap", [("safe_now", "no"), (".go", ".tell")])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_on_a_page_that_has_closed_by_itself_it_is_raised_and_said_to_be(
    language: str, tap: Tap, tmp_path: Path
) -> None:
    async with at_the("web", tmp_path, language) as child:
        await is_asked(child, language)
        if tap == (".go", ".tell"):
            await child.taps(".go", ".help")
        child.site.waits(minutes=16)
        await child.taps(*tap)
        raised = await child.site.cast.store.alerts.of_everybody()

        assert [each.number for each in raised] == [1]
        assert_reads(await child.reads(), language, "told_last")
        assert "0800 1111" in await child.reads()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_whom_not_to_tell_is_obeyed_on_a_page_that_has_closed_by_itself(language: str, tmp_path: Path) -> None:
    async with at_the("web", tmp_path, language) as child:
        await is_asked(child, language)
        await child.taps("safe_now", "no")
        child.site.waits(minutes=16)
        await child.taps(".alarm", "officer")
        [alert] = await child.site.cast.store.alerts.of_everybody()

        assert alert.kept_from == ("officer",)
        assert_reads(await child.reads(), language, "alarm_noted")
        assert "0800 1111" in await child.reads()
        assert "Sam" not in await child.reads(), "nothing of before"


def assert_reads(text: str, language: str, phrase: str) -> None:
    """The first line of this phrase stands there, in this language."""
    line = SAYS.say(language, phrase).splitlines()[0]
    assert _plain(line) in _plain(text)


def _tap(id: str) -> Tap:
    """What a button brings back, but for the consultation."""
    _, _, rest = id.partition(":")
    place, _, choice = rest.partition(":")
    return place, choice


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub("[\u200e\u200f\u2066-\u2069]", "", text)).strip()
