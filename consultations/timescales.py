"""When things are due: the dates the law sets for a child's reviews, and ages as the law counts them.

Care Planning, Placement and Case Review (England) Regulations 2010, regulations 33 and 48. Authorities often count
91 and 183 days; that is later than the law for many start dates. So months are calendar months here.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

FIRST_REVIEW_WORKING_DAYS = 20  # reg 33(1)
SECOND_REVIEW_MONTHS = 3  # reg 33(2)
LATER_REVIEW_MONTHS = 6  # reg 33(2)
SHORT_BREAKS_FIRST_MONTHS = 3  # reg 48

ENGLAND = ZoneInfo("Europe/London")

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def day_in_england(at: datetime) -> date:
    """The day it was in England at that moment: the day that a review, a sending or an opening happened on."""
    return at.astimezone(ENGLAND).date()


def in_words(day: date) -> str:
    """A date as staff read it, with its weekday: "Thursday 3 December 2026". Children's dates are the wording's."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def age_on(born: date, on: date) -> int:
    """Whole years of age on that day.

    An age is attained at the start of the anniversary of birth (Family Law Reform Act 1969, section 9). Someone born
    on 29 February turns 4 on 29 February; in a year without one, the birthday is reached on 1 March.
    """
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def birthday(born: date, years: int) -> date:
    """The day on which somebody reaches this age, as `age_on` counts it."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:  # 29 February, in a year without one
        return date(born.year + years, 3, 1)


def working_day(day: date) -> bool:
    """Not a Saturday, a Sunday, Christmas Day, Good Friday or a bank holiday in England (reg 2(1))."""
    return day.weekday() < 5 and not bank_holiday(day)


def bank_holiday(day: date) -> bool:
    """Christmas Day, Good Friday or a bank holiday in England."""
    return day in _bank_holidays(day.year)


def working_days_after(start: date, days: int) -> date:
    """The day on which so many working days after `start` have come; `start` itself is not counted."""
    day = start
    for _ in range(days):
        day += timedelta(days=1)
        while not working_day(day):
            day += timedelta(days=1)
    return day


def months_after(start: date, months: int) -> date:
    """The same day so many calendar months on; the month's last day where that day does not exist."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def first_review_due(became_looked_after: date) -> date:
    """The last day for the first review: within 20 working days of becoming looked after (reg 33(1))."""
    return working_days_after(became_looked_after, FIRST_REVIEW_WORKING_DAYS)


def second_review_due(first_held: date) -> date:
    """The last day for the second review: three months after the first was held (reg 33(2))."""
    return months_after(first_held, SECOND_REVIEW_MONTHS)


def later_review_due(last_held: date) -> date:
    """The last day for every later review: six months after the last was held (reg 33(2))."""
    return months_after(last_held, LATER_REVIEW_MONTHS)


def first_short_breaks_review_due(first_break: date) -> date:
    """The last day for the first review of a child in short breaks: three months from the first one (reg 48).

    Every later one is due as `later_review_due` says.
    """
    return months_after(first_break, SHORT_BREAKS_FIRST_MONTHS)


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    """England's bank holidays of one year, as a maintained calendar knows them."""
    import holidays  # slow to load, and few who ask for a date need it

    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))
