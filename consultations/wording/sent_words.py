"""Answers as they are sent: each beside the words it was asked in, in the child's language and in English."""

from __future__ import annotations

from collections.abc import Iterable

from consultations.answers import Answer
from consultations.languages import LANGUAGES, SOURCE, Words
from consultations.sending import Kind, Sending, SentAnswer
from consultations.wording.speaking import Speaker


def sending_of(answers: Iterable[Answer], kind: Kind, speaker: Speaker) -> Sending:
    """The sending that carries these answers: the very value the child previews and the readers open."""
    sent = tuple(_sent(answer, speaker) for answer in answers)
    asked = speaker.asked
    return Sending(
        language=speaker.conversation.language,
        set=asked.id,
        version=asked.version,
        kind=kind,
        helpers=tuple(sorted({answer.beside for answer in sent if answer.beside})),
        answers=sent,
    )


def _sent(answer: Answer, speaker: Speaker) -> SentAnswer:
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
        beside=answer.beside,
        helper_name=answer.helper_name,
        through=answer.through,
        most_wanted=question.most_wanted,
        evidence=question.evidence,
        evidence_value=chosen.evidence if chosen else "",
        draft=not theirs.checked,
    )
