"""New key files: whoever is killed at any step goes on reading, and the next run finishes what was begun."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, delete, insert, select, update
from sqlmodel import col

from consultations.details import KIND, ChatDetails
from consultations.founding import SEASONS
from consultations.keeping.store import tables
from consultations.keeping.store.invitations import Beginning, NewInvitation
from consultations.keeping.store.people import Entry
from consultations.keeping.vault import drafts, keyfile, keys
from consultations.keeping.vault.assignments import check_assignment, sign_assignment
from consultations.keeping.vault.details import open_details
from consultations.keeping.vault.one_time import open_secret, seal_secret
from consultations.keeping.vault.problems import KeyFileProblem, Refused
from consultations.keeping.vault.seasons import Seasons
from consultations.keeping.vault.secret import Secret
from consultations.reading import Reading
from consultations.rekeying import Rekeyed, Step, rekey
from consultations.signing_in import SignedIn, SigningIn
from consultations.vouching import recovery_key, vouched
from tests import pens
from tests.consultations.staff import MORNING, ON_BOTH, QUICK, Cast

SAID = b'{"answers": "The zanzibarstairs are loud."}'


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
async def site(cast: Cast, tmp_path: Path) -> Cast:
    """Something sent, a draft that goes on, and names on both sides."""
    seasons = Seasons.create(tmp_path / "var" / SEASONS, cast.chat_keys.site, MORNING)
    await cast.send(await cast.begin(await cast.review("LW-1")))
    invitation = NewInvitation("i2", await cast.review("LW-2", "Billie"), "sel2", b"verifier", "link 2")
    assert await cast.store.invitations.issue(invitation, MORNING)
    found = await cast.store.invitations.by_link("link 2")
    assert found is not None
    key = drafts.new_draft_key(cast.chat_keys)
    beginning = Beginning(
        "c2", drafts.seal_draft(key, "c2", 1, SAID), drafts.wrap_draft_key(cast.chat_keys, seasons, "c2", key)
    )
    assert await cast.store.invitations.come_in(found, "link", "web:2", beginning, MORNING) == "c2"
    [thread, sam] = await cast.store.threads.thread_of("c2"), await cast.store.people.by_username("sam")
    assert thread is not None
    assert sam is not None
    assert sam.entry is not None
    assigned = sign_assignment(cast.portal_keys, thread.review, thread.details, sam.id)
    former = {"id": "f1", "staff_id": sam.id, "public": sam.entry.public, "signature": sam.entry.signature}
    await cast.by_hand(
        update(tables.Review).where(col(tables.Review.id) == thread.review).values(assigned=assigned),
        insert(tables.FormerKey).values(**former),
        delete(tables.SecondFactor),
        insert(tables.SecondFactor).values(
            staff_id=sam.id, sealed=seal_secret(cast.portal_keys, sam.id, Secret(b"s" * 20)), step=0, made_at=MORNING
        ),
    )
    return cast


async def everything_opens(site: Cast, folder: Path) -> None:
    """With what the database says is in force: the officer's words, what was sent, names, drafts, the directory."""
    facts = await site.store.site.facts()
    assert facts is not None
    chat = keys.load_chat(folder / "keys", facts.deployment, facts.key_ids[0])
    portal = keys.load_portal(folder / "keys", facts.deployment, facts.key_ids[1])
    store = site.store.written_by(pens.pen())
    signing_in = SigningIn(store, portal, site.aside, cost=QUICK, wait=site.waits)
    sam = await signing_in.by_phrase("sam", site.phrases["sam"], MORNING)
    assert isinstance(sam, SignedIn)
    opened = await Reading(store, portal).open(sam, "LW-1", MORNING)
    assert opened is not None
    assert opened.anything
    assert opened.review.child == "Amal"
    thread = await store.threads.thread_of("c2")
    assert thread is not None
    draft = drafts.unwrap_draft_key(chat, Seasons(folder / "var" / SEASONS, chat.site), "c2", thread.wrapped_key)
    assert drafts.open_draft(draft, "c2", thread.version, thread.sealed) == SAID
    assert ChatDetails.from_bytes(open_details(chat, KIND, thread.review, thread.details)).name == "Billie"
    assert thread.assigned is not None
    check_assignment(chat, thread.review, thread.details, sam.id, thread.assigned)
    async with store.database.reading() as connection:
        former = (await connection.execute(select(tables.METADATA.tables["former_key"]))).one()
    assert vouched(chat, Entry(former.staff_id, former.public, former.signature)) == sam.private.public
    async with store.database.reading() as connection:
        factor = (await connection.execute(select(col(tables.SecondFactor.sealed)))).scalar_one()
    assert open_secret(portal, sam.id, factor) == Secret(b"s" * 20)
    assert thread.officer.entry is not None
    assert vouched(chat, thread.officer.entry) == sam.private.public
    assert recovery_key(chat, facts.recovery) == site.recovery.public


async def rotated(site: Cast, folder: Path, told: Callable[[Step], Awaitable[None]]) -> Rekeyed:
    return await rekey(
        url=site.store.database.readers.url.render_as_string(hide_password=False)
        .replace("+aiosqlite", "")
        .replace("+asyncpg", ""),
        data_dir=folder / "var",
        key_dir=folder / "keys",
        now=MORNING,
        random=secrets.token_bytes,
        told=told,
    )


async def nobody(_: Step) -> None:
    """Is told."""


@ON_BOTH
async def test_new_keys_open_everything_and_the_old_ones_nothing(site: Cast, tmp_path: Path) -> None:
    old = [(tmp_path / "keys" / f"{kind}.key").read_text() for kind in ("chat", "portal")]
    await everything_opens(site, tmp_path)

    done = await rotated(site, tmp_path, nobody)

    assert done.refused == 1  # a draft key that the cast made up
    await everything_opens(site, tmp_path)
    assert not [text for text in old for path in tmp_path.rglob("*.key") if text[60:120] in path.read_text()]
    for kind, text in zip(("chat", "portal"), old, strict=True):
        path = tmp_path / "keys" / f"{kind}.key"
        assert path.stat().st_mode & 0o777 == 0o400
        path.unlink()
        path.write_text(text)
        path.chmod(0o400)
    with pytest.raises(KeyFileProblem, match="keys were changed"):
        await everything_opens(site, tmp_path)


@ON_BOTH
@pytest.mark.parametrize("at", list(Step))
async def test_killed_at_any_step_everything_opens_and_the_next_run_finishes(
    site: Cast, tmp_path: Path, at: Step
) -> None:
    async def killed(step: Step) -> None:
        if step is at:
            raise Killed

    with pytest.raises(Killed):
        await rotated(site, tmp_path, killed)
    await everything_opens(site, tmp_path)
    before = keys.load_chat(tmp_path / "keys").id
    await rotated(site, tmp_path, nobody)
    await everything_opens(site, tmp_path)

    facts = await site.store.site.facts()
    assert facts is not None
    for kind, id in zip(("chat", "portal"), facts.key_ids, strict=True):
        assert keys.ids_of(tmp_path / "keys", kind, facts.deployment) == (id,)
    assert before != facts.key_ids[0] or at is Step.DONE


@pytest.mark.parametrize("number", [1, 2, 3, 4])
async def test_killed_while_any_key_file_is_written_everything_opens(site: Cast, tmp_path: Path, number: int) -> None:
    """Two files before the new keys are in force, and two after: here after the first, second, third and fourth."""
    folder = tmp_path / "keys"
    files = {path.name: path.read_text() for path in folder.glob("*.key")}
    facts = await site.store.site.facts()
    assert facts is not None
    if number <= 2:
        changing = keys.prepare_change(folder, facts.deployment, secrets.token_bytes)
        if number == 1:  # portal.key was not written yet
            portal = folder / "portal.key"
            portal.unlink()
            portal.write_text(files["portal.key"])
            portal.chmod(0o400)
        assert changing.new[0].id != changing.old[0].id
    else:

        async def killed(step: Step) -> None:
            if step is Step.IN_FORCE:
                raise Killed

        with pytest.raises(Killed):
            await rotated(site, tmp_path, killed)
        facts_now = await site.store.site.facts()
        assert facts_now is not None
        half = (facts_now.key_ids[0], None) if number == 3 else facts_now.key_ids
        assert keys.finish_change(folder, facts_now.deployment, half)
    await everything_opens(site, tmp_path)

    await rotated(site, tmp_path, nobody)

    await everything_opens(site, tmp_path)


ANEW = {
    "site.recovery_signature",
    "staff.signature",
    "former_key.signature",
    "review.details_for_chat",
    "review.details_for_portal",
    "review.assigned",
    "account.sealed",
    "second_factor.sealed",
    "draft_key.wrapped",
    "sending.signature",
}
"""What is sealed or signed with the key files."""

OTHERS = {
    "site.recovery_public",
    "site.canary",
    "staff.public",
    "staff.waiting_public",
    "former_key.public",
    "custody.locked",  # with the phrase, and the pepper, which goes over
    "invitation.verifier",  # likewise with the code
    "portal_session.sealed",  # ends
    "sitting_pass.signature",  # ends
    "draft.sealed",
    "bundle.sealed",
    "wrap.sealed",
    "sending.manifest",
    "reading.reason",
    "alert.done",
    "trail_entry.seal",
    "trail_entry.mark",
}
"""What is under keys of its own, or ends, or is no secret."""


def test_whatever_is_sealed_with_the_key_files_is_sealed_anew() -> None:
    """A new column of bytes belongs in one of the two: decide which, and seal it anew in rekeying where it is the
    first."""
    every = {
        f"{table.name}.{column.name}"
        for table in tables.METADATA.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }

    assert every == ANEW | OTHERS
    assert not ANEW & OTHERS


async def test_nothing_is_changed_while_foreword_runs_and_nothing_runs_meanwhile(site: Cast, tmp_path: Path) -> None:
    with keyfile.in_use(tmp_path / "keys"), pytest.raises(KeyFileProblem, match="Stop it first"):
        await rotated(site, tmp_path, nobody)

    async def starts(_: Step) -> None:
        with pytest.raises(KeyFileProblem, match="being changed"), keyfile.in_use(tmp_path / "keys"):
            await asyncio.sleep(0)

    assert (await rotated(site, tmp_path, starts)).count > 0


async def test_what_somebody_changed_by_hand_is_not_vouched_for_anew(site: Cast, tmp_path: Path) -> None:
    """P4: a change of keys makes no genuine entry out of another."""
    await site.by_hand(
        update(tables.Staff)
        .where(col(tables.Staff.username) == "jo")
        .values(public=select(col(tables.Staff.public)).where(col(tables.Staff.username) == "sam").scalar_subquery())
    )

    done = await rotated(site, tmp_path, nobody)

    assert done.refused == 2
    jo = await site.store.people.by_username("jo")
    assert jo is not None
    assert jo.entry is not None
    with pytest.raises(Refused):
        vouched(keys.load_chat(tmp_path / "keys"), jo.entry)
