"""Journeys: what children do and read, as anybody can read it; and how they are played.

A journey begins with who the child is and what happens ("#"), then which questions they are asked ("set: …"). The rest
is what they do (">", see `bot.chat.on_terminal`) and what they read. The doings are written by hand; the rest is
written by the conversation itself, when somebody asks for it:

    python -m tests.journeys                  write every journey anew; then read the difference, as a child
    python -m tests.journeys ages_8_11_sends  or one of them
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bot.app import ABILITIES
from bot.authority import DEMO
from bot.chat.on_terminal import Terminal, play, step
from consultations.conversation.events import Event, Tapped
from consultations.languages import SOURCE, load_words
from consultations.languages.loading import LOCALES
from consultations.messages import Message
from consultations.questions.loading import load
from consultations.wording import Wording

HERE = Path(__file__).parent
BOOK = load(abilities=ABILITIES)
WORDING = Wording({SOURCE: load_words(HERE)[SOURCE]}, DEMO)
EVERY_LANGUAGE = Wording(load_words(LOCALES), DEMO)
LANGUAGES = {code: words.language for code, words in EVERY_LANGUAGE.spoken.items()}
"""Every language children are offered."""


@dataclass(frozen=True, slots=True)
class Journey:
    """One file: `head` is what stands above what the child reads."""

    name: str
    head: str
    set: str
    transcript: str

    @property
    def steps(self) -> tuple[str, ...]:
        """What happens, a line each."""
        return tuple(line for line in self.transcript.splitlines() if line.startswith(">"))

    @property
    def does(self) -> tuple[str, ...]:
        """What happens, in words."""
        return tuple(line.removeprefix(">").strip() for line in self.steps)

    @property
    def planted(self) -> tuple[str, ...]:
        """What the child types that is long enough to be hunted for."""
        return tuple(words for words in self.said if len(words) >= 8)

    @property
    def said(self) -> tuple[str, ...]:
        """Everything the child types in it."""
        typed = (line.partition('"')[2].removesuffix('"') for line in self.steps if '"' in line)
        return tuple(part for words in typed for part in words.split("\\n"))

    def terminal(self) -> Terminal:
        """A conversation that nobody has begun, for this child."""
        return Terminal.open(BOOK, WORDING, self.set, SOURCE)

    def played(self) -> str:
        """What the child reads, played now."""
        return "\n".join(play(self.terminal(), self.steps)).rstrip() + "\n"

    def text(self, transcript: str) -> str:
        """The whole file, with this transcript."""
        return f"{self.head}\n\n{transcript}"


@dataclass
class Beside:
    """The engine beside a door where every language is offered: what a child who chose one of them has to read.

    A journey is written with its English labels. So it is also heard in English, and a tap is what it is there.
    """

    own: Terminal
    english: Terminal

    @classmethod
    def of(cls, set: str, *, overheard: bool = False) -> Beside:
        """Nobody has begun, and the first screen will ask for the language."""
        own, english = (Terminal.open(BOOK, EVERY_LANGUAGE, set, SOURCE) for _ in range(2))
        own.around = english.around = replace(own.around, languages=tuple(LANGUAGES), overheard=overheard)
        return cls(own, english)

    def step(self, does: str) -> Event | None:
        """The event of one line of a journey; None for what happens elsewhere, and now has."""
        event = step(self.english, does)
        self.own.now, self.own.around = self.english.now, self.english.around
        return event

    def hear(self, event: Event) -> tuple[Message, ...]:
        """What the child reads then."""
        self.english.hear(event)
        if isinstance(event, Tapped) and event.place == ".send":  # its mark is over the answers' languages too
            event = self.own.tapped(next(each.label for each in self.own.buttons() if ":.send:" in each.id))
        return self.own.hear(event)

    def choose(self, language: str) -> tuple[Message, ...]:
        """The first screen: a language."""
        self.english.hear(self.english.tapped(LANGUAGES[SOURCE].own_name))
        return self.own.hear(self.own.tapped(LANGUAGES[language].own_name))


def journeys() -> tuple[Journey, ...]:
    """Every journey there is."""
    return tuple(_read(path) for path in sorted(HERE.glob("*.txt")))


def _read(path: Path) -> Journey:
    head, _, transcript = path.read_text(encoding="utf-8").partition("\n\n")
    set = next(line.removeprefix("set:").strip() for line in head.splitlines() if line.startswith("set:"))
    return Journey(path.stem, head, set, transcript)


def written_anew(names: list[str]) -> Iterator[str]:
    """Write these journeys, or all of them, as they are played now; the names of those that changed."""
    for journey in journeys():
        if names and journey.name not in names:
            continue
        played = journey.played()
        if played != journey.transcript:
            (HERE / f"{journey.name}.txt").write_text(journey.text(played), encoding="utf-8")
            yield journey.name
