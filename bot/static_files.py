"""Static files, read once at start: each has an address made of its own bytes, so that a browser may keep it for ever.

files = Files.load(HERE / "static", prefix="/static/")
files.serve(app)
files["chat.css"]           /static/chat.0c9e1f5a7b3d2e48.css
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from aiohttp import hdrs, web

FOR_EVER = "public, max-age=31536000, immutable"

CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
}


@dataclass(frozen=True, slots=True)
class File:
    """One file as it is served."""

    url: str
    body: bytes
    gzipped: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class Files:
    """The static files of a folder, by the names pages ask for them."""

    by_name: Mapping[str, File]
    prefix: str

    @classmethod
    def load(cls, folder: Path, prefix: str = "/static/", also: Iterable[Path] = ()) -> Files:
        """Read every file of a known kind in the folder, and those named `also`. ValueError for one of another kind."""
        paths = [*(path for path in sorted(folder.iterdir()) if path.is_file()), *also]
        return cls({path.name: _file(path, prefix) for path in paths}, prefix)

    def __getitem__(self, name: str) -> str:
        return self.by_name[name].url

    def serve(self, app: web.Application) -> None:
        """Answer for these files, each under the address it has today and no other."""
        by_url = {file.url: file for file in self.by_name.values()}

        async def give(request: web.Request) -> web.Response:
            file = by_url.get(request.path)
            if file is None:
                raise web.HTTPNotFound
            zipped = "gzip" in request.headers.get(hdrs.ACCEPT_ENCODING, "") and len(file.gzipped) < len(file.body)
            headers = {hdrs.CONTENT_TYPE: file.content_type, hdrs.CACHE_CONTROL: FOR_EVER, hdrs.VARY: "Accept-Encoding"}
            if zipped:
                headers[hdrs.CONTENT_ENCODING] = "gzip"
            return web.Response(body=file.gzipped if zipped else file.body, headers=headers)

        app.router.add_get(self.prefix + "{name}", give)


def _file(path: Path, prefix: str) -> File:
    body = path.read_bytes()
    if path.suffix not in CONTENT_TYPES:
        raise ValueError(f"{path.name}: a static file of a kind that no page uses.")
    mark = hashlib.sha256(body).hexdigest()[:16]
    return File(
        f"{prefix}{path.stem}.{mark}{path.suffix}", body, gzip.compress(body, 9, mtime=0), CONTENT_TYPES[path.suffix]
    )
