"""The duty list as it stands in the authority file: who is called when a child is not safe, first to last.

    name             as staff know them
    email            where they are called
    days             ["Saturday", "Sunday"]; every day where it is left out
    from, until      "17:00", "09:00"; all day where they are left out. Over midnight they belong to the first day
    bank_holidays    true or false: whether they work then. Where it is left out, those with days of their own do not
    staff            their username here, if they have one: a child may say that their officer should not be told

Nobody is called twice for one list: a name and an address stand in it once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import time
from typing import Any

from consultations.duty import EVERY_DAY, MIDNIGHT, OnDuty, is_address
from consultations.timescales import WEEKDAYS

KEYS = ("name", "email", "days", "from", "until", "bank_holidays", "staff")


class BrokenList(Exception):
    """Something in the list is wrong. Its text is a sentence that says which entry, and what would be right."""


def read(said: object) -> tuple[OnDuty, ...]:
    """The entries under [[duty_list]], in their order. BrokenList for the first that is wrong."""
    if not isinstance(said, list) or not all(isinstance(each, dict) for each in said):
        raise BrokenList("the duty list has to be entries that each begin with [[duty_list]].")
    found: list[OnDuty] = []
    for number, entry in enumerate(said, start=1):
        try:
            found.append(_entry(entry))
        except ValueError as problem:
            raise BrokenList(f"entry {number} of [[duty_list]]: {problem}") from None
    for what in ("name", "email"):
        values = [getattr(each, what).casefold() for each in found]
        if len(set(values)) < len(values):
            raise BrokenList(f"one {what} stands twice in [[duty_list]]. Give everybody one entry, or another {what}.")
    return tuple(found)


def _entry(entry: Mapping[str, Any]) -> OnDuty:
    for key in entry.keys() - set(KEYS):
        raise ValueError(f"“{key}” is not known. It can have {', '.join(KEYS)}.")
    name, email = _line(entry, "name"), _line(entry, "email")
    if not is_address(email):
        raise ValueError("“email” is not an e-mail address, such as duty@council.example.")
    days = tuple(_days(entry.get("days", list(WEEKDAYS))))
    if not days:
        raise ValueError("“days” is empty. Name the days, or leave the line out for every day.")
    holidays = entry.get("bank_holidays", set(days) == set(EVERY_DAY))
    if not isinstance(holidays, bool):
        raise ValueError("“bank_holidays” has to be true or false.")
    return OnDuty(
        name=name,
        email=email,
        days=days,
        since=_hour(entry, "from"),
        until=_hour(entry, "until"),
        bank_holidays=holidays,
        staff=_line(entry, "staff", optional=True),
    )


def _line(entry: Mapping[str, Any], key: str, optional: bool = False) -> str:
    said = entry.get(key, "")
    if not isinstance(said, str) or len(said) > 254 or not said.isprintable():
        raise ValueError(f"“{key}” has to be one line of text.")
    if not said.strip() and not optional:
        raise ValueError(f"“{key}” is missing.")
    return said.strip()


def _days(said: object) -> Iterator[int]:
    if not isinstance(said, list):
        raise ValueError('“days” has to be a list, such as ["Saturday", "Sunday"].')
    for each in said:
        day = each.strip().capitalize() if isinstance(each, str) else ""
        if day not in WEEKDAYS:
            raise ValueError(f"“days” can name {', '.join(WEEKDAYS)}.")
        yield WEEKDAYS.index(day)


def _hour(entry: Mapping[str, Any], key: str) -> time:
    said = entry.get(key, "00:00")
    found = re.fullmatch(r"([01][0-9]|2[0-3]):([0-5][0-9])", said) if isinstance(said, str) else None
    if key == "until" and said == "24:00":
        return MIDNIGHT
    if found is None:
        raise ValueError(f'“{key}” has to be a time in quotation marks, such as "09:00".')
    return time(int(found[1]), int(found[2]))
