"""What a column holds that SQLite and PostgreSQL would not hold in the same way: instants, and text as it was typed."""

from __future__ import annotations

import datetime as dt
import re

from sqlalchemy import DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator

UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class Moment(TypeDecorator[dt.datetime]):
    """An instant. Refuses a naive one on the way in; comes out in UTC, also from SQLite, which forgets zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment without a time zone was about to be kept.")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class Plain(TypeDecorator[str]):
    """Text that any database can hold. NUL and lone surrogates, which PostgreSQL refuses, become U+FFFD:
    something typed at a door may be looked up as it is, and simply is not found."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


def storable(value: str) -> str:
    """The text as every database can hold it."""
    return UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value)
