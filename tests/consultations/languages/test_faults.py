"""What is wrong with a catalogue is found: what would harm stops the start, the rest is told to translators."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from consultations.conversation.company import HELPERS
from consultations.languages.catalogues import Catalogue
from consultations.languages.faults import BUTTONS, breaking, faults, is_button
from consultations.languages.table import LANGUAGES
from consultations.questions.loading import load
from tests import pseudo

EVERY = [pytest.param(code, id=code) for code in LANGUAGES]


def found(
    english: str | tuple[str, str],
    said: str | Sequence[str],
    *,
    code: str = "ar",
    context: str = "phrase.x",
    breaks: bool | None = None,
) -> list[str]:
    """What is found wrong with one sentence."""
    language = LANGUAGES[code]
    made = Catalogue(language)
    made.said = {"Language": code, "Plural-Forms": language.plural_forms}
    made.add(english, said if isinstance(said, str) else tuple(said), context=context)
    return [f"{fault}" for fault in faults(made, language) if breaks is None or fault.breaks is breaks]


@pytest.mark.parametrize("code", EVERY)
def test_nothing_is_wrong_with_what_says_the_same(code: str) -> None:
    """A catalogue with every word the same is only too English."""
    made = pseudo.catalogue(code, str)

    assert not list(breaking(made, LANGUAGES[code]))


@pytest.mark.parametrize(
    ("english", "said", "reason"),
    [
        pytest.param("{officer} can open it.", "يمكن فتحه.", "{officer}", id="a name is lost"),
        pytest.param("It is open.", "{officer} فتحه.", "it has {officer} where", id="a name came from nowhere"),
        pytest.param("{officer} can open it.", "{oficer} فتحه.", "it has {oficer} where", id="a name is misspelt"),
        pytest.param("{officer} can open it.", "{ officer } فتحه.", "where the English has", id="spaces in a name"),
        pytest.param("{officer} can open it.", "{officer فتحه.", "no partner", id="a bracket is open"),
        pytest.param("{officer} can open it.", "{officer!r} فتحه.", "no partner", id="a name that would be dressed"),
        pytest.param("{officer} can open it.", "{officer:>99} فتحه.", "no partner", id="a name that would be padded"),
        pytest.param("{officer} can open it.", "{officer.name} فتحه.", "where the English has", id="inside a name"),
        pytest.param("Call now.", "اتصل\u200f الآن.", "U+200F", id="a mark that turns words"),
        pytest.param("Call now.", "\u2067اتصل الآن.\u2069", "U+2067", id="an isolate of their own"),
        pytest.param("Call now.", "اتصل\u0007", "control character", id="a bell"),
        pytest.param("Call 999.", "اتصل ٩٩٩.", "999 is missing", id="999 in other digits"),
        pytest.param("Call Childline on 0800 1111.", "اتصل 08001111.", "0800 1111 is missing", id="other groups"),
        pytest.param(("one", "{count} left"), ["0", "1", "2", "", "{count}", "{count}"], "msgstr[3]", id="a form"),
        pytest.param(
            ("one", "{count} left"), ["لا", "واحد", "اثنان", "بضعة", "{count}", "{count}"], "no placeholder where",
            id="a form for many numbers does not say which",
        ),
    ],
)  # fmt: skip
def test_what_may_not_reach_a_child_stops_the_start(
    english: str | tuple[str, str], said: str | list[str], reason: str
) -> None:
    told = found(english, said, breaks=True)

    assert len(told) == 1
    assert told[0].startswith("phrase.x: ")
    assert reason in told[0]


@pytest.mark.parametrize(
    ("english", "said", "reason"),
    [
        pytest.param("Say what you want.", "Say what you want.", "it is the English", id="not translated"),
        pytest.param("One.\nTwo.", "واحد. اثنان.", "it has 1 lines", id="a line is gone"),
        pytest.param("Next", " التالي", "a space too many", id="a space before it"),
        pytest.param("Ask <b>Sam</b>.", "اسأل <b>سام.", "its tags differ", id="a tag is open"),
        pytest.param("You can stop.", "يمكنك أن تتوقف stop.", "it holds stop", id="an English word is left"),
        pytest.param("You can stop.", "يمكنك أن تتوقف стоп.", "it holds стоп", id="a word in a third script"),
        pytest.param("You can stop.", "مى یمکنك أن", "U+06CC", id="Persian letters in Arabic"),
        pytest.param("You can stop.", "\ufee3\ufee4\ufee4", "a fixed shape", id="letters that were joined by hand"),
    ],
)
def test_what_somebody_should_look_at_is_told(english: str, said: str, reason: str) -> None:
    told = found(english, said)

    assert any(reason in each for each in told)
    assert not found(english, said, breaks=True)


@pytest.mark.parametrize(
    ("english", "said"),
    [
        pytest.param("Call Childline on 0800 1111.", "اتصل بـ Childline على 0800 1111.", id="a name of a service"),
        pytest.param("It looks like 4MK7-W2Q9.", "يبدو مثل 4MK7-W2Q9.", id="a code"),
        pytest.param("Type /leave first.", "اكتب /leave أولا.", id="a command"),
        pytest.param("You are 18.", "عمرك ١٨.", id="digits of its own"),
        pytest.param("PIN", "PIN", id="one word that is the same"),
    ],
)
def test_what_stays_as_it_is_is_no_fault(english: str, said: str) -> None:
    assert found(english, said) == []


def test_one_and_two_may_be_words() -> None:
    said = ["لا سؤال", "سؤال واحد", "سؤالان", "{count} أسئلة", "{count} سؤالا", "{count} سؤال"]

    assert found(("one question", "{count} questions"), said) == []


def test_a_form_that_no_number_takes_needs_no_words() -> None:
    """Ukrainian's fourth is for fractions."""
    said = ["{count} питання", "{count} питання", "{count} питань", ""]

    assert found(("one question", "{count} questions"), said, code="uk") == []


def test_persian_letters_are_dari_s_and_arabic_ones_are_not() -> None:
    assert found("You can stop.", "می‌توانی بس کنی.", code="fa_AF") == []
    assert "U+064A" in found("You can stop.", "مي‌توانی بس کنی.", code="fa_AF")[0]


@pytest.mark.parametrize(
    ("context", "said", "fits"),
    [
        pytest.param("phrase.b_next", "ذ" * 28, True, id="as wide as a button"),
        pytest.param("phrase.b_next", "ذ" * 29, False, id="wider"),
        pytest.param("phrase.b_next", "ذّ" * 28, True, id="marks take no room"),
        pytest.param("home_settled.good", "ذ" * 29, False, id="a choice is a button"),
        pytest.param("home_settled", "ذ" * 200, True, id="a question is none"),
        pytest.param("home_settled.hint", "ذ" * 200, True, id="nor is what stands above the field"),
        pytest.param("theme.home", "ذ" * 200, True, id="nor is a heading"),
        pytest.param("phrase.not_sent_yet", "ذ" * 200, True, id="nor is a phrase"),
    ],
)
def test_words_on_a_button_fit_on_it(context: str, said: str, fits: bool) -> None:
    assert bool(found("Next", said, context=context)) is not fits


def test_a_sentence_names_the_button_as_the_child_sees_it() -> None:
    language = LANGUAGES["vi"]
    made = Catalogue(language)
    made.said = {"Language": "vi", "Plural-Forms": language.plural_forms}
    made.add("Someone is helping me", "Có người giúp em", context="phrase.b_helper")
    made.add("Tap “Someone is helping me”.", "Bấm “Có người giúp em”.", context="phrase.right")
    made.add("Say “Someone is helping me”.", "Nói “Có ai giúp em”.", context="phrase.wrong")

    told = [str(each) for each in faults(made, language)]

    assert len(told) == 1
    assert told[0].startswith("phrase.wrong: it names the button “Someone is helping me”")


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        pytest.param({"Language": "en"}, "Language is “en”", id="another language's"),
        pytest.param({"Language": "fa_AF"}, "Language is “fa_AF”", id="another direction's or digits'"),
        pytest.param({"Plural-Forms": "nplurals=2; plural=(n != 1);"}, "Plural-Forms should be", id="other forms"),
    ],
)
def test_a_header_of_another_language_stops_the_start(header: dict[str, str], reason: str) -> None:
    made = Catalogue(LANGUAGES["ar"])
    made.said = {"Language": "ar", "Plural-Forms": LANGUAGES["ar"].plural_forms, **header}

    told = [str(fault) for fault in breaking(made, LANGUAGES["ar"])]

    assert len(told) == 1
    assert reason in told[0]


@pytest.mark.parametrize("state", ["finished", "checked"])
def test_a_header_that_says_more_than_anybody_did_is_told(state: str) -> None:
    made = pseudo.catalogue("ar", pseudo.arabic)
    made.said |= {"X-Review-State": state}

    assert any(f"{fault}".startswith("the header: ") for fault in faults(made, LANGUAGES["ar"]))


def test_every_button_there_is_counts_as_one() -> None:
    phrases = load().phrases
    chosen = {f"helper_{kind}" for kind in HELPERS} | {id for id in phrases if id.startswith(("b_", "picture_"))}

    assert phrases.keys() >= BUTTONS
    assert all(is_button(f"phrase.{id}") for id in chosen)
    assert not is_button("phrase.helper_who")
