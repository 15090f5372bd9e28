"""What a reader sees: one Summary value from what was sent, and the copies made of it.

A copy is *computed only from the answers that are in it* and from facts everybody knows (reference, date of birth,
review date, officer). Dates, languages, helpers, question sets, which sendings are listed and what counts as an
addition all come from the answers shown. So whoever is shown a copy learns nothing of what is withheld from it: two
consultations that differ only in a withheld answer give the same copy, byte for byte (P6).

A question that was skipped, not reached, or kept for nobody is left out, always alike.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import TypeVar

from consultations.answers import CHILD, PAPER, Sharing
from consultations.circumstances import ReadBy
from consultations.interpreting import to_book_for
from consultations.sending import Kind, Sending, SentAnswer
from consultations.timescales import age_on, day_in_england

T = TypeVar("T")

REVIEW_THEME = "review"
"""The theme whose answers say how the child wants their review to be: a section of its own, after the others."""


class CopyKind(StrEnum):
    """Officer's: everything that was sent. Meeting: shared with everyone there. File: for the case system."""

    OFFICER = "officer"
    MEETING = "meeting"
    FILE = "file"

    @property
    def shows(self) -> frozenset[Sharing]:
        """The sharings whose answers go into this copy. What is for nobody goes into none.

        The case system is read by social workers and managers for decades, so the file copy leaves out what is for
        the officer alone (field facts §4).
        """
        match self:
            case CopyKind.OFFICER:
                return frozenset({Sharing.OFFICER, Sharing.SOCIAL_WORKER, Sharing.EVERYONE})
            case CopyKind.FILE:
                return frozenset({Sharing.SOCIAL_WORKER, Sharing.EVERYONE})
            case CopyKind.MEETING:
                return frozenset({Sharing.EVERYONE})


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """What everyone concerned knows of a review, whatever the child said."""

    reference: str
    date_of_birth: date
    review_on: date
    officer: str

    @property
    def age_on_review(self) -> int:
        """The child's age on the day of the review: it moves when the review does."""
        return age_on(self.date_of_birth, self.review_on)


@dataclass(frozen=True, slots=True)
class OpenedSending:
    """A sending its reader has opened: the id and time its signed manifest gives, and what was inside."""

    id: str
    at: datetime
    sending: Sending


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything the officer may know of one consultation: what stands, the review, and who has read what."""

    facts: ReviewFacts
    standing: tuple[OpenedSending, ...]  # the latest replacement and the additions since, oldest first
    readings: tuple[ReadBy, ...] = ()


@dataclass(frozen=True, slots=True)
class SummaryAnswer:
    """One answer as a reader meets it: the words that were asked, then the child's own."""

    question: str
    asked: str
    asked_english: str
    choice_text: str
    choice_english: str
    picture: str
    words: str
    language: str
    sharing: Sharing
    typed_by: str
    own_words: bool
    sent_at: datetime | None  # None in the child's own preview
    addition: bool
    set: str = ""
    version: int = 0
    beside: str = ""  # the kind of helper who was there when it was answered
    draft: bool = False  # asked in a translation to which nobody had put their name
    helper_name: str = ""  # of the helper who typed it, or else was there, where it is known
    through: str = ""  # by whom the child's spoken words were put into this language
    let_read: str = ""  # the advocate who may read it too; told to nobody but them and the officer
    keyed: str = ""  # keyed in by a member of staff: answers.PAPER or answers.SPOKEN
    keyed_on: str = ""  # and on which day, as YYYY-MM-DD
    without_pin: bool = False  # some of it was said in a visit that had not given the child's PIN
    partly: bool = False  # a helper typed some of it, and the child themselves said some

    @property
    def helpers(self) -> tuple[str, ...]:
        """Who was there for this answer, or typed it, beside the child. Whoever keys in a form was not."""
        if self.keyed == PAPER:
            return ()
        return _once(helper for helper in (self.beside, self.typed_by) if helper not in ("", CHILD))


@dataclass(frozen=True, slots=True)
class Section:
    """One theme and its answers, in the order they were asked; additions after what they add to."""

    theme: str
    heading: str
    answers: tuple[SummaryAnswer, ...]
    heading_english: str = ""


@dataclass(frozen=True, slots=True)
class SentNote:
    """One sending as a fact: when, what kind, in which set and language.

    `id` is the same for the same sending always, and says nothing of how many there were: what an alert sealed is
    numbered among them, and its officer may be the one whom the child wants kept from knowing.
    """

    id: str
    kind: str
    at: datetime
    set: str
    version: int
    language: str


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy, ready to render: what is withheld from its readers is not in it at all."""

    kind: CopyKind
    reference: str
    review_on: date
    age_on_review: int
    language: str  # of the last answer, or of most of them; "" when there is no answer in this copy
    needs_interpreter: bool  # for that language
    helpers: tuple[str, ...]
    sent: tuple[SentNote, ...]
    most_wanted: tuple[SummaryAnswer, ...]
    sections: tuple[Section, ...]  # the themes; how they want their review to be is in `review`
    review: Section | None = None
    officer: str = ""

    @property
    def answers(self) -> tuple[SummaryAnswer, ...]:
        """Every answer in the order it is shown."""
        sections = (*self.sections, self.review) if self.review else self.sections
        return (*self.most_wanted, *(answer for section in sections for answer in section.answers))

    @property
    def question_sets(self) -> tuple[tuple[str, int], ...]:
        """The question sets, with their versions, that the answers shown were asked in."""
        return _once((answer.set, answer.version) for answer in self.answers)

    @property
    def latest(self) -> datetime | None:
        """When the last of the answers shown was sent. None in a preview, and in an empty copy."""
        return max((note.at for note in self.sent), default=None)

    @property
    def content(self) -> dict[str, object]:
        """Everything in this copy as plain JSON values; times as their day, which is all that a reader needs."""
        content: dict[str, object] = json.loads(json.dumps(asdict(self), default=_day))
        return content

    @property
    def hash(self) -> str:
        """SHA-256 in hex over `content` as JSON in ASCII with sorted keys and no spaces.

        The same in every format of this copy, and another as soon as a word differs.
        """
        return hashlib.sha256(
            json.dumps(self.content, sort_keys=True, separators=(",", ":")).encode("ascii")
        ).hexdigest()


def build(sendings: Sequence[OpenedSending], facts: ReviewFacts, readings: Sequence[ReadBy] = ()) -> Summary:
    """What stands of everything that was sent, in the order of the manifests (oldest first).

    A replacement carries everything again: what was sent before it is gone, wholly. Additions are joined to it.
    A sending that came in several bundles may stand once for each.
    """
    whole = [_whole(list(bundles)) for _, bundles in groupby(sendings, key=attrgetter("id"))]
    replaced = [place for place, opened in enumerate(whole) if opened.sending.kind == Kind.REPLACEMENT]
    return Summary(facts, tuple(whole[replaced[-1] if replaced else 0 :]), tuple(readings))


def copy(summary: Summary, kind: CopyKind) -> Copy:
    """The copy of this kind: the same Summary and kind give the same Copy, always."""
    return _copy(kind, summary.facts, [_Part(each.sending, each.id, each.at) for each in summary.standing])


def preview(sending: Sending, facts: ReviewFacts) -> Copy:
    """What the officer will see of a sending that has not been sent: the officer's own copy, but for when and id."""
    return _copy(CopyKind.OFFICER, facts, [_Part(sending)])


def _whole(bundles: Sequence[OpenedSending]) -> OpenedSending:
    """One sending out of the bundles its reader could open."""
    answers = tuple(answer for bundle in bundles for answer in bundle.sending.answers)
    return replace(bundles[0], sending=replace(bundles[0].sending, answers=answers))


@dataclass(frozen=True, slots=True)
class _Part:
    sending: Sending
    id: str = ""
    at: datetime | None = None


def _copy(kind: CopyKind, facts: ReviewFacts, parts: Sequence[_Part]) -> Copy:
    """Withhold first; everything after that is computed from what is left."""
    shown = [(part, answer) for part in parts for answer in part.sending.answers if answer.sharing in kind.shows]
    first = shown[0][0] if shown else None
    placed = [(answer, _as_read(answer, part, kind, addition=part is not first)) for part, answer in shown]

    most_wanted = _in_order(each for each in placed if each[0].most_wanted)
    themes = [each for each in placed if not each[0].most_wanted]
    sections = tuple(_section(theme, themes) for theme in _once(sent.theme for sent, _ in themes))
    languages = [answer.language for _, answer in shown]
    to_book = to_book_for(languages)
    return Copy(
        kind=kind,
        reference=facts.reference,
        review_on=facts.review_on,
        age_on_review=facts.age_on_review,
        language=to_book or (languages[-1] if languages else ""),
        needs_interpreter=bool(to_book),
        helpers=_once(helper for _, answer in placed for helper in answer.helpers),
        sent=tuple(_notes(shown)),
        most_wanted=most_wanted,
        sections=tuple(section for section in sections if section.theme != REVIEW_THEME),
        review=next((section for section in sections if section.theme == REVIEW_THEME), None),
        officer=facts.officer,
    )


def _as_read(answer: SentAnswer, part: _Part, kind: CopyKind, *, addition: bool) -> SummaryAnswer:
    return SummaryAnswer(
        question=answer.question,
        asked=answer.asked,
        asked_english=answer.asked_english,
        choice_text=answer.choice_text,
        choice_english=answer.choice_english,
        picture=answer.picture,
        words=answer.words,
        language=answer.language,
        sharing=answer.sharing,
        typed_by=answer.typed_by,
        own_words=answer.own_words,
        partly=answer.partly,
        sent_at=part.at,
        addition=addition,
        set=answer.set,
        version=answer.version,
        beside=answer.beside,
        draft=answer.draft,
        helper_name=answer.helper_name,
        through=answer.through,
        let_read=answer.let_read if kind is CopyKind.OFFICER else "",
        keyed=answer.keyed,
        keyed_on=answer.keyed_on,
        without_pin=answer.without_pin,
    )


def _section(theme: str, placed: Sequence[tuple[SentAnswer, SummaryAnswer]]) -> Section:
    """One theme, under the heading it had when it was first asked."""
    here = [each for each in placed if each[0].theme == theme]
    sent = here[0][0]
    return Section(theme, sent.theme_heading, _in_order(here), sent.theme_heading_english or sent.theme_heading)


def _in_order(placed: Iterable[tuple[SentAnswer, SummaryAnswer]]) -> tuple[SummaryAnswer, ...]:
    """In the order asked; an addition to a question stands right after what it adds to."""
    here = [answer for _, answer in placed]
    questions = _once(answer.question for answer in here)
    return tuple(sorted(here, key=lambda answer: questions.index(answer.question)))


def _notes(shown: Sequence[tuple[_Part, SentAnswer]]) -> Iterator[SentNote]:
    """The sendings that the answers shown came in; the first of them is no addition to its reader."""
    kind = Kind.REPLACEMENT
    for part, answers in groupby(shown, key=itemgetter(0)):
        if part.at is None:
            continue
        *_, (_, last) = answers
        id = hashlib.sha256(part.id.encode()).hexdigest()[:16]
        yield SentNote(id, kind.value, part.at, last.set, last.version, last.language)
        kind = Kind.ADDITION


def _once(values: Iterable[T]) -> tuple[T, ...]:
    """Each value once, in the order they first come."""
    return tuple(dict.fromkeys(values))


def _day(value: object) -> str:
    if isinstance(value, datetime):
        return day_in_england(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a copy")
