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
    [[duty_list]]
    name = "Maya Lind"
    email = "maya.lind@council.example"
    staff = "maya.lind"
    days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
    from = "09:00"
    until = "17:00"
    [[duty_list]]
    name = "the Emergency Duty Team"
    email = "emergency.duty@council.example"

Nothing in it may be missing: a child who looks for help must not find an empty line, and a child who is not safe must
not find that nobody is called. Those on the duty list are called in its order; `bot.duty_list` says what can stand in
an entry. What is words and no number may stand in other languages as well, in a table called by the language's code:

    [ar]
    duty_hours = "من الاثنين إلى الجمعة، من 9 صباحًا إلى 5 مساءً"

The names there are name, duty_hours, out_of_hours_hours, advocacy and complaints.

How long what was said is kept may be made shorter than the law's and the usual longest times, which are these:

    kept = {draft_days = 14, sending_months = 9, after_care_days = 28}
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import time
from pathlib import Path

from bot import duty_list
from bot.duty_list import BrokenList
from consultations.circumstances import Authority
from consultations.duty import OnDuty
from consultations.languages.table import language_of
from consultations.retention import LONGEST, Retention

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
    duty_list=(
        OnDuty(
            "Maya Lind",
            "maya.lind@example.org",  # RFC 2606 keeps it for examples; the demo sends no mail
            days=(0, 1, 2, 3, 4),
            since=time(9),
            until=time(17),
            bank_holidays=False,
            staff="maya.lind",
        ),
        OnDuty("the Emergency Duty Team", "emergency.duty@example.org"),
    ),
    translated={
        "ar": {
            "duty_hours": "من الاثنين إلى الجمعة، من 9 صباحًا إلى 5 مساءً",
            "out_of_hours_hours": "في المساء والليل وفي عطلة نهاية الأسبوع",
            "complaints": "الجهة التي تستقبل شكاوى الأطفال",
        },
        "fa_AF": {
            "duty_hours": "دوشنبه تا جمعه، ۹ صبح تا ۵ عصر",
            "out_of_hours_hours": "شام‌ها، شب‌ها، و روزهای شنبه و یکشنبه",
            "complaints": "کسی که شکایت‌های اطفال را می‌شنود",
        },
        "vi": {
            "duty_hours": "thứ Hai đến thứ Sáu, 9 giờ sáng đến 5 giờ chiều",
            "out_of_hours_hours": "buổi tối, ban đêm và cuối tuần",
            "complaints": "người nhận khiếu nại của trẻ em",
        },
    },
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

    try:
        on_duty = duty_list.read(tables.pop("duty_list", []))
    except BrokenList as problem:
        raise BrokenAuthority(f"{where}: {problem}") from None
    retention = _kept(where, tables.pop("kept", {}))
    translated = {}
    for code in [key for key, value in tables.items() if isinstance(value, dict) and language_of(key)]:
        language = language_of(code)
        assert language is not None
        translated[language.code] = _translated(where, code, tables.pop(code))
    known = {table for table, _ in FIELDS if table}
    written = {("", key): value for key, value in tables.items() if key not in known}
    for table in known & tables.keys():
        if not isinstance(tables[table], dict):
            raise BrokenAuthority(f"{where}: [{table}] has to be a table with lines of its own under it.")
        written |= {(table, key): value for key, value in tables[table].items()}
    for table, key in written.keys() - FIELDS.keys():
        raise BrokenAuthority(f"{where}: {_field(table, key)} is not known. Remove it, or correct its spelling.")
    lines = {name: _line(where, place, written.get(place)) for place, name in FIELDS.items()}
    return Authority(**lines, demo=False, duty_list=on_duty, translated=translated, retention=retention)


def _kept(where: str, said: object) -> Retention:
    """For how long what was said is kept: what is not said here is the longest there is."""
    longest = asdict(LONGEST)
    if not isinstance(said, dict) or said.keys() - longest:
        raise BrokenAuthority(f"{where}: “kept” can have {', '.join(longest)}, each a number.")
    for name, value in said.items():
        if type(value) is not int or not 1 <= value <= longest[name]:
            raise BrokenAuthority(f"{where}: “{name}” under [kept] has to be a number from 1 to {longest[name]}.")
    return replace(LONGEST, **said)


def _translated(where: str, code: str, table: Mapping[str, object]) -> Mapping[str, str]:
    """The lines of one more language. Numbers are the same in every one."""
    words = {name for (_, key), name in FIELDS.items() if key != "phone"}
    for name in table.keys() - words:
        raise BrokenAuthority(f"{where}: {_field(code, name)} is not known. It can have {', '.join(sorted(words))}.")
    return {name: _line(where, (code, name), value) for name, value in table.items()}


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
