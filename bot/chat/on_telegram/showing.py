"""Messages as Telegram shows them: texts of at most 4,096 units with what is bold in them, and keyboards.

What belongs together is one message, because a second one has to wait a second. The check page, which is many, is one
message that is turned a theme at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from bot.chat.on_telegram.reading import PAGE
from consultations.messages import Button, Field, Line, Message, Role
from consultations.rendering import as_text

LONGEST = 4096
"""UTF-16 units a message may have."""

WIDE = 26
IN_A_ROW = 3
RIGHT_TO_LEFT = "\u200f"
CHOSEN = "✓ "

_STYLES = {Role.HEADING: "bold", Role.ASKED: "bold", Role.CHILD: "blockquote", Role.NOTE: "italic"}
_SENTENCE = re.compile(r"(?<=[.?!…؟۔।።])\s+")


@dataclass(frozen=True, slots=True)
class Key:
    """One button under a message."""

    label: str
    data: str


@dataclass(frozen=True, slots=True)
class Styled:
    """From where to where the text looks so, in UTF-16 units."""

    style: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One message, ready to be sent. `asks`: the place that words in reply to it are for."""

    text: str
    styles: tuple[Styled, ...] = ()
    rows: tuple[tuple[Key, ...], ...] = ()
    asks: str = ""


@dataclass(frozen=True, slots=True)
class Turning:
    """What the buttons that turn a page say, in the child's language."""

    on: str
    back: str
    end: str


@dataclass
class _Writing:
    """A message as it grows."""

    direction: str
    paragraphs: list[tuple[str, str]] = field(default_factory=list)  # style, text

    def put(self, style: str, text: str) -> None:
        for part in text.split("\n"):
            if part.strip():
                self.paragraphs.append((style, part.strip()))
            elif self.paragraphs and self.paragraphs[-1][1]:
                self.paragraphs.append(("", ""))

    def apart(self) -> None:
        if self.paragraphs and self.paragraphs[-1][1]:
            self.paragraphs.append(("", ""))


def screens(messages: Sequence[Message], turning: Turning, page: int | None = None) -> tuple[Sheet, ...]:
    """Everything to send for a turn, in order. `page`: of a page that turns, another than where the child was."""
    pages = _pages(messages)
    if len(pages) == 1:
        return tuple(sheet for block in _blocks(pages[0]) for sheet in _sheets(block))
    told = [message for message in pages[0] if message.kind == "notice"]  # what just happened stands on no page
    pages[0] = [message for message in pages[0] if message.kind != "notice"]
    here = next((number for number, each in enumerate(pages) if any(message.here for message in each)), 0)
    number = min(here if page is None else page, len(pages) - 1)
    shown = _numbered(pages[number])
    *before, last = _sheets(shown if page is not None else [*told, *shown])
    # Somebody may come in on any page: who is here can be said on each. On the last it stands among the others.
    company = [button for button in messages[-1].buttons if button.kind == "company" and number + 1 < len(pages)]
    return (*before, replace(last, rows=(*last.rows, *_rows(company), *_turning(number, len(pages), turning))))


def is_paged(messages: Sequence[Message]) -> bool:
    """Whether these are shown a page at a time."""
    return len(_pages(messages)) > 1


def picked(rows: Iterable[Iterable[Key]], data: str) -> tuple[tuple[Key, ...], ...] | None:
    """The keyboard once a choice was tapped: the choice with a tick, the rest gone. None where it stays as it is.

    A command stays, because it may be wanted again. A picture of a PIN is not shown to whoever looks later.
    """
    _, _, rest = data.partition(":")
    place, _, choice = rest.partition(":")
    if choice.startswith(".") or place in (".change", ".share", ".go"):
        return None
    if place == ".pin":
        return ()
    for row in rows:
        for key in row:
            if key.data == data:
                return ((Key(key.label if key.label.startswith(CHOSEN) else CHOSEN + key.label, data),),)
    return None


def units(text: str) -> int:
    """The length of a text as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _pages(messages: Sequence[Message]) -> list[list[Message]]:
    """One, or for the check page one a theme and, at the end, one for what can be done with it."""
    pages: list[list[Message]] = [[]]
    cards = False
    for message in messages:
        first = message.lines[0].role if message.lines else Role.PLAIN
        begins = message.kind == "card" and first in (Role.HEADING, Role.NOTE)
        if cards and (begins or (message.kind != "card" and _is_answer(pages[-1][-1]))):
            pages.append([])
        cards = cards or begins
        pages[-1].append(message)
    return pages


def _is_answer(message: Message) -> bool:
    """A card of one answer; that of the questions without one belongs to what can still be done."""
    return message.kind == "card" and message.lines[0].role is not Role.NOTE


def _blocks(messages: Sequence[Message]) -> Iterator[list[Message]]:
    """What is one message: everything up to one with buttons, which end it."""
    block: list[Message] = []
    for message in messages:
        block.append(message)
        if message.buttons:
            yield block
            block = []
    if block:
        yield block


def _numbered(messages: Sequence[Message]) -> list[Message]:
    """Several answers on one page: each has a number, and its buttons have it too."""
    cards = [message for message in messages if message.kind == "card" and len(message.buttons) and _asks(message)]
    if len(cards) < 2:
        return list(messages)
    numbers = {id(card): number for number, card in enumerate(cards, 1)}
    return [_with_number(each, numbers[id(each)]) if id(each) in numbers else each for each in messages]


def _asks(message: Message) -> bool:
    return any(line.role is Role.ASKED for line in message.lines)


def _with_number(card: Message, number: int) -> Message:
    lines = tuple(
        replace(line, text=f"{number}. {line.text}") if line.role is Role.ASKED else line for line in card.lines
    )
    buttons = tuple(replace(button, label=f"{number}. {button.label}") for button in card.buttons)
    return replace(card, lines=lines, buttons=buttons)


def _sheets(block: Sequence[Message]) -> list[Sheet]:
    """One block as messages, more than one only where it is too long."""
    writing = _Writing(block[-1].direction)
    for message in block:
        writing.apart()
        _write(message, writing)
    sheets = list(_cut(writing))
    rows = tuple(row for message in block for row in _rows(message.buttons))
    asks = next((message.field.place for message in block if message.field is not None), "")
    sheets[-1] = replace(sheets[-1], rows=rows, asks=asks)
    return sheets


def _write(message: Message, writing: _Writing) -> None:
    for line in message.lines:
        _write_line(line, message, writing)
    if message.copy is not None and message.headings is not None:
        writing.apart()
        writing.put("", "\n".join(as_text.fragment(message.copy, message.headings).splitlines()))
    if message.field is not None:
        _write_field(message.field, message, writing)


def _write_line(line: Line, message: Message, writing: _Writing) -> None:
    if line.role is Role.HEADING:
        writing.apart()
    style = _STYLES.get(line.role, "")
    # A child's own words run as their first letter does; ours run as our language does.
    mark = RIGHT_TO_LEFT if message.direction == "rtl" and line.role is not Role.CHILD else ""
    for part in line.text.split("\n"):
        writing.put(style, mark + part if part.strip() else "")


def _write_field(asked: Field, message: Message, writing: _Writing) -> None:
    mark = RIGHT_TO_LEFT if message.direction == "rtl" else ""
    if asked.value:
        writing.put("blockquote", asked.value)
    writing.put("italic", mark + asked.label)
    if asked.hint:
        writing.put("italic", mark + asked.hint)


def _cut(writing: _Writing) -> Iterator[Sheet]:
    """The paragraphs as one text, or as few as they fit into; a long one is cut after a sentence."""
    text, styles = "", list[Styled]()
    for style, paragraph in writing.paragraphs:
        for part in _parts(paragraph):
            joined = f"{text}\n{part}" if text else part
            if units(joined) > LONGEST:
                yield _finished(text, styles)
                text, styles, joined = "", [], part
            if part and style:
                styles.append(Styled(style, units(joined) - units(part), units(part)))
            text = joined
    yield _finished(text or "·", styles)


def _finished(text: str, styles: list[Styled]) -> Sheet:
    return Sheet(text.rstrip(), tuple(styles))


def _parts(paragraph: str) -> Iterator[str]:
    """A paragraph, cut after sentences, or after words, or wherever it has to be."""
    if units(paragraph) <= LONGEST:
        yield paragraph
        return
    part = ""
    for gap, piece in _pieces(paragraph):
        joined = f"{part}{gap}{piece}" if part else piece
        if units(joined) > LONGEST:
            yield part
            joined = piece
        part = joined
    if part:
        yield part


def _pieces(paragraph: str) -> Iterator[tuple[str, str]]:
    """Sentences, words, or parts of a word; each with what stands between it and the one before it."""
    for sentence in _SENTENCE.split(paragraph):
        if units(sentence) <= LONGEST:
            yield " ", sentence
            continue
        for word in sentence.split():
            for start in range(0, len(word), LONGEST // 2):
                yield "" if start else " ", word[start : start + LONGEST // 2]


def _rows(buttons: Sequence[Button]) -> Iterator[tuple[Key, ...]]:
    """Buttons side by side where they are short; answers and ways on are never in one row."""
    row: list[Key] = []
    kind = ""
    for button in buttons:
        sort = "choice" if button.kind == "choice" else "way"
        key = Key(_label(button), button.id)
        wide = sum(len(each.label) + 3 for each in (*row, key))
        if row and (sort != kind or wide > WIDE or len(row) == IN_A_ROW):
            yield tuple(row)
            row = []
        row.append(key)
        kind = sort
    if row:
        yield tuple(row)


def _label(button: Button) -> str:
    return f"{CHOSEN if button.chosen else ''}{button.picture} {button.label}".replace("  ", " ").strip()


def _turning(number: int, many: int, says: Turning) -> Iterator[tuple[Key, ...]]:
    if number + 1 < many:
        yield (Key(says.on, f"{PAGE}{number + 1}"),)
    if number:
        yield (Key(says.back, f"{PAGE}{number - 1}"),)
    if number + 2 < many:
        yield (Key(says.end, f"{PAGE}{many - 1}"),)
