"""When a season is over, what was wrapped in it opens no more; while it is renewed, nothing that lives is lost."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from consultations.keeping.vault.drafts import new_draft_key, rewrap, season_of, unwrap_draft_key, wrap_draft_key
from consultations.keeping.vault.problems import KeyFileProblem, Refused
from consultations.keeping.vault.seasons import GRACE, Seasons
from tests.consultations.keeping.vault import cast
from tests.consultations.keeping.vault.cast import NOON, Site

LATER = NOON + timedelta(days=7)


@pytest.fixture
def own(tmp_path: Path) -> Site:
    """A site whose seasons may change."""
    return cast.build(tmp_path, "site-of-amal")


@pytest.fixture
def file(own: Site, tmp_path: Path) -> Path:
    return tmp_path / "data" / "seasons.json"


def test_what_a_past_season_wrapped_opens_no_more_even_with_the_key_file(own: Site) -> None:
    key = new_draft_key(own.chat)
    lingering = wrap_draft_key(own.chat, own.seasons, "amal", key)
    own.seasons.begin(LATER)
    live = rewrap(own.chat, own.seasons, "amal", lingering)
    assert live is not None
    own.seasons.erase(LATER + GRACE, {season_of(live)})

    assert unwrap_draft_key(own.chat, own.seasons, "amal", live) == key
    with pytest.raises(Refused, match="over"):
        unwrap_draft_key(own.chat, own.seasons, "amal", lingering)


def test_a_key_file_and_a_guessed_salt_open_nothing(own: Site, file: Path) -> None:
    """The salt is half of the key: to put back a season by its name is not enough."""
    lingering = wrap_draft_key(own.chat, own.seasons, "amal", new_draft_key(own.chat))
    seasons = json.loads(file.read_bytes())["seasons"]
    seasons[0]["salt"] = base64.b64encode(bytes(32)).decode()
    _says(file, seasons=seasons)

    with pytest.raises(Refused, match="does not open"):
        unwrap_draft_key(own.chat, Seasons(file, own.id), "amal", lingering)


def test_no_byte_of_a_past_salt_is_left_in_the_data_directory(own: Site, file: Path) -> None:
    salt = json.loads(file.read_bytes())["seasons"][0]["salt"]
    shapes = (salt.encode(), base64.b64decode(salt), base64.b64decode(salt).hex().encode())
    with file.open("rb") as still_open:  # as a block that the file system has not given away again
        own.seasons.begin(LATER)
        own.seasons.erase(LATER + GRACE)

        left = still_open.read() + b"".join(path.read_bytes() for path in file.parent.iterdir())
    assert not any(shape in left for shape in shapes)


def test_a_season_in_which_something_lives_is_not_erased(own: Site) -> None:
    wrapped = wrap_draft_key(own.chat, own.seasons, "amal", new_draft_key(own.chat))
    own.seasons.begin(LATER)

    assert own.seasons.erase(LATER + GRACE, {season_of(wrapped)}) == ()
    unwrap_draft_key(own.chat, own.seasons, "amal", wrapped)


def test_a_season_that_has_only_just_ended_is_not_erased(own: Site) -> None:
    """A draft key wrapped in it may not be committed yet, and so not be among the live ones."""
    own.seasons.begin(LATER)

    assert own.seasons.erase(LATER + GRACE - timedelta(seconds=1)) == ()


def test_the_season_of_today_is_never_erased(own: Site) -> None:
    assert own.seasons.erase(LATER + timedelta(days=1000)) == ()


def test_only_what_an_earlier_season_wrapped_is_wrapped_again(own: Site) -> None:
    old = wrap_draft_key(own.chat, own.seasons, "old", new_draft_key(own.chat))
    own.seasons.begin(LATER)
    new = wrap_draft_key(own.chat, own.seasons, "new", new_draft_key(own.chat))

    assert rewrap(own.chat, own.seasons, "old", old) is not None
    assert rewrap(own.chat, own.seasons, "new", new) is None


def test_another_process_notices_that_a_season_began_and_that_one_is_over(own: Site, file: Path) -> None:
    other = Seasons(file, own.id)
    first = other.current

    assert own.seasons.begin(LATER) == other.current
    assert other.earlier == (first.id,)
    own.seasons.erase(LATER + GRACE)
    with pytest.raises(Refused):
        other.salt(first.id)
    assert not other.earlier


def test_two_processes_that_renew_at_once_lose_no_season(own: Site, file: Path) -> None:
    begun: list[bytes] = []
    together = [threading.Thread(target=lambda: begun.append(Seasons(file, own.id).begin(LATER).id)) for _ in range(8)]
    for thread in together:
        thread.start()
    for thread in together:
        thread.join()

    kept = {bytes.fromhex(season["id"]) for season in json.loads(file.read_bytes())["seasons"]}
    assert len(kept) == 9
    assert set(begun) <= kept


def test_a_process_that_reads_while_another_renews_is_not_told_a_lie(own: Site, file: Path) -> None:
    """The old file is wiped while a reader may still have it open."""
    done = threading.Event()
    problems: list[Exception] = []

    def look() -> None:
        while not done.is_set():
            try:
                Seasons(file, own.id)
            except KeyFileProblem as problem:
                problems.append(problem)

    looking = threading.Thread(target=look)
    looking.start()
    for week in range(60):
        own.seasons.begin(LATER + week * GRACE)
        own.seasons.erase(LATER + week * GRACE)
    done.set()
    looking.join()

    assert problems == []


def test_a_renewal_that_died_in_the_middle_is_done_again(own: Site, file: Path) -> None:
    file.with_suffix(".new").write_text("half a fi")

    assert own.seasons.begin(LATER) == Seasons(file, own.id).current


def test_only_its_owner_may_read_the_seasons(own: Site, file: Path) -> None:
    own.seasons.begin(LATER)

    assert file.stat().st_mode & 0o777 == 0o600


FAULTS: list[Any] = [
    pytest.param(lambda path: path.unlink(), "cannot be read", id="missing"),
    pytest.param(lambda path: path.write_bytes(b""), "damaged", id="empty"),
    pytest.param(lambda path: path.write_bytes(bytes(300)), "damaged", id="zeros"),
    pytest.param(lambda path: path.write_text("[]"), "damaged", id="another JSON"),
    pytest.param(lambda path: _says(path, seasons=[]), "damaged", id="no season"),
    pytest.param(lambda path: _says(path, seasons=[{"id": "00", "since": "?", "salt": ""}]), "damaged", id="nonsense"),
    pytest.param(lambda path: _shortens(path), "damaged", id="a short salt"),
    pytest.param(lambda path: _says(path, format=2), "version does not know", id="from the future"),
    pytest.param(lambda path: _says(path, site="x"), "another site", id="another site's"),
]


@pytest.mark.parametrize(("fault", "sentence"), FAULTS)
def test_every_fault_of_the_seasons_is_a_sentence(
    own: Site, file: Path, fault: Callable[[Path], None], sentence: str
) -> None:
    fault(file)

    with pytest.raises(KeyFileProblem, match=sentence):
        Seasons(file, own.id)


def test_the_seasons_of_a_site_are_not_begun_twice(own: Site, file: Path) -> None:
    before = file.read_bytes()

    with pytest.raises(KeyFileProblem, match="already there"):
        Seasons.create(file, own.id, LATER)
    assert file.read_bytes() == before


def _says(path: Path, **fields: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_bytes()), **fields}))


def _shortens(path: Path) -> None:
    seasons = json.loads(path.read_bytes())["seasons"]
    seasons[0]["salt"] = base64.b64encode(b"short").decode()
    _says(path, seasons=seasons)
