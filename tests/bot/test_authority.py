"""The authority file: what children are shown under *Help now* is whole, or nothing starts."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from bot import authority
from bot.authority import BrokenAuthority, read

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

    assert read(file).complaints == "the Children's Complaints Officer"


def test_its_words_may_stand_in_other_languages_and_its_numbers_are_the_same_in_all(tmp_path: Path) -> None:
    file = tmp_path / "authority.toml"
    file.write_text(WHOLE + '[ar]\nduty_hours = "من الاثنين إلى الجمعة"\n[prs]\nname = "شاروالی"\n', encoding="utf-8")

    found = read(file)

    assert found.read_in("ar").duty_hours == "من الاثنين إلى الجمعة"
    assert found.read_in("ar").name == found.name
    assert found.read_in("fa_AF").name == "شاروالی"
    assert found.read_in("vi") == found
    assert found.read_in("ar").duty_phone == found.duty_phone


BROKEN = [
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
