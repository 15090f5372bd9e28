"""No file of ours says where packages come from, nor where the machine keeps it that it was written on.

Whoever sets Foreword up decides which index to trust, in their own pip's and apt's settings. The patterns are put
together from parts, so that this file may stand in the tree too.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

HOSTS = [
    ("py" + "pi", "org"),
    ("py" + "pi", "python", "org"),
    ("python" + "hosted", "org"),
    ("npmjs", "org"),
    ("npmjs", "com"),
    ("yarnpkg", "com"),
    ("debian", "net"),
    ("deb", "debian", "org"),
    ("ftp", "debian", "org"),
    ("security", "debian", "org"),
    ("snapshot", "debian", "org"),
    ("archive", "ubuntu", "com"),
    ("crates", "io"),
    ("docker", "io"),
    ("docker", "com"),
    ("ghcr", "io"),
    ("gcr", "io"),
    ("quay", "io"),
    ("anaconda", "org"),
    ("githubusercontent", "com"),
    ("jsdelivr", "net"),
    ("unpkg", "com"),
    ("cdnjs", "cloudflare", "com"),
    ("fonts", "googleapis", "com"),
    ("fonts", "gstatic", "com"),
]
PLACES = [("root", ""), ("home", "[a-z]"), ("Users", "[A-Za-z]"), ("work", r"(main|shared|\.)")]
PATHS = [("root", ".ssh"), ("home", "sam", "foreword"), ("Users", "Sam"), ("work", "main")]

ADDRESS = re.compile("|".join(rf"\b{re.escape('.'.join(host))}\b" for host in HOSTS), re.IGNORECASE)
SETTING = re.compile(rf"--(extra-)?{'index'}-url\b|--{'find'}-links\b|\bfile:///", re.IGNORECASE)
PLACE = re.compile(rf"(?<![\w.~)}}/-])/(?:{'|'.join('/'.join(place) for place in PLACES)})")


def test_no_file_names_a_package_index_or_a_machine() -> None:
    files = _files()

    assert {"pyproject.toml", "Makefile", "requirements/run.lock", "tests/test_no_index_address.py"} <= set(files)
    assert [said for file in files for said in told(file, _text(ROOT / file))] == []


@pytest.mark.parametrize(
    "line",
    [
        *(pytest.param(f"see https://{'.'.join(host)}/simple", id="-".join(host)) for host in HOSTS),
        pytest.param(f"RUN pip install --{'index'}-url=$WHERE .", id="pip's option"),
        pytest.param(f"--extra-{'index'}-url file:thing", id="a line of a lock"),
        pytest.param(f"--{'find'}-links wheels", id="a folder of wheels"),
        pytest.param(f"{'FILE'}:///opt/thing", id="a file's address"),
        *(pytest.param(f'open("/{"/".join(path)}")', id=path[0]) for path in PATHS),
    ],
)
def test_an_address_is_caught(line: str) -> None:
    assert told("README.md", f"first\n{line}\nlast") == [f"README.md:2 {line}"]


@pytest.mark.parametrize(
    "line",
    [
        "https://www.debian.org is where Debian is",
        "FROM debian:bookworm-slim",
        "app.router.add_get('/reviews/root', page)",
        "the child's home/work balance",
        "--no-emit-find-links",
    ],
)
def test_an_ordinary_line_is_left_alone(line: str) -> None:
    assert told("README.md", line) == []


def told(file: str, text: str) -> list[str]:
    """The lines that tell an address or a machine's path, each with where it stands."""
    return [
        f"{file}:{number} {line.strip()}"
        for number, line in enumerate(text.splitlines(), start=1)
        if any(pattern.search(_without_ours(line)) for pattern in (ADDRESS, SETTING, PLACE))
    ]


def _without_ours(line: str) -> str:
    """A lock is made by telling uv to leave such lines out: those options are ours to name."""
    return re.sub(r"--no-emit-(index-url|find-links)", "", line)


def _files() -> list[str]:
    """Every file that is in the tree, or would be with the next commit."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    told = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return [each for each in told.split("\0") if each and (ROOT / each).is_file()]


def _text(file: Path) -> str:
    """What any file holds, pictures and fonts too: an address may stand in their margins."""
    return file.read_bytes().decode("utf-8", "replace")
