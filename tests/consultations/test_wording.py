"""Every reply has its words, every word has its use, and a child who reads Arabic reads nothing but Arabic."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import accumulate
from pathlib import Path

import pytest

from bot.chat.web.drawing import phrases
from consultations.conversation.state import begin
from consultations.languages import ISOLATE, LANGUAGES, POP, SOURCE, load_words
from consultations.languages.faults import KEPT
from consultations.languages.loading import LOCALES
from consultations.messages import Message, Role
from consultations.questions.checking import LONGEST_ID, PHRASE_NAMES
from consultations.rendering.layout import parts
from consultations.retention import Retention
from consultations.summary import Copy
from consultations.wording import Wording
from tests import pseudo
from tests.consultations.conversation.cast import BOOK, NUMBERS, Child
from tests.consultations.conversation.walk import every_screen, wander

ROOT = Path(__file__).parents[2]
SPEAKING = ("consultations/conversation", "consultations/wording", "consultations/rendering", "bot/chat")
LONGEST_CONSULTATION = "k3v9x2mqk3v9x"  # 64 random bits in base32: see admitting
SETS = [each.id for each in BOOK]


def _sources() -> Iterator[ast.Module]:
    for folder in SPEAKING:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield ast.parse(path.read_text())
    for verb in ("admitting", "listening/hearing", "letter"):
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


@pytest.mark.parametrize("band", SETS)
def test_a_child_reads_for_how_long_the_authority_keeps_what_they_say(band: str) -> None:
    """A setting changes the words."""
    shorter = replace(NUMBERS, retention=Retention(draft_days=1, sending_months=3))
    said = {}
    for authority in (NUMBERS, shorter):
        child = Child(begin("c", band, "en_GB"), wording=Wording(load_words(), authority))
        child.taps(".opening", ".more")
        said[authority.retention] = child.sees()

    assert "within 9 months of" in said[NUMBERS.retention]
    assert "goes 14 days after" in said[NUMBERS.retention]
    assert "within 3 months of" in said[shorter.retention]
    assert "goes one day after" in said[shorter.retention]


class TestInArabic:
    """A catalogue in which every word there is to translate is translated, into letters that are no words."""

    @pytest.fixture(scope="class")
    @classmethod
    def wording(cls) -> Wording:
        numbers = replace(
            NUMBERS,
            name=pseudo.arabic(NUMBERS.name),
            duty_hours=pseudo.arabic(NUMBERS.duty_hours),
            out_of_hours_hours=pseudo.arabic(NUMBERS.out_of_hours_hours),
            advocacy=pseudo.arabic(NUMBERS.advocacy),
            complaints=pseudo.arabic(NUMBERS.complaints),
        )
        return Wording(pseudo.spoken(), numbers)

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
        for messages in every_screen(child):
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


@pytest.mark.parametrize("asked", SETS)
@pytest.mark.parametrize("language", ["ar", "fa_AF"])
@pytest.mark.parametrize("way", [every_screen, partial(wander, steps=300)], ids=["every screen", "wandering"])
def test_a_child_who_reads_arabic_or_dari_meets_no_english(
    language: str, asked: str, way: Callable[[Child], Iterator[tuple[Message, ...]]]
) -> None:
    """As they are translated. What stays in Latin letters is a name, and stands apart, or is one of a few words."""
    child = Child(begin(LONGEST_CONSULTATION, asked, language), wording=Wording(load_words(LOCALES), NUMBERS))
    child.later(languages=(language,))

    read = [message for messages in way(child) for message in messages]

    assert {(message.language, message.direction) for message in read} == {(LANGUAGES[language].tag, "rtl")}
    assert {word for message in read for text in _spoken(message) for word in _latin(text)} - KEPT == set()


class TestInAccents:
    """A language in which every sentence stands in brackets: what stands outside of them was left, or put together."""

    @pytest.fixture(params=SETS)
    def child(self, request: pytest.FixtureRequest) -> Child:
        wording = Wording(pseudo.spoken(), NUMBERS)
        child = Child(begin(LONGEST_CONSULTATION, request.param, "en_GB"), wording=wording)
        child.later(languages=tuple(wording.spoken))
        child.taps(".language", "vi")
        return child

    def test_every_sentence_on_every_screen_came_whole_out_of_a_catalogue(self, child: Child) -> None:
        read = {text for messages in every_screen(child) for message in messages for text in _spoken(message)}

        assert len(read) > 150
        assert not {text for text in read if not _one_sentence(text)}

    def test_so_did_every_sentence_on_any_way_at_all(self, child: Child) -> None:
        child.later(languages=("vi",))
        read = set()
        for messages in wander(child, 900):
            if messages and messages[-1].language == "vi":
                read |= {text for message in messages for text in _spoken(message)}

        assert len(read) > 150
        assert not {text for text in read if not _one_sentence(text)}


def _spoken(message: Message) -> Iterator[str]:
    """Everything but what the child said, and languages by their own names; pictures stand beside words."""
    yield from (line.text for line in message.lines if line.role is not Role.CHILD)
    yield from (button.label for button in message.buttons if button.id.split(":")[1] != ".language")
    if message.field:
        yield from (each for each in (message.field.label, message.field.hint) if each)
    if message.copy and message.headings:
        for part in parts(message.copy, message.headings):
            yield part.heading
            for given in part.answers:
                if given.language != SOURCE or message.language == LANGUAGES[SOURCE].tag:  # a helper wrote in English
                    yield given.asked
                yield from (each for mark in given.marks for each in (mark.text, mark.label) if each)


def _one_sentence(text: str) -> bool:
    """One pair of brackets around the whole of it; a name in it may have a pair of its own."""
    depths = list(accumulate((sign == "[") - (sign == "]") for sign in text))
    return text.startswith("[") and depths[-1] == 0 and all(depths[:-1])


def _latin(text: str) -> list[str]:
    """Latin letters outside of names and days, which are isolated, and of web addresses and commands."""
    return re.findall("[A-Za-z]+", re.sub(rf"{ISOLATE}[^{POP}]*{POP}|https?://\S+|/[a-z]+", "", text))


def _read(message: Message) -> Iterator[str]:
    yield from (line.text for line in message.lines)
    yield from (
        f"{button.label} {button.picture}" for button in message.buttons if button.id.split(":")[1] != ".language"
    )
    if message.field:
        yield from (message.field.label, message.field.hint)


def _languages(copy: Copy) -> set[str]:
    return {answer.language for answer in copy.answers}
