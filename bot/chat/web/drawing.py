"""The web chat's pages. Messages go in as they are; what is added is the frame: fields, buttons, the way out.

Every word comes from the message or, for the frame, from a phrase; every value is text to the templates.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from markupsafe import Markup, escape

from bot import pages
from bot.chat.web.reading import first_offered
from bot.static_files import Files
from consultations.languages import SOURCE, Words
from consultations.messages import Line, Message, Role
from consultations.questions.sets import QuestionBook
from consultations.rendering import as_html

HERE = Path(__file__).parent

Say = Callable[[str, str], str]
"""A phrase in a language, by its tag: `say("en-GB", "leave_now")`."""

_ADDRESS = r"https://t\.me/[A-Za-z0-9_]{5,32}\?start=[A-Za-z0-9_-]{1,64}"
"""The way to our bot as `handing_over` makes it (core.telegram.org/bots/features#deep-linking); no other address."""

_NUMBER = r"(?<![\d+])(?:999|112|18000|116 ?\d{3}|0[\d \u00a0]{6,13}\d)(?!\d)"
"""Emergency numbers (999 and 112; 18000 by text relay), European harmonised ones and UK numbers as they are written."""

_CODE = r"(?<![\w/.:@-])[0-9A-Z]{4}(?:-[0-9A-Z]{4})+(?:-[0-9A-Z])?(?![\w/:@-])"
"""A code as `invitation` shows it. It begins with a digit, perhaps, which in Arabic would go to the wrong end."""

_WORD_OF_TWO = r"(?<![\w/.:@-])[^\W\d_]{1,9}-[^\W\d_]{1,9}(?![\w/:@-])"
"""Letters, a hyphen, letters; no part of an address or a code."""

_WHOLE = re.compile(f"(?P<code>{_CODE})|(?P<word>{_WORD_OF_TWO})")
_TAPPABLE = re.compile(f"(?P<address>{_ADDRESS})|(?P<code>{_CODE})|(?P<number>{_NUMBER})|(?P<word>{_WORD_OF_TWO})")


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page: where *Leave now* goes, and the languages there are, with their directions."""

    leave_url: str
    demo: bool = False
    languages: Mapping[str, str] = field(default_factory=lambda: {"en-GB": "ltr"})


@dataclass(frozen=True, slots=True)
class Resend:
    """A form to send once more: everything it held, the words where they can be seen and shortened."""

    action: str
    fields: Mapping[str, str]
    words: str | None


class Drawing:
    """Draws the pages. Made once at start: templates read, static files known by their addresses."""

    def __init__(self, say: Say, frame: Frame) -> None:
        self.files = Files.load(HERE / "static", also=[as_html.STYLE])
        self._say = say
        self._frame = frame
        templates = pages.templates(HERE)
        templates.filters |= {"tag": as_html.tag, "tappable": tappable, "unbroken": unbroken}
        templates.globals |= {"heading": heading, "draw": as_html.fragment}
        self._chat = templates.get_template("chat.html")
        self._code = templates.get_template("code.html")
        self._sit = templates.get_template("sit.html")
        self._sorry = templates.get_template("sorry.html")
        self._parted = templates.get_template("parted.html")
        self._over = templates.get_template("over.html")
        self._leaving = templates.get_template("leaving.html")

    def chat(self, messages: Sequence[Message], *, token: str, event: str, idle: int) -> str:
        """Where the child is: the messages, and a form for the last of them. `event` is the form's own random id."""
        waits = messages[-1]
        around = self._around(waits.language, waits.direction)
        return self._chat.render(around, messages=messages, token=token, event=event, idle=idle)

    def code(
        self,
        event: str,
        wished: Sequence[str] = (),
        *,
        told: Sequence[str] = (),
        slip: str = "",
        code: str = "",
        words: str = "",
        back: bool = False,
    ) -> str:
        """The first page, in the first language of those wished for. `told`, `slip`: what happened, as phrases.

        `back`: a visit in this browser may still read, and is a tap away.
        """
        around = self._wished(wished)
        return self._code.render(around, event=event, told=told, slip=slip, code=code, words=words, back=back)

    def sit(self, event: str, wished: Sequence[str] = (), *, slip: str = "", own: str = "", code: str = "") -> str:
        """Where an advocate comes in, beside a child: two fields, with what stood in them."""
        return self._sit.render(self._wished(wished), **{"event": event, "slip": slip, "pass": own, "code": code})

    def parted(self, told: Message) -> str:
        """What became of it, at a screen that is finished with: nothing can be tapped there any more."""
        return self._parted.render(self._around(told.language, told.direction), told=told)

    def over(self, told: Sequence[str], wished: Sequence[str] = (), *, words: str = "") -> str:
        """A visit of staff's that is over: what there is to say, as phrases, their words, and the way to come in."""
        return self._over.render(self._wished(wished), told=told, words=words)

    def sorry(self, phrase: str, again: Resend | None, wished: Sequence[str] = ()) -> str:
        """Something did not work: one kind sentence, and the same form again where there was one."""
        return self._sorry.render(self._wished(wished), phrase=phrase, again=again)

    def leaving(self, wished: Sequence[str] = ()) -> str:
        """Nothing, for the moment until the browser is elsewhere."""
        return self._leaving.render(self._wished(wished))

    def _wished(self, wished: Sequence[str]) -> dict[str, object]:
        language = first_offered(wished, self._frame.languages)
        return self._around(language, self._frame.languages[language])

    def _around(self, language: str, direction: str) -> dict[str, object]:
        return {
            "language": language,
            "direction": direction,
            "say": partial(self._say, language),
            "files": self.files,
            "leave_url": self._frame.leave_url,
            "demo": self._frame.demo,
        }


def phrases(book: QuestionBook, spoken: Mapping[str, Words]) -> Say:
    """The frame's own words, in the language of the message they stand around; English where that has gone away."""
    by_tag = {words.language.tag: words for words in spoken.values()}

    def say(language: str, id: str) -> str:
        return by_tag.get(language, spoken[SOURCE]).say(f"phrase.{id}", book.phrases[id].text)

    return say


def heading(message: Message) -> Line | None:
    """The line that names the message: what its choices belong to, read aloud."""
    return next((line for line in message.lines if line.role in (Role.HEADING, Role.ASKED)), None)


def tappable(text: str) -> Markup:
    """The text with every telephone number, and our own address on Telegram, as a link: nobody has to type them."""
    return _marked(text, _TAPPABLE)


def unbroken(text: str) -> Markup:
    """The text with every code, and every short word of two ("grown-ups"), kept on one line, to be read whole."""
    return _marked(text, _WHOLE)


def _marked(text: str, wanted: re.Pattern[str]) -> Markup:
    parts: list[str] = []
    end = 0
    for found in wanted.finditer(text):
        digits = "".join(symbol for symbol in found[0] if symbol.isdigit())
        parts += [escape(text[end : found.start()]), _MARKS[found.lastgroup or ""].format(found[0], digits)]
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])


_MARKS = {
    "address": Markup('<a class="address" href="{0}" rel="noreferrer" dir="ltr">{0}</a>'),
    "code": Markup('<span class="unbroken" dir="ltr">{0}</span>'),
    "number": Markup('<a href="tel:{1}" dir="ltr">{0}</a>'),
    "word": Markup('<span class="unbroken">{0}</span>'),
}
