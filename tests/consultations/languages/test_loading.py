"""Which catalogues become words at the start: those that could harm never do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from consultations.languages import SOURCE, load_words
from consultations.languages.catalogues import BrokenCatalogue, Catalogue, path_of, write
from consultations.languages.loading import SAFETY, unsafe
from consultations.languages.table import LANGUAGES
from consultations.questions.loading import load
from tests import pseudo


def keep(folder: Path, made: Catalogue) -> None:
    assert made.language
    write(path_of(folder, made.language), made)


def forgets(context: str, made: Catalogue) -> Catalogue:
    for entry in made.entries():
        if entry.context == context:
            entry.string = ""
    return made


def doubts(context: str, made: Catalogue) -> Catalogue:
    for entry in made.entries():
        if entry.context == context:
            entry.flags.add("fuzzy")
    return made


def test_english_needs_no_catalogue(tmp_path: Path) -> None:
    assert list(load_words(tmp_path)) == [SOURCE]


def test_a_catalogue_is_spoken_as_it_stands_there(tmp_path: Path) -> None:
    keep(tmp_path, pseudo.catalogue("fa_AF", pseudo.arabic))

    spoken = load_words(tmp_path)

    assert list(spoken) == [SOURCE, "fa_AF"]
    assert spoken["fa_AF"].say("phrase.b_next", "Next") == pseudo.arabic("Next")
    assert (spoken[SOURCE].checked, spoken["fa_AF"].checked) == (True, False)


def test_it_counts_in_its_own_plural_forms(tmp_path: Path) -> None:
    made = pseudo.catalogue("ar", pseudo.arabic)
    for entry in made.entries():
        if entry.context == "phrase.about_more":
            entry.string = ("لا شيء", "واحد", "اثنان", "بضع {count}", "كثير {count}", "غيرها {count}")
    keep(tmp_path, made)
    phrase = load().phrases["about_more"]

    words = load_words(tmp_path)["ar"]
    said = [words.count("phrase.about_more", phrase.one, phrase.text, count) for count in (1, 2, 3, 11, 100)]

    assert [each.split(" ")[0] for each in said] == ["واحد", "اثنان", "بضع", "كثير", "غيرها"]


def test_what_is_fuzzy_or_missing_is_said_in_english(tmp_path: Path) -> None:
    made = doubts("phrase.b_next", forgets("phrase.b_skip", pseudo.catalogue("vi", pseudo.accented)))
    keep(tmp_path, made)

    words = load_words(tmp_path)["vi"]

    assert [words.say("phrase.b_next", "Next"), words.say("phrase.b_skip", "Skip")] == ["Next", "Skip"]


@pytest.mark.parametrize("spoils", [forgets, doubts])
@pytest.mark.parametrize("id", SAFETY)
def test_a_language_waits_until_every_safety_word_is_there(
    tmp_path: Path, id: str, spoils: Callable[[str, Catalogue], Catalogue]
) -> None:
    made = spoils(f"phrase.{id}", pseudo.catalogue("vi", pseudo.accented))
    keep(tmp_path, made)

    assert unsafe(made) == (f"phrase.{id}",)
    assert "vi" not in load_words(tmp_path)


def test_a_catalogue_that_could_harm_stops_the_start_with_its_file_and_reason(tmp_path: Path) -> None:
    made = pseudo.catalogue("ar", pseudo.arabic)
    for entry in made.entries():
        if entry.context == "phrase.not_sent_yet":
            entry.string = "{oficer}"
    keep(tmp_path, made)

    with pytest.raises(BrokenCatalogue) as refused:
        load_words(tmp_path)

    where = f"{path_of(tmp_path, LANGUAGES['ar'])}: phrase.not_sent_yet: "
    assert str(refused.value) == where + "it has {oficer} where the English has {officer}"


def test_every_safety_word_is_a_phrase() -> None:
    assert set(SAFETY) <= load().phrases.keys()
