"""What is copied out of a PDF is what stands in it, in its order, whole and once; and it looks as typst drew it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
import typst
from pypdf import PdfReader

from bot.demo.cast import LINH, YOUSEF, Says
from consultations.letter import letters as letters_of
from consultations.questions.sets import Question
from consultations.rendering import as_letter, as_pdf, layout
from consultations.rendering.copying import copyable
from consultations.sending import SentAnswer
from consultations.summary import Copy, CopyKind, copy
from tests.consultations.rendering.cast import answer, summed
from tests.consultations.rendering.copied import PROGRAMS, by_tags, letters, pdfium, poppler
from tests.consultations.test_letter import AMAL, BOOK, SPOKEN, URL

Program = Callable[[bytes], str]

SAID = {
    "ar": (
        16,
        {
            **YOUSEF.says,
            "me": Says("شكرًا جدًّا لكم، أنا مُدرَّب (في لندن).\nأتكلّم بصوتٍ عالٍ أحيانًا، لا دائمًا.\nوُلِدتُ في حلب."),
        },
    ),
    "fa_AF": (
        10,
        {
            "people_see": Says("می‌خواهم هر هفته مادرکلانم را ببینم. لطفاً به او زنگ بزنید.", "more"),
            "me": Says("ساعت ۴:۳۰ با Sam گپ می‌زنم، بعد از مکتب.\nمن رسامی را خوش دارم (مثلاً گل‌ها)."),
            "most_want": Says("معمولاً شب خوابم نمی‌برد. کسی به من بگوید که خانۀ نو در کجاست."),
        },
    ),
    "vi": (13, LINH.says),
}
"""How old a child is and what they say: the demo's, and where they are silent or use no signs, somebody like them."""


def copy_in(language: str, chosen: bool = True) -> Copy:
    """Every question a child of that age is asked, the choices they made, and every word they typed."""
    age, said = SAID[language]
    asked = BOOK.for_age(age)
    says = [(each, said.get(each.id, Says())) for each in asked.questions]
    return copy(
        summed(*(_answered(each, says if chosen else replace(says, choice=""), language) for each, says in says)),
        CopyKind.OFFICER,
    )


def _answered(question: Question, says: Says, language: str) -> SentAnswer:
    def say(context: str, english: str, into: str = language) -> str:
        words = SPOKEN[into]
        return words.say(context, english, officer="Sam Okafor", review_day=words.day(AMAL.review_on))

    choice = question.choice(says.choice)
    return answer(
        says.words,
        question=question.id,
        theme=question.theme,
        asked=say(question.id, question.text),
        asked_english=say(question.id, question.text, "en_GB"),
        language=language,
        choice=choice.id if choice else None,
        choice_text=say(f"{question.id}.{choice.id}", choice.text) if choice else "",
        choice_english=choice.text if choice else "",
    )


def in_their_language(shown: Copy) -> Iterator[str]:
    """What stands on the sheet in the child's language, from its top."""
    for part in layout.sheet(shown, ()).parts:
        for given in part.answers:
            yield from (given.asked, given.choice, *given.words)


@pytest.mark.parametrize("program", [poppler, by_tags])
@pytest.mark.parametrize("language", ["ar", "fa_AF"])
def test_every_letter_of_a_summary_is_copied_once_and_in_its_order(language: str, program: Program) -> None:
    shown = copy_in(language)

    copied = program(as_pdf.document(shown))

    assert letters(copied, "ARABIC") == letters("".join(in_their_language(shown)), "ARABIC")


@pytest.mark.parametrize("language", ["ar", "fa_AF"])
def test_pdfium_copies_every_letter_of_what_a_child_is_asked_and_types_once_and_in_its_order(language: str) -> None:
    """A choice stands on one line with its English, on which pdfium sets the words of either from the left."""
    shown = copy_in(language, chosen=False)

    copied = pdfium(as_pdf.document(shown))

    assert letters(copied, "ARABIC") == letters("".join(in_their_language(shown)), "ARABIC")


@pytest.mark.parametrize("program", [*PROGRAMS, by_tags])
def test_a_summary_in_vietnamese_is_copied_to_the_letter(program: Program) -> None:
    shown = copy_in("vi")

    copied = " ".join(program(as_pdf.document(shown)).split())

    place = 0
    for sentence in filter(None, in_their_language(shown)):
        place = copied.index(" ".join(sentence.split()), place) + len(sentence)


@pytest.mark.parametrize("program", [*PROGRAMS, by_tags])
@pytest.mark.parametrize("language", ["ar", "fa_AF", "vi"])
def test_a_letter_is_copied_whole_and_in_its_order(language: str, program: Program) -> None:
    child = replace(AMAL, language=language)
    own, english = letters_of(child, URL, SPOKEN, BOOK.phrases)
    script = "ARABIC" if language != "vi" else ""

    copied = program(as_letter.document([(child, (own, english))], URL))

    expected = letters(own.text if script else own.text + english.text, script)
    assert letters(copied.replace(child.reference, ""), script) == expected


LINES = {
    "a sign": "شكرًا لكم",
    "two signs on a letter": "كلّ عامّ جدًّا مُدرَّب",
    "a sign on what is drawn as one": "لا أولًا ولا دائمًا، لاحقًا",
    "signs on both of what is drawn as one": "لِلْأُمّ، في الْإِنْسَانُ",
    "a sign deep under the last letter": "بصوتٍ عالٍ؟",
    "signs on every letter": "وُلِدَ مُحَمَّدٌ فِي مَدِينَةٍ",
    "a sign before a number": "بودّك ٣ مرات",
    "a half-space": "می‌خواهم گل‌ها را",
    "a half-space and a sign": "لطفاً می‌گویم",
    "marks that turn": "يا \u2068أمل\u2069، شكرًا",
    "letters with a hamza": "أؤمن إلى آخر شيء",
    "brackets": "أنا مُدرَّس (في لندن).",
}
NAMED = "كلّ يوم أدرس ESOL Level 2 مع Sam، شكرًا."


def drawn(line: str) -> bytes:
    """As typst draws it."""
    source = f"""
        #set document(title: "A line")
        #set page(width: 400pt, height: 60pt)
        #set text(font: "Noto Naskh Arabic", lang: "ar")
        {line}
    """
    pdf = typst.compile(source.encode(), format="pdf", pdf_standards="ua-1", timestamp=0)
    assert isinstance(pdf, bytes)
    return pdf


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("line", [pytest.param(line, id=id) for id, line in LINES.items()])
def test_every_letter_comes_once_and_its_signs_after_it(line: str, program: Program) -> None:
    assert letters(program(copyable(drawn(line)))) == letters(line)


@pytest.mark.parametrize("line", [pytest.param(line, id=id) for id, line in LINES.items()])
def test_it_looks_as_typst_drew_it(line: str) -> None:
    as_drawn = drawn(line)
    copied = copyable(as_drawn)

    assert copied != as_drawn
    assert picture(copied) == picture(as_drawn)
    assert picture(copied) != picture(drawn(""))


def picture(pdf: bytes) -> bytes:
    """Its page, dot by dot."""
    return subprocess.run(["pdftoppm", "-r", "150", "-"], input=pdf, check=True, capture_output=True).stdout


def test_it_is_tagged_as_typst_tagged_it() -> None:
    """ISO 14289-1: everything marked stands in the tree once; and the tree is as it was."""
    line = drawn(" ".join(LINES.values()))

    assert tree(copyable(line)) == tree(line)
    assert sorted(marked(copyable(line))) == sorted(marked(line)) == list(range(len(marked(line))))


@pytest.mark.parametrize("line", [pytest.param(line, id=id) for id, line in {**LINES, "names": NAMED}.items()])
def test_whoever_follows_the_tags_reads_it_in_its_order(line: str) -> None:
    assert letters(by_tags(copyable(drawn(line)))) == letters(line)


def tree(pdf: bytes) -> object:
    def branch(node: Any) -> object:
        node = node.get_object()
        if isinstance(node, dict):
            kids = node.get("/K", [])
            listed = kids if isinstance(kids, list) else [kids]
            return node.get("/S"), node.get("/Lang"), [branch(each) for each in listed]
        return int(node)

    return branch(PdfReader(BytesIO(pdf)).root_object["/StructTreeRoot"])


def marked(pdf: bytes) -> list[int]:
    contents: Any = PdfReader(BytesIO(pdf)).pages[0].get_contents()
    return [operands[1]["/MCID"] for operands, name in contents.operations if name == b"BDC" and "/MCID" in operands[1]]


def test_text_from_left_to_right_is_not_touched() -> None:
    line = drawn("Em muốn gặp bà mỗi tuần. I want to stay.")

    assert copyable(line) == line


def test_the_same_pdf_gives_the_same_bytes() -> None:
    line = drawn(" ".join(LINES.values()))

    assert copyable(line) == copyable(line)
