"""An unlocked session opens with the officer's own cookie and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from consultations.keeping.vault.keys import PortalKeys
from consultations.keeping.vault.problems import Refused
from consultations.keeping.vault.readers import PublicReader
from consultations.keeping.vault.sessions import cookie_marks, new_token, open_session, seal_session, session_id
from tests.consultations.keeping.vault.cast import Fixed, Site


def test_the_cookie_unlocks_the_key_again(site: Site) -> None:
    token = new_token()

    assert open_session(site.portal, token, site.sam.public, seal_session(site.portal, token, site.sam)) == site.sam


@pytest.mark.parametrize("with_", ["another cookie", "no cookie", "the row's id", "another reader", "another site"])
def test_nothing_but_this_cookie_opens_this_session(site: Site, elsewhere: Site, with_: str) -> None:
    token = new_token()
    sealed = seal_session(site.portal, token, site.sam)
    tries: dict[str, tuple[PortalKeys, str, PublicReader]] = {
        "another cookie": (site.portal, new_token(), site.sam.public),
        "no cookie": (site.portal, "", site.sam.public),
        "the row's id": (site.portal, session_id(token), site.sam.public),
        "another reader": (site.portal, token, site.priya.public),
        "another site": (elsewhere.portal, token, site.sam.public),
    }

    with pytest.raises(Refused):
        open_session(*tries[with_], sealed)


def test_another_sessions_row_put_under_this_id_is_refused(site: Site) -> None:
    mine = new_token()

    with pytest.raises(Refused):
        open_session(site.portal, mine, site.sam.public, seal_session(site.portal, new_token(), site.sam))


def test_a_stolen_table_and_cookie_open_nothing_without_the_key_file(site: Site) -> None:
    token = new_token()
    sealed = seal_session(site.portal, token, site.sam)

    with pytest.raises(Refused):
        open_session(replace(site.portal, session=site.portal.pepper), token, site.sam.public, sealed)


def test_a_session_is_its_owners_by_id_and_not_only_by_key(site: Site) -> None:
    token = new_token()

    with pytest.raises(Refused):
        open_session(
            site.portal, token, replace(site.sam.public, id="priya"), seal_session(site.portal, token, site.sam)
        )


def test_the_key_of_a_session_is_made_of_its_cookie(site: Site) -> None:
    """With one nonce for both, one key would give one ciphertext."""
    one, other = (seal_session(site.portal, token, site.sam, random=Fixed("same")) for token in ("one", "other"))

    assert one[:14] == other[:14]
    assert one[14:-16] != other[14:-16]


def test_the_tables_id_is_no_cookie(site: Site) -> None:
    tokens = {new_token() for _ in range(50)}

    assert len(tokens) == len({session_id(token) for token in tokens}) == 50
    assert all(len(token) == 43 and token not in session_id(token) for token in tokens)


def test_a_childs_cookie_is_marked_by_this_site_alone(site: Site, elsewhere: Site) -> None:
    marked = cookie_marks(site.chat)

    assert marked(b"token.1.2") == marked(b"token.1.2")
    assert len({marked(b"token.1.2"), marked(b"token.1.3"), cookie_marks(elsewhere.chat)(b"token.1.2")}) == 3
