"""One consultation for every format: two sendings, three sharings, helpers, Arabic words on an English page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from consultations.answers import Sharing
from consultations.circumstances import ReadBy
from consultations.evidence import gather
from consultations.participation import propose
from consultations.questions.sets import QuestionBook
from consultations.rendering.headings import language_name
from consultations.sending import Kind, Sending, SentAnswer
from consultations.summary import OpenedSending, ReviewFacts, Summary, build
from consultations.timescales import in_words

FACTS = ReviewFacts("NW-0412", date(2017, 3, 1), date(2026, 12, 14), "Sam")
SENT = datetime(2026, 12, 3, 16, 20, tzinfo=UTC)
LATER = datetime(2026, 12, 8, 19, 5, tzinfo=UTC)
OPENED = ReadBy("sam", "opened", datetime(2026, 12, 5, 8, 2, tzinfo=UTC))


def answer(words: str = "", **more: object) -> SentAnswer:
    """An answer about home that everyone may see, but for what is said otherwise."""
    plain = SentAnswer(
        question="home_best",
        theme="home",
        theme_heading="Where I live",
        theme_heading_english="Where I live",
        asked="What's the best thing about where you live?",
        asked_english="What's the best thing about where you live?",
        set="ages_8_11",
        version=1,
        language="en_GB",
        choice=None,
        choice_text="",
        choice_english="",
        picture="",
        words=words,
        sharing=Sharing.EVERYONE,
        typed_by="child",
        own_words=True,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def summed(*answers: SentAnswer, added: tuple[SentAnswer, ...] = ()) -> Summary:
    """The summary of one sending, and of an addition where there is one."""
    first = OpenedSending("b71c0f4a", SENT, Sending("en_GB", "ages_8_11", 1, Kind.REPLACEMENT, (), answers))
    kind = Kind.ADDITION if answers else Kind.REPLACEMENT
    later = OpenedSending("c02e99d1", LATER, Sending("en_GB", "ages_8_11", 1, kind, (), added))
    return build([each for each in (first, later) if each.sending.answers], FACTS, [OPENED])


FEELING = answer(
    question="feel_now",
    theme="feelings",
    theme_heading="How I feel",
    theme_heading_english="How I feel",
    asked="How are you feeling?",
    asked_english="How are you feeling?",
    choice="ok",
    choice_text="OK",
    choice_english="OK",
    picture="😐",
    sharing=Sharing.SOCIAL_WORKER,
)
BEST = answer("The dog.\nAnd my door shuts.")
CHANGE = answer(
    "He shouts.",
    question="home_change",
    asked="What would you change?",
    asked_english="What would you change?",
    sharing=Sharing.OFFICER,
)
FAMILY = answer(
    "أريد أن أرى جدتي كل أسبوع.",
    question="family",
    theme="people",
    theme_heading="الناس",
    theme_heading_english="People who matter to me",
    asked="هل ترى الأشخاص الذين تريد رؤيتهم؟",
    asked_english="Do you see the people you want to see?",
    choice="not_enough",
    choice_text="ليس بما يكفي",
    choice_english="Not enough",
    language="ar",
    typed_by="interpreter",
    beside="interpreter",
)
MOST = answer(
    "I want to stay here until I finish Year 6.",
    question="most_want",
    theme="most",
    asked="What do you most want to say?",
    asked_english="What do you most want to say?",
    most_wanted=True,
)
COME = answer(
    question="review_come",
    theme="review",
    theme_heading="My meeting",
    theme_heading_english="My meeting",
    asked="Would you like to be there?",
    asked_english="Would you like to be there?",
    choice="no",
    choice_text="No",
    choice_english="No",
    beside="carer",
    evidence="attends",
    evidence_value="no",
)
CAT = answer("And the cat.")

SUMMARY = summed(FEELING, BEST, CHANGE, FAMILY, MOST, COME, added=(CAT,))
BRANCHES = propose(gather(SUMMARY))


class PhraseHeadings:
    """Headings out of the phrases that ship, as a child of this set reads them."""

    language = "en_GB"

    def __init__(self, book: QuestionBook, set: str = "ages_8_11", named: Mapping[str, str] | None = None) -> None:
        self.book, self.set = book, set
        self.named = dict(named or {})

    def theme(self, id: str, english: str) -> str:
        """In English, as this child reads."""
        return english

    def say(self, phrase_id: str, **named: str) -> str:
        """The phrase, its names filled in. KeyError for a phrase there is not."""
        return self.book.phrases[phrase_id].english(self.set).format_map({**self.named, **named})

    def day(self, on: date) -> str:
        """In English here."""
        return in_words(on)

    def tongue(self, language: str) -> str:
        """In English here."""
        return language_name(language)
