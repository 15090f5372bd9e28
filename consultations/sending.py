"""A sending: what the child sent, as a value. This is what lies inside a sealed bundle, and nothing else is.

It carries the words that were asked beside the answer, in the child's language and in English, so that it can be
read years later with nothing but the reader's own secret.

    {"format": 1, "language": "en_GB", "set": "ages_8_11", "version": 1, "kind": "replacement", "helpers": [],
     "answers": [{"question": "home_best", "theme": "home", "theme_heading": "Where I live",
                  "asked": "What is the best thing about where you live?", "asked_english": "What is …",
                  "set": "ages_8_11", "version": 1, "language": "en_GB",
                  "choice": null, "choice_text": "", "choice_english": "", "picture": "",
                  "words": "The dog.", "sharing": "officer", "typed_by": "child", "own_words": true,
                  "beside": "", "most_wanted": false, "evidence": "", "evidence_value": "",
                  "theme_heading_english": "Where I live", "draft": false, "helper_name": "", "through": "",
                  "let_read": "", "keyed": "", "keyed_on": "", "without_pin": false,
                  "partly": false}]}

An advocate whom the child lets read some of it is sent a value of their own, with those answers alone.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum

from consultations.answers import Sharing

FORMAT = 1

OFFICERS, ADVOCATES = "officer", "advocate"
"""The groups of readers: the officer, whoever stands in for them; the child's advocate. The recovery key is in both."""


class Kind(StrEnum):
    """A replacement carries everything again (the first sending replaces nothing); an addition only what is new.

    An alert is no sending of the child's: the choice that said they are not safe, sealed at once whatever is sent.
    """

    REPLACEMENT = "replacement"
    ADDITION = "addition"
    ALERT = "alert"


@dataclass(frozen=True, slots=True)
class SentAnswer:
    """One answer as it was sent, with the words it was asked in."""

    question: str
    theme: str
    theme_heading: str
    asked: str
    asked_english: str
    set: str
    version: int
    language: str
    choice: str | None
    choice_text: str
    choice_english: str
    picture: str
    words: str
    sharing: Sharing
    typed_by: str
    own_words: bool
    beside: str = ""  # the kind of helper who was there when it was answered
    most_wanted: bool = False
    evidence: str = ""  # e.g. "attends"
    evidence_value: str = ""  # the chosen choice's evidence, e.g. "yes"
    theme_heading_english: str = ""  # beside the heading in the child's language, as asked_english is beside asked
    draft: bool = False  # it was asked in a translation to which nobody had put their name
    helper_name: str = ""  # of the helper who typed it, or else was there, where it is known
    through: str = ""  # by whom the child's spoken words were put into this language
    let_read: str = ""  # the name of the advocate whom the child lets read it
    keyed: str = ""  # keyed in by a member of staff: answers.PAPER or answers.SPOKEN
    keyed_on: str = ""  # and on which day, as YYYY-MM-DD
    without_pin: bool = False  # some of it was said in a visit that had not given the child's PIN
    partly: bool = False  # a helper typed some of it, and the child themselves said some


@dataclass(frozen=True, slots=True)
class Sending:
    """Everything one group of readers was sent, in the order it was asked. Answers for nobody are not in it."""

    language: str
    set: str
    version: int
    kind: Kind
    helpers: tuple[str, ...]
    answers: tuple[SentAnswer, ...]

    def to_bytes(self) -> bytes:
        """The bundle's plain text: JSON in UTF-8."""
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, plain: bytes) -> Sending:
        """Read a bundle back. ValueError for a format this version does not know."""
        kept = json.loads(plain)
        if kept.pop("format", None) != FORMAT:
            raise ValueError("This sending has a format this version of Foreword does not know.")
        answers = tuple(
            SentAnswer(**{**answer, "sharing": Sharing(answer["sharing"])}) for answer in kept.pop("answers")
        )
        return cls(**{**kept, "kind": Kind(kept["kind"]), "helpers": tuple(kept["helpers"]), "answers": answers})
