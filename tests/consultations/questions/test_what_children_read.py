"""Every word a child reads, held to the voice: short, plain, true to its age, never frightening, never officialese."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from consultations.questions.loading import load
from consultations.questions.sets import Question, QuestionSet
from tests.consultations.questions.reading import FILLED, grade, sentences, syllables, words

BOOK = load()
EVER = load(abilities=frozenset({"alerts"}))  # also what is written and waits
SETS = [pytest.param(each, id=each.id) for each in EVER]
TODAY = [pytest.param(each, id=each.id) for each in BOOK]

GRADES = {"ages_4_7": 2, "ages_8_11": 3, "ages_12_15": 5, "ages_16_17": 6}
LONGEST = {"ages_4_7": 12, "ages_8_11": 14, "ages_12_15": 18, "ages_16_17": 20}
CHOICES = {"ages_4_7": (2, 4), "ages_8_11": (3, 5), "ages_12_15": (3, 6), "ages_16_17": (3, 6)}
"""Three is for a plain yes, no and not sure, where a fourth would be padding."""

LONG_WORDS = {
    "ages_4_7": (3, "advocate already another anyone anything computer december easier everyone everything interpreter "
                    "nobody nursery remember telegram understand usual video videos whatever"),
    "ages_8_11": (3, "advocate already another anyone anything computer december easier everyone everything "
                     "interpreter nobody officer remember telegram together understand usual video videos whatever "
                     "worrying"),
    "ages_12_15": (4, "interpreter"),
    "ages_16_17": (4, "immigration interpreter"),
}  # fmt: skip
"""How many syllables make a word long, and the long words that stand there on purpose."""

SHORT = {"ok", "pin", "id"}

NEVER = r"""
    placements? | contact(s|ed|ing)? | lac | cla | iro | uasc | reg | s20 | section | respite | foster | statutory |
    reviewing | disclos\w+ | safeguard\w* | allegation\w* | abus\w+ | neglect\w* | traum\w+ | harm\w* | hurt\w* | hit |
    touch\w* | attack\w* | unsafe | risk\w* | emergenc\w+ | police | court\w* | abscond\w* | incident\w* |
    behaviou?r\w* | challeng\w+ | biological | birth | siblings? | mum | mummy | dad | daddy | mother | father |
    normal | homeless |
    asylum | refugee | unaccompanied | journey | nationality | assess\w* | professional\w* | agenc\w+ | stakeholder\w* |
    outcomes? | pathway | transition\w* | accommodat\w+ | attend\w* | participat\w+ | consult\w* | provi\w+ |
    regarding | advis\w*ed | client | service | user | data | consent | process\w* | response | respond\w* | submit\w* |
    cancel\w* | n/a | invalid | error\w* | fail\w* | required | mandatory | click\w* | login | log\ in | password |
    confidential\w* | secret\w* | between\ us | safe\ space | promise\w* | are\ you\ sure | honest\w* | truth\w* |
    great | brilliant | awesome | amazing | well\ done | good\ job | congratulations | naughty | kids? | buddy |
    bot | robot | chatbot | (he|she|him|her|his|hers)
"""
"""Officialese, what frightens or digs, a guessed family, praise, doubt, promises nobody keeps, gender, machine talk."""

NEVER_FOR_THE_YOUNGEST = r"why | hours? | minutes? | o'clock | clock | per\ cent | % | reviews? | officer"


@pytest.mark.parametrize("asked", SETS)
def test_questions_read_at_their_age(asked: QuestionSet) -> None:
    assert asked.reading_grade == GRADES[asked.id]
    assert grade(_questions(asked)) <= asked.reading_grade


@pytest.mark.parametrize("asked", SETS)
def test_what_foreword_says_reads_at_their_age(asked: QuestionSet) -> None:
    assert grade(said for _, said in _phrases(asked)) <= asked.reading_grade


@pytest.mark.parametrize("asked", SETS)
def test_no_question_is_much_harder_than_its_set(asked: QuestionSet) -> None:
    """One grade more, at most: a question of six words with "nursery" in it has no room to make up for it."""
    graded = {each.id: grade([each.text, each.words_hint]) for each in asked.questions}

    assert {id: found for id, found in graded.items() if found > asked.reading_grade + 1} == {}


@pytest.mark.parametrize("asked", SETS)
def test_no_sentence_is_too_long(asked: QuestionSet) -> None:
    too_long = [
        (where, sentence)
        for where, text in _everything(asked)
        for sentence in sentences(text)
        if len(words(sentence)) > asked.longest_sentence
    ]

    assert asked.longest_sentence == LONGEST[asked.id]
    assert too_long == []


@pytest.mark.parametrize("asked", SETS)
def test_every_long_word_is_there_on_purpose(asked: QuestionSet) -> None:
    long, meant = LONG_WORDS[asked.id]
    nothing_filled_in = dict.fromkeys(FILLED, "")
    found = {
        _bare(word)
        for _, text in _everything(asked)
        for sentence in sentences(text, nothing_filled_in)
        for word in words(sentence)
        if syllables(word) >= long
    }

    assert found - set(meant.split()) == set()


@pytest.mark.parametrize("asked", SETS)
def test_no_word_that_children_should_never_read(asked: QuestionSet) -> None:
    never = NEVER + (f"| {NEVER_FOR_THE_YOUNGEST}" if asked.id == "ages_4_7" else "")
    pattern = re.compile(rf"(?<![\w{{])(?:{never})(?![\w}}])", re.IGNORECASE | re.VERBOSE)
    found = [(where, match.group()) for where, text in _everything(asked) for match in pattern.finditer(text)]

    assert found == []


@pytest.mark.parametrize("asked", SETS)
def test_nothing_is_shouted(asked: QuestionSet) -> None:
    shouted = [
        where
        for where, text in _everything(asked)
        if "!" in text
        or any(len(_bare(word)) > 1 and word.isupper() and _bare(word) not in SHORT for word in text.split())
    ]

    assert shouted == []


@pytest.mark.parametrize("asked", TODAY)
def test_about_ten_minutes_are_asked(asked: QuestionSet) -> None:
    main_line = [question for question in asked.questions if not question.after]

    assert 12 <= len(main_line) <= len(asked.questions) <= 18


@pytest.mark.parametrize("asked", SETS)
def test_one_question_is_one_question(asked: QuestionSet) -> None:
    """One question mark at most, at the end; no "and" or "or" joins two questions."""
    double = [each.id for each in asked.questions if each.text.count("?") != 1 or not each.text.endswith("?")]

    assert double == []
    assert [each.id for each in asked.questions if "?" in each.words_hint] == []


@pytest.mark.parametrize("asked", SETS)
def test_choices_are_few_and_short(asked: QuestionSet) -> None:
    """Who will say it is the one long list: each answer there can make another participation code."""
    fewest, most = CHOICES[asked.id]
    long_list = {"review_speaker"} if asked.id != "ages_4_7" else set()
    wrong = [
        each.id
        for each in asked.questions
        if each.choices and each.id not in long_list and not fewest <= len(each.choices) <= most
    ]

    assert wrong == []
    assert [choice.text for each in asked.questions for choice in each.choices if len(choice.text) > 28] == []


def test_buttons_are_short() -> None:
    said = [(phrase.id, text) for phrase in BOOK.phrases.values() for text in (phrase.text, *phrase.bands.values())]

    assert [(id, text) for id, text in said if id.startswith("b_") and len(text.format_map(FILLED)) > 28] == []


def test_the_youngest_choose_by_pictures_with_words() -> None:
    youngest = EVER.current("ages_4_7")
    shown = [choice for question in youngest.questions for choice in question.choices]

    assert [question.id for question in youngest.questions if not question.choices] == ["anything_else"]
    assert all(len(choice.picture) == 1 and choice.text for choice in shown)


@pytest.mark.parametrize("asked", SETS)
def test_an_unhappy_answer_opens_one_gentle_question(asked: QuestionSet) -> None:
    opened = [each for each in asked.questions if "home_settled:no" in each.after]

    assert [each.id for each in opened] == ["home_change"]
    assert opened[0].private
    assert "skip" in opened[0].words_hint


@pytest.mark.parametrize("asked", SETS)
def test_good_things_come_before_worries(asked: QuestionSet) -> None:
    order = [each.id for each in asked.questions]
    good = next(id for id in ("me", "fun") if id in order)

    assert order[0] == "feelings_now"
    assert all(order.index(good) < order.index(hard) for hard in ("worries", "safe_now") if hard in order)


@pytest.mark.parametrize("asked", SETS)
def test_every_question_says_what_it_is_for_and_which_field_fact_it_serves(asked: QuestionSet) -> None:
    assert [each.id for each in asked.questions if not re.search(r"Field facts §\d", each.note)] == []


@pytest.mark.parametrize("asked", SETS)
def test_a_button_brings_back_at_most_64_bytes(asked: QuestionSet) -> None:
    """Telegram's limit for callback data; the consultation's own id has eight signs."""
    ids = [f"k3v9x2mq:{each.id}:{choice.id}" for each in asked.questions for choice in each.choices]

    assert max(len(id.encode()) for id in ids) <= 64


@pytest.mark.parametrize("asked", TODAY)
def test_taking_part_can_be_argued_from_every_set(asked: QuestionSet) -> None:
    evidence = {each.evidence for each in asked.questions}
    chair = set() if asked.id == "ages_4_7" else {"chair"}

    assert evidence - {""} == {"attends", "manner", "speaker", "advocate"} | chair


@pytest.mark.parametrize("asked", TODAY)
def test_who_speaks_is_told_apart_where_it_changes_the_code(asked: QuestionSet) -> None:
    """PN2 and PN5 are for the officer and an advocate alone (field facts §1)."""
    who = _asked(asked, "review_speaker")
    values = {choice.evidence for choice in who.choices}
    every = {"self", "officer", "advocate", "carer", "social_worker", "friend", "nobody", "unsure"}

    assert values == ({"officer", "carer", "advocate", "unsure"} if asked.id == "ages_4_7" else every)


def test_being_safe_is_not_asked_before_somebody_can_be_called() -> None:
    assert [each.id for each in BOOK if each.question("safe_now")] == []
    assert all(any(choice.alarm for choice in _asked(each, "safe_now").choices) for each in EVER)


@pytest.mark.parametrize("asked", SETS)
def test_questions_that_a_helper_should_not_hear_are_private(asked: QuestionSet) -> None:
    private = {each.id for each in asked.questions if each.private}

    assert private == {"home_settled", "home_change", "safe_now", "helpers"} & {each.id for each in asked.questions}


@pytest.mark.parametrize("asked", SETS)
def test_help_is_told_in_full(asked: QuestionSet) -> None:
    for id in ("open_safety", "help_lines"):
        said = BOOK.phrases[id].english(asked.id)

        assert "999" in said
        assert "0800 1111" in said
        assert "Nobody is watching" in said


@pytest.mark.parametrize("asked", SETS)
def test_a_child_is_told_who_can_open_it_before_the_first_question(asked: QuestionSet) -> None:
    said = BOOK.phrases["open_who"].english(asked.id)

    assert "{officer} can open what you send." in said
    assert "If someone is in danger, {officer} has to tell." in said
    assert "If someone is in danger, {officer} has to tell." in BOOK.phrases["check_exception"].english(asked.id)


def test_a_tab_on_a_shared_phone_tells_nothing() -> None:
    telling = r"care|review|meeting|social|council|foreword|child|\{"

    assert re.search(telling, BOOK.phrases["page_title"].text, re.IGNORECASE) is None
    assert re.search(telling, BOOK.phrases["left"].text, re.IGNORECASE) is None


def _bare(word: str) -> str:
    """The word alone: no case, no comma, no 's; nothing left of a number or a code."""
    return "" if any(sign.isdigit() for sign in word) else word.lower().strip(".,:?…“”").removesuffix("'s")


def _asked(asked: QuestionSet, id: str) -> Question:
    found = asked.question(id)
    assert found is not None
    return found


def _questions(asked: QuestionSet) -> list[str]:
    return [text for each in asked.questions for text in (each.text, each.words_hint) if text]


def _phrases(asked: QuestionSet) -> Iterator[tuple[str, str]]:
    for phrase in EVER.phrases.values():
        yield phrase.id, phrase.english(asked.id)


def _everything(asked: QuestionSet) -> Iterator[tuple[str, str]]:
    """Every text of the set and every phrase as this band reads it, and where it stands."""
    for theme in asked.themes:
        yield f"theme {theme.id}", theme.heading
    for question in asked.questions:
        yield question.id, question.text
        yield f"{question.id} hint", question.words_hint
        for choice in question.choices:
            yield f"{question.id}.{choice.id}", choice.text
    yield from _phrases(asked)
