"""One review: what was sent, noted as opened before it is shown, and the copies that can be made of it.

A review that is somebody else's and one that never was are the same plain page.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from aiohttp import web

from bot.portal.desk import DESK, Desk, officer, posted
from consultations.participation import Branch
from consultations.reading import ChangedByHand, MadeCopy, WhyNot
from consultations.rendering import as_html, as_json, as_pdf, as_text
from consultations.rendering.as_pdf import PdfProblem
from consultations.summary import Copy, CopyKind, copy

log = structlog.get_logger(__name__)

TO_PRINT = "page"


@dataclass(frozen=True, slots=True)
class Format:
    """How a copy leaves as a file."""

    draw: Callable[[Copy, Sequence[Branch]], bytes | str]
    content_type: str


FORMATS = {
    "pdf": Format(as_pdf.document, "application/pdf"),
    "html": Format(as_html.document, "text/html; charset=utf-8"),
    "json": Format(as_json.document, "application/json"),
    "txt": Format(as_text.document, "text/plain; charset=utf-8"),
}


def add_routes(router: web.UrlDispatcher) -> None:
    """Where these pages are."""
    router.add_get("/reviews/{reference}", summary, allow_head=False)
    router.add_get("/reviews/{reference}/why", why, allow_head=False)
    router.add_post("/reviews/{reference}/copies", copies)


async def summary(request: web.Request) -> web.Response:
    """What was sent, as far as it opens; or, exactly, why there is nothing."""
    desk, reference = request.app[DESK], request.match_info["reference"]
    try:
        opened = await desk.reading.open(officer(request), reference, desk.now())
    except ChangedByHand:
        return _changed(desk, request, reference)
    if opened is None:
        raise web.HTTPNotFound
    shown = copy(opened.summary, CopyKind.OFFICER)
    return desk.draw(
        request,
        "summary/summary.html",
        locks=True,
        opened=opened,
        sheet=as_html.sheet(shown, opened.branches, level=2) if opened.anything else "",
    )


async def why(request: web.Request) -> web.Response:
    """The form that asks why the officer's copy is made. Nothing is opened by it."""
    desk, reference = request.app[DESK], request.match_info["reference"]
    if not await desk.reading.is_theirs(officer(request), reference):
        raise web.HTTPNotFound
    format = request.query.get("format", "")
    return _why(desk, request, reference, format if format in FORMATS or format == TO_PRINT else "pdf")


async def copies(request: web.Request) -> web.Response:
    """A copy, as a file or as a page to print. The officer's own asks why first."""
    desk, reference, form = request.app[DESK], request.match_info["reference"], posted(request)
    try:
        kind = CopyKind(form.get("copy", ""))
    except ValueError:
        raise web.HTTPBadRequest from None
    format, reason = form.get("format", ""), form.get("reason", "")
    if format != TO_PRINT and format not in FORMATS:
        raise web.HTTPBadRequest
    try:
        made = await desk.reading.copy(officer(request), reference, kind, reason, desk.now())
    except ChangedByHand:
        return _changed(desk, request, reference)
    match made:
        case WhyNot.NEEDS_REASON:
            return _why(desk, request, reference, format, 422)
        case WhyNot():
            raise web.HTTPNotFound
        case MadeCopy():
            return await _given(desk, request, made, reference, format)


def _why(desk: Desk, request: web.Request, reference: str, format: str, status: int = 200) -> web.Response:
    return desk.draw(request, "summary/why.html", status, reference=reference, format=format, problem=status != 200)


def _changed(desk: Desk, request: web.Request, reference: str) -> web.Response:
    return desk.draw(request, "summary/changed.html", 500, reference=reference)


async def _given(desk: Desk, request: web.Request, made: MadeCopy, reference: str, format: str) -> web.Response:
    if format == TO_PRINT:
        sheet = as_html.sheet(made.copy, made.branches)
        return desk.draw(request, "summary/to_print.html", locks=True, sheet=sheet, reference=reference)
    drawn = FORMATS[format]
    try:
        file = await asyncio.to_thread(drawn.draw, made.copy, made.branches)
    except PdfProblem as problem:
        log.error("pdf_failed", why=str(problem))  # a sentence of ours, without a word of the copy
        return desk.draw(request, "summary/no_pdf.html", 500, reference=reference)
    name = f"{re.sub('[^A-Za-z0-9._-]', '-', reference)}-{made.copy.kind.value}.{format}"
    return web.Response(
        body=file.encode() if isinstance(file, str) else file,
        headers={
            "Content-Type": drawn.content_type,
            "Content-Disposition": f'attachment; filename="{name}"',
        },
    )
