"""Text in a PDF as typst writes it: fonts, glyphs where they stand, and blocks of them under one tag."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias
from unicodedata import bidirectional, category

Operation: TypeAlias = tuple[Any, bytes]
"""Operands and operator, as pypdf has them."""
TURNS = dict.fromkeys([0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Marks that say which way to write (Unicode Standard Annex 9), to translate away: on paper it is written already."""


class Font:
    """A font: what each of its codes says (ISO 32000-1, 9.10.3) and how wide it is, in thousandths (9.7.4.3)."""

    def __init__(self, font: Any) -> None:
        self._map = font["/ToUnicode"].get_object()
        self._head, *pairs = re.split(r"\d+ beginbfchar\n", self._map.get_data().decode())
        self.says = {
            int(code, 16): bytes.fromhex(text).decode("utf-16-be")
            for code, text in re.findall(r"<([0-9A-F]{4})> <([0-9A-F]+)>\n", "".join(pairs))
        }
        self.widths = dict(_widths(font["/DescendantFonts"][0].get_object()["/W"].get_object()))
        spaces = (code for code, text in self.says.items() if code in self.widths and text.translate(TURNS).isspace())
        self.space = next(spaces, None)
        self._settled: set[int] = set()

    def settle(self, code: int, text: str) -> None:
        """Have the code say this from now on, unless something else is settled."""
        if code not in self._settled:
            self._settled.add(code)
            self.says[code] = text

    def know(self, text: str) -> None:
        """Have a code for it, drawn or not: pdfium passes over a span of whose words its font knows nothing."""
        if text not in self.says.values():
            self.settle(next(code for code in range(0xFFFF, 0, -1) if code not in self.says), text)

    def write(self) -> None:
        """Put into the PDF what the codes say, in lists of a hundred at most (Adobe Technical Note 5014)."""
        pairs = [f"<{code:04X}> <{text.encode('utf-16-be').hex().upper()}>\n" for code, text in self.says.items()]
        lists = [sorted(pairs)[start : start + 100] for start in range(0, len(pairs), 100)]
        listed = "".join(f"{len(each)} beginbfchar\n{''.join(each)}endbfchar\n" for each in lists)
        self._map.set_data((self._head + listed + "endcmap\n" + FOOT).encode())


FOOT = "CMapName currentdict /CMap defineresource pop\nend\nend\n"


def _widths(listed: Sequence[Any]) -> Iterator[tuple[int, float]]:
    """`first last width` or `first [width width ...]`, one after the other."""
    left = iter(listed)
    for first in left:
        second = next(left)
        if isinstance(second, list):
            yield from ((first + place, float(width)) for place, width in enumerate(second))
        else:
            width = float(next(left))
            yield from ((code, width) for code in range(first, second + 1))


@dataclass(frozen=True)
class Glyph:
    """A shape where it stands on the page, in points. A sign over or under a letter is 0 wide."""

    font: str
    size: float
    code: int
    x: float
    y: float
    width: float


@dataclass(frozen=True)
class Cluster:
    """Glyphs from left to right, and what they say together: a letter and its signs, most often."""

    glyphs: tuple[Glyph, ...]
    text: str
    plain: bool


@dataclass(frozen=True)
class Block:
    """What stands between `/Span <</MCID n>> BDC` and its EMC: text in one style, at one height."""

    whole: Sequence[Operation]
    before: Sequence[Operation]
    origin: tuple[float, float]
    clusters: Sequence[Cluster]
    line: float = 0.0  # the height of the next block that is as wide as letters are

    @property
    def leftwards(self) -> bool:
        """Whether any of it runs from right to left."""
        return any(bidirectional(each) in ("R", "AL") for cluster in self.clusters for each in cluster.text)

    @property
    def rightwards(self) -> bool:
        """Whether any of it runs from left to right: numbers do everywhere."""
        return any(bidirectional(each) in ("L", "EN", "AN") for cluster in self.clusters for each in cluster.text)

    @property
    def left(self) -> float:
        """Where it begins."""
        return min((glyph.x for cluster in self.clusters for glyph in cluster.glyphs), default=self.origin[0])

    @property
    def right(self) -> float:
        """Where it ends."""
        glyphs = (glyph for cluster in self.clusters for glyph in cluster.glyphs)
        return max((glyph.x + glyph.width for glyph in glyphs), default=self.origin[0])

    @property
    def signs(self) -> bool:
        """Whether it is nothing but signs. They belong to the first letter of the next block."""
        return (
            self.line != self.origin[1]
            and self.clusters != ()
            and all(
                glyph.width == 0 and any(category(each)[0] == "M" for each in cluster.text)
                for cluster in self.clusters
                for glyph in cluster.glyphs
            )
        )


def parts(operations: Sequence[Operation], fonts: Mapping[str, Font]) -> Sequence[Block | Operation]:
    """The blocks of text of a page, and whatever else stands between them."""
    told: list[Block | Operation] = []
    line = 0.0
    for part in reversed(list(_parts(operations, fonts))):
        if isinstance(part, Block):
            line = part.origin[1] if part.left < part.right else line
            part = replace(part, line=line)
        told.append(part)
    return told[::-1]


def _parts(operations: Sequence[Operation], fonts: Mapping[str, Font]) -> Iterator[Block | Operation]:
    left = iter(operations)
    for operation in left:
        if operation[1] != b"BDC" or "/MCID" not in operation[0][1]:
            yield operation
            continue
        whole, depth = [operation], 1
        while depth:
            whole.append(next(left))
            depth += {b"BDC": 1, b"BMC": 1, b"EMC": -1}.get(whole[-1][1], 0)
        block = _block(whole, fonts)
        if block:
            yield block
        else:
            yield from whole


def _block(whole: Sequence[Operation], fonts: Mapping[str, Font]) -> Block | None:
    """The text of a block as typst writes it; None for a picture, or text drawn in another way."""
    inside = whole[1:-1]
    names = [operator for _, operator in inside]
    if b"BT" not in names or names[-2:] != [b"ET", b"Q"] or not {b"Do", b"sh"}.isdisjoint(names):
        return None
    begin = names.index(b"BT") + 1
    before, text = inside[:begin], inside[begin:-2]
    moves = [[float(each) for each in operands] for operands, operator in before if operator == b"cm"]
    if len(moves) != 1 or moves[0][:4] != [1, 0, 0, -1] or not set(names[begin:-2]) <= DRAWN:
        return None
    if not {str(operands[0]) for operands, operator in text if operator == b"Tf"} <= {*fonts}:
        return None
    origin = (moves[0][4], moves[0][5])
    return Block(whole, before, origin, tuple(_read(text, origin, fonts)))


DRAWN = {b"Tr", b"Tf", b"Tm", b"Tj", b"TJ", b"BMC", b"BDC", b"EMC"}


def _read(text: Sequence[Operation], origin: tuple[float, float], fonts: Mapping[str, Font]) -> Iterator[Cluster]:
    name, size, x, y = "", 0.0, 0.0, 0.0
    actual: str | None = None
    together: list[Glyph] = []
    for operands, operator in text:
        if operator == b"Tf":
            name, size = str(operands[0]), float(operands[1])
        elif operator == b"Tm":
            x, y = origin[0] + float(operands[4]), origin[1] - float(operands[5])
        elif operator == b"BDC":
            actual = str(operands[1]["/ActualText"])
        elif operator == b"EMC" and together and actual is not None:
            yield Cluster(tuple(together), actual, plain=False)
            actual, together = None, []
        elif operator in (b"Tj", b"TJ"):
            font = fonts[name]
            for each in operands if operator == b"Tj" else operands[0]:
                if not isinstance(each, bytes):
                    x -= float(each) * size / 1000
                    continue
                for code in (int.from_bytes(each[at : at + 2], "big") for at in range(0, len(each), 2)):
                    glyph = Glyph(name, size, code, x, y, font.widths.get(code, 0.0) * size / 1000)
                    x += glyph.width
                    if actual is None:
                        yield Cluster((glyph,), font.says.get(code, ""), plain=True)
                    else:
                        together.append(glyph)
