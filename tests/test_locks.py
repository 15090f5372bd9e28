"""The locks hold names, versions and hashes, nothing else, and all that pyproject.toml asks for."""

from __future__ import annotations

import re
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PINNED = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[\w.]+)(?P<marker> ; .+?)? \\$")
ALLOWED = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$|^    # via( .+)?$|^    #   .+$")


@pytest.mark.parametrize("lock", ["run", "dev"])
def test_a_lock_holds_nothing_but_versions_and_hashes(lock: str) -> None:
    lines = (ROOT / "requirements" / f"{lock}.lock").read_text().splitlines()

    assert [line for line in lines if not PINNED.match(line) and not ALLOWED.match(line)] == []


@pytest.mark.parametrize("lock", ["run", "dev"])
def test_every_locked_package_has_a_hash(lock: str) -> None:
    lines = (ROOT / "requirements" / f"{lock}.lock").read_text().splitlines()
    followers = [after for line, after in pairwise(lines) if PINNED.match(line)]

    assert followers
    assert [line for line in followers if "--hash=" not in line] == []


@pytest.mark.parametrize(("lock", "groups"), [("run", ["build"]), ("dev", ["build", "dev"])])
def test_a_lock_is_not_older_than_what_is_asked_for(lock: str, groups: list[str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    locked = _locked(lock)
    asked = [Requirement(each) for each in _asked(project, groups)]

    assert asked
    assert [str(each) for each in asked if not _met(each, locked)] == [], "run `make lock`"


def test_tests_run_on_the_same_versions_as_the_product() -> None:
    run, dev = _locked("run"), _locked("dev")

    assert run.items() <= dev.items()


def _locked(lock: str) -> dict[str, str]:
    lines = (ROOT / "requirements" / f"{lock}.lock").read_text().splitlines()
    return {found["name"]: found["version"] for line in lines if (found := PINNED.match(line))}


def _asked(project: dict[str, Any], groups: list[str]) -> list[str]:
    said: list[str] = list(project["project"]["dependencies"])
    for group in groups:
        said += [each for each in project["dependency-groups"][group] if isinstance(each, str)]
    return said


def _met(asked: Requirement, locked: dict[str, str]) -> bool:
    version = locked.get(canonicalize_name(asked.name))
    return version is not None and asked.specifier.contains(version)
