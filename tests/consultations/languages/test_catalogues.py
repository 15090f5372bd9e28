"""A catalogue on disk: read with its own headers, written the same way twice, and brought up to date by context."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from consultations.languages.catalogues import BrokenCatalogue, Catalogue, merged, path_of, read, write
from consultations.languages.progress import progress
from consultations.languages.table import LANGUAGES

ARABIC = LANGUAGES["ar"]


def template(*sentences: tuple[str, str]) -> Catalogue:
    made = Catalogue()
    for context, english in sentences:
        made.add(english, context=context, auto_comments=["A note."])
    return made


def in_arabic(*sentences: tuple[str, str, str]) -> Catalogue:
    made = Catalogue(ARABIC)
    for context, english, said in sentences:
        made.add(english, said, context=context)
    return made


def test_a_catalogue_is_kept_as_it_is(tmp_path: Path) -> None:
    path = path_of(tmp_path, ARABIC)
    made = in_arabic(("phrase.b_next", "Next", "التالي"))
    made.add(("one question", "{count} questions"), tuple("abcdef"), context="phrase.about_more")

    write(path, made)
    first = path.read_bytes()
    write(path, read(path, ARABIC))

    assert path == tmp_path / "ar" / "LC_MESSAGES" / "children.po"
    assert path.read_bytes() == first
    assert [entry.string for entry in read(path, ARABIC).entries()] == ["التالي", tuple("abcdef")]


def test_its_header_says_our_plural_forms_and_that_it_is_a_draft(tmp_path: Path) -> None:
    write(tmp_path / "ar.po", Catalogue(ARABIC))

    said = read(tmp_path / "ar.po", ARABIC).said

    assert said["Language"] == "ar"
    assert said["Plural-Forms"] == ARABIC.plural_forms
    assert (said["X-Review-State"], said["X-Reviewed-By"], said["X-Reviewed-On"]) == ("draft", "", "")


@pytest.mark.parametrize(
    ("state", "by", "on", "checked"),
    [
        pytest.param("checked", "Huda Salih", "2026-12-01", ("Huda Salih", date(2026, 12, 1)), id="a name and a day"),
        pytest.param("checked", "", "2026-12-01", None, id="nobody's name"),
        pytest.param("checked", "Huda Salih", "", None, id="no day"),
        pytest.param("checked", "Huda Salih", "soon", None, id="no such day"),
        pytest.param("draft", "Huda Salih", "2026-12-01", None, id="still a draft"),
        pytest.param("", "", "", None, id="nothing at all"),
    ],
)
def test_it_is_checked_once_a_person_s_name_and_a_day_stand_in_it(
    tmp_path: Path, state: str, by: str, on: str, checked: tuple[str, date] | None
) -> None:
    made = Catalogue(ARABIC)
    made.said = {"X-Review-State": state, "X-Reviewed-By": by, "X-Reviewed-On": on, "X-Generator": "Weblate 5"}
    write(tmp_path / "ar.po", made)

    again = merged(read(tmp_path / "ar.po", ARABIC), template())

    assert again.checked == checked
    assert again.said["X-Generator"] == "Weblate 5", "and what a translator's program wrote stays"


def test_what_stands_in_the_english_is_what_stands_in_the_catalogue() -> None:
    old = in_arabic(("a", "Stays.", "يبقى."), ("b", "Goes.", "يذهب."))

    new = merged(old, template(("c", "Comes."), ("a", "Stays.")))

    assert [(entry.id, entry.string, entry.auto_comments) for entry in new.entries()] == [
        ("Comes.", "", ["A note."]),
        ("Stays.", "يبقى.", ["A note."]),
    ]
    assert [entry.string for entry in new.obsolete.values()] == ["يذهب."]


def test_a_sentence_that_comes_back_finds_its_translation_again() -> None:
    gone = merged(in_arabic(("b", "Goes.", "يذهب.")), template())

    back = merged(gone, template(("b", "Goes.")))

    assert [(entry.string, entry.fuzzy) for entry in back.entries()] == [("يذهب.", False)]
    assert not back.obsolete


def test_a_reworded_sentence_keeps_its_translation_as_fuzzy() -> None:
    old = in_arabic(("phrase.skip", "You can skip any question.", "يمكنك تخطي أي سؤال."))

    new = merged(old, template(("phrase.skip", "You can skip every question.")))

    assert [(entry.string, entry.fuzzy) for entry in new.entries()] == [("يمكنك تخطي أي سؤال.", True)]


@pytest.mark.parametrize(
    ("context", "english"),
    [
        pytest.param("phrase.other", "You can skip every question.", id="in another context"),
        pytest.param("phrase.skip", "Nobody is watching.", id="when it says something else"),
    ],
)
def test_no_translation_is_offered_for_another_sentence(context: str, english: str) -> None:
    old = in_arabic(("phrase.skip", "You can skip any question.", "يمكنك تخطي أي سؤال."))

    new = merged(old, template((context, english)))

    assert [(entry.string, entry.fuzzy) for entry in new.entries()] == [("", False)]


def test_a_sentence_that_is_counted_from_now_on_is_to_be_looked_at() -> None:
    counted = Catalogue()
    counted.add(("one question", "{count} questions"), context="phrase.about_more")

    new = merged(in_arabic(("phrase.about_more", "one question", "سؤال")), counted)

    assert [(entry.string, entry.fuzzy) for entry in new.entries()] == [(("سؤال", "", "", "", "", ""), True)]


def test_progress_counts_sentences_with_their_denominator() -> None:
    made = in_arabic(("a", "One.", "واحد."), ("b", "Two.", "اثنان."), ("c", "Three.", ""))
    made.get("Two.", "b").flags.add("fuzzy")  # type: ignore[union-attr]
    made.add(("one", "{count}"), ("", "1", "2", "3", "4", "5"), context="zero is never counted")
    made.add(("one", "{count} left"), ("0", "1", "", "3", "4", "5"), context="two is missing")

    assert str(progress(made)) == "2 of 5 translated (40%), 1 fuzzy, 2 untranslated; draft"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"\xff\xfe\x00", "it is not UTF-8 text", id="another encoding"),
        pytest.param(b'msgid "a"\nmsgid "b"\nmsgstr "c"\n', "it is not a catalogue", id="a sentence without words"),
        pytest.param(b"<html>no page</html>", "it is not a catalogue", id="a web page"),
        pytest.param(b'msgid "a"\nmsgid_plural "b"\nmsgstr[9] "c"\n', "it is not a catalogue", id="a ninth form"),
        pytest.param(b'msgid "a"\nmsgid_plural "b"\nmsgstr[x] "c"\n', "it is not a catalogue", id="no number"),
    ],
)
def test_what_is_no_catalogue_is_refused_with_its_file_and_a_reason(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    path = tmp_path / "children.po"
    path.write_bytes(content)

    with pytest.raises(BrokenCatalogue, match=reason) as refused:
        read(path, ARABIC)

    assert str(refused.value).startswith(str(path))
