"""What a loaded book of questions promises: order, abilities, former versions, and every word for translators."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract

from consultations.questions.loading import HERE, BrokenSet, load, messages
from tests.consultations.questions.test_broken_sets import GOOD, OURS, SET, folder_of

BOOK = load()
METHOD = "consultations.questions.loading:messages"  # as pyproject.toml names it


def test_the_sets_are_there_from_the_youngest_on() -> None:
    assert [(each.id, each.ages) for each in BOOK] == [
        ("ages_4_7", (4, 7)), ("ages_8_11", (8, 11)), ("ages_12_15", (12, 15)), ("ages_16_17", (16, 17)),
    ]  # fmt: skip


def test_each_set_offers_the_next_younger_as_an_easier_one() -> None:
    assert [each.easier for each in BOOK] == ["", "ages_4_7", "ages_8_11", "ages_12_15"]


def test_the_youngest_have_pictures_for_a_pin_and_one_choice_of_who_may_see() -> None:
    assert [(each.picture_pin, each.share_together) for each in BOOK] == [(True, True), *[(False, False)] * 3]


def test_what_needs_an_ability_is_asked_only_with_it(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, GOOD)

    assert load(folder).current("ages_8_11").question("safe_now") is None
    assert load(folder, frozenset({"alerts"})).current("ages_8_11").question("safe_now") is not None


@pytest.mark.parametrize(
    ("after", "without", "with_it"),
    [
        pytest.param('"safe_now:no"', None, ("safe_now:no",), id="it goes with the one that opens it"),
        pytest.param(
            '"safe_now:no", "review_come:no"',
            ("review_come:no",),
            ("safe_now:no", "review_come:no"),
            id="it stays with another that opens it",
        ),
    ],
)
def test_a_follow_up_of_what_is_not_asked(
    tmp_path: Path, after: str, without: tuple[str, ...] | None, with_it: tuple[str, ...]
) -> None:
    follow_up = f'id = "who"\ntheme = "review"\ntext = "Who?"\nnote = "N."\nafter = [{after}]\n\n[[questions]]\n'
    folder = folder_of(
        tmp_path, {**GOOD, OURS: SET.replace('id = "anything_else"', f'{follow_up}id = "anything_else"')}
    )
    today = load(folder).current("ages_8_11").question("who")
    then = load(folder, frozenset({"alerts"})).current("ages_8_11").question("who")

    assert (today.after if today else None) == without
    assert then is not None
    assert then.after == with_it


def test_a_heading_with_nothing_under_it_today_is_left_out() -> None:
    oldest = BOOK.current("ages_16_17")

    assert [theme.id for theme in oldest.themes if not any(each.theme == theme.id for each in oldest.questions)] == []


def test_former_versions_are_kept_whole_and_never_asked(tmp_path: Path) -> None:
    former = SET.replace("version = 2", "version = 1").replace("How is it where you live?", "Do you like it there?")
    book = load(folder_of(tmp_path, {**GOOD, "earlier/ages_8_11.1.toml": former}))
    question = book.asked("ages_8_11", 1).question("home_settled")

    assert [each.version for each in book if each.id == "ages_8_11"] == [2]
    assert question is not None
    assert question.text == "Do you like it there?"
    assert book.asked("ages_8_11", 1).question("safe_now") is not None


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        pytest.param("earlier/ages_8_11.2.toml", "not older than today's version 2", id="the version of today"),
        pytest.param("earlier/ages_8_11.1.toml", "its file should be ages_8_11.toml", id="another version's name"),
    ],
)
def test_a_former_version_in_the_wrong_place_is_refused(tmp_path: Path, name: str, reason: str) -> None:
    with pytest.raises(BrokenSet, match=reason) as refused:
        load(folder_of(tmp_path, {**GOOD, name: SET}))

    assert refused.value.where == "the set"


@pytest.mark.parametrize(
    ("files", "file", "reason"),
    [
        pytest.param({"phrases.toml": ""}, "folder", "there is no question set in it", id="no set"),
        pytest.param({OURS: SET.replace('"ages_4_7"', '""')}, "phrases.toml", "it is not there", id="no phrases"),
    ],
)
def test_a_folder_with_something_missing_is_refused(
    tmp_path: Path, files: dict[str, str], file: str, reason: str
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()

    with pytest.raises(BrokenSet, match=reason) as refused:
        load(folder_of(folder, files))

    assert refused.value.file == file


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    folder_of(tmp_path, GOOD)
    (tmp_path / OURS).write_bytes(SET.encode("utf-16"))

    with pytest.raises(BrokenSet, match="it is not UTF-8 text"):
        load(tmp_path)


def test_translators_get_context_notes_and_line() -> None:
    """As Babel hands them over: (line, English, notes, context)."""
    found = list(extract(METHOD, BytesIO(SET.encode()), keywords={"pgettext": ((1, "c"), 2)}))
    line = {text: number for number, text in enumerate(SET.splitlines(), start=1)}
    ages, asked = "For ages 8 to 11.", "How is it where you live?"

    assert found[:3] == [
        (line['id = "home"'], "Where I live", [ages, "Heading."], "theme.home"),
        (line['id = "review"'], "My meeting", [ages, "Heading."], "theme.review"),
        (line['id = "home_settled"'], asked, [ages, "Settled."], "home_settled"),
    ]
    told = [ages, f"Choice. Question: “{asked}”", "Settled."]
    assert (line['    { id = "no", text = "Not good" },'], "Not good", told, "home_settled.no") in found
    assert "home_change.hint" in {context for _, _, _, context in found}


def test_translators_are_told_what_each_placeholder_is() -> None:
    found = list(extract(METHOD, BytesIO(GOOD["phrases.toml"].encode()), keywords={"pgettext": ((1, "c"), 2)}))

    notes = {english: notes for _, english, notes, _ in found}
    assert notes["{officer} can't see this yet."][-1].startswith("{officer} is the name of the officer")
    assert not [note for note in notes["Nobody is watching.\nCall 999."] if note.startswith("{")]


def test_translators_get_each_bands_own_words_in_the_same_context() -> None:
    found = list(extract(METHOD, BytesIO(GOOD["phrases.toml"].encode()), keywords={"pgettext": ((1, "c"), 2)}))

    assert [(english, context) for _, english, _, context in found] == [
        ("Not sent yet: {officer} can't see this.", "phrase.not_sent_yet"),
        ("{officer} can't see this yet.", "phrase.not_sent_yet"),
        ("Nobody is watching.\nCall 999.", "phrase.open_safety"),
    ]


def test_every_word_a_child_reads_is_given_to_translators() -> None:
    given = {
        (context, english)
        for path in HERE.glob("*.toml")
        for _, _, (context, *forms), _ in messages(BytesIO(path.read_bytes()))
        for english in forms
    }
    book = load(abilities=frozenset({"alerts"}))
    read = {(f"theme.{theme.id}", theme.heading) for each in book for theme in each.themes}
    read |= {(question.id, question.text) for each in book for question in each.questions}
    read |= {(f"{q.id}.hint", q.words_hint) for each in book for q in each.questions if q.words_hint}
    read |= {(f"{q.id}.{choice.id}", choice.text) for each in book for q in each.questions for choice in q.choices}
    read |= {(f"phrase.{phrase.id}", phrase.english(each.id)) for phrase in book.phrases.values() for each in book}

    assert read - given == set()
