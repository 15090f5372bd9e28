"""What a child can read on a page of the web chat: taken out of its HTML, and made of messages, to be the same.

Everything is compared, in order: each message's language and direction, each line and whose language it is in, the
preview, every button with its picture and whether it is chosen, and the field with what stands in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

from consultations.messages import Field, Message
from consultations.rendering import as_html
from consultations.rendering.as_html import tag

EMPTY = frozenset({"meta", "link", "input", "br"})
BAR = ("help", "company")
KINDS = ("choice", "primary", "action", "quiet")
"""The buttons of the message that waits stand in this order, after those that stand above them all."""


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message: its lines, each with its language, and the preview of a copy where it has one."""

    language: str
    direction: str
    lines: tuple[tuple[str, str], ...]
    copy: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A page. Each button is what it brings back, its label, its picture, and whether it is chosen."""

    language: str
    direction: str
    bubbles: tuple[Bubble, ...]
    buttons: tuple[tuple[str, str, str, bool], ...]
    field: Field | None


@dataclass
class Element:
    """One element of a page, and what is in it."""

    name: str
    attributes: dict[str, str]
    inside: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """As it reads: any space is one space."""
        return _plain("".join(self._texts()))

    @property
    def value(self) -> str:
        """What stands in a field; a text area's first line end is none of it."""
        return "".join(self._texts()).removeprefix("\n") if self.name == "textarea" else self["value"]

    def all(self, *names: str, **attributes: str) -> Iterator[Element]:
        """Every element below that is called so and says so, in order. `class` is one of its classes."""
        for each in self.inside:
            if isinstance(each, Element):
                if each.name in names and all(value in each[key].split() for key, value in attributes.items()):
                    yield each
                yield from each.all(*names, **attributes)

    def one(self, *names: str, **attributes: str) -> Element | None:
        """The first such element."""
        return next(self.all(*names, **attributes), None)

    def needed(self, *names: str, **attributes: str) -> Element:
        """The same, which has to be there."""
        found = self.one(*names, **attributes)
        assert found is not None, self.text
        return found

    def __getitem__(self, attribute: str) -> str:
        return self.attributes.get(attribute.strip("_"), "")

    def _texts(self) -> Iterator[str]:
        for each in self.inside:
            yield from [each] if isinstance(each, str) else each._texts()


class _Reading(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Element("", {})
        self._open = [self.page]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].inside.append(element)
        if tag not in EMPTY:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().name == tag, f"<{tag}> is closed, and was not open"

    def handle_data(self, data: str) -> None:
        self._open[-1].inside.append(data)


def read(html: str) -> Element:
    """A page, element by element."""
    reading = _Reading()
    reading.feed(html)
    reading.close()
    return reading.page


def shown(page: Element) -> Shown:
    """What is on a page of the chat. AssertionError where it is another kind of page."""
    html, log, say = page.needed("html"), page.needed("div", id="log"), page.needed("form", id="say")
    return Shown(
        html["lang"],
        html["dir"],
        tuple(_bubble(article) for article in log.all("article")),
        tuple(
            _button(button) for button in page.all("button", form="say") if button["name"] and not button["aria-hidden"]
        ),
        _field(say),
    )


def to_read(messages: tuple[Message, ...]) -> Shown:
    """What has to be on it."""
    *before, waits = messages
    buttons = [button for kind in BAR for message in messages for button in message.buttons if button.kind == kind]
    buttons += [button for message in before for button in message.buttons if button.kind not in BAR]
    buttons += [button for kind in KINDS for button in waits.buttons if button.kind == kind]
    return Shown(
        tag(waits.language),
        waits.direction,
        tuple(_said(message) for message in messages),
        tuple((place_and_choice(button.id), _plain(button.label), button.picture, button.chosen) for button in buttons),
        _plainly(waits.field) if waits.field else None,
    )


def differences(page: Shown, wanted: Shown) -> list[str]:
    """What on the page is not what has to be on it."""
    each = ((name, getattr(page, name), getattr(wanted, name)) for name in Shown.__slots__)
    return [f"{name}: {there} instead of {should}" for name, there, should in each if there != should]


def place_and_choice(id: str) -> str:
    """What a button brings back, but for what differs from one conversation to the next."""
    _, place, choice = id.split(":", 2)
    return place if place == ".send" else f"{place}:{choice}"


def _bubble(article: Element) -> Bubble:
    copy = article.one("div", class_="copy")
    lines = [each for each in article.inside if isinstance(each, Element) and each.name in ("h2", "p")]
    return Bubble(
        article["lang"],
        article["dir"],
        tuple((each.text, each["lang"]) for each in lines),
        copy.text if copy else "",
    )


def _said(message: Message) -> Bubble:
    lines = ((_plain(line.text), tag(line.language or message.language)) for line in message.lines)
    copy = ""
    if message.copy is not None and message.headings is not None:
        copy = read(as_html.fragment(message.copy, message.headings, level=3)).text
    return Bubble(tag(message.language), message.direction, tuple(lines), copy)


def _button(button: Element) -> tuple[str, str, str, bool]:
    picture = button.one("span", class_="picture")
    chosen = "true" in (button["aria-pressed"], button["aria-current"])
    label = button.needed("span", class_="label").text
    return place_and_choice(button["value"]), label, picture.text if picture else "", chosen


def _field(say: Element) -> Field | None:
    box = say.one("textarea", "input", id="words")
    if box is None:
        return None
    place, label, hint = say.needed("input", name="place"), say.needed("label"), say.one("p", id="hint")
    kind = "words" if box.name == "textarea" else "pin"
    return Field(place.value, label.text, _plain(box.value), kind, hint.text if hint else "")


def _plainly(asked: Field) -> Field:
    return replace(asked, label=_plain(asked.label), value=_plain(asked.value), hint=_plain(asked.hint))


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
