"""The two sites, built once."""

from __future__ import annotations

import pytest

from tests.consultations.keeping.vault import cast


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> cast.Site:
    """Amal's and Sam's. Tests that change its seasons build their own."""
    return cast.build(tmp_path_factory.mktemp("site"), "site-of-amal")


@pytest.fixture(scope="session")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> cast.Site:
    """Another site, with the same people's names and other keys."""
    return cast.build(tmp_path_factory.mktemp("elsewhere"), "another-site")
