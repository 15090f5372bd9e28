"""What the store knows of one child's alerts, as a model: it refuses what does not add up."""

from __future__ import annotations

from dataclasses import dataclass, field

from consultations.conversation.events import Asked, Event, LastWord, Tapped
from consultations.conversation.happened import Alarmed, AlertSending, KeptFrom, Mistaken
from consultations.conversation.state import Conversation
from consultations.conversation.turn import Turn


@dataclass
class Alerts:
    """By number: who is not to be told, what was sealed, and what became of it."""

    kept: dict[int, tuple[str, ...]] = field(default_factory=dict)
    sealed: dict[int, tuple[int, bool]] = field(default_factory=dict)  # by alert: the sending, and if to the officer
    mistaken: set[int] = field(default_factory=set)
    held: set[int] = field(default_factory=set)

    @property
    def open(self) -> set[int]:
        return set(self.kept)

    def hear(self, turn: Turn, numbers: list[int]) -> None:
        for each in turn.happened:
            match each:
                case Alarmed(number=number, again=again, sealing=sealing):
                    assert again == (number in self.kept), "a number is one alert"
                    assert not again or number not in self.held | self.mistaken, "nothing joins what is over"
                    self.kept.setdefault(number, ())
                    self._seal(number, sealing, numbers)
                case KeptFrom(number=number, kinds=kinds, sealing=sealing):
                    assert kinds != self.kept[number]
                    self.kept[number] = kinds
                    self._seal(number, sealing, numbers)
                case Mistaken(number=number):
                    assert number not in self.mistaken
                    self.mistaken.add(number)
        for number, (_, officer) in self.sealed.items():
            assert officer == ("officer" not in self.kept[number]), "the officer can open it unless kept out of it"

    def _seal(self, alert: int, sealing: AlertSending | None, numbers: list[int]) -> None:
        if sealing is None:
            return
        assert sealing.number not in numbers, "a number is one sending"
        assert sealing.replaces == self.sealed.get(alert, (None, True))[0]
        numbers.append(sealing.number)
        self.sealed[alert] = (sealing.number, sealing.officer)


def raises(event: Event, before: Conversation) -> bool:
    """Whether this says that the child is not safe."""
    match event:
        case Asked(command=".tell"):
            return True
        case Tapped(consultation=id, place=".go", choice=".tell") if id == before.id:
            return True
        case Tapped(consultation=id, place="safe_now", choice="no") if id == before.id:
            return True
        case LastWord(question="safe_now", choice="no"):
            return True
    return False
