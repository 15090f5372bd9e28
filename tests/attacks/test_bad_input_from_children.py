"""Bad input at the children's door of the running product: each gets a kind sentence, nothing that was kept is lost,
the next good input works, and the log holds no word of it."""

from __future__ import annotations

import html
import re
import secrets
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.pages import LARGEST_BODY, MOST_FIELDS
from consultations.invitation import ALPHABET, new_code, new_link, read_code
from tests.attacks.door import BAD, Door, from_elsewhere, kindly
from tests.attacks.people import FORM, Child
from tests.bot.portal.cast import Answer

UNKNOWN = "That code didn't work. Check it, or ask the person who gave it to you."
TOO_LONG = "That's too long to keep all at once. Your other answers are safe. Try a shorter piece."
NOT_CLEAR = "Something went wrong with this page. What you said before is safe."
CODE_FIELD = "Your code"


@pytest_asyncio.fixture
async def stranger(door: Door) -> AsyncIterator[Child]:
    async with Child(door.run.chat) as child:
        await child.get("/")
        yield child


# Codes


def _swapped(code: str) -> str:
    """One symbol of the code mistaken for another."""
    other = ALPHABET[(ALPHABET.index(code[0]) + 1) % len(ALPHABET)]
    return other + code[1:]


async def _tried(stranger: Child, **fields: str) -> Answer:
    form = {"code": "", "link": "", "event": stranger.page.field("event"), **fields}
    return await stranger.post("/start", form, from_elsewhere(stranger.url))


async def test_unknown_wrong_reissued_and_expired_codes_read_the_same(door: Door, stranger: Child) -> None:
    unknown, right = new_code(secrets.token_bytes), read_code(door.site.codes["AT-2"])
    assert right is not None
    while (wrong := new_code(secrets.token_bytes)).selector != right.selector:
        wrong = type(right)(right.selector + wrong.symbols[4:])
        if wrong != right:
            break
    pages = {}
    for name, code in {"unknown": unknown.shown, "wrong": wrong.shown, "used": door.used, "held": door.held}.items():
        page = await _tried(stranger, code=code)
        kindly(page, UNKNOWN, CODE_FIELD)
        assert code in page.text, "it can be looked at once more"
        pages[name] = re.sub(r'name="event" value="[^"]*"', "", page.text).replace(code, "")
        await stranger.get("/")

    assert len(set(pages.values())) == 1


async def test_an_unknown_and_a_used_link_read_the_same(door: Door, stranger: Child) -> None:
    async with Child(door.run.chat) as billie:
        await billie.get("/")
        page = await billie.post(
            "/start", {"link": door.site.links["AT-4"], "event": billie.page.field("event")}, from_elsewhere(billie.url)
        )
        assert "Hello, Finn" in html.unescape(page.text)
    used = await _tried(stranger, link=door.site.links["AT-4"])
    kindly(used, "A link opens this once. To come back, type the code that came with it.")
    await stranger.get("/")
    unknown = await _tried(stranger, link=new_link(secrets.token_bytes).text)

    strip = re.compile(r'name="event" value="[^"]*"')
    assert strip.sub("", used.text) == strip.sub("", unknown.text)
    assert door.site.links["AT-4"] not in used.text


EMPTY, SLIP = "There's no code in the box yet.", "A letter or number isn't right yet. Look at the code again."
MISTYPED = {
    "nothing": ("", EMPTY),
    "spaces": ("   ", EMPTY),
    "one symbol": (None, SLIP),
    "words": (BAD * 3, ""),
    "nul": ("\0" * 13, ""),
    "lone surrogate": ("\ud800" * 13, ""),
    "turned round": ("\u202e4MK7-W2Q9-TZX0-2\u202c", ""),
    "markup": ('"><script>alert(1)</script>', ""),
    "template": ("{{ 7*7 }}${7*7}", ""),
    "sql": ("' OR 1=1 --", ""),
    "emoji": ("🦊" * 300, ""),
    "digits of another script": ("٤٤٤٤٤٤٤٤٤٤٤٤٤", ""),
}


@pytest.mark.parametrize("what", MISTYPED)
async def test_whatever_is_typed_for_a_code_gets_a_sentence(door: Door, stranger: Child, what: str) -> None:
    typed, says = MISTYPED[what]
    page = await _tried(stranger, code=_swapped(door.site.codes["AT-2"]) if typed is None else typed)

    read = kindly(page, CODE_FIELD, says)
    assert 'class="slip"' in page.text
    assert "<script>alert" not in page.text
    assert "49" not in read
    assert stranger.cookie() == ""


async def test_a_code_of_a_megabyte_gets_a_sentence(door: Door, stranger: Child) -> None:
    page = await _tried(stranger, code=BAD * 70_000)

    kindly(page, status=413)


# Forms


def _fields(door: Door, **more: str) -> dict[str, str]:
    return {**door.amal.form(BAD), **more}


async def _posted(door: Door, body: bytes, content_type: str = FORM) -> Answer:
    return await door.amal.post("/say", body, {"Content-Type": content_type, "Origin": door.amal.url})


NO_FORMS = {
    "json": (b'{"words": "%s"}' % BAD.encode(), "application/json", 415),
    "broken json": (b'{"words": "%s' % BAD.encode(), "application/json", 415),
    "json that says it is a form": (b'{"words": "%s"}' % BAD.encode(), FORM, 200),
    "multipart": (
        b'--x\r\nContent-Disposition: form-data; name="words"; filename="a"\r\n\r\n%s\r\n--x--' % BAD.encode(),
        "multipart/form-data; boundary=x",
        415,
    ),
    "plain text": (BAD.encode(), "text/plain", 415),
    "a kind nobody knows": (BAD.encode(), "\U0001f98a".encode().decode("latin-1"), 415),
    "xml": (b'<!DOCTYPE x [<!ENTITY e SYSTEM "e.txt">]><x>&e;</x>', "application/xml", 415),
    "nothing": (b"", FORM, 200),
    "only signs": (b"&&&===&&&;;;", FORM, 200),
    "broken percents": (b"words=%%%zz%1&place=%&token=%ff%fe", FORM, 200),
    "no utf-8": (b"words=\xff\xfe\x80&token=\xc3\x28", FORM, 200),
    "too many fields": (b"&".join(b"f%d=1" % n for n in range(MOST_FIELDS + 1)), FORM, 415),
    "one field a hundred times": (b"&".join([b"words=" + BAD.encode()] * 100), FORM, 200),
    "two megabytes": (b"words=" + BAD.encode() * 140_000, FORM, 413),
    "a name of a megabyte": (b"x" * (LARGEST_BODY + 1), FORM, 413),
}


@pytest.mark.parametrize("what", NO_FORMS)
async def test_what_is_no_form_of_ours_gets_a_sentence(door: Door, what: str) -> None:
    body, content_type, status = NO_FORMS[what]
    await door.amal.look()
    page = await _posted(door, body, content_type)

    kindly(page, *{413: (TOO_LONG,), 415: (NOT_CLEAR,)}.get(status, ()), status=status)
    await door.amal.look()


async def test_a_megabyte_of_text_is_handed_back_to_be_made_shorter(door: Door) -> None:
    await door.amal.look()
    words = f"{BAD} " * 65_000
    page = await door.amal.post("/say", _fields(door, words=words, button=_button(door, ".next")))
    assert len(words) > 1_000_000 * 0.9

    kindly(page, TOO_LONG, status=413)
    assert html.unescape(page.text).count(BAD) > 60_000
    await door.amal.look()
    assert BAD not in door.amal.read


def _button(door: Door, choice: str, place: str = "people_see") -> str:
    return f"{door.amal.consultation}:{place}:{choice}"


STRANGE_WORDS = {
    "nul": "\0",
    "nuls inside": f"a\0{BAD}\0b",
    "lone surrogates": "\ud800 \udfff \udc80",
    "direction override": f"\u202e{BAD}\u202c\u2066\u2069",
    "4096 emoji": "🦊" * 4096,
    "joined emoji": "👩‍👩‍👧‍👦" * 500,
    "combining": "e" + "\u0301" * 3000,
    "every control": "".join(map(chr, range(32))),
    "line ends": "a\r\nb\rc\u2028d\u2029e",
    "private and unassigned": "\ue000\U000e0001\U0010ffff",
    "markup": "<script>alert(1)</script></textarea><img src=x onerror=alert(1)>",
    "template": "{{ 7*7 }} {% raw %} ${7*7} #{7*7} %(x)s {0} {officer}",
    "formula": '=HYPERLINK("http://x.example","y")',
    "terminal": "\x1b[31mred\x1b]0;title\x07",
}


@pytest.mark.parametrize("what", STRANGE_WORDS)
async def test_strange_words_are_text_and_can_be_taken_out_again(door: Door, what: str) -> None:
    await door.amal.look()
    said = await door.amal.post("/say", _fields(door, words=STRANGE_WORDS[what]))

    read = kindly(said)
    assert "<script>alert(1)" not in said.text
    assert (
        "onerror=alert(1)>" not in html.unescape(said.text).replace(html.unescape("&lt;"), "") or "&lt;img" in said.text
    )
    assert not [sign for sign in said.text if sign < " " and sign not in "\n\t"]
    assert "\u202e" not in read
    assert "Sam Okafor" in read
    if what == "4096 emoji":
        assert said.text.count("🦊") >= 4096
    if what == "template":
        assert "{officer}" in read
        assert "{{ 7*7 }}" in read
    if door.amal.has("people_see", ".more"):
        await door.amal.tap("people_see", ".more")
        if door.amal.has("people_see", ".over"):
            await door.amal.tap("people_see", ".over")


STRANGE_BUTTONS = (
    "::",
    "x:y:z",
    "{id}:people_see:nosuchchoice",
    "{id}:nosuchquestion:.next",
    "{id}:.nosuchscreen:x",
    "{id}:.after:.final",
    "{id}:.take:.yes",
    "{id}:.after:.take",
    "{id}:.s.home_settled:the-world",
    "{id}:.s.home_settled:nobody:everyone",
    "{id}:.language:xx_XX",
    "{id}:.pin:.enter",
    "{id}:.change:../../etc/passwd",
    "{id}:home_settled:" + "x" * 4000,
    "someoneelses:home_settled:no",
    "{id}:=people_see:.next",
    "\0:\0:\0",
    BAD,
)


@pytest.mark.parametrize("button", STRANGE_BUTTONS)
@pytest.mark.parametrize("name", ["button", "choice"])
async def test_a_button_nobody_was_shown_changes_nothing(door: Door, name: str, button: str) -> None:
    await door.amal.look()
    fields = _fields(door, words="")
    fields[name] = button.replace("{id}", door.amal.consultation)
    page = await door.amal.post("/say", fields)

    kindly(page)
    await door.amal.look()
    assert door.amal.question == "people_see"


@pytest.mark.parametrize("place", ["", "nosuch", "was_this_ok", "=people_see", "../..", "x" * 5000, "\0", "🦊"])
async def test_words_for_a_place_there_is_not_are_kept_where_the_child_is_or_handed_back(
    door: Door, place: str
) -> None:
    await door.amal.look()
    page = await door.amal.post("/say", _fields(door, place=place))

    assert BAD in kindly(page)
    await door.amal.look()
    if door.amal.question == "people_see":
        await door.amal.tap("people_see", ".more")
        if door.amal.has("people_see", ".over"):
            await door.amal.tap("people_see", ".over")
    await door.amal.look()
