"""P5: somebody who reads the database, or only its sizes, turn by turn. One answer growing from one word to 900
characters, or shared with more people, changes no size and no number of rows, in any table, at any moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from consultations.keeping.vault import keys
from consultations.keeping.vault.directory import DirectoryEntry, enter
from consultations.keeping.vault.readers import new_reader
from consultations.keeping.vault.sendings import Group, SealedSending, seal_sending
from consultations.sending import Kind
from tests.attacks import tables
from tests.attacks.people import Child, Says
from tests.attacks.site import TODAY, Site

SHORT, LONG = "Foxes", "I know eleven kinds of fox. " * 32 + "Foxes"
ARABIC = "أعرف أحد عشر نوعا من الثعالب " * 31
SAYS = "It is fine most of the time, and I say so when it is not."
EVERY_QUESTION = {
    "feelings_now": Says(SAYS, "ok"),
    "home_settled": Says(SAYS, "good"),
    "people_see": Says(SAYS, "more"),
    "school": Says(SAYS, "mixed"),
    "helpers": Says(SAYS, "sometimes"),
    "plan": Says(SAYS),
    "most_want": Says(SAYS),
    "review_come": Says(SAYS, "yes"),
    "review_how": Says(choice="speak"),
    "review_good": Says(SAYS, "someone_there"),
    "review_chair": Says(choice="no"),
    "anything_else": Says(SAYS),
}
A_FEW = {"feelings_now": Says(choice="ok"), "home_settled": Says(SAYS, "good")}

SIZES = {
    "draft": "SELECT length(sealed) AS size FROM draft WHERE consultation_id = $1",
    "draft key": "SELECT length(wrapped) AS size FROM draft_key WHERE consultation_id = $1",
    "sessions": "SELECT length(address) AS size FROM chat_session WHERE consultation_id = $1",
    "manifests": "SELECT length(manifest) AS size FROM sending WHERE consultation_id = $1",
    "signatures": "SELECT length(signature) AS size FROM sending WHERE consultation_id = $1",
    "bundles": "SELECT length(sealed) AS size FROM bundle JOIN sending ON sending_id = id WHERE consultation_id = $1",
    "wraps": "SELECT length(sealed) AS size FROM wrap JOIN sending ON sending_id = id WHERE consultation_id = $1",
    "readings": "SELECT 1 AS size FROM reading JOIN sending s ON sending_id = s.id WHERE consultation_id = $1",
}
Sizes = dict[str, Counter[int]]


async def sizes(site: Site, consultation: str) -> Sizes:
    """How many rows of which size there are of one child."""
    return {
        name: Counter(int(row["size"]) for row in await tables.ask(site, sql, consultation))
        for name, sql in SIZES.items()
    }


async def alike(site: Site, children: Sequence[Child]) -> None:
    """Nothing in the database tells these children apart."""
    one, *others = [await sizes(site, child.consultation) for child in children]
    assert all(other == one for other in others), children[0].read


async def each(site: Site, children: Sequence[Child], does: Callable[[Child], Awaitable[object]]) -> None:
    """They all do this, and nothing tells them apart after it."""
    for child in children:
        await does(child)
    await alike(site, children)


@pytest.mark.parametrize(
    "says",
    [
        pytest.param(A_FEW, id="a few questions answered"),
        pytest.param(EVERY_QUESTION, id="every question answered", marks=pytest.mark.attack),
    ],
)
async def test_one_word_and_900_characters_look_the_same_at_every_turn(site: Site, says: dict[str, Says]) -> None:
    words = {"AT-1": SHORT, "AT-2": LONG, "AT-3": ARABIC}
    with site.running() as run:
        async with Child(run.chat) as one, Child(run.chat) as two, Child(run.chat) as three:
            children = dict(zip(words, (one, two, three), strict=True))
            for reference, child in children.items():
                await child.come_in(site.codes[reference])
                await child.say({}, until="feelings_now")
            await alike(site, [*children.values()])
            while not one.has(".send"):
                question = one.question
                for reference, child in children.items():
                    await child.say({**says, "me": Says(words[reference])}, steps=1)
                assert one.question != question or not question
                await alike(site, [*children.values()])
            everybody = [*children.values()]
            await two.share("home_settled", "everyone")
            await three.share("home_settled", "nobody")
            await alike(site, everybody)
            await each(site, everybody, Child.send)
            await each(site, everybody, Child.settle)
            await each(site, everybody, lambda child: child.add(SAYS))


def test_one_reader_more_changes_no_size_and_no_number(tmp_path: Path) -> None:
    chat, portal = keys.create(tmp_path, "a-site")
    readers = [enter(portal, new_reader(f"reader {number}").public) for number in range(4)]

    def sealed(*to: DirectoryEntry) -> SealedSending:
        return seal_sending(
            chat,
            review="r",
            sending="s",
            kind=Kind.REPLACEMENT,
            sent_at=TODAY,
            groups=[Group("officer", SAYS.encode(), to)],
        )

    shapes = [
        (
            len(sending.manifest),
            len(sending.signature),
            [len(bundle) for bundle in sending.bundles],
            [[len(wrap) for wrap in wraps] for wraps in sending.wraps],
        )
        for sending in (sealed(*readers[:count]) for count in (1, 2, 3, 4))
    ]
    assert shapes == [shapes[0]] * 4
