"""The product with the time in a test's hand: `bot.app` asks a file what time it is, and its clock ticks quickly.

    +86400                       the machine's own time, moved by so many seconds
    2026-12-03T16:30:00+00:00    exactly this, until the file says otherwise

Nothing else is different: it is the real process, on the real database, behind real sockets.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from bot import app, cli
from bot.clock import Clock

TICK = 0.1


@dataclass(frozen=True)
class Hands:
    """Sets the time of a running product."""

    file: Path

    def later(self, **by: float) -> None:
        """So much later than the machine thinks."""
        self._write(f"+{timedelta(**by).total_seconds()}")

    def forward(self, **by: float) -> None:
        """So much later than it is there now."""
        self._write(f"+{(self.now() - datetime.now(UTC) + timedelta(**by)).total_seconds()}")

    def stand_at(self, moment: datetime) -> None:
        """Exactly then, and it does not go on."""
        self._write(moment.isoformat())

    def now(self) -> datetime:
        """What the product thinks."""
        text = self.file.read_text()
        if text.startswith("+"):
            return datetime.now(UTC) + timedelta(seconds=float(text))
        return datetime.fromisoformat(text)

    @property
    def program(self) -> str:
        """What to run instead of `foreword`."""
        return f"from tests.attacks.clocked import main; main({str(self.file)!r})"

    def _write(self, text: str) -> None:
        fresh = self.file.with_suffix(".new")
        fresh.write_text(text)
        fresh.replace(self.file)


def main(file: str) -> None:
    """`foreword`, on that clock."""
    setattr(app, "now", Hands(Path(file)).now)  # noqa: B010 - a module's function, replaced on purpose
    setattr(app, "Clock", partial(Clock, every=TICK))  # noqa: B010
    cli.main()
