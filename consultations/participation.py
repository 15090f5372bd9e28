"""How a child took part in their review: the code the return asks for, proposed with its reason and evidence.

The code describes the *review* and is settled after it, by the officer. So before the meeting nothing here decides:
it argues, for each way the meeting can go, which code that would be and why. What was sent never makes PN1.

Codes: DfE, "Children looked after by local authorities in England: guide to the SSDA903 collection", Reviews, and
its technical specification, code set "Method of participation". Where the guide leaves room, field practice decides
and the reason says so: only an advocate or the officer can *speak for* a child (PN2, PN5); a carer, relative or
friend who carries the words is a medium like a letter is (PN6).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from consultations.evidence import Evidence, Sent, Told
from consultations.timescales import age_on, day_in_england, in_words, months_after


class Code(StrEnum):
    """DfE's codes for a child's participation in a review."""

    PN0 = "PN0"
    PN1 = "PN1"
    PN2 = "PN2"
    PN3 = "PN3"
    PN4 = "PN4"
    PN5 = "PN5"
    PN6 = "PN6"
    PN7 = "PN7"


MEANING: Mapping[Code, str] = {
    Code.PN0: "child under 4 at the time of the review",
    Code.PN1: "attends and speaks for themselves",
    Code.PN2: "attends, an advocate or the officer speaks for them",
    Code.PN3: "attends and conveys their view symbolically, without words",
    Code.PN4: "attends, does none of these",
    Code.PN5: "does not attend, briefs an advocate or the officer to speak",
    Code.PN6: "does not attend, conveys their feelings by a facilitative medium",
    Code.PN7: "does not attend, views not conveyed",
}

UNDER = 4
"""PN0 below this age on the day of the review, and on no other ground (return rules 440 and 441)."""


class Way(StrEnum):
    """One way the meeting can go, as far as the codes tell them apart."""

    ANY = "any"  # under 4: it makes no difference
    SPEAKS = "speaks"
    BY_VIDEO = "by_video"
    SPOKEN_FOR = "spoken_for"  # by an advocate or the officer
    CARRIED = "carried"  # by a carer, relative, friend or social worker
    SHOWS = "shows"
    SILENT = "silent"
    AWAY_SPOKEN_FOR = "away_spoken_for"
    AWAY_CARRIED = "away_carried"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class Branch:
    """If the meeting goes this way, this code, for this reason. Two codes where the officer has to decide."""

    way: Way
    codes: tuple[Code, ...]
    reason: str
    evidence: tuple[str, ...] = ()
    expected: bool = False  # the way the child's own answers point to

    @property
    def code(self) -> str:
        """As it is written: "PN6", or "PN1 or PN4"."""
        return " or ".join(self.codes)


def propose(evidence: Evidence) -> tuple[Branch, ...]:
    """A code for each way the meeting can go, with its reason; one branch alone for a child under 4."""
    if age_on(evidence.date_of_birth, evidence.review_on) < UNDER:
        return (_under_four(evidence),)
    by_video = _latest(evidence, "attends") == "video"
    carrier = CARRIERS.get(_latest(evidence, "speaker"))
    branches = [
        _speaks(evidence),
        *([_by_video(evidence)] if by_video else []),
        _spoken_for(evidence),
        *([_carried(evidence, carrier)] if carrier else []),
        _shows(evidence),
        _silent(evidence),
        _away_spoken_for(evidence),
        *([_away_carried(evidence, carrier)] if carrier else []),
        _away(evidence),
    ]
    expected = _expected(evidence)
    return tuple(replace(branch, expected=branch.way is expected) for branch in branches)


CARRIERS: Mapping[str, str] = {
    "carer": "their carer",
    "social_worker": "their social worker",
    "friend": "a friend or relative",
}
"""Who can carry a child's words and yet does not *speak for* them as the codes mean it."""

SPEAKERS: Mapping[str, str] = {
    "officer": "They asked you to.",
    "advocate": "They asked for an advocate to; it counts if they told the advocate what to say.",
}
"""Who can speak for a child as the codes mean it, and how the officer is told that the child chose so."""


def _under_four(evidence: Evidence) -> Branch:
    fourth = in_words(months_after(evidence.date_of_birth, 12 * UNDER))
    review = in_words(evidence.review_on)
    return Branch(
        Way.ANY,
        (Code.PN0,),
        f"{evidence.name} is under 4 on the day of the review, {review}: PN0, however the meeting goes.",
        (f"Their fourth birthday is {fourth}. A review on that day or later has another code.",),
        expected=True,
    )


def _speaks(evidence: Evidence) -> Branch:
    lines = [*_said(evidence, "attends", {"yes"}), *_said(evidence, "manner", {"speak"})]
    return Branch(
        Way.SPEAKS,
        (Code.PN1,),
        f"If {evidence.name} comes and speaks: PN1. Only speaking there makes it PN1; what was sent does not.",
        (*lines, *_said(evidence, "chair", {"yes", "share"})),
    )


def _by_video(evidence: Evidence) -> Branch:
    lines = _said(evidence, "attends", {"video"})
    if evidence.video_attends:
        reason = (
            f"If {evidence.name} joins by video and speaks: PN1, because joining by video counts as attending here. "
            "If they join and do not speak, it is as if they had come. Keep a note that it was by video."
        )
        return Branch(Way.BY_VIDEO, (Code.PN1,), reason, lines)
    reason = (
        f"If {evidence.name} joins by video and speaks: PN6, because joining by video does not count as attending "
        "here; it is a way for their views to reach the review."
    )
    return Branch(Way.BY_VIDEO, (Code.PN6,), reason, lines)


def _spoken_for(evidence: Evidence) -> Branch:
    chosen = SPEAKERS.get(_latest(evidence, "speaker"), "It counts only if they told that person what to say.")
    return Branch(
        Way.SPOKEN_FOR,
        (Code.PN2,),
        f"If {evidence.name} comes and you or an advocate speaks for them: PN2. {chosen}",
        (
            *_said(evidence, "manner", {"someone_says_it", "read_out"}),
            *_said(evidence, "speaker", SPEAKERS),
            *_said(evidence, "advocate", {"has_one", "wants_one"}),
            *_briefed(evidence),
        ),
    )


def _carried(evidence: Evidence, carrier: str) -> Branch:
    return Branch(
        Way.CARRIED,
        (Code.PN1, Code.PN4),
        f"If {evidence.name} comes and {carrier} speaks for them: PN1 or PN4, and you decide. It is not PN2: only an "
        "advocate or you can speak for a child. PN1 if they also say for themselves what they think; PN4 if not.",
        _said(evidence, "speaker", CARRIERS),
    )


def _shows(evidence: Evidence) -> Branch:
    return Branch(
        Way.SHOWS,
        (Code.PN3,),
        f"If {evidence.name} comes and shows what they think without words, by symbols, signs or drawings: PN3. "
        "Only what is shown in the meeting counts.",
        _said(evidence, "manner", {"drawing_or_signs"}),
    )


def _silent(evidence: Evidence) -> Branch:
    return Branch(
        Way.SILENT,
        (Code.PN4,),
        f"If {evidence.name} comes, says nothing, and nobody speaks for them: PN4. If you or an advocate puts their "
        "views to the meeting while they are there, that is PN2.",
    )


def _away_spoken_for(evidence: Evidence) -> Branch:
    chosen = SPEAKERS.get(_latest(evidence, "speaker"), "It counts only if they told that person what to say.")
    return Branch(
        Way.AWAY_SPOKEN_FOR,
        (Code.PN5,),
        f"If {evidence.name} stays away and you or an advocate, briefed by them, speaks for them: PN5. {chosen}",
        (
            *_said(evidence, "speaker", SPEAKERS),
            *_said(evidence, "advocate", {"has_one", "wants_one"}),
            *_briefed(evidence),
        ),
    )


def _briefed(evidence: Evidence) -> tuple[str, ...]:
    """Whoever was told the answers knows what the child wants said. It is PN2 or PN5 only if they say it."""
    return tuple(_heard(told, sent) for sent in _standing(evidence) for told in sent.told)


def _heard(told: Told, sent: Sent) -> str:
    if told.officer:
        return (
            f"The officer, {told.name}, keyed in {_answers(told.typed)} from a talk, sent on {_day(sent.at)}. "
            "Ask whether the child wants you to say it at the review."
        )
    who = f"An advocate, {told.name}," if told.name else "An advocate"
    how = [f"typed {_answers(told.typed)}"] if told.typed else []
    if told.there:
        how.append(f"was there for {told.there} more" if told.typed else f"was there for {_answers(told.there)}")
    return (
        f"{who} {' and '.join(how)} that they sent on {_day(sent.at)}. "
        "Ask whether the child wants them to say it at the review."
    )


def _answers(number: int) -> str:
    return f"{number} answer{'' if number == 1 else 's'}"


def _away_carried(evidence: Evidence, carrier: str) -> Branch:
    return Branch(
        Way.AWAY_CARRIED,
        (Code.PN6,),
        f"If {evidence.name} stays away and {carrier} speaks for them: PN6, because whoever is not an advocate or "
        "you carries their words as a letter would. It is not PN5.",
        _said(evidence, "speaker", CARRIERS),
    )


def _away(evidence: Evidence) -> Branch:
    """Conveyed only if the words reached the review: opened by the officer before it, or read out there."""
    codes, because = _reached(evidence)
    return Branch(
        Way.AWAY,
        codes,
        f"If {evidence.name} stays away and nobody speaks for them: {codes[0]}, because {because}",
        (*_said(evidence, "attends", {"no", "next_door", "unsure"}), *_next_door(evidence), *_history(evidence)),
    )


def _next_door(evidence: Evidence) -> tuple[str, ...]:
    if _latest(evidence, "attends") != "next_door":
        return ()
    return ("Being close by in another room is not attending. If they come in, it is.",)


def _reached(evidence: Evidence) -> tuple[tuple[Code], str]:
    """PN6 or PN7 for a child who stays away, and the end of the sentence that says why."""
    standing = _standing(evidence)
    if not standing and evidence.taken_back_at:
        return (Code.PN7,), f"what they had sent was taken back on {_day(evidence.taken_back_at)}."
    if not standing:
        return (Code.PN7,), "nothing has been sent."
    opened = [(sent, sent.opened_at) for sent in standing if sent.opened_at]
    in_time = [(sent, at) for sent, at in opened if day_in_england(at) <= evidence.review_on]
    if in_time:
        return (Code.PN6,), _conveyed(evidence, in_time)
    if opened:
        sent, at = opened[0]
        return (Code.PN7,), (
            f"what was sent on {_day(sent.at)} was opened on {_day(at)}, after the review. "
            "If it was read out at the review, it is PN6."
        )
    return (Code.PN7,), (
        f"what was sent on {_day(standing[0].at)} has not been opened. "
        "If it is opened before the review, or read out there, it is PN6."
    )


def _conveyed(evidence: Evidence, in_time: Sequence[tuple[Sent, datetime]]) -> str:
    sent, at = in_time[0]
    what = "their own words were" if any(each.own_words for each, _ in in_time) else "their answers were"
    reason = f"{what} sent on {_day(sent.at)} and you opened them on {_day(at)}."
    if day_in_england(at) == evidence.review_on:
        reason += " That is the day of the review: it is PN6 if you opened them before the meeting."
    if any(each.others_words for each, _ in in_time) and not any(each.own_words for each, _ in in_time):
        reason += " What is written there is in a helper's words, not in theirs."
    if any(each.paper for each, _ in in_time):
        reason += " Some of it came on their paper form, which is a medium like any other."
    if all(each.officer_only for each, _ in in_time):
        reason += " They were for you only: you can say that they told you, and not what they said."
    return reason


def _history(evidence: Evidence) -> tuple[str, ...]:
    """What was sent, opened and taken back, and when."""
    verbs = ("Sent", *("Added" for _ in evidence.sent[1:]))
    lines = [
        f"{verb} on {_day(sent.at)}; " + (f"opened on {_day(sent.opened_at)}." if sent.opened_at else "not opened.")
        for verb, sent in zip(verbs, evidence.sent, strict=False)
    ]
    if evidence.taken_back_at:
        lines.append(f"Taken back on {_day(evidence.taken_back_at)}.")
    return tuple(lines) or ("Nothing has been sent.",)


def _expected(evidence: Evidence) -> Way | None:
    """The way the child's own answers point to; None where they leave it open. Never a guess."""
    speaker, manner = _latest(evidence, "speaker"), _latest(evidence, "manner")
    match _latest(evidence, "attends"):
        case "video":
            return Way.BY_VIDEO
        case "no" | "next_door" if speaker in SPEAKERS:
            return Way.AWAY_SPOKEN_FOR
        case "no" | "next_door" if speaker in CARRIERS:
            return Way.AWAY_CARRIED
        case "no" | "next_door":
            return Way.AWAY
        case "yes" if manner == "speak" or speaker == "self":
            return Way.SPEAKS
        case "yes" if manner == "drawing_or_signs":
            return Way.SHOWS
        case "yes" if speaker in SPEAKERS:
            return Way.SPOKEN_FOR
        case "yes" if speaker in CARRIERS:
            return Way.CARRIED
        case _:
            return None


def _standing(evidence: Evidence) -> tuple[Sent, ...]:
    """What still stood at the review: what was taken back after it had been there."""
    taken_back = evidence.taken_back_at
    if taken_back is None or day_in_england(taken_back) > evidence.review_on:
        return evidence.sent
    return tuple(sent for sent in evidence.sent if sent.at > taken_back)


def _latest(evidence: Evidence, name: str) -> str:
    """What the child last said about this; "" when they have not."""
    said = [each.value for sent in _standing(evidence) for each in sent.said if each.name == name]
    return said[-1] if said else ""


def _said(evidence: Evidence, name: str, values: Iterable[str]) -> tuple[str, ...]:
    """The lines that quote what the child said, where it was one of these; dated, in order."""
    return tuple(
        f"Asked “{each.asked}”, they said “{each.answered}” ({_day(sent.at)})."
        for sent in _standing(evidence)
        for each in sent.said
        if each.name == name and each.value in values
    )


def _day(at: datetime) -> str:
    return in_words(day_in_england(at))
