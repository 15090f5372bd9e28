"""A copy laid out: which words stand where, for every format alike. Formats only draw; nothing is decided in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from consultations.answers import Sharing
from consultations.interpreting import english
from consultations.participation import MEANING, Branch, Code, Way
from consultations.rendering.characters import line, lines
from consultations.rendering.headings import Headings, StaffHeadings, company, helpers_of, language_name
from consultations.summary import Copy, CopyKind, SummaryAnswer
from consultations.timescales import day_in_england, in_words

STAFF = StaffHeadings()


@dataclass(frozen=True, slots=True)
class Mark:
    """Something small and clear under an answer. `label` says what `text` is about, where that isn't plain."""

    kind: str  # "sharing", "let", "typed", "beside", "added", "interpreter"
    text: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """One answer: what was asked, what the child chose, their own words line by line, and its marks."""

    asked: str
    asked_english: str  # "" where it was asked in English
    picture: str
    choice: str
    choice_english: str
    words: tuple[str, ...]
    language: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A heading and the answers under it."""

    kind: str  # "most", "theme", "review"
    heading: str
    answers: tuple[Given, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A participation code for one way the meeting can go."""

    code: str
    reason: str
    evidence: tuple[str, ...]
    expected: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything on the page a reader is given. `facts` are labels with their values, the most needed first."""

    reference: str
    kind: str
    review: str
    copy_name: str
    copy_note: str
    facts: tuple[tuple[str, str], ...]
    interpreter: str  # the sentence, where one is needed
    parts: tuple[Part, ...]
    proposals: tuple[Proposal, ...]
    provenance: tuple[tuple[str, str], ...]
    hash: str


COPY_NAMES = {
    CopyKind.OFFICER: ("Officer's copy", "Everything that was sent. For the officer alone."),
    CopyKind.MEETING: ("Meeting copy", "What the child shares with everyone at the review."),
    CopyKind.FILE: ("File copy", "For the case system. Nothing in it is for the officer alone."),
}

DRAFT = "draft translation"
"""Beside a language in which nobody has checked what children read (field facts §8): what was asked may be clumsy."""

SOME_IN = "Some answers are in"

EMPTY = "There is nothing in this copy."

PROPOSED = "Participation code, proposed"
PROPOSED_NOTE = "The officer settles the code after the review. Before it, each way the meeting can go has its own."
EXPECTED = "What their answers point to"


def parts(copy: Copy, headings: Headings) -> tuple[Part, ...]:
    """What the child said, in the order it is shown, under headings in this language."""
    return tuple(_parts(copy, headings))


def sheet(copy: Copy, branches: Sequence[Branch] = ()) -> Sheet:
    """The page staff are given. Codes are argued in the officer's copy alone, whatever is passed in."""
    argued = branches if copy.kind is CopyKind.OFFICER else ()
    name, note = COPY_NAMES[copy.kind]
    return Sheet(
        reference=line(copy.reference),
        kind=copy.kind.value,
        review=f"Review on {in_words(copy.review_on)}, aged {copy.age_on_review}",
        copy_name=name,
        copy_note=note,
        facts=tuple(_facts(copy, argued)),
        interpreter=_interpreter(copy),
        parts=parts(copy, STAFF),
        proposals=tuple(Proposal(each.code, each.reason, each.evidence, each.expected) for each in argued),
        provenance=tuple(_provenance(copy, name)),
        hash=copy.hash,
    )


def _parts(copy: Copy, headings: Headings) -> Iterator[Part]:
    if copy.most_wanted:
        yield Part("most", headings.say("h_most_wanted"), _given(copy, copy.most_wanted, headings))
    for section in copy.sections:
        heading = headings.theme(section.theme, section.heading_english or section.heading)
        yield Part("theme", line(heading), _given(copy, section.answers, headings))
    if copy.review:
        yield Part("review", headings.say("h_review"), _given(copy, copy.review.answers, headings))


def _given(copy: Copy, answers: Sequence[SummaryAnswer], headings: Headings) -> tuple[Given, ...]:
    return tuple(
        Given(
            asked=line(answer.asked),
            asked_english=line(answer.asked_english) if answer.asked_english != answer.asked else "",
            picture=line(answer.picture),
            choice=line(answer.choice_text),
            choice_english=line(answer.choice_english) if answer.choice_english != answer.choice_text else "",
            words=lines(answer.words) if answer.words else (),
            language=answer.language,
            marks=tuple(_marks(copy, answer, headings)),
        )
        for answer in answers
    )


def _marks(copy: Copy, answer: SummaryAnswer, headings: Headings) -> Iterator[Mark]:
    sharing = headings.say(SHARING_MARKS[answer.sharing], officer=line(copy.officer))
    yield Mark("sharing", sharing, headings.say("who_may_see"))
    if answer.let_read:
        yield Mark("let", headings.say("let_read_now", name=line(answer.let_read)))
    yield from (Mark(kind, text) for kind, text in company(answer, headings))
    if answer.addition and answer.sent_at:
        yield Mark("added", headings.say("added_on", day=headings.day(day_in_england(answer.sent_at))))
    if answer.words and not english(answer.language):
        yield Mark("interpreter", headings.say("needs_interpreter"))


SHARING_MARKS = {
    Sharing.OFFICER: "mark_officer",
    Sharing.SOCIAL_WORKER: "mark_social_worker",
    Sharing.EVERYONE: "mark_everyone",
}


def _interpreter(copy: Copy) -> str:
    """Which language to book an interpreter for, days ahead, so it stands at the top; and what else is not English."""
    to_book = copy.language if copy.needs_interpreter else ""
    others = (each.language for each in copy.answers if each.words and each.language != to_book)
    names = dict.fromkeys(language_name(language) for language in others if not english(language))
    said = [f"{STAFF.say('needs_interpreter')}: {language_name(to_book)}"] if to_book else []
    return ". ".join([*said, *([f"{SOME_IN} {', '.join(names)}"] if names else [])])


def _facts(copy: Copy, branches: Sequence[Branch]) -> Iterator[tuple[str, str]]:
    """What an officer needs to know before the first answer; nothing about answers that are not in this copy."""
    days = [in_words(day_in_england(note.at)) for note in copy.sent]
    if days[:1]:
        yield "Sent", days[0]
    if days[1:]:
        yield "Added", "; ".join(days[1:])
    if copy.answers:
        languages = dict.fromkeys((language_name(answer.language), answer.draft) for answer in copy.answers)
        yield "Language", "; ".join(f"{name} ({DRAFT})" if draft else name for name, draft in languages)
        helpers = dict.fromkeys(helper for answer in copy.answers for helper in helpers_of(answer, STAFF))
        yield "Who helped", "; ".join(helpers) or "nobody with these answers"
    if branches:
        yield "Participation", _in_short(branches)


def _in_short(branches: Sequence[Branch]) -> str:
    """The codes at a glance: the whole argument stands below what the child said."""
    codes = {branch.way: branch.code for branch in branches}
    if Way.ANY in codes:
        return f"{codes[Way.ANY]}: {MEANING[Code(codes[Way.ANY])]}"
    expected = next((branch for branch in branches if branch.expected), None)
    short = f"{codes[Way.SPEAKS]} if they come and speak; {codes[Way.AWAY]} if they stay away."
    return f"{short} Their answers point to {expected.code}." if expected else short


def _provenance(copy: Copy, name: str) -> Iterator[tuple[str, str]]:
    """Where this comes from, so that any copy can be told from any other years later."""
    yield "Copy", name
    for note in copy.sent:
        yield "Sending", f"{note.id}, {in_words(day_in_england(note.at))}"
    for set, version in copy.question_sets:
        yield "Question set", f"{set}, version {version}"
    yield "SHA-256", copy.hash
