"""Every reply has its words, every word has its use, and a child who reads Arabic reads nothing but Arabic."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from bot.chat.web.drawing import phrases
from consultations.circumstances import Reading
from consultations.conversation.events import Arrived, Looked
from consultations.conversation.state import begin
from consultations.languages import ISOLATE, POP, load_words
from consultations.messages import Message, Role
from consultations.questions import loading
from consultations.questions.checking import LONGEST_ID, PHRASE_NAMES
from consultations.rendering.layout import parts
from consultations.summary import Copy
from consultations.wording import Wording
from tests.consultations.conversation.cast import BOOK, NUMBERS, Child

ROOT = Path(__file__).parents[2]
SPEAKING = ("consultations/conversation", "consultations/wording", "consultations/rendering", "bot/chat")
LONGEST_CONSULTATION = "k3v9x2mqk3v9x"  # 64 random bits in base32: see admitting
SETS = [each.id for each in BOOK]


def _sources() -> Iterator[ast.Module]:
    for folder in SPEAKING:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield ast.parse(path.read_text())
    for verb in ("admitting", "listening"):
        yield ast.parse((ROOT / "consultations" / f"{verb}.py").read_text())


def _templates() -> str:
    return "\n".join(path.read_text() for path in sorted((ROOT / "bot/chat").rglob("*.html")))


def _constants(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value


def _asked_for(tree: ast.Module) -> Iterator[str]:
    """Ids of phrases where the code says them outright."""
    place = {"phrase": 0, "lines": 0, "note": 0, "counted": 0, "button": 2, "Notice": 0, "NotAdmitted": 0}
    for call in (each for each in ast.walk(tree) if isinstance(each, ast.Call)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        at = place.get(name)
        if at is None or len(call.args) <= at:
            continue
        said = call.args[at]
        arms = [said.body, said.orelse] if isinstance(said, ast.IfExp) else [said]
        yield from (arm.value for arm in arms if isinstance(arm, ast.Constant) and isinstance(arm.value, str))


def _patterns(tree: ast.Module) -> Iterator[re.Pattern[str]]:
    """Ids that are put together: `open_{step}`."""
    for each in ast.walk(tree):
        if isinstance(each, ast.JoinedStr) and isinstance(each.values[0], ast.Constant):
            written = (re.escape(str(v.value)) if isinstance(v, ast.Constant) else r"\w*" for v in each.values)
            yield re.compile("".join(written))


def test_every_phrase_the_code_asks_for_exists() -> None:
    asked_for = {id for tree in _sources() for id in _asked_for(tree)}
    asked_for |= set(re.findall(r"""say\(["'](\w+)["']\)""", _templates()))

    assert len(asked_for) > 100
    assert not {id for id in asked_for if id not in BOOK.phrases}


def test_every_phrase_there_is_is_said_somewhere() -> None:
    trees = list(_sources())
    said = {text for tree in trees for text in _constants(tree)} | set(re.findall(r"""["'](\w+)["']""", _templates()))
    made = [pattern for tree in trees for pattern in _patterns(tree)]

    unused = {id for id in BOOK.phrases if id not in said and not any(each.fullmatch(id) for each in made)}
    assert unused == set()


def test_what_a_button_brings_back_is_at_most_64_bytes() -> None:
    longest = LONGEST_ID * "x"
    made = [
        f"{place}:{choice}" for place in (longest, f"={longest}", f".s.{longest}") for choice in (longest, ".later")
    ]
    made = [each for each in made if not (each.startswith((".s.", "=")) and each.endswith(longest))]
    made += [f".change:{longest}", f".share:{longest}", f".s.{longest}:social_worker", ".send:" + 16 * "f"]
    made += [
        f"{question.id}:{choice.id}" for each in BOOK for question in each.questions for choice in question.choices
    ]

    assert max(len(f"{LONGEST_CONSULTATION}:{each}".encode()) for each in made) <= 64


class TestInArabic:
    """A catalogue in which every word there is to translate is translated, into letters that are no words."""

    @pytest.fixture(scope="class")
    @classmethod
    def wording(cls, tmp_path_factory: pytest.TempPathFactory) -> Wording:
        folder = tmp_path_factory.mktemp("locales")
        catalogue = Catalog(locale="ar")
        for path in sorted((ROOT / "consultations/questions").glob("*.toml")):
            with path.open("rb") as file:
                for _, _, (context, *english), _ in loading.messages(file):
                    if len(english) == 1:
                        catalogue.add(english[0], string=_arabic(english[0]), context=context)
                    else:
                        forms = (_arabic(english[1]),) * catalogue.num_plurals
                        catalogue.add(tuple(english), string=forms, context=context)
        (folder / "ar" / "LC_MESSAGES").mkdir(parents=True)
        with (folder / "ar" / "LC_MESSAGES" / "children.po").open("wb") as file:
            write_po(file, catalogue)
        numbers = replace(
            NUMBERS,
            name=_arabic(NUMBERS.name),
            duty_hours=_arabic(NUMBERS.duty_hours),
            out_of_hours_hours=_arabic(NUMBERS.out_of_hours_hours),
            advocacy=_arabic(NUMBERS.advocacy),
            complaints=_arabic(NUMBERS.complaints),
        )
        return Wording(load_words(folder), numbers)

    @pytest.fixture(params=SETS)
    def child(self, wording: Wording, request: pytest.FixtureRequest) -> Child:
        child = Child(begin(LONGEST_CONSULTATION, request.param, "en_GB"), wording=wording)
        child.later(languages=tuple(wording.spoken))
        child.taps(".language", "ar")
        return child

    def test_every_phrase_and_every_question_is_translated_and_names_stand_apart(self, wording: Wording) -> None:
        words = wording.spoken["ar"]
        named = dict.fromkeys(PHRASE_NAMES - {"count"}, "Sam")
        said = [
            words.say(f"phrase.{phrase.id}", phrase.english(set), count=2, **named)
            for phrase in BOOK.phrases.values()
            if not phrase.one
            for set in SETS
        ]
        said += [
            words.count(f"phrase.{phrase.id}", phrase.one, phrase.text, count, **named)
            for phrase in BOOK.phrases.values()
            if phrase.one
            for count in range(200)
        ]
        for each in BOOK:
            for question in each.questions:
                said += [words.say(question.id, question.text, **named)]
                said += [words.say(f"{question.id}.hint", question.words_hint, **named)]
                said += [words.say(f"{question.id}.{c.id}", c.text, **named) for c in question.choices]

        assert len(said) > 1_000
        assert not [text for text in said if _latin(text)]

    def test_every_screen_is_in_arabic_from_right_to_left(self, child: Child) -> None:
        for messages in _every_screen(child):
            for message in messages:
                assert (message.language, message.direction) == ("ar", "rtl")
                assert not _latin("\n".join(_read(message)))

    def test_what_the_officer_will_see_has_the_child_s_own_headings_and_marks(self, child: Child) -> None:
        for step in ("what", "safety", "how"):
            child.taps(".opening", step)
        child.says("كلب", "me")
        child.taps("feelings_now", "good")
        child.taps(".go", ".check")
        child.taps(".check", ".preview")
        (shown,) = [message for message in child.messages() if message.copy]
        assert shown.copy is not None
        assert shown.headings is not None

        for part in parts(shown.copy, shown.headings):
            assert not _latin(part.heading)
            for given in part.answers:
                assert not _latin(given.asked)
                assert not _latin(given.choice)
                assert given.asked_english, "and Sam reads it in English beside it"
                assert not [mark for mark in given.marks if _latin(mark.text) or _latin(mark.label)]
        assert _languages(shown.copy) == {"ar"}

    def test_words_in_another_language_are_marked_as_such(self, child: Child) -> None:
        for step in ("what", "safety", "how"):
            child.taps(".opening", step)
        child.says("the dog")
        child.taps(".language", "en_GB")
        child.says("a cat", "me") if child.conversation.set != "ages_4_7" else child.says("a cat", "fun")
        child.taps(".language", "ar")

        child.taps(".go", ".check")

        lines = [line for message in child.messages() for line in message.lines if line.role is Role.CHILD]
        assert {line.text: line.language for line in lines} == {"the dog": "ar", "a cat": "en_GB"}

    def test_the_frame_around_the_page_speaks_it_too(self, wording: Wording) -> None:
        say = phrases(BOOK, wording.spoken)

        said = [say("ar", id) for id in re.findall(r"""say\(["'](\w+)["']\)""", _templates())]

        assert said
        assert not [text for text in said if _latin(text)]

    def test_any_text_can_be_isolated_and_none_turns_the_words_around_it(self, child: Child) -> None:
        child.later(child="\u202eAmal", officer="Sam\u2069\u202e")

        text = "\n".join(line.text for message in child.messages() for line in message.lines)

        assert text.count(ISOLATE) == text.count(POP)
        assert "\u202e" not in text


def _arabic(english: str) -> str:
    """Letters as Arabic ones; placeholders, digits, signs and pictures as they are."""
    parts = re.split(r"(\{\w+\})", english)
    return "".join(part if part.startswith("{") else re.sub("[A-Za-z]", "ح", part) for part in parts)


def _latin(text: str) -> list[str]:
    """Latin letters outside of what is isolated: names, and days no catalogue translates."""
    return re.findall("[A-Za-z]+", re.sub(f"{ISOLATE}[^{POP}]*{POP}", "", text))


def _read(message: Message) -> Iterator[str]:
    yield from (line.text for line in message.lines)
    yield from (
        f"{button.label} {button.picture}" for button in message.buttons if button.id.split(":")[1] != ".language"
    )
    if message.field:
        yield from (message.field.label, message.field.hint)


def _languages(copy: Copy) -> set[str]:
    return {answer.language for answer in copy.answers}


def _every_screen(child: Child) -> Iterator[tuple[Message, ...]]:
    """Every kind of screen a child can come to, and every notice on the way."""
    yield from _opened(child)
    yield from _asked(child)
    yield from _beside_a_helper(child)
    yield from _sent(child)
    yield from _after_the_window(child)
    yield from _came_back(child)
    child.later(held_on=child.now.date())
    yield _looks(child)
    yield _said(child, "هنا")


def _opened(child: Child) -> Iterator[tuple[Message, ...]]:
    yield _taps(child, ".go", ".languages")
    for step in ("what", "safety", "how"):
        yield _taps(child, ".opening", ".more")
        yield _taps(child, ".opening", ".back")
        child.taps(".opening", child.conversation.place.about if child.conversation.place.about != step else step)
        yield _looks(child)
        if child.conversation.place.about == step:
            yield _taps(child, ".opening", step)
    while not child.conversation.begun:
        yield _taps(child, ".opening", child.conversation.place.about)
    yield _taps(child, ".go", ".help")


def _asked(child: Child) -> Iterator[tuple[Message, ...]]:
    opens = {opener for question in BOOK.current(child.conversation.set).questions for opener in question.after}
    while (here := child.conversation.place.about) and child.conversation.place.screen.value in ("asking", "pin_offer"):
        if child.conversation.place.screen.value == "pin_offer":
            yield _taps(child, ".pin", ".yes")
            yield _said(child, "12") if not BOOK.current(child.conversation.set).picture_pin else _said(child, "x")
            for pictures in (("dog", "cat"), ("cat", "cat"), ("dog", "dog"), ("dog", "dog")):
                for picture in (*pictures, "dog"):
                    yield _taps(child, ".pin", picture)
                yield _said(child, {"dog": "1111", "cat": "2222"}[pictures[0]])
                if child.conversation.pin:
                    break
            yield _taps(child, ".go", ".stop")
            yield _taps(child, ".go", ".on")
            continue
        question = BOOK.current(child.conversation.set).question(here)
        assert question is not None
        yield _said(child, "كلام")
        yield _taps(child, here, ".more")
        yield _taps(child, here, ".rewrite")
        yield _taps(child, f"={here}", ".back")
        yield _taps(child, here, ".over")
        opening = next((choice.id for choice in question.choices if f"{here}:{choice.id}" in opens), ".skip")
        yield _taps(child, here, opening if opening != ".skip" or here != "school" else ".later")
        if child.conversation.place.about == here:
            yield _taps(child, here, ".skip")
    yield _taps(child, "feelings_now", "good")
    yield _said(child, "آخر", "feelings_now")


def _beside_a_helper(child: Child) -> Iterator[tuple[Message, ...]]:
    for command in (".easier", ".usual", ".helper"):
        yield _taps(child, ".go", command)
    yield _taps(child, ".helper", "interpreter")
    yield _taps(child, ".typing", "theirs")
    yield _said(child, "هي", "school")
    yield _taps(child, "home_settled", "good")
    yield _taps(child, ".go", ".check")
    yield _taps(child, ".go", ".gone")


def _sent(child: Child) -> Iterator[tuple[Message, ...]]:
    for _ in range(3):
        yield _taps(child, ".pin", "dog")
    yield _said(child, "1111", ".pin")
    yield _taps(child, ".go", ".check")
    yield _taps(child, ".share", "*")
    yield _taps(child, ".s.*", "nobody")
    yield _taps(child, ".share", "school")
    yield _taps(child, ".s.school", "everyone")
    yield _taps(child, ".check", ".preview")
    yield _taps(child, ".send", "0" * 16)
    yield _taps(child, ".send", child.send_button())
    readings = [Reading("Sam", what, child.now, 1) for what in ("opened", "meeting", "file", "officer")]
    child.later(readings=tuple(readings))
    yield _taps(child, "was_this_ok", "yes")
    yield _taps(child, ".after", ".who")
    yield _said(child, "تغيير", "school")
    yield _taps(child, ".go", ".check")
    yield _taps(child, ".send", child.send_button())
    yield _taps(child, ".after", ".who")
    yield _taps(child, ".after", ".take")
    yield _taps(child, ".take", ".no")


def _after_the_window(child: Child) -> Iterator[tuple[Message, ...]]:
    yield _taps(child, ".after", ".final")
    yield _taps(child, ".after", ".add")
    yield _said(child, "المزيد")
    yield _taps(child, ".go", ".check")
    yield _taps(child, ".send", child.send_button())
    yield _said(child, "أكثر", "anything_else")
    yield _taps(child, ".go", ".check")
    yield _taps(child, ".send", child.send_button())
    yield _taps(child, ".after", ".take")
    yield _taps(child, ".take", ".yes")
    yield _taps(child, ".after", ".change")


def _came_back(child: Child) -> Iterator[tuple[Message, ...]]:
    child.does(Arrived("code"))
    yield _looks(child)
    for _ in range(5):
        yield _said(child, "9999")
        for _ in range(3):
            yield _taps(child, ".pin", "boat")
    yield _taps(child, ".go", ".check")
    child.does(Arrived("code", child.now))
    yield child.messages()
    yield _taps(child, ".go", ".helper")


def _taps(child: Child, place: str, choice: str) -> tuple[Message, ...]:
    return child.messages(child.taps(place, choice))


def _said(child: Child, words: str, question: str | None = None) -> tuple[Message, ...]:
    return child.messages(child.says(words, question))


def _looks(child: Child) -> tuple[Message, ...]:
    return child.messages(child.does(Looked()))
