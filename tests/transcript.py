"""A conversation with the bot as a page to look at: what stood in the stand-in's chat, and plainly no screenshot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from markupsafe import Markup, escape

from tests.telegram_stand_in import Shown

TAGS = {"bold": "b", "italic": "i", "blockquote": "q", "underline": "u", "code": "code", "spoiler": "s"}

PAGE = Markup("""<!doctype html>
<html lang="en-GB"><meta charset="utf-8"><style>
body {{ margin: 0; padding: 16px; width: 704px; background: #fff; color: #14181c; font: 15px/1.4 "Noto Sans"; }}
h1 {{ margin: 0 0 12px; font-size: 13px; font-weight: 400; color: #4a545e; }}
main {{ columns: 2; column-gap: 20px; }}
article {{ break-inside: avoid; margin: 0 0 12px; }}
p {{ margin: 0; padding: 8px 12px; border: 1px solid #9aa5b1; border-radius: 8px; white-space: pre-wrap; }}
.child {{ margin-inline-start: 48px; }}
.child p {{ background: #e6f0f7; border-color: #14507a; }}
small {{ display: block; color: #4a545e; font-size: 12px; }}
q {{ display: inline-block; quotes: none; padding-inline-start: 8px; border-inline-start: 3px solid #14507a; }}
i {{ color: #4a545e; font-style: normal; }}
div {{ display: flex; gap: 4px; margin-top: 4px; text-align: center; }}
span {{ flex: 1; padding: 4px; border: 1px solid #9aa5b1; border-radius: 8px; background: #f2f5f8; }}
</style><h1>{}</h1><main>{}</main>""")


def drawn(messages: Iterable[Shown], caption: str) -> str:
    """These messages one under the other, in two columns, under this caption."""
    return str(PAGE.format(caption, Markup("").join(map(_message, messages))))


def _message(shown: Shown) -> Markup:
    rows = Markup("").join(
        Markup("<div>{}</div>").format(Markup("").join(Markup("<span>{}</span>").format(key["text"]) for key in row))
        for row in shown.keyboard
    )
    whose = ("bot", "Foreword's bot") if shown.from_bot else ("child", "the child")
    words = Markup("").join(_words(shown))
    return Markup('<article class="{}"><small>{}</small><p>{}</p>{}</article>').format(*whose, words, rows)


def _words(shown: Shown) -> Iterator[Markup]:
    """Its text with what is bold, quiet or quoted in it. Telegram counts in UTF-16 units."""
    units, place = shown.text.encode("utf-16-le"), 0
    for each in sorted(shown.entities, key=lambda each: int(each["offset"])):
        start, end = 2 * each["offset"], 2 * (each["offset"] + each["length"])
        yield escape(units[place:start].decode("utf-16-le"))
        tag = Markup(TAGS[each["type"]])
        yield Markup("<{0}>{1}</{0}>").format(tag, units[start:end].decode("utf-16-le"))
        place = end
    yield escape(units[place:].decode("utf-16-le"))
