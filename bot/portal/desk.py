"""What every page of the portal has at hand: the verbs it calls, how it draws a page, and who is signed in."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import jinja2
from aiohttp import web

from bot.health import nobody_is_called
from bot.pages import Site, form_token, page, templates, token_holds
from bot.static_files import Files
from consultations.access import Act, may
from consultations.attending import Alert, Attending
from consultations.circumstances import Authority
from consultations.confirming import Confirming
from consultations.enrolling import Enrolling
from consultations.expiring import Expiring
from consultations.helping import Helping
from consultations.keying_in import KeyingIn
from consultations.leaving import Leaving
from consultations.proving import Proving
from consultations.reading import Reading
from consultations.rehearsing import Rehearsing
from consultations.rendering import as_html
from consultations.rendering.characters import direction, line, lines
from consultations.rendering.headings import language_name
from consultations.rendering.layout import DRAFT, STAFF
from consultations.signing_in import IDLE, SignedIn, SigningIn
from consultations.timescales import ENGLAND, day_in_england, in_words

HERE = Path(__file__).parent
SESSION = "foreword-staff"
"""The cookie of somebody who is signed in."""

FORM = "foreword-staff-form"
"""The cookie of somebody who is not yet: what ties a form to the browser it was made for."""

LONGEST_COOKIE = 100

SIGNED_IN = web.RequestKey("signed-in", SignedIn)
POSTED = web.RequestKey("posted", dict[str, str])
NEW_COOKIE = web.RequestKey("new-cookie", str)
UNREHEARSED = web.RequestKey("unrehearsed", bool)
"""Whether nobody has tried the recovery sheets for too long: every page of whoever is signed in says so."""

WAITING = web.RequestKey("waiting", tuple[Alert, ...])
"""The alerts of whoever is signed in that nobody has: they stand at the top of every page."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Built once. `now` is the clock."""

    site: Site
    authority: Authority
    signing_in: SigningIn
    enrolling: Enrolling
    confirming: Confirming
    proving: Proving
    reading: Reading
    expiring: Expiring
    attending: Attending
    helping: Helping
    keying_in: KeyingIn
    rehearsing: Rehearsing
    leaving: Leaving
    chat_url: str  # where the children's side is
    now: Callable[[], datetime]
    files: Files
    templates: jinja2.Environment
    mail: Callable[[], Awaitable[str]] = nobody_is_called

    def draw(
        self,
        request: web.Request,
        template: str,
        status: int = 200,
        *,
        fresh: bool = False,
        locks: bool = False,
        here: str = "",
        **values: object,
    ) -> web.Response:
        """A page, for whoever is asking. `fresh` ties its forms to this page alone: earlier ones stop working.

        `locks`: what it shows is gone from the screen when the session is, without a click and without script.
        `here`: the alert this page is about, or "all": the bar at the top does not tell of it a second time.
        """
        person = whoever(request)
        token = session_token(self, request) if person else self._form_cookie(request, fresh)
        html = self.templates.get_template(template).render(
            person=person,
            csrf=form_token(token, secrets.token_bytes(16)),
            authority=self.authority,
            files=self.files,
            unanswered=[each for each in request.get(WAITING, ()) if person and here not in (each.kept.id, "all")],
            now=self.now(),
            second_factor=self.proving.wanted,
            unrehearsed=person is not None and request.get(UNREHEARSED, False),
            **values,
        )
        response = page(html, status)
        if locks and person:
            response.headers["Refresh"] = str(int(IDLE.total_seconds()) + 1)
        if not person and token != self.site.cookie(request, FORM):
            self.site.set_cookie(response, FORM, token)
        return response

    def page_token(self, request: web.Request) -> str:
        """What ties a page to this browser: the session, or, before there is one, the form cookie. Empty: nothing."""
        return session_token(self, request) if whoever(request) else self.site.cookie(request, FORM)

    def made_here(self, request: web.Request, form: dict[str, str]) -> bool:
        """True when the form was made for this browser's page as it now stands."""
        token = self.page_token(request)
        return bool(token) and token_holds(token, form.get("csrf", ""))

    def _form_cookie(self, request: web.Request, fresh: bool) -> str:
        """The token of the form cookie this answer will leave: kept on the request, so that it is made only once."""
        given = self.site.cookie(request, FORM)
        if fresh or not 0 < len(given) <= LONGEST_COOKIE:
            given = request.setdefault(NEW_COOKIE, secrets.token_urlsafe(32))
        return given

    def fresh_page_token(self, request: web.Request) -> str:
        """The token that a page drawn with `fresh` will be tied to."""
        return session_token(self, request) if whoever(request) else self._form_cookie(request, fresh=True)


DESK = web.AppKey("desk", Desk)


def templates_of(folder: Path = HERE, drafts: Collection[str] = ()) -> jinja2.Environment:
    """The portal's templates. Their words are marked for translation; English is the only catalogue there is.

    `drafts`: the languages children are offered in a translation that nobody has checked.
    """
    environment = templates(folder)
    environment.add_extension("jinja2.ext.i18n")
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    environment.filters["day"] = in_words
    environment.filters["language"] = lambda code: language_name(code) + (f" ({DRAFT})" if code in drafts else "")
    environment.filters["spoken"] = language_name  # which interpreter to book: what is translated does not matter
    environment.filters["day_of"] = lambda at: in_words(day_in_england(at))
    environment.filters["moment"] = lambda at: f"{in_words(day_in_england(at))}, {at.astimezone(ENGLAND):%H:%M}"
    environment.filters |= {"direction": direction, "line": line, "lines": lines, "tag": as_html.tag}
    environment.globals |= {"Act": Act, "may": may}
    environment.filters["helper"] = lambda kind: STAFF.say(f"helper_{kind}")
    environment.filters["minutes_until"] = lambda at, now: max(0, int((now - at).total_seconds() // 60))
    return environment


def whoever(request: web.Request) -> SignedIn | None:
    """Who is signed in, if anybody is."""
    return request.get(SIGNED_IN)


def as_nobody(request: web.Request) -> None:
    """From here on the answer is for somebody who is not signed in, whatever cookie they sent."""
    request.pop(SIGNED_IN, None)


def officer(request: web.Request) -> SignedIn:
    """Who is signed in, on a page nobody else gets to."""
    found = whoever(request)
    if found is None:
        raise web.HTTPForbidden
    return found


def own_list(person: SignedIn) -> str:
    """Where somebody's own children or reviews are listed: the first page they see, and the way back to it."""
    if may(person.role, Act.LIST_OWN_REVIEWS):
        return "/reviews"
    if may(person.role, Act.HELP_CHILDREN):
        return "/children"
    return "/key-in" if may(person.role, Act.KEY_IN_FOR_ANYBODY) else "/sessions"


def posted(request: web.Request) -> dict[str, str]:
    """The form, on a page where the entrance has read and checked it."""
    return request[POSTED]


def session_token(desk: Desk, request: web.Request) -> str:
    """The token of this browser's session, good or not. Empty: none."""
    token = desk.site.cookie(request, SESSION)
    return token if len(token) <= LONGEST_COOKIE else ""
