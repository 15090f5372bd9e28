"""`foreword trail verify`, as an operator runs it."""

from __future__ import annotations

import re
import sqlite3

import pytest

from tests.bot.cli.conftest import Shell, csv, enrol

HEAD = re.compile(r"command \d+ [0-9a-f]{16}")


def by_hand(site: Shell, *statements: str) -> None:
    """Somebody who can write in the database does."""
    with sqlite3.connect(site.folder / "var" / "foreword.db") as database:
        for each in statements:
            database.execute(each)
    database.close()


def test_a_whole_trail_is_said_to_be_whole_and_where_it_has_come_to(site: Shell) -> None:
    site.done("staff", "add", "sam.okafor", "--name", "Sam Okafor")
    said = site.done("trail", "verify")
    head = HEAD.search(said)

    assert said.startswith("The trail is whole: ")
    assert head is not None
    assert site.done("trail", "verify", "--anchor", head[0]) == said


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        pytest.param("UPDATE trail_entry SET deed = 'held' WHERE number = 2", "entry 2 altered", id="altered"),
        pytest.param("DELETE FROM trail_entry WHERE chain = 'command' AND number = 2", "entry 2 removed", id="removed"),
        pytest.param("DELETE FROM trail_entry WHERE chain = 'chat'", "“chat”: cut after entry 0", id="cut"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence_with_its_place(site: Shell, statement: str, sentence: str) -> None:
    by_hand(site, statement)

    assert sentence in site.refused("trail", "verify")


def test_an_older_database_is_told_by_a_line_of_the_log(site: Shell) -> None:
    line = '{"event": "trail_anchor", "chain": "portal", "number": 40, "mark": "9f2c9f2c9f2c9f2c"}'

    assert "“portal”: cut after entry 1. It had come to 40" in site.refused("trail", "verify", "--anchor", line)
    assert "That is no anchor" in site.refused("trail", "verify", "--anchor", "yesterday", code=2)


def test_an_operators_acts_are_recorded_by_ids_alone(site: Shell) -> None:
    site.done("staff", "add", "sam.okafor", "--name", "Sam Okafor")
    enrol("sam.okafor")
    site.done("reviews", "import", csv(site.folder))
    site.done("invite", "LW-1042-3")
    with sqlite3.connect(site.folder / "var" / "foreword.db") as database:
        deeds = [deed for (deed,) in database.execute("SELECT deed FROM trail_entry WHERE chain = 'command'")]
        kept = " ".join(str(row) for row in database.execute("SELECT * FROM trail_entry"))
    database.close()

    assert {"added", "code_given", "imported", "assigned", "invited"} <= set(deeds)
    assert not any(word in kept for word in ("Amal", "sam", "Okafor", "LW-1042"))
    assert "The trail is whole" in site.done("trail", "verify")
