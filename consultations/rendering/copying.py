"""What is copied out of a PDF from right to left is what stands in it: every letter once, every sign after its letter.

typst sets a vowel sign apart from its letter and lets each of the two say both, so that whoever copies gets them twice,
on lines torn apart. Here each glyph says one character. Programs that copy (poppler; pdfium, in Chrome and Edge) go by
where glyphs stand, and turn round what runs from right to left one character at a time. So a sign has to say that it
stands at the left edge of its letter and on its line. It does, between spaces, which print nothing. What has no glyph
of its own (a half-space; the rest of a ligature) stands there in the same way.

Whoever follows the tags, as a screen reader does, finds the same order: typst numbers what stands between the signs of
a line from the left, and this from the right.

Nothing looks otherwise: every glyph stays where typst put it. So does the tree of tags. Text from left to right is not
touched, nor is what cannot be told apart, or stands in a font that has no space on the page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any
from unicodedata import category

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import ArrayObject, ByteStringObject, ContentStream, DictionaryObject, FloatObject, NameObject

from consultations.rendering.glyphs import TURNS, Block, Cluster, Font, Glyph, Operation, parts

A_HAIR = 0.01
"""In points: how far left of its letter a sign says it stands, so that it is never taken for the first of the two."""

NEAR = 0.05
"""In points: how near blocks are that touch."""


def copyable(pdf: bytes) -> bytes:
    """The same pages to look at, tagged the same. The same bytes in, the same bytes out."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf)), keep_initial_header=True)
    fonts: dict[int, Font] = {}
    pages = [Page(page, writer, fonts) for page in writer.pages]
    if not any(page.told for page in pages):
        return pdf
    for step in (Page.keep, Page.settle, Page.write):
        for page in pages:
            step(page)
    for font in fonts.values():
        font.write()
    whole = BytesIO()
    writer.write(whole)
    return whole.getvalue()


@dataclass(frozen=True)
class Said:
    """A character, and the glyph that says it: its letter; or a sign or nothing, `nth` at one edge (`x`) of it."""

    text: str
    glyph: Glyph | None
    letter: Glyph
    x: float
    nth: int = 0

    @property
    def aside(self) -> bool:
        """Whether it is no letter by itself."""
        return self.glyph is not self.letter

    @property
    def font(self) -> str:
        """The name of the font that says it."""
        return (self.glyph or self.letter).font


class Page:
    """A page whose text from right to left is told anew, character by character."""

    def __init__(self, page: PageObject, writer: PdfWriter, fonts: dict[int, Font]) -> None:
        resources: Any = page["/Resources"]
        self._fonts: dict[str, Font] = {}
        for name, font in resources.get("/Font", {}).items():
            if "/DescendantFonts" in font.get_object():  # not the font of the faces, which are pictures
                if font.idnum not in fonts:
                    fonts[font.idnum] = Font(font.get_object())
                self._fonts[name] = fonts[font.idnum]
        self._contents: Any = page["/Contents"].get_object()
        self._stream = ContentStream(self._contents, writer, "bytes")
        self._parts = parts(self._stream.operations, self._fonts)
        self.told = _beside_signs(dict(_told(self._parts, self._fonts)))

    def keep(self) -> None:
        """Settle with the fonts what codes say where nothing is told anew."""
        for place, part in enumerate(self._parts):
            for cluster in part.clusters if isinstance(part, Block) and place not in self.told else ():
                if cluster.plain:
                    self._fonts[cluster.glyphs[0].font].settle(cluster.glyphs[0].code, cluster.text)

    def settle(self) -> None:
        """Settle with the fonts what codes say where it is."""
        for each in (each for told in self.told.values() for each in told):
            if each.glyph:
                self._fonts[each.font].settle(each.glyph.code, each.text)
            self._fonts[each.font].know(each.text)

    def write(self) -> None:
        """Put the page into the PDF. A line that holds a sign, from the left: pdfium begins anew at each of them."""
        operations: list[Operation] = []
        for line in _lines(self._parts):
            told = [said for place in line for said in self.told.get(place, ())]
            from_left = sorted(line, key=self._left) if any(each.aside and each.glyph for each in told) else line
            tags = self._tags(line) if told else {}
            for place in from_left:
                operations += self._written(place, tags)
        self._stream.operations = operations
        self._contents.set_data(self._stream.get_data())

    def _tags(self, line: Sequence[int]) -> dict[int, Operation]:
        """Whose tag blocks are to bear: typst numbers from the left what it draws from there, also what is read from
        the right, and tags are followed by their numbers (ISO 14289-1, 7.2).
        """
        tags: dict[int, Operation] = {}
        for run in _runs(self._parts, line):
            blocks = [part for part in (self._parts[place] for place in run) if isinstance(part, Block)]
            if not any(block.rightwards for block in blocks):
                tags |= zip(run, (block.whole[0] for block in reversed(blocks)), strict=True)
        return tags

    def _left(self, place: int) -> float:
        block = self._parts[place]
        assert isinstance(block, Block)
        return min((said.x for said in self.told.get(place, ())), default=block.left)

    def _written(self, place: int, tags: Mapping[int, Operation]) -> Iterator[Operation]:
        part = self._parts[place]
        if not isinstance(part, Block):
            yield part
        elif place in self.told:
            yield from (tags.get(place, part.whole[0]), *part.before, *self._set(part, self.told[place]))
            yield from (([], b"ET"), ([], b"Q"), part.whole[-1])
        else:
            yield from (tags.get(place, part.whole[0]), *part.whole[1:])

    def _set(self, block: Block, told: Sequence[Said]) -> Iterator[Operation]:
        """Its strings in the order in which they are read; letters in a string from the left."""
        strings: list[list[Operation]] = []
        run: list[Glyph] = []
        for said in told:
            plain = not said.aside and self._fonts[said.font].says[said.letter.code] == said.text
            if run and (not plain or (said.font, said.letter.size) != (run[0].font, run[0].size)):
                strings.append(_turned(block, run))
                run = []
            if plain:
                run.append(said.letter)
            else:
                shown = self._between_spaces(block, said) if said.aside else _shown(block, [said.letter])
                strings.append([([NameObject("/Span"), _actual(said.text)], b"BDC"), *shown, ([], b"EMC")])
        if run:
            strings.append(_turned(block, run))
        return (operation for string in reversed(strings) for operation in string)

    def _between_spaces(self, block: Block, said: Said) -> Iterator[Operation]:
        """A sign, or nothing, that begins and ends at its edge of its letter, on its letter's line.

        poppler goes by where the first glyph of a span begins and the last one ends. pdfium goes by the first spaces,
        finds the span said when it comes to the sign, passes over a space alone, and adds none after one. Spaces that
        are as many and so near it takes for the same: of what stands at one edge, each has more.
        """
        code = self._fonts[said.font].space
        assert code is not None, "it is told anew only where there is one"
        width = self._fonts[said.font].widths[code] * said.letter.size / 1000
        begins = Glyph(said.font, said.letter.size, code, said.x, said.letter.y, width)
        ends = replace(begins, x=said.x - width)
        yield from _shown(block, [begins, ends] * said.nth)
        if said.glyph:
            yield from _shown(block, [replace(begins, y=said.glyph.y), said.glyph])
            yield from _shown(block, [ends])


def _lines(page: Sequence[Block | Operation]) -> Iterator[Sequence[int]]:
    """The places of blocks that stand on one line, and of whatever else by itself. Signs stand before their letter."""
    line: list[int] = []
    signs: list[int] = []
    height = None
    for place, part in enumerate(page):
        if isinstance(part, Block) and part.signs:
            signs.append(place)
            continue
        here = part.origin[1] if isinstance(part, Block) else None
        if line and (here is None or here != height):
            yield line
            line = []
        line += [*signs, place]
        signs, height = [], here
    yield [*line, *signs]


def _runs(page: Sequence[Block | Operation], line: Sequence[int]) -> Iterator[Sequence[int]]:
    """The places of blocks that stand on a line side by side, each right of the one before it."""
    run: list[int] = []
    signs: list[int] = []
    end = 0.0
    for place in line:
        block = page[place]
        assert isinstance(block, Block)
        if block.signs:
            signs.append(place)
            continue
        if run and abs(block.left - end) > NEAR:
            yield run
            run = []
        run += [*signs, place]
        signs, end = [], block.right
    yield [*run, *signs]


def _turned(block: Block, run: Sequence[Glyph]) -> list[Operation]:
    """Letters from left to right that are read from right to left (ISO 32000-1, 14.8.2.3.3)."""
    return [([NameObject("/ReversedChars")], b"BMC"), *_shown(block, run), ([], b"EMC")]


def _shown(block: Block, glyphs: Sequence[Glyph]) -> Iterator[Operation]:
    """Glyphs of one font and size, at one height."""
    first, string = glyphs[0], ArrayObject()
    pen = first.x
    for glyph in glyphs:
        if abs(glyph.x - pen) > 0.001:
            string.append(_number((pen - glyph.x) * 1000 / glyph.size))
        string.append(ByteStringObject(glyph.code.to_bytes(2, "big")))
        pen = glyph.x + glyph.width
    x, y = block.origin
    yield ([NameObject(first.font), _number(first.size)], b"Tf")
    yield ([_number(each) for each in (1, 0, 0, -1, first.x - x, y - first.y)], b"Tm")
    yield ([string], b"TJ")


def _number(value: float) -> FloatObject:
    return FloatObject(f"{value:.5f}")


def _actual(text: str) -> DictionaryObject:
    """ISO 32000-1, 14.9.4."""
    return DictionaryObject({NameObject("/ActualText"): ByteStringObject(b"\xfe\xff" + text.encode("utf-16-be"))})


def _told(page: Sequence[Block | Operation], fonts: Mapping[str, Font]) -> Iterator[tuple[int, Sequence[Said]]]:
    """What every block from right to left says, under its place. One that cannot be told apart is not among them."""
    signs: dict[int, Block] = {}
    for place, part in enumerate(page):
        if isinstance(part, Block) and part.signs:
            signs[place] = part
        else:
            if isinstance(part, Block) and part.leftwards:
                yield from _with_signs(place, part, signs, fonts)
            signs = {}


def _with_signs(
    place: int, block: Block, signs: Mapping[int, Block], fonts: Mapping[str, Font]
) -> Iterator[tuple[int, Sequence[Said]]]:
    """The blocks of signs belong to the first letter of the block they stand before."""
    first, *others = block.clusters
    where = {glyph: sign for sign, each in signs.items() for cluster in each.clusters for glyph in cluster.glyphs}
    told = [_said(each, fonts) for each in (replace(first, glyphs=(*where, *first.glyphs)), *others)]
    if not all(told) or {cluster.text for each in signs.values() for cluster in each.clusters} - {first.text}:
        return
    blocks: dict[int, list[Said]] = {each: [] for each in (*signs, place)}
    here = place
    for said in (said for each in reversed(told) for said in reversed(each)):  # as it is read
        here = where.get(said.glyph, place) if said.glyph else here
        blocks[here].insert(0, said)
    yield from blocks.items()


def _said(cluster: Cluster, fonts: Mapping[str, Font]) -> Sequence[Said]:
    """What its glyphs say, from left to right. Nothing where that is not known, or there is no space to say it with."""
    drawn = cluster.glyphs[::-1]
    letters = [glyph for glyph in drawn if glyph.width] or [drawn[0]]  # an alef drawn into a lam is 0 wide
    signs = [glyph for glyph in drawn if glyph not in letters]
    letter, edge, nth = letters[0], letters[0].x + letters[0].width, 0  # what comes first is at its letter's other edge
    said: list[Said] = []
    for character in cluster.text.translate(TURNS):
        if category(character)[0] not in "MC" and letters:
            letter, nth = letters.pop(0), 0
            edge = letter.x
            said.append(Said(character, letter, letter, edge))
        else:
            sign = signs.pop(0) if signs and category(character)[0] == "M" else None
            nth += 1
            said.append(Said(character, sign, letter, edge - nth * A_HAIR, nth))
    known = not letters and not signs and all(fonts[each.font].space for each in said if each.aside)
    return said[::-1] if known else []


def _beside_signs(told: Mapping[int, Sequence[Said]]) -> dict[int, Sequence[Said]]:
    """An alef that is drawn into a lam stands where the lam does, and has to stand left of the lam's signs."""
    moved: dict[int, Sequence[Said]] = {}
    after: Said | None = None
    for place in sorted(told, reverse=True):
        line: list[Said] = []
        for said in reversed(told[place]):
            if after and after.aside and not said.letter.width:
                said = replace(said, letter=after.letter, x=after.x - A_HAIR, nth=after.nth + 1)
            line.append(said)
            after = said
        moved[place] = line[::-1]
    return moved
