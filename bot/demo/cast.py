"""Who is in the demo: three staff, six children of all four ages who read four languages, and what three of them say.

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
ADVOCATE, ADVOCATES_NAME = "priya.nair", "Priya Nair"
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
    reads: str = "English"  # best, as the case system says it
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
            "language": self.reads,
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
LINH = Visit(
    ago=timedelta(minutes=25),
    says={
        "feelings_now": Says(choice="mixed"),
        "home_settled": Says("Cũng được ạ. Nhưng đi xe buýt đến trường mất một tiếng.", "ok"),
        "people_see": Says("Em nhớ chị gái em.", "more"),
        "me": Says("Em thích vẽ truyện tranh. Chưa ai hỏi em về chuyện đó."),
        "safe_now": Says(choice="no"),
    },
    until="helpers",
    language="vi",
)
YOUSEF = Visit(
    ago=timedelta(hours=3),
    says={
        "feelings_now": Says("في الكلية أنا بخير. في الليل لا أنام جيدًا.", "mixed", Sharing.SOCIAL_WORKER),
        "home_settled": Says("أحب البيت. عندي غرفة ومفتاح.", "good", Sharing.EVERYONE),
        "people_see": Says("أريد أن أكلم أخي بالفيديو كل أسبوع.", "more"),
        "me": Says("ألعب كرة القدم كل يوم جمعة. أنا حارس مرمى.", sharing=Sharing.EVERYONE),
        "school": Says("أدرس ESOL Level 2 وأريد أن أصير كهربائيًا.", "good", Sharing.EVERYONE),
        "living_18": Says("أريد أن أبقى هنا حتى أنهي الدراسة.", "stay", Sharing.EVERYONE),
        "ready_18": Says("تأجل موعد المحامية ٣ مرات ولا أعرف لماذا.", "immigration", Sharing.SOCIAL_WORKER),
        "plan": Says("لم يترجمها لي أحد.", "unknown"),
        "most_want": Says("أريد مترجمًا في الاجتماع، وأريد أن أعرف متى موعد المحامية.", sharing=Sharing.EVERYONE),
        "review_come": Says(choice="yes", sharing=Sharing.EVERYONE),
        "advocate": Says(choice="wants_one"),
        "review_how": Says("ومعي مترجم.", "speak", Sharing.EVERYONE),
        "review_good": Says("بعد الساعة ٤، لأن عندي دروسًا قبلها.", "time", Sharing.EVERYONE),
        "review_chair": Says(choice="no"),
    },
    language="ar",
    sends=True,
)

CHILDREN = (
    Child("LW-2051-1", "Robin", 5, 9, legal_status="V2", first_review=True),
    Child("LW-1042-3", "Amal", 9, 24, visits=(AMAL, AMAL_ADDS)),
    Child("LW-1208-7", "Nilofar", 10, 17, "Dari", legal_status="V4"),
    Child("LW-0956-2", "Linh", 13, 12, "Vietnamese", visits=(LINH,)),
    Child("LW-0893-4", "Yousef", 16, 20, "Arabic", visits=(YOUSEF,)),
    Child("LW-0744-8", "Dana", 17, 14, legal_status="V2"),
)


def reviews_csv(today: date) -> bytes:
    """Everybody's review, as the case system would hand it over."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows(child.row(today) for child in CHILDREN)
    return out.getvalue().encode()
