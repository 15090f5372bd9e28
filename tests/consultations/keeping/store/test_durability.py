"""What was acknowledged is there, whatever happens to the process that acknowledged it."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from consultations.keeping.store import Store
from tests import pens
from tests.consultations.keeping.store import cast
from tests.consultations.keeping.store.cast import NOW

ROOT = Path(__file__).parents[4]
CHILDREN = [f"{number:08}" for number in range(6)]
LINES = 60


def talk_until_killed(url: str, consultations: list[str], files: list[Path]) -> None:
    """Other processes, one a file, keep turns of these conversations and say so; killed once each has said enough."""
    program = [sys.executable, "-m", "tests.consultations.keeping.store.talking", url, *consultations]
    with ExitStack() as opened:
        processes = [
            subprocess.Popen(program, stdout=opened.enter_context(said.open("wb")), cwd=ROOT) for said in files
        ]
        try:
            patience = time.monotonic() + 60
            while any(said.read_bytes().count(b"\n") < LINES for said in files):
                assert all(process.poll() is None for process in processes)
                assert time.monotonic() < patience
                time.sleep(0.01)
        finally:
            for process in processes:
                process.kill()
                process.wait()


def acknowledged(said: Path) -> list[tuple[str, int, str]]:
    """Every turn the process said was kept: consultation, version, and the words as they were kept."""
    lines = said.read_text().splitlines()
    return [(line.split()[0], int(line.split()[1]), line) for line in lines]


async def begun(url: str) -> tuple[Store, list[str]]:
    store = await pens.opened(url, create=True)
    await cast.officers(store)
    await store.reviews.bring_in([cast.review(child, f"R-{child}") for child in CHILDREN], NOW)
    return store, [await cast.come_in(store, child, f"web:{child}") for child in CHILDREN]


async def test_nothing_acknowledged_is_missing_after_kill_9(store_url: str, tmp_path: Path) -> None:
    store, consultations = await begun(store_url)
    await store.close()
    said = tmp_path / "said"
    talk_until_killed(store_url, consultations, [said])

    store = await pens.opened(store_url)
    last = {consultation: version for consultation, version, _ in acknowledged(said)}
    kept = {}
    for consultation in consultations:
        thread = await store.threads.thread_of(consultation)
        assert thread is not None
        assert thread.sealed.decode().startswith(f"{consultation} {thread.version} ")
        kept[consultation] = thread.version
        await store.threads.keep(consultation, thread.version, b"and on it goes", NOW)
    await store.close()

    assert last.keys() == kept.keys()
    # One turn may have been kept whose word never got out; what got out was kept.
    assert all(kept[consultation] - last[consultation] in (0, 1) for consultation in consultations)


async def test_two_processes_on_one_conversation_never_both_keep_a_version(store_url: str, tmp_path: Path) -> None:
    store, consultations = await begun(store_url)
    files = [tmp_path / "one", tmp_path / "other"]
    talk_until_killed(store_url, consultations[:2], files)
    turns = [turn for said in files for turn in acknowledged(said)]
    versions = [(consultation, version) for consultation, version, _ in turns]
    threads = {each: await store.threads.thread_of(each) for each in consultations[:2]}
    await store.close()

    assert len(set(versions)) == len(versions)
    for consultation, thread in threads.items():
        assert thread is not None
        said_last = max(version for each, version, _ in turns if each == consultation)
        assert said_last <= thread.version <= said_last + 2
