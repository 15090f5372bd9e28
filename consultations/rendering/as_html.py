"""A copy as HTML: the part that the child's preview and the officer's page share, the officer's page, and a file.

No script, nothing from elsewhere. On a page of ours the style is a static file (`STYLE`), since our pages allow no
inline style; in a file to keep it stands inside. Every word is text to the templates; each of the child's lines is
a paragraph with its own language and direction.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from consultations.participation import Branch
from consultations.rendering import layout
from consultations.rendering.characters import direction
from consultations.rendering.headings import Headings
from consultations.summary import Copy

HERE = Path(__file__).parent

STYLE = HERE / "summary.css"
"""To be served beside any page that holds a fragment or a sheet."""


def fragment(copy: Copy, headings: Headings, *, level: int = 2) -> Markup:
    """What the child said: the same answers, order and marks for the child and for their officer.

    `level` is that of the first heading, so that it fits the page around it.
    """
    return _rendered("fragment", parts=layout.parts(copy, headings), level=level)


def sheet(copy: Copy, branches: Sequence[Branch] = (), *, level: int = 1) -> Markup:
    """The page staff are given: the facts, the same fragment under English headings, the codes proposed, where from."""
    return _rendered("sheet", sheet=layout.sheet(copy, branches), level=level)


def document(copy: Copy, branches: Sequence[Branch] = ()) -> str:
    """The sheet as one file that needs nothing else. The same copy and branches give the same bytes."""
    style = Markup(STYLE.read_text(encoding="utf-8"))  # noqa: S704 - our own file
    return str(_rendered("document", sheet=layout.sheet(copy, branches), style=style, level=1))


def tag(language: str) -> str:
    """`en_GB` as an HTML `lang` (BCP 47): `en-GB`."""
    return language.replace("_", "-")


def _rendered(name: str, **values: object) -> Markup:
    return Markup(_templates().get_template(f"{name}.html").render(**values))  # noqa: S704 - escaped by the template


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    templates.filters |= {"tag": tag, "direction": direction}
    templates.globals |= {
        "empty": layout.EMPTY,
        "expected": layout.EXPECTED,
        "proposed": layout.PROPOSED,
        "proposed_note": layout.PROPOSED_NOTE,
    }
    return templates
