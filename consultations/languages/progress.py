"""How far a catalogue is: translated, fuzzy and untranslated, out of how many, and who has checked it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from consultations.languages.catalogues import DRAFT, Catalogue, translated


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts of sentences. A sentence with some of its plural forms is untranslated still."""

    translated: int
    fuzzy: int
    untranslated: int
    checked: tuple[str, date] | None

    @property
    def of(self) -> int:
        """How many sentences there are."""
        return self.translated + self.fuzzy + self.untranslated

    def __str__(self) -> str:
        percent = 100 * self.translated // self.of if self.of else 0
        state = f"checked by {self.checked[0]} on {self.checked[1]:%d/%m/%Y}" if self.checked else DRAFT
        return (
            f"{self.translated} of {self.of} translated ({percent}%), {self.fuzzy} fuzzy,"
            f" {self.untranslated} untranslated; {state}"
        )


def progress(catalogue: Catalogue) -> Progress:
    """How far this catalogue is."""
    fuzzy = sum(entry.fuzzy for entry in catalogue.entries())
    done = sum(translated(entry, catalogue.language) for entry in catalogue.entries())
    return Progress(done, fuzzy, len(catalogue.entries()) - fuzzy - done, catalogue.checked)
