"""The authority file: a council's own names and numbers, which children are shown word for word under *Help now*.

    name = "Little Wallop Council"
    [duty]
    phone = "01632 960101"
    hours = "Monday to Friday, 9am to 5pm"
    [out_of_hours]
    phone = "01632 960102"
    hours = "evenings, nights and weekends"
    [advocacy]
    name = "Little Wallop Advocacy"
    phone = "01632 960103"
    [complaints]
    name = "the Children's Complaints Officer"
    phone = "01632 960104"

Nothing in it may be missing: a child who looks for help must not find an empty line.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from consultations.circumstances import Authority

DEMO = Authority(
    name="Little Wallop Council",
    duty_phone="01632 960101",  # Ofcom keeps 01632 960000 to 960999 for stories: nobody is there
    duty_hours="Monday to Friday, 9am to 5pm",
    out_of_hours_phone="01632 960102",
    out_of_hours_hours="evenings, nights and weekends",
    advocacy="Little Wallop Advocacy",
    advocacy_phone="01632 960103",
    complaints="the Children's Complaints Officer",
    complaints_phone="01632 960104",
    demo=True,
)


class BrokenAuthority(Exception):
    """The file is missing, broken or not whole. Its text is a sentence that names the file and says what to do."""


FIELDS = {
    ("", "name"): "name",
    ("duty", "phone"): "duty_phone",
    ("duty", "hours"): "duty_hours",
    ("out_of_hours", "phone"): "out_of_hours_phone",
    ("out_of_hours", "hours"): "out_of_hours_hours",
    ("advocacy", "name"): "advocacy",
    ("advocacy", "phone"): "advocacy_phone",
    ("complaints", "name"): "complaints",
    ("complaints", "phone"): "complaints_phone",
}


def read(path: Path) -> Authority:
    """The file as a value. BrokenAuthority when it is missing, broken or not whole."""
    where = str(path)
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BrokenAuthority(f"{where} is not there. Write that file, or correct the setting.") from None
    except OSError as problem:
        raise BrokenAuthority(f"{where} cannot be read: {problem.strerror}.") from None
    except UnicodeDecodeError:
        raise BrokenAuthority(f"{where} is not text in UTF-8. Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as problem:
        raise BrokenAuthority(f"{where} is not TOML: {problem}.") from None

    known = {table for table, _ in FIELDS if table}
    written = {("", key): value for key, value in tables.items() if key not in known}
    for table in known & tables.keys():
        if not isinstance(tables[table], dict):
            raise BrokenAuthority(f"{where}: [{table}] has to be a table with lines of its own under it.")
        written |= {(table, key): value for key, value in tables[table].items()}
    for table, key in written.keys() - FIELDS.keys():
        raise BrokenAuthority(f"{where}: {_field(table, key)} is not known. Remove it, or correct its spelling.")
    lines = {name: _line(where, place, written.get(place)) for place, name in FIELDS.items()}
    return Authority(**lines, demo=False)


def _line(where: str, place: tuple[str, str], value: object) -> str:
    """One line of the authority file, as it will stand on a child's screen."""
    table, key = place
    if not isinstance(value, str) or not value.strip():
        raise BrokenAuthority(f"{where}: {_field(table, key)} is missing. Children are shown it: fill it in.")
    text = value.strip()
    if len(text) > 120 or not text.isprintable():
        raise BrokenAuthority(f"{where}: {_field(table, key)} has to be one line of at most 120 letters.")
    if key == "phone" and not (any(c.isdigit() for c in text) and all(c.isdigit() or c in " +()-" for c in text)):
        raise BrokenAuthority(f"{where}: {_field(table, key)} is not a telephone number, such as 01632 960101.")
    return text


def _field(table: str, key: str) -> str:
    return f"“{key}” under [{table}]" if table else f"“{key}”"
