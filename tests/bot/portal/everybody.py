"""Everybody who can stand at the portal, each signed in, and something of each kind that is theirs, or is not.

Three children have sent something, to two officers, and raised an alert each. Every word they said and every fact about
them is a word that occurs nowhere by itself (`PLANTED`), so that it can be looked for in any answer.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from aiohttp import ClientSession, DummyCookieJar
from sqlalchemy import select

from consultations.access import Role
from consultations.answers import Sharing
from consultations.helping import Helping
from consultations.keeping.store import tables
from consultations.keeping.store.invitations import Beginning, NewInvitation
from consultations.keeping.store.sittings import NewSitting
from consultations.keeping.vault.codes import link_mark
from consultations.signing_in import SignedIn
from tests.bot.portal import cast as portal
from tests.bot.portal.cast import Answer
from tests.consultations import staff
from tests.consultations.staff import Cast, about_home, not_safe, said

STAFF = {
    "sam": Role.OFFICER,
    "jo": Role.OFFICER,
    "mo": Role.MANAGER,
    "nia": Role.ADVOCATE,
    "lee": Role.ADVOCATE,
    "carl": Role.COORDINATOR,
}
NOBODY, HALFWAY = "nobody", "halfway"
"""Who has no session, and who has given five words and no second factor."""

NEVER = "never was"
CHILDREN = ("amal", "chidi")
REFERENCES = {"amal": "QX-AMAL-71", "billie": "QX-BILLIE-74", "chidi": "QX-CHIDI-72", NEVER: "QX-NEVER-73"}
PLANTED = {
    "amal's reference": REFERENCES["amal"],
    "amal's surname": "Quillfeather",
    "amal, for the officer alone": "zanzibarkettle",
    "amal, for everyone": "badgerlantern",
    "amal, read by the advocate too": "thimbleharbour",
    "amal, with the alert": "marzipanladder",
    "billie's reference": REFERENCES["billie"],
    "billie's surname": "Thistledown",
    "billie, for the officer alone": "pepperlantern",
    "billie, with the alert": "juniperstaircase",
    "chidi's reference": REFERENCES["chidi"],
    "chidi's surname": "Windlestraw",
    "chidi, for the officer alone": "velvetumbrella",
    "chidi, with the alert": "cinnamonbridge",
}
WRITTEN = ("reading", "trail_entry", "slowing")
"""What an answer may write: who read what, the trail, and counted tries."""


@dataclass
class Everybody:
    """Who is there, and what there is."""

    cast: Cast
    url: str
    people: dict[str, SignedIn]
    sessions: dict[str, str]
    csrf: dict[str, str]
    reviews: dict[str, str]
    alerts: dict[str, str]
    client: ClientSession

    async def ask(
        self, who: str, method: str, path: str, fields: Mapping[str, str] | None = None, csrf: str = "", form: str = ""
    ) -> Answer:
        """What this person gets. `form`: the cookie that a form before signing in is tied to."""
        cookies = {"foreword-staff": self.sessions.get(who, ""), "foreword-staff-form": form}
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items() if value)}
        headers["Accept-Encoding"] = "identity"  # squeezed, a form's mark would change how long a page is
        data = None
        if method == "POST":
            headers |= {"Origin": self.url}
            data = {**(fields or {}), "csrf": csrf or self.csrf.get(who, "")}
        async with self.client.request(
            method, self.url + path, data=data, headers=headers, allow_redirects=False
        ) as came:
            return Answer(came.status, dict(came.headers), await came.read())

    async def rows(self) -> dict[str, list[str]]:
        """Everything there is, but for what an answer may write."""
        async with self.cast.store.database.reading() as connection:
            return {
                name: sorted(map(repr, (await connection.execute(select(table))).all()))
                for name, table in tables.METADATA.tables.items()
                if name not in WRITTEN
            }


def without_marks(answer: Answer) -> tuple[int, dict[str, str], bytes]:
    """An answer but for what makes its forms its own, and when it was given."""
    headers = {name: value for name, value in answer.headers.items() if name not in ("Date", "Set-Cookie")}
    return answer.status, headers, re.sub(rb'name="csrf" value="[^"]*"', b"", answer.body)


@asynccontextmanager
async def everybody(url: str, folder: Path) -> AsyncIterator[Everybody]:
    """A site with all of them, the portal serving it, and everybody signed in."""
    async with staff.cast(url, folder) as made:
        people = {name: await _signed_in(made, name, role) for name, role in STAFF.items()}
        pat, kit = await made.enrol("pat", "Pat Setapart"), await made.enrol("kit", "Kit Halfway")
        assert await made.store.factors.set_up(pat.id, b"sealed", 1, made.clock())
        reviews, alerts = {NEVER: "0123456789abcdef"}, {NEVER: "c 0123456789abcdef.1"}
        for child, surname, officer, advocate in (
            ("amal", "Quillfeather", "sam", "nia"),
            ("chidi", "Windlestraw", "jo", "lee"),
            ("billie", "Thistledown", "sam", ""),
        ):
            review = await made.review(REFERENCES[child], f"{child.title()} {surname}", officer=officer)
            consultation = await _sits_beside(made, people[advocate], review) if advocate else await made.begin(review)
            reviews[child] = review
            await _sends(made, child, consultation)
            alert = not_safe(choice_text=f"No, {PLANTED[f'{child}, with the alert']}")
            alerts[child] = await made.alarm(consultation, at=made.clock() - timedelta(minutes=12), choosing=alert)
        async with (
            portal.served(made) as served,
            ClientSession(cookie_jar=DummyCookieJar()) as client,
        ):
            sessions = {
                name: await made.signing_in.begin(person, made.clock(), passed=True) for name, person in people.items()
            }
            sessions[HALFWAY] = await made.signing_in.begin(kit, made.clock(), passed=False)
            there = Everybody(made, served, people, sessions, {}, reviews, alerts, client)
            for name in STAFF:
                there.csrf[name] = (await there.ask(name, "GET", "/phrase")).field("csrf")
            there.csrf[HALFWAY] = (await there.ask(HALFWAY, "GET", "/second-factor")).field("csrf")
            yield there


async def _signed_in(made: Cast, name: str, role: Role) -> SignedIn:
    if name not in made.phrases:
        return await made.enrol(name, name.title(), role)
    known = await made.signing_in.by_phrase(name, made.phrases[name], made.clock())
    assert isinstance(known, SignedIn)
    return known


async def _sits_beside(made: Cast, advocate: SignedIn, review: str) -> str:
    """An advocate sits beside this child, who says yes; the consultation."""
    shown = await Helping(made.store, made.portal_keys).begin(advocate, made.clock())
    assert shown is not None
    now, mark, of = made.clock(), link_mark(shown.shown.replace("-", "")[:-1]), f"mark of {review}"
    assert await made.store.invitations.issue(NewInvitation(of, review, of, b"verifier", of), now)
    found = await made.store.invitations.by_selector(of)
    assert found is not None
    sitting = NewSitting(review[::-1], mark, advocate.id, now + timedelta(hours=2))
    beginning = Beginning(f"c {review}", b"sealed", b"wrapped")
    assert await made.store.sittings.sit_down(sitting, found, f"web:{review}", beginning, now) == "in"
    await made.store.sittings.keep(f"c {review}", 1, b"sealed 2", now, agreed=sitting.id)
    return f"c {review}"


async def _sends(made: Cast, child: str, consultation: str) -> None:
    alone = said(PLANTED[f"{child}, for the officer alone"])
    if child != "amal":
        await made.send(consultation, alone)
        return
    too = about_home(PLANTED["amal, read by the advocate too"], Sharing.OFFICER)
    everyone = replace(about_home(PLANTED["amal, for everyone"]), question="home_settled")
    await made.send(consultation, replace(too, let_read="Nia"), everyone, alone, let=[too])
