"""P1: nothing in the clear at rest. The whole product is used, at the chattiest log level, and killed in mid-sentence;
then every file it can have written, and everything it logged, is hunted through."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from consultations.invitation import read_code
from consultations.keeping.vault.one_time import in_letters
from tests.attacks import tables
from tests.attacks.people import Child, Officer, Says
from tests.attacks.site import CHILDREN, TODAY, Site, confirm, reviews_csv
from tests.bot.portal import phones
from tests.bot.running import AUTHORITY, PROGRAM, Running, environment
from tests.hunt import Found, hunt
from tests.mail import mail_server_aside
from tests.postgres import Postgres

WORDS = (
    "My zanzibarkettle sings on Sundays",
    "I miss my brother Quillonius, he’s “seven”",
    "مريم تحب القطط كثيرا",
    "🦊🦊🦊🦊🦊🦊 foxesallthewaydown",
    "nobodymayreadthisone",
    "thrownawaybeforesending",
    "takenoutbyareplacement",
    "onlyevertypedhalfway",
    "oneaddedthenextday",
    "handedbackbecausethedoorwaslocked",
    "thelastwordbeforethelightswentout",
    "saidjustbeforenotbeingsafe",
)
DONE = "talkedwiththeschooluntilthechildwassafe"
REASON = "becausethereisnosignalatthecottage"
PIN = "4815"


@dataclass
class Story:
    """What must be found nowhere once it was told."""

    words: list[str] = field(default_factory=lambda: [*WORDS, REASON, DONE, "safe_now"])
    secrets: list[str] = field(default_factory=list)

    def phrase(self, phrase: str) -> None:
        """A phrase, however its words were joined."""
        self.secrets += [between.join(phrase.replace("-", " ").split()) for between in (" ", "-", "", "+")]


async def tell(site: Site, run: Running) -> Story:
    """A child from the first screen to an addition, another in the middle, an officer from enrolling to every copy."""
    story = Story()
    async with Officer(run.portal) as ola:
        await enrols(site, ola, story)
    async with Child(run.chat) as amal:
        await goes_all_the_way(site, amal, story)
        async with Officer(run.portal) as sam:
            await opens_everything(site, sam, story)
            site.hands.later(hours=25)
            await asyncio.sleep(0.5)
            await amal.come_in(site.codes["AT-1"])
            story.secrets.append(amal.cookie().partition(".")[0])
            await amal.tap(".pin", ".enter", PIN)
            await amal.add(WORDS[8])
            await sam.sign_in("sam", site.phrases["sam"])
            await sam.get("/reviews/AT-1")
            assert WORDS[8] in sam.page.text
    async with Child(run.chat) as billie:
        await billie.come_in(site.codes["AT-2"])
        await billie.say({"people_see": Says(WORDS[7], "more")}, until="me")
        await too_much_and_too_odd(billie)
    async with Child(run.chat) as esi:
        await is_not_safe(site, run, esi)
    story.secrets += [name for name, _, _ in CHILDREN.values()] + [born for _, born, _ in CHILDREN.values()]
    story.secrets += [*site.codes.values(), *(code.replace("-", "") for code in site.codes.values())]
    story.secrets += [*site.links.values(), *site.sheets, *site.enrolment_codes.values(), *site.recovery_codes.values()]
    story.secrets += [f'"{PIN}"', f"'{PIN}'", f"words={PIN}"]
    for phrase in (*site.phrases.values(), *site.sheets):
        story.phrase(phrase)
    return story


async def enrols(site: Site, ola: Officer, story: Story) -> None:
    """Somebody new becomes a reader in their own browser."""
    async with site.ground() as standing:
        site.enrolment_codes["ola"] = await standing.staffing.add("ola", "Ola Brand", "officer", TODAY)
    await ola.get("/enrol")
    shown = await ola.post("/enrol", code=site.enrolment_codes["ola"])
    site.phrases["ola"], site.recovery_codes["ola"] = shown.secret("shown-phrase"), shown.secret("shown-recovery")
    waits = await ola.post("/enrol/confirm", prepared=shown.field("prepared"), phrase=site.phrases["ola"])
    assert waits.secret("key-number")
    async with site.ground() as standing:
        await confirm(standing, "ola")
    await ola.sign_in("ola", site.phrases["ola"])
    story.secrets += [*ola.cookies().values(), in_letters(phones.secret_of("ola")).replace(" ", "")]
    story.secrets.append(phones.secret_of("sam").reveal().decode())


async def goes_all_the_way(site: Site, amal: Child, story: Story) -> None:
    """Words of every kind, a PIN, a change of mind, two sendings, and the window closed."""
    await amal.come_in(site.codes["AT-1"])
    story.secrets += [amal.cookie().partition(".")[0], amal.page.field("token")]
    await amal.opening()
    await amal.tap("feelings_now", "good", WORDS[0])
    await amal.tap(".pin", ".yes")
    await amal.tap(".pin", ".enter", PIN)
    await amal.tap(".pin", ".enter", PIN)
    await amal.say(
        {
            "home_settled": Says(WORDS[1], "ok"),
            "people_see": Says(WORDS[2]),
            "me": Says(WORDS[3]),
            "school": Says(WORDS[5]),
            "most_want": Says(WORDS[6]),
            "plan": Says(WORDS[4]),
        }
    )
    await amal.share("me", "everyone")
    await amal.share("plan", "nobody")
    await amal.tap(".change", "school")
    await amal.tap("school", ".more")
    await amal.tap("school", ".over")
    await amal.tap("school", ".next")
    await amal.tap(".check", ".preview")
    await amal.tap(".preview", ".back")
    await amal.send()
    await amal.tap(".after", ".change")
    await amal.tap(".change", "most_want")
    await amal.tap("most_want", ".more")
    await amal.tap("most_want", ".over")
    await amal.tap("most_want", ".next", WORDS[0])
    await amal.send()
    assert "sent" in amal.read
    assert amal.has(".after", ".no_more")


async def is_not_safe(site: Site, run: Running, esi: Child) -> None:
    """By the choice and by the button, whom not to tell, a mistake; and the officer opens it and says what was done."""
    await esi.come_in(site.codes["AT-3"])
    await esi.say({"worries": Says(WORDS[11])}, until="safe_now")
    await esi.tap("safe_now", "no")
    for choice in ("carer", "officer", "-officer", ".mistake"):
        await esi.tap(".alarm", choice)
    await esi.tap(".go", ".help")
    await esi.tap(".go", ".tell")
    found = await tables.ask(site, "SELECT id, sending_id FROM alert ORDER BY number")
    assert [each["sending_id"] is not None for each in found] == [True, False]
    site.hands.forward(minutes=3)  # the officer is told once the child had time to say whom not to tell
    async with Officer(run.portal) as sam:
        await sam.sign_in("sam", site.phrases["sam"])
        path = f"/alerts/{found[0]['id']}"
        await sam.get(path)
        assert (await sam.post(f"{path}/hold", instead_of="")).status == 303
        said = await sam.get(f"{path}/said")
        assert "feel safe" in sam.read, said.status
        await sam.get(path)
        assert (await sam.post(f"{path}/close", done=DONE)).status == 303


async def opens_everything(site: Site, sam: Officer, story: Story) -> None:
    """A wrong try, the summary, and every copy as every kind of file."""
    await sam.get("/sign-in")
    await sam.post("/sign-in", username="sam", phrase=site.phrases["jo"])
    await sam.sign_in("sam", site.phrases["sam"])
    await sam.get("/reviews/AT-1")
    assert WORDS[0] in sam.page.text
    for kind in ("meeting", "file", "officer"):
        for format in ("pdf", "html", "json", "txt", "page"):
            came = await sam.copy("AT-1", kind, format, REASON)
            assert came.status == 200
    story.secrets += sam.cookies().values()


async def too_much_and_too_odd(billie: Child) -> None:
    """What makes software complain, and complaints quote what they complain of."""
    words = WORDS[9]
    odd = billie.form(words + "\0\ud800" * 3, ("button", "me", ".next"))
    await billie.post("/say", odd)
    await billie.look()
    await billie.post("/say", {**odd, "words": words * 40_000})
    await billie.post("/say", words.encode(), {"Content-Type": "application/json", "Origin": billie.url})
    await billie.post("/say", f"words={words}%ED%A0%80&event=%ff&token={words}".encode())
    await billie.post(f"/say?{words}", odd, {"Origin": f"http://{words}.example"})
    await billie.get(f"/{words}?{words}", Cookie=f"visit={words}", Referer=f"http://{words}.example")
    await billie.look()


async def cut_off(run: Running, site: Site) -> None:
    """A child presses Next, and at that moment the process is killed."""
    async with Child(run.chat) as finn:
        await finn.come_in(site.codes["AT-4"])
        await finn.say({}, until="me")
        pressed = asyncio.create_task(finn.tap("me", ".next", WORDS[10]))
        await asyncio.sleep(0.003)
        run.process.kill()
        with suppress(aiohttp.ClientError):
            await pressed
    run.ended()


def found_anywhere(site: Site, run: Running, story: Story, *more: Path) -> list[Found]:
    """Every place the product can have written to, but the import file and what commands print on purpose."""
    places: list[Path | str] = [
        site.data,
        site.keys,
        Path(site.told["TMPDIR"]),
        *more,
        "".join(run.log),
        "".join(run.out),
    ]
    return hunt([*story.words, *story.secrets], *places)


async def test_what_was_said_named_or_shown_once_is_in_no_file_and_no_log_after_kill_9(site: Site) -> None:
    with site.running() as run:
        story = await tell(site, run)
        await cut_off(run, site)

    assert found_anywhere(site, run, story) == []


@pytest.fixture(params=["sqlite", "postgresql"])
def commanded(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Site, tuple[Path, ...]]]:
    """A site that was made by the commands alone, and where its database writes beside the data directory."""
    for name in ("tmp", "home"):
        (tmp_path / name).mkdir()
    (tmp_path / "authority.toml").write_text(AUTHORITY)
    with mail_server_aside() as mail:
        told = environment(
            tmp_path,
            FOREWORD_AUTHORITY=str(tmp_path / "authority.toml"),
            FOREWORD_SMTP_URL=mail.url,
            TMPDIR=str(tmp_path / "tmp"),
            HOME=str(tmp_path / "home"),
        )
        if request.param == "sqlite":
            yield Site(tmp_path, told), (tmp_path / "home",)
            return
        server: Postgres = request.getfixturevalue("postgres")
        url = server.create("commanded")
        yield Site(tmp_path, told | {"FOREWORD_DATABASE_URL": url}), (server.folder, tmp_path / "home")
        server.drop("commanded")


@pytest.mark.attack
async def test_nor_after_everything_was_done_by_commands(commanded: tuple[Site, tuple[Path, ...]]) -> None:
    site, elsewhere = commanded
    log: list[str] = []

    def does(*arguments: str, typed: str = "") -> str:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, *arguments], env=site.told, capture_output=True, text=True, input=typed
        )
        assert done.returncode == 0, done.stderr
        log.append(done.stderr)
        return done.stdout

    printed = does("init")
    async with site.ground() as standing:  # two people typed their sheets: see test_recovery
        await standing.for_commands.site.drilled(datetime.now(UTC))
    sheets = [" ".join(words) for words in _sheets(printed)]
    assert len(sheets) == 3
    site.sheets = tuple(sheets)
    site.enrolment_codes["sam"] = does("staff", "add", "sam", "--name", "Sam Okafor").strip()
    site.enrolment_codes["jo"] = does("staff", "add", "jo", "--name", "Jo Lindqvist").strip()
    with site.running() as run:
        async with Officer(run.portal) as visitor:
            for username in ("sam", "jo"):
                await visitor.get("/enrol")
                shown = await visitor.post("/enrol", code=site.enrolment_codes[username])
                site.phrases[username] = shown.secret("shown-phrase")
                site.recovery_codes[username] = shown.secret("shown-recovery")
                phrase = site.phrases[username]
                await visitor.post("/enrol/confirm", prepared=shown.field("prepared"), phrase=phrase)
                async with site.ground() as standing:
                    await confirm(standing, username)
        (site.folder / "reviews.csv").write_bytes(reviews_csv())
        does("reviews", "import", str(site.folder / "reviews.csv"))
        for reference in CHILDREN:
            letter = does("invite", reference)
            site.codes[reference] = next(line for line in letter.splitlines() if read_code(line))
            site.links[reference] = next(line.partition("#")[2] for line in letter.splitlines() if "/#" in line)
        story = await tell(site, run)
        does("reviews", "list", "--all")
        does("doctor")
        summary = ("summary", "AT-1", "--portal", run.portal, "--username", "sam", "--copy", "meeting")
        code = await anext(phones.codes(run.portal, "sam"))
        assert WORDS[3] in does(*summary, typed=f"{site.phrases['sam']}\n{code}\n")
        await cut_off(run, site)

    assert found_anywhere(site, run, story, *elsewhere) == []
    assert hunt([*story.words, *story.secrets], "".join(log)) == []
    assert not list(Path(site.told["TMPDIR"]).iterdir())
    assert _written_since(site, (site.data, site.keys)) == {"authority.toml", "reviews.csv", "time"}


def _sheets(printed: str) -> Iterator[list[str]]:
    """The words of every sheet, in their order."""
    for page in printed.split("\f"):
        numbered: dict[int, str] = {}
        for line in page.splitlines():
            parts = line.split()
            if len(parts) >= 2 and all(number.isdigit() for number in parts[::2]) and len(parts) % 2 == 0:
                numbered |= dict(zip(map(int, parts[::2]), parts[1::2], strict=True))
        if len(numbered) == 33:
            yield [numbered[place] for place in sorted(numbered)]


def _written_since(site: Site, known: tuple[Path, ...]) -> set[str]:
    """Files in the site's folder that are not where they belong."""
    found = set[str]()
    for folder, _, names in os.walk(site.folder):
        place = Path(folder)
        if not any(place == each or each in place.parents for each in known):
            found |= set(names)
    return found
