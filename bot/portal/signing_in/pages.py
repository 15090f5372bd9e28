"""Signing in and out: by five words, or by the recovery code, which leads to new words and nowhere else."""

from __future__ import annotations

from aiohttp import web

from bot.pages import small_form
from bot.portal.desk import DESK, SESSION, as_nobody, session_token
from bot.portal.enrolling.pages import finish, keep_these, wait
from bot.portal.entrance import FIRST_PAGE, let_in, our_path
from consultations.signing_in import Waiting


def add_routes(router: web.UrlDispatcher) -> None:
    """Where these pages are."""
    router.add_get("/sign-in", sign_in_form, allow_head=False)
    router.add_post("/sign-in", sign_in)
    router.add_post("/sign-out", sign_out)
    router.add_get("/recover", recover_form, allow_head=False)
    router.add_post("/recover", recover)
    router.add_post("/recover/confirm", confirm_recovery)


async def sign_in_form(request: web.Request) -> web.Response:
    """The form."""
    return _sign_in(request, shown=request.query.get("show") == "words")


async def sign_in(request: web.Request) -> web.Response:
    """Five words and the name they belong to."""
    desk = request.app[DESK]
    as_nobody(request)
    form = await small_form(request)
    username, next = form.get("username", ""), our_path(form.get("next", ""))
    if not desk.made_here(request, form):
        return _sign_in(request, 403, problem="old", username=username, next=next)
    signed_in = await desk.signing_in.by_phrase(username, form.get("phrase", ""), desk.now())
    if signed_in is None:
        return _sign_in(request, 422, problem="wrong", username=username, next=next)
    if isinstance(signed_in, Waiting):
        return wait(request, signed_in)
    return await let_in(desk, request, signed_in, next or FIRST_PAGE)


async def sign_out(request: web.Request) -> web.Response:
    """Lock the session, and let the browser forget the pages."""
    desk = request.app[DESK]
    await desk.signing_in.end(session_token(desk, request), desk.now())
    as_nobody(request)
    response = desk.draw(request, "signing_in/signed_out.html", fresh=True)
    desk.site.drop_cookie(response, SESSION)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


async def recover_form(request: web.Request) -> web.Response:
    """The form for a recovery code."""
    return _recover(request)


async def recover(request: web.Request) -> web.Response:
    """The recovery code lets them in as far as new words."""
    desk = request.app[DESK]
    as_nobody(request)
    form = await small_form(request)
    username = form.get("username", "")
    if not desk.made_here(request, form):
        return _recover(request, 403, problem="old", username=username)
    signed_in = await desk.signing_in.by_recovery_code(username, form.get("recovery", ""), desk.now())
    if signed_in is None:
        return _recover(request, 422, problem="wrong", username=username)
    if isinstance(signed_in, Waiting):
        return wait(request, signed_in)
    if not await desk.proving.stands(signed_in.person, form.get("code", ""), desk.now()):
        return _recover(request, 422, problem="wrong", username=username)
    once = await desk.enrolling.renew(signed_in, desk.fresh_page_token(request), desk.now())
    return keep_these(request, once, action="/recover/confirm", start_over="/recover")


async def confirm_recovery(request: web.Request) -> web.Response:
    """The new words, typed once: now they are the ones."""
    as_nobody(request)
    return await finish(request, "/recover/confirm", "/recover", lambda: _recover(request, 403, problem="old"))


def _sign_in(
    request: web.Request,
    status: int = 200,
    *,
    problem: str = "",
    username: str = "",
    next: str = "",
    shown: bool = False,
) -> web.Response:
    as_nobody(request)
    return request.app[DESK].draw(
        request,
        "signing_in/sign_in.html",
        status,
        ended=False,
        problem=problem,
        username=username[:200],
        next=next,
        shown=shown,
    )


def _recover(request: web.Request, status: int = 200, *, problem: str = "", username: str = "") -> web.Response:
    as_nobody(request)
    return request.app[DESK].draw(request, "signing_in/recover.html", status, problem=problem, username=username[:200])
