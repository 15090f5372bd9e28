"""A mistake in a question set is refused at start, with the file, the question and the reason. Nothing is guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from consultations.questions.loading import BrokenSet, load

SET = """\
id = "ages_8_11"
version = 2
ages = [8, 11]
reading_grade = 3
longest_sentence = 14
easier = "ages_4_7"

[[themes]]
id = "home"
heading = "Where I live"

[[themes]]
id = "review"
heading = "My meeting"

[[questions]]
id = "home_settled"
theme = "home"
text = "How is it where you live?"
note = "Settled."
private = true
choices = [
    { id = "good", text = "Good" },
    { id = "no", text = "Not good" },
]

[[questions]]
id = "home_change"
theme = "home"
text = "What would you change?"
words_hint = "You can skip this one."
note = "One change."
after = ["home_settled:no"]

[[questions]]
id = "home_who"
theme = "home"
text = "Who could help?"
note = "Help."
after = ["home_settled:good", "home_settled:no"]

[[questions]]
id = "safe_now"
theme = "home"
text = "Do you feel safe?"
note = "Safety."
words = false
needs = "alerts"
choices = [{ id = "yes", text = "Yes" }, { id = "no", text = "No", alarm = true }]

[[questions]]
id = "most_want"
theme = "review"
text = "What should {officer} know?"
note = "First."
most_wanted = true

[[questions]]
id = "review_come"
theme = "review"
text = "Do you want to come on {review_day}?"
note = "Attends."
evidence = "attends"
choices = [{ id = "yes", text = "Yes", evidence = "yes" }, { id = "no", text = "No", evidence = "no" }]

[[questions]]
id = "anything_else"
theme = "review"
text = "Anything else?"
note = "Open."
anything_else = true

[[questions]]
id = "was_this_ok"
theme = "review"
text = "Was this OK?"
note = "Counted."
words = false
feedback = true
choices = [{ id = "yes", text = "Yes" }, { id = "no", text = "No" }]
"""

YOUNGER = (
    SET.replace("ages_8_11", "older")
    .replace("ages_4_7", "")
    .replace("older", "ages_4_7")
    .replace("[8, 11]", "[4, 7]")
    .replace('{ id = "good", text = "Good" }', '{ id = "good", text = "Good", picture = "🙂" }')
    .replace('{ id = "no", text = "Not good" }', '{ id = "no", text = "Not good", picture = "🙁" }')
)

PHRASES = """\
[[phrases]]
id = "not_sent_yet"
text = "Not sent yet: {officer} can't see this."
note = "On every page until it is sent."
[phrases.bands]
ages_4_7 = "{officer} can't see this yet."

[[phrases]]
id = "open_safety"
text = \"\"\"
Nobody is watching.
Call 999.\"\"\"
note = "Third screen."
"""

GOOD = {"ages_8_11.toml": SET, "ages_4_7.toml": YOUNGER, "phrases.toml": PHRASES}
OURS, YOUNG, SAID = GOOD

CHANGE = 'after = ["home_settled:no"]'
OPENED = 'after = ["home_settled:good", "home_settled:no"]'
BOTH = SET[SET.index(CHANGE) : SET.index(OPENED) + len(OPENED)]
LAST = SET[SET.rindex("choices = ") :]
SETTLED_CHOICES = '{ id = "good", text = "Good" },'


def broken(
    id: str, old: str, new: str, where: str, reason: str, file: str = OURS
) -> object:  # what pytest.param gives has no public type
    return pytest.param(file, old, new, where, reason, id=id)


BROKEN = [
    # the file
    broken("not TOML", "version = 2", "version = ", "the file", "it is not TOML"),
    broken("a key nobody knows", "version = 2", "version = 2\nauthor = 'A'", "the set", "'author' is not something"),
    broken("a key left out", "version = 2\n", "", "the set", "'version' is missing"),
    broken("a value of another kind", "version = 2", 'version = "2"', "the set", "'version' should be a whole number"),
    broken("true for a number", "version = 2", "version = true", "the set", "'version' should be a whole number"),
    broken("an id that is not the file's", '"ages_8_11"', '"ages_8_12"', "the set", "file should be ages_8_12.toml"),
    broken("a version below 1", "version = 2", "version = 0", "the set", "version should be 1 or more"),
    broken("one age", "[8, 11]", "[8]", "the set", "ages should be the youngest and the oldest"),
    broken("ages the wrong way round", "[8, 11]", "[11, 8]", "the set", "from younger to older"),
    broken("ages of another band", "[8, 11]", "[7, 11]", "the set", "its ages overlap those of ages_4_7"),
    broken("an easier set there is none of", '"ages_4_7"', '"ages_2_3"', "the set", "'ages_2_3' is not there"),
    broken("itself for easier", '"ages_4_7"', '"ages_8_11"', "the set", "is not for younger children"),
    # themes
    broken("a theme twice", 'id = "review"\nheading', 'id = "home"\nheading', "theme home", "there 2 times"),
    broken("a theme without words", '"My meeting"', '""', "theme review", "it has no words"),
    broken("a theme of nothing", "[[questions]]", '[[themes]]\nid = "x"\nheading = "X"\n\n[[questions]]', "theme x",
           "no question stands under it"),
    broken("a theme there is none of", 'theme = "home"', 'theme = "house"', "question home_settled", "theme 'house'"),
    broken("a theme taken up again", 'id = "review_come"\ntheme = "review"', 'id = "review_come"\ntheme = "home"',
           "question review_come", "it stands after questions of a later theme than 'home'"),
    # questions
    broken("a question twice", 'id = "home_who"', 'id = "home_change"', "question home_change", "there 2 times"),
    broken("a question key nobody knows", "private = true", "privat = true", "question home_settled", "'privat'"),
    broken("a question without a note", 'note = "Settled."', 'note = ""', "question home_settled", "its note should"),
    broken("a note left out", 'note = "Settled."\n', "", "question home_settled", "'note' is missing"),
    broken("a question without text", '"How is it where you live?"', '" "', "question home_settled", "it has no words"),
    broken("a question of two lines", "where you live?", "where\\nyou live?", "question home_settled", "in one line"),
    broken("a stray space", "where you live?", "where you live? ", "question home_settled", "a space too many"),
    broken("a long id", '"home_who"', '"home_who_could_help_you_now"', "question home_who_could_help_you_now",
           "at most 24"),
    broken("an id with a capital", '"home_who"', '"Home_who"', "question Home_who", "made of a-z, 0-9 and _"),
    broken("an unknown placeholder", "{officer} know?", "{social_worker} know?", "question most_want",
           "{social_worker}, which is never filled in"),
    broken("a phrase's placeholder", "Who could help?", "Who could help {child}?", "question home_who", "{child}"),
    broken("a bracket alone", "{officer} know?", "{officer know?", "question most_want", "has no partner"),
    broken("a placeholder dressed up", "{officer} know?", "{officer!r} know?", "question most_want", "never filled in"),
    broken("a hint for words it does not take", "words = false\nneeds", 'words = false\nwords_hint = "Say."\nneeds',
           "question safe_now", "it has a hint for words, and takes no words"),
    broken("nothing to answer with", 'note = "Help."', 'note = "Help."\nwords = false', "question home_who",
           "it cannot be answered"),
    # choices
    broken("one choice", SETTLED_CHOICES, "", "question home_settled", "it has 1 choices"),
    broken("a choice without text", SETTLED_CHOICES, '{ id = "good", text = "" },',
           "question home_settled, choice good", "it has no words"),
    broken("a choice whose text is missing", SETTLED_CHOICES, '{ id = "good" },', "question home_settled, choice good",
           "'text' is missing"),
    broken("a choice twice", SETTLED_CHOICES, '{ id = "no", text = "Good" },', "question home_settled: choice no",
           "there 2 times"),
    broken("two choices that read the same", SETTLED_CHOICES, '{ id = "good", text = "Not good" },',
           "question home_settled: the words of a choice Not good", "there 2 times"),
    broken("pictures on some", SETTLED_CHOICES, '{ id = "good", text = "Good", picture = "🙂" },',
           "question home_settled", "some of its choices have a picture and some have none"),
    broken("a picture of two code points", '"🙂"', '"👍🏽"', "question home_settled, choice good",
           "not one emoji of one code point", YOUNG),
    broken("a picture that is a letter", '"🙂"', '"A"', "question home_settled, choice good", "not one emoji", YOUNG),
    broken("a picture twice", '"🙂"', '"🙁"', "question home_settled: picture 🙁", "there 2 times", YOUNG),
    broken("an alarm where nobody is called", SETTLED_CHOICES, '{ id = "good", text = "Good", alarm = true },',
           "question home_settled, choice good", 'its question should have needs = "alerts"'),
    broken("an alarm beside words nobody reads", 'words = false\nneeds = "alerts"', 'needs = "alerts"',
           "question safe_now, choice no", "its question takes words: nobody would have read them"),
    broken("an ask nobody is told of", SETTLED_CHOICES, '{ id = "good", text = "Good", ask_now = "sweets" },',
           "question home_settled, choice good", "asks now for 'sweets', which nobody is told of"),
    broken("an ask that has a button of its own", SETTLED_CHOICES, '{ id = "good", text = "Good", ask_now = "talk" },',
           "question home_settled, choice good", "asks now for 'talk', which nobody is told of"),
    broken("an alarm that asks for something else", "alarm = true", 'alarm = true, ask_now = "advocate"',
           "question safe_now, choice no", "so it cannot ask for something else as well"),
    broken("an ability there is none of", 'needs = "alerts"', 'needs = "magic"', "question safe_now",
           "needs 'magic', which does not exist, so it would never be asked"),
    # follow-ups
    broken("a follow-up of no question", CHANGE, 'after = ["house:no"]', "question home_change",
           "and there is no question house"),
    broken("a follow-up of no choice", CHANGE, 'after = ["home_settled:nope"]', "question home_change",
           "home_settled has no such choice"),
    broken("a follow-up of a question alone", CHANGE, 'after = ["home_settled"]', "question home_change",
           'should read "question:choice"'),
    broken("a follow-up of a later question", CHANGE, 'after = ["review_come:no"]', "question home_change",
           "which stands later, so it is never reached"),
    broken("a follow-up of itself", CHANGE, 'after = ["home_change:no"]', "question home_change", "by itself"),
    broken("two that open each other", BOTH,
           BOTH.replace(CHANGE, 'after = ["home_who:no"]').replace(OPENED, 'after = ["home_change:no"]'),
           "question home_change", "by itself, round a circle, so it is never reached"),
    broken("a follow-up opened twice by one choice", CHANGE, 'after = ["home_settled:no", "home_settled:no"]',
           "question home_change: after home_settled:no", "there 2 times"),
    broken("a follow-up list that is none", CHANGE, "after = [1]", "question home_change", "after should be a list"),
    # the questions every set has
    broken("nothing most wanted", "most_wanted = true\n", "", "the set", "0 questions have most_wanted = true"),
    broken("two most wanted", 'note = "Help."', 'note = "Help."\nmost_wanted = true', "the set",
           "2 questions have most_wanted = true"),
    broken("most wanted by another name", '"most_want"', '"mostest"', "question mostest", "its id should be most_want"),
    broken("most wanted sometimes", "most_wanted = true", f"most_wanted = true\n{CHANGE}", "question most_want",
           "in the main line"),
    broken("feedback in words", "words = false\nfeedback", "feedback", "question was_this_ok",
           "it should take no words: it is kept as a count"),
    broken("feedback not last", LAST,
           f'{LAST}\n[[questions]]\nid = "x"\ntheme = "review"\ntext = "X?"\nnote = "X."\n',
           "question was_this_ok", "it should stand last"),
    # taking part
    broken("evidence nobody reads", '"attends"', '"wishes"', "question review_come", "'wishes' is not evidence"),
    broken("evidence of something else", 'evidence = "no" }', 'evidence = "friend" }',
           "question review_come, choice no", "no evidence of 'attends'"),
    broken("a choice that says nothing of it", ', evidence = "no" }', " }", "question review_come, choice no",
           "does not say what it is as evidence of 'attends'"),
    broken("evidence without choices", 'note = "Help."', 'note = "Help."\nevidence = "chair"', "question home_who",
           "it needs choices"),
    # one id, one idea
    broken("private in one set alone", "private = true\n", "", "question home_settled",
           "its private differs from that in ages_4_7"),
    # phrases
    broken("a phrase twice", '"open_safety"', '"not_sent_yet"', "phrase not_sent_yet", "there 2 times", SAID),
    broken("a phrase without a note", "note = \"Third screen.\"", 'note = " "', "phrase open_safety", "its note", SAID),
    broken("a band's wording of no set", "ages_4_7 =", "ages_3_4 =", "phrase not_sent_yet",
           "there is no set called 'ages_3_4'", SAID),
    broken("a band's wording with other names", '"{officer} can\'t', '"Sam can\'t', "phrase not_sent_yet",
           "its wording for ages_4_7 has no placeholder where the usual wording has {officer}", SAID),
    broken("a band's wording that is none", '"{officer} can\'t see this yet."', "3", "phrase not_sent_yet",
           "each band's wording should be text", SAID),
    broken("a phrase's unknown placeholder", "Call 999.", "Call {nobody}.", "phrase open_safety", "{nobody}", SAID),
    broken("a phrase key nobody knows", 'note = "Third', 'notes = "x"\nnote = "Third', "phrase open_safety", "'notes'",
           SAID),
]  # fmt: skip


def folder_of(tmp_path: Path, files: dict[str, str]) -> Path:
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


def test_the_set_that_is_broken_below_is_whole(tmp_path: Path) -> None:
    book = load(folder_of(tmp_path, GOOD))

    assert [each.id for each in book] == ["ages_4_7", "ages_8_11"]


@pytest.mark.parametrize(("file", "old", "new", "where", "reason"), BROKEN)
def test_it_is_refused(tmp_path: Path, file: str, old: str, new: str, where: str, reason: str) -> None:
    assert old in GOOD[file]

    with pytest.raises(BrokenSet) as refused:
        load(folder_of(tmp_path, {**GOOD, file: GOOD[file].replace(old, new, 1)}))

    assert (refused.value.file, refused.value.where) == (file, where)
    assert reason in refused.value.reason
    assert str(refused.value) == f"{file}: {where}: {refused.value.reason}"
