"""Who gets what at the portal: every route that its router has, by everybody, for what is theirs and what is not.

The rows are the router's own. What each expects is written by hand, once, in `WHO_MAY`: the roles that may, and for
whose things. Everybody else is answered as if there were nothing, in the same bytes and with the same work. A route
that stands in no row fails, and so does a row of a route that is gone.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import pytest_asyncio

from bot.portal.entrance import OPEN
from bot.portal.summary.pages import FORMATS, TO_PRINT
from consultations.access import Role
from consultations.keeping.vault.sessions import session_id
from consultations.summary import CopyKind
from tests.bot.portal import everybody as there
from tests.bot.portal.cast import Answer, put_together
from tests.bot.portal.everybody import CHILDREN, HALFWAY, NEVER, NOBODY, PLANTED, REFERENCES, STAFF, Everybody
from tests.consultations.keeping.store.test_threads import statements
from tests.consultations.rendering.copied import poppler
from tests.hunt import hunt

OWN = "own"  # an officer's review; or themselves
LET = "let"  # a child who said yes to this advocate, and lets them read
YES = "yes"  # a child who said yes to this advocate, and lets them read nothing
OTHERS = "other's"
ANY = frozenset({OWN, OTHERS})
EVERY_ROLE = dict.fromkeys(Role, ANY)
HOLDS = {
    ("sam", "amal"): OWN,
    ("jo", "chidi"): OWN,
    ("nia", "amal"): LET,
    ("lee", "chidi"): YES,
}
NO_FIELDS = ("role", "officer", "staff", "id", "review", "reference", "sharing", "by", "of", "enabled", "passed")
MORE = dict.fromkeys(NO_FIELDS, "officer")
"""Fields that no form of ours has: they change nothing."""


@dataclass(frozen=True)
class May:
    """Which roles may ask for this, for whose things, and what they are answered; everybody else gets `else_`."""

    roles: dict[Role, frozenset[str]] = field(default_factory=dict)
    answer: int = 200
    fields: dict[str, str] = field(default_factory=dict)
    else_: int = 404
    without_session: int = 403
    halfway: int = 303
    open: bool = False  # also to whoever has no session


def may(answer: int = 200, fields: dict[str, str] | None = None, else_: int = 404, **whose: str) -> May:
    """Roles by name, each with whose things, apart by a space. Nothing of anybody's where there is no object."""
    roles = {Role[name.upper()]: frozenset(text.split("+")) if text else ANY for name, text in whose.items()}
    return May(roles, answer, fields or {}, else_)


def open_to_all(answer: int, **fields: str) -> May:
    """The same for everybody, with a session or without."""
    return May(dict(EVERY_ROLE), answer, fields, answer, answer, answer, open=True)


def everyone_signed_in(answer: int, **fields: str) -> May:
    """For every role alike."""
    return May(dict(EVERY_ROLE), answer, fields)


SOMEBODY_ELSES = "somebody else's session"
COPY = {"copy": "meeting", "format": "txt", "reason": "for the meeting"}
WHO_MAY = {
    "GET /health": open_to_all(200),
    "GET /health/mail": open_to_all(200),
    "GET /static/{name}": open_to_all(404),  # of this name; each real one is named by its content
    "GET /sign-in": open_to_all(200),
    "POST /sign-in": open_to_all(422, username="sam", phrase="no such words"),
    "GET /recover": open_to_all(200),
    "POST /recover": open_to_all(422, username="sam", recovery="no such code"),
    "POST /recover/confirm": open_to_all(403, prepared="x", phrase="x"),
    "GET /enrol": open_to_all(200),
    "POST /enrol": open_to_all(422, code="no such code"),
    "POST /enrol/confirm": open_to_all(403, prepared="x", phrase="x"),
    "GET /second-factor": May(dict(EVERY_ROLE), 303, {}, 303, 303, 200, open=True),
    "POST /second-factor": May(dict(EVERY_ROLE), 303, {"code": "no such code", "next": ""}, 303, 303, 303, open=True),
    "GET /": May(dict(EVERY_ROLE), 303, {}, 303, 303, 303),
    "POST /sign-out": everyone_signed_in(200),
    "GET /phrase": everyone_signed_in(200),
    "POST /phrase": everyone_signed_in(422, phrase="no such words"),
    "POST /phrase/confirm": everyone_signed_in(403, prepared="x", phrase="x"),
    "GET /sessions": everyone_signed_in(200),
    "POST /sessions/end": everyone_signed_in(303, session=SOMEBODY_ELSES),
    "POST /sessions/end-others": everyone_signed_in(303),
    "GET /hand-over": may(officer=""),
    "POST /hand-over": may(422, {"to": "mo"}, officer=""),
    "GET /reviews": may(officer="", manager="", else_=303),
    "GET /reviews/{reference}": may(officer=OWN),
    "GET /reviews/{reference}/why": may(officer=OWN),
    "POST /reviews/{reference}/copies": may(officer=OWN, fields=COPY),
    "GET /alerts": may(officer="", manager=""),
    "GET /alerts/{id}": may(officer=OWN, manager=OTHERS),
    "POST /alerts/{id}/hold": may(303, {"instead_of": "nobody of that name"}, officer=OWN, manager=OTHERS),
    "POST /alerts/{id}/close": may(409, {"done": "somebody else has it"}, officer=OWN, manager=OTHERS),
    "GET /alerts/{id}/said": may(officer=OWN),
    "GET /children": may(advocate=""),
    "POST /children": may(advocate=""),
    "GET /children/{review}": may(advocate=LET),
    "GET /key-in": may(coordinator=""),
    "GET /key-in/{review}": may(officer=OWN, advocate=f"{LET}+{YES}", coordinator=OTHERS),
    "POST /key-in/{review}": may(fields={"how": "paper"}, officer=OWN, advocate=f"{LET}+{YES}", coordinator=OTHERS),
    "GET /staff": may(manager=""),
    "GET /staff/{username}": may(manager=f"{OWN}+{OTHERS}"),
    "POST /staff/{username}/confirm": may(409, {"number": "1234"}, manager=OTHERS),
    "POST /staff/{username}/reset": may(303, manager=OTHERS),
}
"""The column written by hand."""

WRITES = {
    "POST /children": {"sitting_pass"},
    "POST /key-in/{review}": {"sitting_pass"},
    "POST /staff/{username}/reset": {"second_factor", "staff"},
}
"""What more a route writes for those who may."""

SEES = {
    "sam": {each for each in PLANTED if each.startswith(("amal", "billie"))},
    "jo": {each for each in PLANTED if each.startswith("chidi")},
    "mo": {each for each in PLANTED if "'s" in each},  # of children who have an alert, and never a word of theirs
    "nia": {"amal, read by the advocate too"},
    "lee": set(),
    "carl": {each for each in PLANTED if "'s reference" in each},
    NOBODY: set(),
    HALFWAY: set(),
}
"""Field by field: what of the children's may stand in anything that this person is answered."""


@pytest_asyncio.fixture(scope="module")
async def everybody(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Everybody]:
    folder = tmp_path_factory.mktemp("everybody")
    async with there.everybody(f"sqlite+aiosqlite:///{folder / 'data' / 'foreword.db'}", folder) as made:
        yield made


def test_every_route_has_a_row_and_every_row_a_route(everybody: Everybody) -> None:
    routes = {
        f"{route.method} {route.resource.canonical}"
        for route in put_together(everybody.cast, everybody.url).router.routes()
        if route.resource is not None and route.method != "HEAD"
    }

    missing, gone = sorted(routes - WHO_MAY.keys()), sorted(WHO_MAY.keys() - routes)
    assert not missing, f"Say in WHO_MAY which roles may ask for {', '.join(missing)}, and for whose things."
    assert not gone, f"There is no such route any more: take {', '.join(gone)} out of WHO_MAY."


def test_what_is_open_to_all_is_what_the_entrance_lets_everybody_ask_for() -> None:
    open = {row.partition(" ")[2] for row, expected in WHO_MAY.items() if expected.open}

    assert open == OPEN


@pytest.mark.parametrize("row", WHO_MAY)
async def test_everybody_gets_what_the_table_says_and_finds_no_word_beyond_it(everybody: Everybody, row: str) -> None:
    """And whatever else they post with it changes nothing."""
    before = await everybody.rows()
    wrong, found, allowed = [], [], False
    for who in (NOBODY, HALFWAY, *STAFF):
        for child in (*CHILDREN, NEVER) if "{" in row and "{name}" not in row else (NEVER,):
            expected = _expected(row, who, child)
            answer = await _ask(everybody, row, who, child)
            allowed = allowed or expected == WHO_MAY[row].answer
            if answer.status != expected:
                wrong.append(f"{who}, {child}: {answer.status} in place of {expected}")
            asked_by = REFERENCES[child]  # whoever typed it may see it again
            hidden = [word for name, word in PLANTED.items() if name not in SEES[who] and word != asked_by]
            found += [(who, child, each.word) for each in hunt(hidden, answer.body, repr(answer.headers))]
    after = await everybody.rows()

    assert not wrong, "\n".join(wrong)
    assert not found
    assert {table for table in before if before[table] != after[table]} <= WRITES.get(row, set())
    assert allowed


@pytest.mark.parametrize("row", [row for row in WHO_MAY if "{" in row and "{name}" not in row])
async def test_what_is_not_theirs_is_answered_like_what_never_was_with_the_same_work(
    everybody: Everybody, row: str
) -> None:
    different, compared = [], 0
    for who in STAFF:
        answers = {}
        for child in (NEVER, *CHILDREN):
            theirs = _relation(row, who, child) == YES  # there is such a child, and they know it
            if _expected(row, who, child) == WHO_MAY[row].else_ and not theirs:
                with statements(everybody.cast.store) as worked:
                    answer = there.without_marks(await _ask(everybody, row, who, child))
                answers[child] = (answer, worked)
        compared += len(answers) - 1
        different += [(who, child) for child, answer in answers.items() if answer != answers[NEVER]]

    assert not different
    assert compared, "nobody was refused what somebody else has"


COPIES = {
    CopyKind.OFFICER: {each for each in PLANTED if each.startswith("amal")} - {"amal, with the alert"},
    CopyKind.MEETING: {"amal's reference", "amal, for everyone"},
    CopyKind.FILE: {"amal's reference", "amal, for everyone"},
}
"""What of Amal's stands in each copy: her name where the codes are argued, her alert in none."""


@pytest.mark.parametrize("format", [*FORMATS, TO_PRINT])
@pytest.mark.parametrize("kind", CopyKind)
async def test_every_copy_is_its_officers_alone_and_holds_what_that_copy_may(
    everybody: Everybody, kind: CopyKind, format: str
) -> None:
    path, fields = f"/reviews/{REFERENCES['amal']}/copies", {"copy": kind.value, "format": format, "reason": "why"}

    answers = {who: await everybody.ask(who, "POST", path, MORE | fields) for who in (NOBODY, HALFWAY, *STAFF)}

    made = answers.pop("sam")
    assert made.status == 200
    assert {who: answer.status for who, answer in answers.items()} == dict.fromkeys(answers, 404) | {
        NOBODY: 403,
        HALFWAY: 303,
    }
    read = poppler(made.body).encode() if format == "pdf" else made.body
    if format == TO_PRINT:
        read = read.partition(b"<main")[2]  # what stands above it is never printed
    assert {name for name, word in PLANTED.items() if hunt([word], read)} == COPIES[kind]


def _expected(row: str, who: str, child: str) -> int:
    """By the column alone."""
    expected = WHO_MAY[row]
    if who in (NOBODY, HALFWAY):
        return expected.without_session if who == NOBODY else expected.halfway
    whose = expected.roles.get(STAFF[who])
    if whose is None:
        return expected.else_
    if "{" not in row or "{name}" in row:
        return expected.answer
    return expected.answer if _relation(row, who, child) in whose else expected.else_


def _relation(row: str, who: str, child: str) -> str:
    if child == NEVER:
        return NEVER
    if "{username}" in row:
        return OWN if child == "amal" else OTHERS
    return HOLDS.get((who, child), OTHERS)


async def _ask(everybody: Everybody, row: str, who: str, child: str) -> Answer:
    """This route, as this person, for what is this child's; on a page about staff, for themselves or for Pat."""
    method, _, path = row.partition(" ")
    by_id = "/children/" in path or STAFF.get(who) is Role.ADVOCATE
    named = {
        "{reference}": REFERENCES[child],
        "{review}": everybody.reviews[child] if by_id else REFERENCES[child],
        "{id}": everybody.alerts[child],
        "{username}": {"amal": who, "chidi": "pat", NEVER: "never"}[child],
        "{name}": "portal.css",
    }
    for name, text in named.items():
        path = path.replace(name, text)
    form, csrf = "", ""
    if method == "POST" and path in OPEN:
        page = await everybody.ask(who, "GET", path if who == HALFWAY and "second" in path else "/sign-in")
        form, csrf = page.headers["Set-Cookie"].partition("=")[2].partition(";")[0], page.field("csrf")
    if row == "POST /sign-out":
        return await _sign_out(everybody, who)
    fields = MORE | WHO_MAY[row].fields
    if SOMEBODY_ELSES in fields.values():
        fields |= {"session": session_id(everybody.sessions[HALFWAY])}
    return await everybody.ask(who, method, path, fields, csrf, form)


async def _sign_out(everybody: Everybody, who: str) -> Answer:
    """Out of a session of its own, so that theirs goes on."""
    if who not in STAFF:
        return await everybody.ask(who, "POST", "/sign-out")
    token = await everybody.cast.signing_in.begin(everybody.people[who], everybody.cast.clock(), passed=True)
    another = Everybody(everybody.cast, everybody.url, {}, {who: token}, {}, {}, {}, everybody.client)
    csrf = (await another.ask(who, "GET", "/phrase")).field("csrf")
    return await another.ask(who, "POST", "/sign-out", MORE, csrf)
