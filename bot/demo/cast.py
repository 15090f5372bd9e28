"""Who is in the demo: one officer, six children of all four ages, and what three of them have said so far.

Everybody is invented. Days are counted from today, so that the demo is never out of date on the day it is made.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from consultations.answers import Sharing
from consultations.reviews_file import COLUMNS
from consultations.timescales import months_after, working_day

OFFICER, OFFICERS_NAME = "sam.okafor", "Sam Okafor"
MANAGER, MANAGERS_NAME = "maya.lind", "Maya Lind"

BEGAN = timedelta(days=10)
"""How long ago the demo's council began with Foreword."""


@dataclass(frozen=True, slots=True)
class Says:
    """An answer: a choice, words, or both, and who may see it."""

    words: str = ""
    choice: str = ""
    sharing: Sharing | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """One time at the screen: when, what is said to which question, and whether it is sent at the end.

    A question that is not named is skipped; `until` is the question the child stops at.
    """

    ago: timedelta
    says: Mapping[str, Says] = field(default_factory=dict)
    until: str = ""
    language: str = "en_GB"
    sends: bool = False
    adds: str = ""


@dataclass(frozen=True, slots=True)
class Child:
    """One invented child, their review, and their visits so far."""

    reference: str
    name: str
    age: int
    review_in: int  # days; moved on to a working day
    legal_status: str = "C2"
    first_review: bool = False
    visits: Sequence[Visit] = ()

    def review_on(self, today: date) -> date:
        """The day of their review."""
        day = today + timedelta(days=self.review_in)
        while not working_day(day):
            day += timedelta(days=1)
        return day

    def row(self, today: date) -> dict[str, str]:
        """Their row in the reviews file."""
        on = self.review_on(today)
        since = today - BEGAN - timedelta(days=4) if self.first_review else months_after(today, -20)
        return {
            "reference": self.reference,
            "name": self.name,
            "date_of_birth": months_after(today, -12 * self.age - 4).isoformat(),
            "looked_after_since": since.isoformat(),
            "last_review_held": "" if self.first_review else (on - timedelta(days=175)).isoformat(),
            "review_on": on.isoformat(),
            "officer": OFFICER,
            "legal_status": self.legal_status,
            "language": "English",
        }


AMAL = Visit(
    ago=timedelta(days=4, hours=3),
    says={
        "feelings_now": Says(choice="ok"),
        "home_settled": Says("I like my room. It is the first one that is only mine.", "good", Sharing.EVERYONE),
        "people_see": Says("I want to see my little brother on Saturdays again, like before.", "more"),
        "me": Says("I draw foxes. I know eleven kinds of fox.", sharing=Sharing.EVERYONE),
        "school": Says("Maths is good. Lunch is too loud.", "mixed", Sharing.EVERYONE),
        "helpers": Says("Sam writes down what I really say.", "sometimes"),
        "most_want": Says("Please ask if my brother can come here on Saturdays.", sharing=Sharing.EVERYONE),
        "review_come": Says("Only if it is after school.", "yes", Sharing.EVERYONE),
        "review_how": Says(choice="speak", sharing=Sharing.EVERYONE),
        "review_good": Says("Not too many people.", "someone_there"),
        "review_chair": Says(choice="no"),
    },
    sends=True,
)
AMAL_ADDS = Visit(
    ago=timedelta(days=2, hours=4),
    adds="My brother can bring his football, there is space for it.",
    sends=True,
)
KOFI = Visit(
    ago=timedelta(days=1, hours=5),
    says={
        "feelings_now": Says(choice="mixed"),
        "home_settled": Says("Mostly. The bus takes an hour though.", "ok"),
        "people_see": Says(choice="enough"),
        "me": Says("I play bass. Nobody ever asks about that."),
    },
    until="school",
)
IVY = Visit(
    ago=timedelta(hours=3),
    says={
        "feelings_now": Says("Busy, in a good way.", "good", Sharing.SOCIAL_WORKER),
        "home_settled": Says("I'd like to stay with Carol and Dev until I finish college.", "good", Sharing.EVERYONE),
        "people_see": Says(choice="enough"),
        "school": Says("The catering course is the right one for me.", "good", Sharing.EVERYONE),
        "living_18": Says("Somebody said staying put could work. I want to know what that means.", "stay"),
        "ready_18": Says("Budgeting. I have never paid a bill.", "money", Sharing.SOCIAL_WORKER),
        "plan": Says("Nobody has shown me the new one.", "unknown"),
        "most_want": Says("Tell me in plain words what happens on my 18th birthday.", sharing=Sharing.EVERYONE),
        "review_come": Says(choice="yes", sharing=Sharing.EVERYONE),
        "advocate": Says(choice="no"),
        "review_how": Says(choice="speak", sharing=Sharing.EVERYONE),
        "review_good": Says("Half an hour is enough.", "time", Sharing.EVERYONE),
        "review_chair": Says("I'd like to try it.", "share", Sharing.EVERYONE),
    },
    sends=True,
)

CHILDREN = (
    Child("LW-2051-1", "Robin", 5, 9, legal_status="V2", first_review=True),
    Child("LW-1042-3", "Amal", 9, 24, visits=(AMAL, AMAL_ADDS)),
    Child("LW-1187-2", "Jude", 10, 17, legal_status="V4"),
    Child("LW-0963-5", "Kofi", 13, 12, visits=(KOFI,)),
    Child("LW-0871-6", "Ivy", 16, 20, visits=(IVY,)),
    Child("LW-0744-8", "Dana", 17, 14, legal_status="V2"),
)


def reviews_csv(today: date) -> bytes:
    """Everybody's review, as the case system would hand it over."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows(child.row(today) for child in CHILDREN)
    return out.getvalue().encode()
