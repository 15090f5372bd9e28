"""What is known before a meeting of how the child takes part, out of what they sent, who heard it and who opened it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from consultations.answers import ADVOCATE, CHILD, OFFICER, PAPER, SPOKEN, Sharing
from consultations.circumstances import LET, ReadBy
from consultations.sending import SentAnswer
from consultations.summary import OpenedSending, Summary


@dataclass(frozen=True, slots=True)
class Said:
    """What the child said about taking part: the question's evidence name and the choice's value, as sent."""

    name: str  # "attends", "manner", "speaker", "advocate", "chair"
    value: str
    asked: str
    answered: str


@dataclass(frozen=True, slots=True)
class Told:
    """What an advocate heard from the child: how many answers they typed, and at how many more they were there.

    Or what an officer heard in a talk, and keyed in.
    """

    name: str  # "" where it is not known
    typed: int
    there: int
    officer: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """One sending that stands: when it was sent, when the officer first opened it, and what it says."""

    at: datetime
    opened_at: datetime | None = None
    said: tuple[Said, ...] = ()
    officer_only: bool = False  # every answer in it is for the officer alone
    own_words: bool = True  # something in it is in the child's own words
    told: tuple[Told, ...] = ()  # the advocates who wrote answers for the child, or were there
    others_words: bool = False  # something in it is in a helper's
    paper: bool = False  # something in it was keyed in from the child's paper form


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known before the meeting. `name` is the reference, or the name the sentences are to use.

    What a child kept for nobody was never sent, and is not here. `taken_back_at` takes back all that was sent
    before it.
    """

    name: str
    date_of_birth: date
    review_on: date
    sent: tuple[Sent, ...] = ()
    taken_back_at: datetime | None = None
    video_attends: bool = True  # a setting: joining by video counts as attending


def gather(
    summary: Summary, *, name: str = "", taken_back_at: datetime | None = None, video_attends: bool = True
) -> Evidence:
    """The evidence in a summary its officer has opened. `summary.readings`: an advocate's are passed over."""
    return Evidence(
        name=name or summary.facts.reference,
        date_of_birth=summary.facts.date_of_birth,
        review_on=summary.facts.review_on,
        sent=tuple(_sent(opened, summary.readings) for opened in summary.standing),
        taken_back_at=taken_back_at,
        video_attends=video_attends,
    )


def _sent(opened: OpenedSending, readings: Sequence[ReadBy]) -> Sent:
    answers = opened.sending.answers
    return Sent(
        at=opened.at,
        opened_at=min(
            (each.at for each in readings if each.at >= opened.at and each.read and each.what != LET), default=None
        ),
        said=tuple(
            Said(
                each.evidence,
                each.evidence_value,
                each.asked_english or each.asked,
                each.choice_english or each.choice_text,
            )
            for each in answers
            if each.evidence and each.evidence_value
        ),
        officer_only=all(each.sharing is Sharing.OFFICER for each in answers),
        own_words=any(each.own_words and each.words for each in answers),
        told=tuple(_told(answers)),
        others_words=any(not each.own_words and each.words for each in answers),
        paper=any(each.keyed == PAPER for each in answers),
    )


def _told(answers: Sequence[SentAnswer]) -> Iterator[Told]:
    """Each advocate of these answers once, in order, and the officer of a talk: only whom the child briefed can speak
    for them. Whoever keyed in a paper form was told nothing by the child."""
    heard = [each for each in answers if each.keyed != PAPER and ADVOCATE in (each.typed_by, each.beside)]
    for name in dict.fromkeys(map(_advocates_name, heard)):
        theirs = [each for each in heard if _advocates_name(each) == name]
        typed = sum(each.typed_by == ADVOCATE and not each.partly for each in theirs)
        yield Told(name, typed, len(theirs) - typed)
    talked = [each for each in answers if each.keyed == SPOKEN and each.typed_by == OFFICER]
    for name in dict.fromkeys(each.helper_name for each in talked):
        yield Told(name, sum(each.helper_name == name for each in talked), 0, officer=True)


def _advocates_name(answer: SentAnswer) -> str:
    """The name stands for whoever typed, and otherwise for who was there."""
    return answer.helper_name if answer.typed_by in (ADVOCATE, CHILD) else ""
