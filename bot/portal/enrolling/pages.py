"""Becoming a reader, and new words: what is shown once, and the typing that makes it final."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from bot.pages import small_form
from bot.portal.desk import DESK, as_nobody, officer, posted, whoever
from bot.portal.entrance import FIRST_PAGE, let_in
from consultations.enrolling import NotYet, ShownOnce
from consultations.signing_in import SignedIn, Waiting


def add_routes(router: web.UrlDispatcher) -> None:
    """Where these pages are."""
    router.add_get("/enrol", enrol_form, allow_head=False)
    router.add_post("/enrol", enrol)
    router.add_post("/enrol/confirm", confirm_enrolment)
    router.add_get("/phrase", new_words_form, allow_head=False)
    router.add_post("/phrase", new_words)
    router.add_post("/phrase/confirm", confirm_new_words)


async def enrol_form(request: web.Request) -> web.Response:
    """The form for an enrolment code."""
    return _enrol(request)


async def enrol(request: web.Request) -> web.Response:
    """The code makes keys and words, shown this one time."""
    desk = request.app[DESK]
    as_nobody(request)
    form = await small_form(request)
    if not desk.made_here(request, form):
        return _enrol(request, 403, problem="old")
    once = await desk.enrolling.begin(form.get("code", ""), desk.fresh_page_token(request), desk.now())
    if once is None:
        return _enrol(request, 422, problem="no_such_code")
    return keep_these(request, once, action="/enrol/confirm", start_over="/enrol")


async def confirm_enrolment(request: web.Request) -> web.Response:
    """The words, typed once: now they are a reader."""
    as_nobody(request)
    return await finish(request, "/enrol/confirm", "/enrol", lambda: _enrol(request, 403, problem="old"))


async def new_words_form(request: web.Request) -> web.Response:
    """The form for new words."""
    return _new_words(request)


async def new_words(request: web.Request) -> web.Response:
    """New words for somebody who knows the ones they have."""
    desk, person = request.app[DESK], officer(request)
    known = await desk.signing_in.by_phrase(person.person.username, posted(request).get("phrase", ""), desk.now())
    if not isinstance(known, SignedIn):
        return _new_words(request, 422, problem="wrong")
    if not await desk.proving.stands(known.person, posted(request).get("code", ""), desk.now()):
        return _new_words(request, 422, problem="wrong")
    once = await desk.enrolling.renew(known, desk.fresh_page_token(request), desk.now())
    return keep_these(request, once, action="/phrase/confirm", start_over="/phrase")


async def confirm_new_words(request: web.Request) -> web.Response:
    """The new words, typed once: now they are the ones, and every other session ends."""
    return await finish(request, "/phrase/confirm", "/phrase", lambda: _new_words(request, 403, problem="old"))


def keep_these(request: web.Request, once: ShownOnce, *, action: str, start_over: str) -> web.Response:
    """The page that is shown once. Its forms are tied to a new cookie, so the one before cannot be posted again."""
    return request.app[DESK].draw(
        request,
        "enrolling/keep_these.html",
        fresh=True,
        once=once,
        prepared=once.prepared,
        action=action,
        start_over=start_over,
    )


async def finish(
    request: web.Request, action: str, start_over: str, too_old: Callable[[], web.Response]
) -> web.Response:
    """Confirm what was shown: in, if the words are right; the same form again, if not; or start over."""
    desk = request.app[DESK]
    form = posted(request) if whoever(request) else await small_form(request)
    if not desk.made_here(request, form):
        return too_old()
    prepared, phrase = form.get("prepared", ""), form.get("phrase", "")
    confirmed = await desk.enrolling.confirm(prepared, phrase, desk.page_token(request), desk.now())
    match confirmed:
        case NotYet.TOO_OLD:
            return too_old()
        case NotYet.NOT_THE_PHRASE:
            return desk.draw(
                request,
                "enrolling/keep_these.html",
                422,
                once=None,
                prepared=prepared,
                action=action,
                start_over=start_over,
            )
        case Waiting():
            return wait(request, confirmed)
        case signed_in:
            return await let_in(desk, request, signed_in, FIRST_PAGE, passed=whoever(request) is not None)


def wait(request: web.Request, waiting: Waiting) -> web.Response:
    """What somebody sees, and all of it, until a second person has confirmed their keys."""
    as_nobody(request)
    return request.app[DESK].draw(request, "enrolling/waiting.html", waiting=waiting)


def _enrol(request: web.Request, status: int = 200, *, problem: str = "") -> web.Response:
    as_nobody(request)
    return request.app[DESK].draw(request, "enrolling/enrol.html", status, problem=problem)


def _new_words(request: web.Request, status: int = 200, *, problem: str = "") -> web.Response:
    return request.app[DESK].draw(request, "enrolling/new_words.html", status, problem=problem)
