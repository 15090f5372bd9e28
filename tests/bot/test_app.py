"""`foreword run`: what stops the start, what each side may read, and how it ends."""

from __future__ import annotations

import resource
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bot.running import AUTHORITY, environment, running, status

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site, made by `foreword init`."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "authority.toml").write_text(AUTHORITY)
    command = [sys.executable, "-c", "from bot.cli import main; main()", "init"]
    subprocess.run(command, env=environment(folder), check=True, capture_output=True, cwd=ROOT)
    return folder


def told(site: Path, **more: str) -> dict[str, str]:
    return environment(site, FOREWORD_AUTHORITY=str(site / "authority.toml"), **more)


def refusal(environment: dict[str, str], *arguments: str) -> str:
    """Why it did not start: one sentence, and 2 for something to correct."""
    with running(environment, *arguments) as run:
        assert run.ended() == 2, run.log
        sentences = [line for line in run.log if not line.startswith("{")]
        assert len(sentences) == 1, run.log
        return sentences[0]


def test_both_sides_answer_and_ctrl_c_ends_them_cleanly(site: Path) -> None:
    with running(told(site)) as run:
        answers = [status(run.chat + "/health"), status(run.portal + "/health"), status(run.chat + "/")]
        code = run.stop(signal.SIGINT)

    assert answers == [200, 200, 200]
    assert code == 0
    assert [each for each in run.events if each not in ("trail_anchor", "backed_up")][-2:] == ["stopping", "stopped"]
    assert not [line for line in run.log if not line.startswith("{")]


def test_sigterm_ends_it_cleanly_too(site: Path) -> None:
    with running(told(site)) as run:
        assert run.stop(signal.SIGTERM) == 0


def test_a_crash_leaves_no_memory_on_the_disk(site: Path) -> None:
    with running(told(site)) as run:
        limits = resource.prlimit(run.process.pid, resource.RLIMIT_CORE)

    assert limits == (0, 0)


@pytest.mark.parametrize(("only", "other"), [("chat", "portal"), ("portal", "chat")])
def test_one_side_alone_runs_without_the_others_key_file(site: Path, only: str, other: str) -> None:
    key, away = site / "keys" / f"{other}.key", site / f"{other}.key.away"
    key.rename(away)
    try:
        with running(told(site), "--only", only, sides=1) as run:
            assert status(getattr(run, only) + "/health") == 200
            assert run.events.count("listening") == 1
            assert run.stop() == 0
    finally:
        away.rename(key)


def test_without_an_authority_only_the_demo_starts(site: Path) -> None:
    assert "FOREWORD_AUTHORITY is not set" in refusal(environment(site))


def test_without_a_mail_server_or_anybody_on_the_duty_list_only_the_demo_starts(site: Path) -> None:
    nobody = site / "nobody.toml"
    nobody.write_text(AUTHORITY.partition("duty_list")[0])

    assert "FOREWORD_SMTP_URL is not set, so nobody would be told" in refusal(told(site, FOREWORD_SMTP_URL=""))
    assert "There is nobody on the duty list" in refusal(told(site) | {"FOREWORD_AUTHORITY": str(nobody)})


def test_an_address_in_use_is_told_in_a_sentence(site: Path) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        where = f"127.0.0.1:{held.getsockname()[1]}"
        sentence = refusal(told(site, FOREWORD_PORTAL_LISTEN=where))

    assert f"{where} is already in use" in sentence
    assert "FOREWORD_PORTAL_LISTEN" in sentence


def test_an_address_of_another_machine_is_told_in_a_sentence(site: Path) -> None:
    settings = told(site, FOREWORD_CHAT_LISTEN="203.0.113.1:8080", FOREWORD_CHAT_URL="https://voice.example")

    assert "This machine has no address 203.0.113.1" in refusal(settings)


@pytest.mark.parametrize("setting", ["FOREWORD_CHAT_URL", "FOREWORD_PORTAL_URL"])
def test_outside_the_demo_each_side_has_to_be_told_its_address(site: Path, setting: str) -> None:
    assert f"{setting} is not set" in refusal(told(site, **{setting: ""}))


def test_fresh_belongs_to_the_demo(site: Path) -> None:
    with running(told(site), "--fresh") as run:
        assert run.ended() == 2
        assert "--demo" in "".join(run.log)
