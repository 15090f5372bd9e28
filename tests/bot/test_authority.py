"""The authority file: what children are shown under *Help now* is whole, or nothing starts."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest

from bot import authority
from bot.authority import BrokenAuthority, read
from consultations.duty import EVERY_DAY, OnDuty
from consultations.retention import LONGEST

WHOLE = """
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
"""


def problem(tmp_path: Path, text: str | bytes) -> str:
    file = tmp_path / "authority.toml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(BrokenAuthority) as refused:
        read(file)
    return str(refused.value)


def test_the_example_of_an_authority_file_is_one(tmp_path: Path) -> None:
    example = textwrap.dedent((authority.__doc__ or "").split("\n\n")[1])
    file = tmp_path / "authority.toml"
    file.write_text(example)

    found = read(file)

    assert found.complaints == "the Children's Complaints Officer"
    assert found.duty_list == (
        OnDuty(
            "Maya Lind",
            "maya.lind@council.example",
            days=(0, 1, 2, 3, 4),
            since=time(9),
            until=time(17),
            bank_holidays=False,
            staff="maya.lind",
        ),
        OnDuty("the Emergency Duty Team", "emergency.duty@council.example"),
    )


def test_its_words_may_stand_in_other_languages_and_its_numbers_are_the_same_in_all(tmp_path: Path) -> None:
    file = tmp_path / "authority.toml"
    file.write_text(WHOLE + '[ar]\nduty_hours = "من الاثنين إلى الجمعة"\n[prs]\nname = "شاروالی"\n', encoding="utf-8")

    found = read(file)

    assert found.read_in("ar").duty_hours == "من الاثنين إلى الجمعة"
    assert found.read_in("ar").name == found.name
    assert found.read_in("fa_AF").name == "شاروالی"
    assert found.read_in("vi") == found
    assert found.read_in("ar").duty_phone == found.duty_phone


def test_who_is_on_duty_every_day_works_on_bank_holidays_and_others_where_they_say_so(tmp_path: Path) -> None:
    file = tmp_path / "authority.toml"
    file.write_text(
        WHOLE
        + ENTRY.format("bank_holidays = false")
        + ENTRY.format('days = ["monday"]').replace("Jo", "Mo").replace("jo@", "mo@")
        + ENTRY.format('days = ["Monday"]\nbank_holidays = true\nfrom = "17:00"\nuntil = "24:00"')
        .replace("Jo", "Zo")
        .replace("jo@", "zo@")
    )
    first, second, third = read(file).duty_list

    assert (first.days, first.bank_holidays) == (EVERY_DAY, False)
    assert (second.days, second.bank_holidays) == ((0,), False)
    assert (third.days, third.bank_holidays, third.since, third.until) == ((0,), True, time(17), time(0))


def test_an_authority_file_of_before_there_was_a_duty_list_is_read(tmp_path: Path) -> None:
    file = tmp_path / "authority.toml"
    file.write_text(WHOLE)

    assert read(file).duty_list == ()


ENTRY = """
[[duty_list]]
name = "Jo"
email = "jo@council.example"
{}
"""
BROKEN = [
    pytest.param("kept = {draft_days = 15}\n" + WHOLE, "from 1 to 14", id="kept for longer than it may be"),
    pytest.param("kept = {sending_months = 0}\n" + WHOLE, "from 1 to 9", id="kept for no time"),
    pytest.param("kept = {after_care_days = true}\n" + WHOLE, "from 1 to 28", id="kept for a truth"),
    pytest.param("kept = {years = 1}\n" + WHOLE, "“kept” can have", id="kept by another measure"),
    pytest.param("kept = 14\n" + WHOLE, "“kept” can have", id="kept by a number alone"),
    pytest.param('duty_list = "me@council.example"\n' + WHOLE, "[[duty_list]]", id="a duty list that is a line"),
    pytest.param(WHOLE + ENTRY.format('phone = "1"'), "“phone” is not known", id="a line nobody knows on the list"),
    pytest.param(WHOLE + ENTRY.format("").replace("Jo", " "), "entry 1", id="nobody's name"),
    pytest.param(WHOLE + ENTRY.format("").replace("jo@", ""), "“email” is not an e-mail address", id="no address"),
    pytest.param(WHOLE + ENTRY.format('days = "Monday"'), "“days” has to be a list", id="a day that is no list"),
    pytest.param(WHOLE + ENTRY.format('days = ["Mon"]'), "“days” can name Monday", id="a day nobody knows"),
    pytest.param(WHOLE + ENTRY.format("days = []"), "“days” is empty", id="on no day"),
    pytest.param(WHOLE + ENTRY.format('from = "9am"'), "“from” has to be a time", id="an hour nobody knows"),
    pytest.param(WHOLE + ENTRY.format("until = 17"), "“until” has to be a time", id="an hour that is a number"),
    pytest.param(WHOLE + ENTRY.format('from = "24:00"'), "“from” has to be a time", id="from the end of the day"),
    pytest.param(WHOLE + ENTRY.format('bank_holidays = "no"'), "true or false", id="bank holidays in words"),
    pytest.param(WHOLE + ENTRY.format("") * 2, "one name stands twice", id="somebody twice"),
    pytest.param(
        WHOLE + ENTRY.format("") + ENTRY.format("").replace("Jo", "Mo"),
        "one email stands twice",
        id="one address twice",
    ),
    pytest.param(WHOLE + '[ar]\nduty_phone = "1"', "“duty_phone” under [ar]", id="another number for a language"),
    pytest.param(WHOLE + '[ar]\nduty_hours = ""', "“duty_hours” under [ar]", id="an empty line in a language"),
    pytest.param(WHOLE + '[tlh]\nduty_hours = "x"', "“tlh”", id="a language nobody knows"),
    pytest.param(WHOLE.replace('name = "Little Wallop Council"', ""), "“name”", id="no name"),
    pytest.param(WHOLE.replace('phone = "01632 960102"', ""), "“phone” under [out_of_hours]", id="no number"),
    pytest.param(WHOLE.replace("01632 960102", "   "), "“phone” under [out_of_hours]", id="a number of spaces"),
    pytest.param(WHOLE.replace('"01632 960102"', "1632960102"), "“phone” under [out_of_hours]", id="not quoted"),
    pytest.param(WHOLE.replace("01632 960102", "ask Jo"), "not a telephone number", id="a number without digits"),
    pytest.param(WHOLE.replace("[duty]", "[dutty]"), "“dutty”", id="a table misspelt"),
    pytest.param(WHOLE + "fax = '1'", "“fax” under [complaints]", id="a line nobody knows"),
    pytest.param('duty = "01632"\n' + WHOLE.split("[duty]")[0], "[duty]", id="a line where a table belongs"),
    pytest.param(WHOLE.replace("9am", "9am\\nand"), "one line", id="two lines"),
    pytest.param("name = ", "not TOML", id="broken"),
    pytest.param("name = 'Gro\xdf'".encode("latin-1"), "UTF-8", id="not UTF-8"),
]


@pytest.mark.parametrize(("text", "says"), BROKEN)
def test_a_broken_authority_file_is_refused_and_says_where(tmp_path: Path, text: str | bytes, says: str) -> None:
    sentence = problem(tmp_path, text)

    assert says in sentence
    assert "authority.toml" in sentence


def test_a_file_that_is_not_there_or_not_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenAuthority, match="is not there"):
        read(tmp_path / "none.toml")
    with pytest.raises(BrokenAuthority, match="cannot be read"):
        read(tmp_path)


def test_what_is_kept_may_be_kept_for_less_long(tmp_path: Path) -> None:
    file = tmp_path / "authority.toml"
    file.write_text("kept = {draft_days = 7}\n" + WHOLE)

    assert read(file).retention == replace(LONGEST, draft_days=7)
