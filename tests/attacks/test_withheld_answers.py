"""P6: who was granted nothing learns nothing. One child at one moment, copied: in each copy of the site they do
something else with one answer, and everything else is the same to the second. Whoever may not see that answer gets the
same bytes."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from signal import SIGINT

import pytest

from tests.attacks.people import Child, Officer, Says
from tests.attacks.site import Site
from tests.bot.portal.cast import Answer

QUESTION = "worries"
SHARED, PRIVATE = "My zanzibarkettle sings on Sundays", "Only Sam may know about the lost umbrella"
SECRET, LONGER = "nobodymayreadthisone", "nobody may read this one either, and it is a great deal longer. " * 12
FORMATS = ("pdf", "html", "json", "txt")

HEX = re.compile(rb"\b(?:[0-9a-f]{16}|[0-9a-f]{64})\b")

Does = Callable[[Child], Awaitable[None]]


async def skips_it(child: Child) -> None:
    await child.tap(QUESTION, ".skip")


async def would_rather_not(child: Child) -> None:
    await child.tap(QUESTION, ".more")
    await child.tap(QUESTION, ".rather_not")


async def is_asked_later(child: Child) -> None:
    await child.tap(QUESTION, ".more")
    await child.tap(QUESTION, ".later")


async def never_gets_there(child: Child) -> None:
    await child.tap(QUESTION, ".more")
    await child.tap(".go", ".check")


async def takes_it_back_before_sending(child: Child) -> None:
    await child.tap(QUESTION, ".next", SECRET)
    await to_the_check_page(child)
    await child.tap(".change", QUESTION)
    await child.tap(QUESTION, ".more")
    await child.tap(QUESTION, ".over")
    await child.tap(QUESTION, ".next")


async def keeps_it_for_nobody(child: Child) -> None:
    await shares(child, SECRET, "nobody")


async def keeps_more_for_nobody(child: Child) -> None:
    await shares(child, LONGER, "nobody")


async def tells_the_officer_alone(child: Child) -> None:
    await shares(child, SECRET, "officer")


async def tells_the_officer_alone_more(child: Child) -> None:
    await shares(child, LONGER, "officer")


async def tells_the_social_worker_too(child: Child) -> None:
    await shares(child, SECRET, "social_worker")


async def shares(child: Child, words: str, sharing: str) -> None:
    await child.tap(QUESTION, ".next", words)
    await to_the_check_page(child)
    await child.share(QUESTION, sharing)


async def says_they_are_not_safe_and_not_to_tell_sam(child: Child) -> None:
    await child.tap(QUESTION, ".skip")
    assert child.question == "safe_now"
    await child.tap("safe_now", "no")
    await child.tap(".alarm", "officer")
    await child.tap(".alarm", ".on")
    await to_the_check_page(child)
    await child.share("safe_now", "nobody")


async def to_the_check_page(child: Child) -> None:
    """However they get there: everything after it is skipped in every copy."""
    await child.say({})


WITHHELD = (
    skips_it,
    keeps_it_for_nobody,
    keeps_more_for_nobody,
    would_rather_not,
    is_asked_later,
    never_gets_there,
    takes_it_back_before_sending,
)
FOR_THE_OFFICER = (tells_the_officer_alone, tells_the_officer_alone_more)


class Seen(dict[str, bytes]):
    """What an officer gets: their list, the review's page, every copy in every format."""

    def only(self, *beginnings: str) -> Mapping[str, bytes]:
        """Those whose name begins so."""
        return {name: body for name, body in self.items() if name.startswith(beginnings)}


async def begun(site: Site) -> str:
    """A child at the question, at a moment that never passes. Their cookie."""
    site.hands.stand_at(datetime.now(UTC).replace(microsecond=0))
    with site.running() as run:
        async with Child(run.chat) as amal:
            await amal.come_in(site.codes["AT-1"])
            await amal.say({"home_settled": Says(SHARED, "good"), "me": Says(PRIVATE)}, until=QUESTION)
            cookie = amal.cookie()
        assert run.stop(SIGINT) == 0
    return cookie


async def seen_after(site: Site, cookie: str, does: Does, formats: tuple[str, ...]) -> Seen:
    """In this copy the child does this, shares and sends; and the officer looks at everything there is."""
    with site.running() as run:
        async with Child(run.chat) as amal:
            amal.client.cookie_jar.update_cookies({"visit": cookie})
            await amal.look()
            assert amal.question == QUESTION
            await does(amal)
            await to_the_check_page(amal)
            await amal.share("home_settled", "everyone")
            assert SHARED in amal.read
            await amal.send()
            assert "It's sent." in amal.read
        async with Officer(run.portal) as sam:
            await sam.sign_in("sam", site.phrases["sam"])
            seen = Seen({"list before": plain(await sam.get("/reviews"))})
            seen["page"] = plain(await sam.get("/reviews/AT-1"))
            seen["list"] = plain(await sam.get("/reviews"))
            seen["alerts"] = plain(await sam.get("/alerts"))
            for kind in ("meeting", "file", "officer"):
                for format in FORMATS if kind == "meeting" else formats:
                    came = await sam.copy("AT-1", kind, format, "No signal there.")
                    assert came.status == 200
                    seen[f"{kind} {format}"] = came.body
    return seen


def plain(page: Answer) -> bytes:
    """A page without its forms' marks, which are different every time."""
    return re.sub(rb'name="csrf" value="[^"]*"', b"", page.body)


async def all_of(site: Site, formats: tuple[str, ...], *does: Does) -> dict[str, Seen]:
    cookie = await begun(site)
    return {
        each.__name__: await seen_after(site.copied(site.folder.with_name(each.__name__)), cookie, each, formats)
        for each in does
    }


def the_same(seen: Mapping[str, Seen], *beginnings: str) -> None:
    """The same bytes in every copy of the site."""
    (first, kept), *others = seen.items()
    for name, other in others:
        for what, body in other.only(*beginnings).items():
            assert body == kept[what], f"{what}: {name} differs from {first}"


async def test_what_is_for_nobody_or_the_officer_alone_leaves_no_trace_for_others(site: Site) -> None:
    seen = await all_of(site, ("json", "txt"), keeps_more_for_nobody, tells_the_officer_alone)

    the_same(seen, "meeting", "file", "list")
    assert SECRET.encode() in seen["tells_the_officer_alone"]["officer txt"]
    assert LONGER.encode() not in seen["keeps_more_for_nobody"]["officer txt"]
    assert SHARED.encode() in seen["keeps_more_for_nobody"]["meeting txt"]
    assert PRIVATE.encode() not in seen["keeps_more_for_nobody"]["meeting txt"]


async def test_an_alert_that_the_officer_must_not_be_told_of_leaves_no_trace_for_them(site: Site) -> None:
    cookie = await begun(site)
    silent, alarmed = (site.copied(site.folder.with_name(name)) for name in ("silent", "alarmed"))
    before = await seen_after(silent, cookie, skips_it, ("json", "txt"))
    after = await seen_after(alarmed, cookie, says_they_are_not_safe_and_not_to_tell_sam, ("json", "txt"))

    async with alarmed.ground() as standing:
        assert [each.kept_from for each in await standing.store.alerts.of_everybody()] == [("officer",)]
    for what in before.keys() - {"meeting pdf"}:
        # a sending's id, and the hash of a copy that names it, are of chance in both
        assert HEX.sub(b"", after[what]) == HEX.sub(b"", before[what]), what
    assert SHARED.encode() in after["officer txt"]


@pytest.mark.attack
async def test_nor_does_any_other_way_of_not_answering(site: Site) -> None:
    seen = await all_of(site, FORMATS, *WITHHELD, *FOR_THE_OFFICER, tells_the_social_worker_too)

    the_same(seen, "meeting", "list")
    the_same({each.__name__: seen[each.__name__] for each in (*WITHHELD, *FOR_THE_OFFICER)}, "file")
    the_same({each.__name__: seen[each.__name__] for each in WITHHELD}, "page", "officer")
    assert SECRET.encode() in seen["tells_the_social_worker_too"]["file txt"]
