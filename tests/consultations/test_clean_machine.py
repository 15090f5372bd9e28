"""The worst day: the machine is gone, key files and all, and the officer has lost phrase and recovery code (P7).

There are one backup and two sheets, each with another person.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from consultations.keeping.store import Store
from consultations.keeping.vault import keys
from consultations.keeping.vault.problems import SheetProblem
from consultations.keeping.vault.trail import portal_trail
from consultations.recovering import Recovering
from consultations.rehearsing import Drilled
from tests.consultations.staff import WORDS
from tests.consultations.test_backing_up import EVERYTHING, House, house  # noqa: F401 - a fixture


async def test_everything_that_stands_sent_opens_again_from_a_backup_and_two_sheets(house: House) -> None:  # noqa: F811
    house.lose(*EVERYTHING)
    await house.put_back(house.elsewhere)
    chat, portal = keys.load_chat(house.folder / "keys"), keys.load_portal(house.folder / "keys")
    store = (await Store.open(house.elsewhere)).written_by(portal_trail(portal))
    try:
        cast = replace(house.cast, store=store, chat_keys=chat, portal_keys=portal)
        sam = await cast.new_keys("sam")
        unread = await cast.reading.open(sam, "LW-1", cast.clock())
        with pytest.raises(SheetProblem):
            await cast.rehearsing.unlocked(cast.sheets[2])
        sheets = await cast.rehearsing.unlocked(*cast.sheets[1:])
        recovering = Recovering(store, cast.passing_on)
        done = [each async for each in recovering.carry_out(await recovering.plan_restore("sam"), sheets, cast.clock())]
        opened = await cast.reading.open(sam, "LW-1", cast.clock())

        assert await cast.rehearsing.drill(sheets, cast.clock()) == Drilled(1, 1)
        assert unread is not None
        assert not unread.anything
        assert [each.bundles for each in done if each] == [1]
        assert opened is not None
        assert [answer.words for each in opened.summary.standing for answer in each.sending.answers] == [WORDS]
    finally:
        await store.close()
