"""What a child can do, as a door hands it over: already parsed, never a label, never raw bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from consultations.kept_from import KEEP_FROM


@dataclass(frozen=True, slots=True)
class Arrived:
    """The child came in by an invitation. `reissued_at` is set when the code was issued again."""

    by: str  # "link" or "code"
    reissued_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SatDown:
    """An advocate came in by their pass and the child's code. Who they are stands in the circumstances.

    `how`: or a member of staff by a pass to key in, from a form or a talk: answers.PAPER or answers.SPOKEN.
    """

    how: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """The page was opened or loaded again: show where we are, change nothing."""


@dataclass(frozen=True, slots=True)
class Said:
    """Typed words. `question` is the one a form names; None means the one on the screen.

    `ref` is the door's mark of the message they came in, and `reply_to` of the older one they answer.
    """

    words: str
    question: str | None = None
    ref: str = ""
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Edited:
    """A message that was heard before says something else now."""

    words: str
    ref: str


@dataclass(frozen=True, slots=True)
class Tapped:
    """A button came back: its place (a question or a screen), its choice, and words typed in the same form.

    `field` is the place those words are for, where it is not the button's: words beside *Help now*, say.
    """

    consultation: str
    place: str
    choice: str
    words: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A command of the menu that is open everywhere, without a button: .help, .stop, .check …"""

    command: str


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The child came in from another door of theirs, by the way in it made: `mark` says which one."""

    mark: str


@dataclass(frozen=True, slots=True)
class ReminderDue:
    """The clock says that there is little time left. Whether the child wanted to be told, the conversation knows."""


@dataclass(frozen=True, slots=True)
class Unheard:
    """We were not there since then, and what was typed meanwhile may be lost."""

    since: datetime


@dataclass(frozen=True, slots=True)
class Tidied:
    """The clock says that this chat is to be cleared. `late`: some of it is too old for that, and stays."""

    late: bool = False


ALARM = ".alarm"
"""The place of what is asked after an alarm."""

TELL = (".go", ".tell")
"""The button that tells someone that a child is not safe: it is heard also where nothing else is."""


@dataclass(frozen=True, slots=True)
class LastWord:
    """One answer from a visit that is over, to the question its form names: words, a choice, or both.

    `followed`: another visit has come since, and must not see them. `tell`: *Tell someone* was pressed.
    `consultation`: which one the button is of, where the visit does not say so.
    """

    words: str
    question: str
    choice: str = ""
    followed: bool = False
    tell: bool = False
    consultation: str = ""

    @property
    def kept_from(self) -> str:
        """Who must not be told of an alarm, where that is what was chosen; "" where it is something else."""
        return self.choice if self.question == ALARM and self.choice in KEEP_FROM else ""


@dataclass(frozen=True, slots=True)
class Left:
    """*Leave now*: no question asked, nothing shown."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something arrived that is not words: `kind` is sticker, photo, voice, contact, empty …"""

    kind: str


@dataclass(frozen=True, slots=True)
class WindowClosed:
    """The clock says that the time for changing one's mind is over."""


Event = (
    Arrived
    | SatDown
    | Looked
    | Said
    | Edited
    | Tapped
    | Asked
    | HandedOver
    | ReminderDue
    | Unheard
    | Tidied
    | LastWord
    | Left
    | Unreadable
    | WindowClosed
)
