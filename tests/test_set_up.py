"""What a stranger's machine is told, and what is packed for a server."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SCRIPT = ROOT / ".ci" / "system-packages"
TO_RUN = "fonts-noto-core fonts-noto-color-emoji"


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """The programs of a machine where the script runs as an ordinary user; a test adds what is installed."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "python3").symlink_to(sys.executable)
    _program(programs / "id", "echo 1000")
    return programs


def test_missing_packages_are_named_with_the_line_that_installs_them(machine: Path) -> None:
    _installed(machine, "fonts-noto-core")
    done = _asked(machine, "run")

    assert done.returncode == 1
    assert "    sudo apt-get install --no-install-recommends fonts-noto-color-emoji\n" in done.stderr


def test_tests_need_what_running_needs_and_more(machine: Path) -> None:
    _installed(machine, "postgresql")
    done = _asked(machine, "test")

    missing = f"{TO_RUN} chromium-headless-shell libatomic1 poppler-utils"
    assert done.stderr.endswith(f"    sudo apt-get install --no-install-recommends {missing}\n")


def test_the_whole_chromium_will_do_as_well(machine: Path) -> None:
    _installed(machine, *TO_RUN.split(), "chromium", "postgresql", "libatomic1", "poppler-utils")
    done = _asked(machine, "test")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_machine_that_is_no_debian_is_told_what_is_needed(machine: Path) -> None:
    done = _asked(machine, "run")

    assert done.returncode == 1
    assert f"python3-venv {TO_RUN}" in done.stderr


def test_every_file_of_the_packages_is_packed(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    listing = ["git", "ls-files", "-z", "bot", "consultations", "locales"]
    tracked = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True).stdout.decode().split("\0")
    files = {each for each in tracked if each and (ROOT / each).is_file()}

    assert any(each.endswith(".toml") for each in files)
    assert files - packed == set()


def _program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def _installed(machine: Path, *packages: str) -> None:
    """Debian's dpkg-query, saying that these are here and nothing else is."""
    here = "|".join(packages)
    _program(machine / "dpkg-query", f'case "$3" in {here}) echo "install ok installed" ;; *) exit 1 ;; esac')


def _asked(machine: Path, what: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": str(machine)}
    return subprocess.run(["/bin/sh", SCRIPT, what], env=environment, capture_output=True, text=True, timeout=20)
