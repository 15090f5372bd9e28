"""Answers as they are sent: each beside the words it was asked in, in the child's language and in English."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from consultations.answers import Answer
from consultations.circumstances import Advocate
from consultations.conversation.letting_read import advocate_of, let_read, may_read
from consultations.languages import LANGUAGES, SOURCE, Words
from consultations.sending import Kind, Sending, SentAnswer
from consultations.wording.speaking import Speaker


def sending_of(answers: Iterable[Answer], kind: Kind, speaker: Speaker) -> Sending:
    """The sending that carries these answers: the very value the child previews and the readers open."""
    # What an alert seals goes to no advocate.
    advocate = None if kind is Kind.ALERT else advocate_of(speaker.conversation, speaker.around)
    sent = tuple(_sent(answer, speaker, advocate) for answer in answers)
    asked = speaker.asked
    return Sending(
        language=speaker.conversation.language,
        set=asked.id,
        version=asked.version,
        kind=kind,
        helpers=tuple(sorted({answer.beside for answer in sent if answer.beside})),
        answers=sent,
    )


def sending_let_read(answers: Iterable[Answer], kind: Kind, speaker: Speaker) -> Sending | None:
    """What of these the child's advocate is let read, and nothing that comes from the others (P6). None for nothing."""
    theirs = let_read(answers, advocate_of(speaker.conversation, speaker.around))
    if not theirs:
        return None
    last = theirs[-1]
    let = sending_of(theirs, kind, speaker)
    return replace(let, language=last.language, set=last.set, version=last.version)


def _sent(answer: Answer, speaker: Speaker, advocate: Advocate | None) -> SentAnswer:
    asked, question = speaker.question(answer)
    theirs: Words = speaker.spoken.get(answer.language, speaker.spoken[SOURCE])
    english = speaker.spoken[SOURCE]
    chosen = question.choice(answer.choice) if answer.choice else None
    return SentAnswer(
        question=answer.question,
        theme=question.theme,
        theme_heading=speaker.theme(asked, question, theirs),
        theme_heading_english=speaker.theme(asked, question, english),
        asked=speaker.text_of(question, theirs),
        asked_english=speaker.text_of(question, english),
        set=answer.set,
        version=answer.version,
        language=answer.language if answer.language in LANGUAGES else SOURCE,
        choice=answer.choice,
        choice_text=speaker.choice_of(question, answer.choice, theirs),
        choice_english=speaker.choice_of(question, answer.choice, english),
        picture=chosen.picture if chosen else "",
        words=answer.words,
        sharing=answer.goes_to,
        typed_by=answer.typed_by,
        own_words=answer.own_words,
        partly=answer.partly,
        beside=answer.beside,
        helper_name=answer.helper_name,
        through=answer.through,
        keyed=answer.keyed,
        keyed_on=answer.keyed_on,
        without_pin=answer.without_pin,
        most_wanted=question.most_wanted,
        evidence=question.evidence,
        evidence_value=chosen.evidence if chosen else "",
        draft=not theirs.checked,
        let_read=advocate.name if advocate and may_read(answer, advocate) else "",
    )
