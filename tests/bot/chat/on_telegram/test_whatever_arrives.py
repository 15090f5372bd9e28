"""Whatever Telegram brings, wherever the chat stands: there is a row for it, and it says what is answered.

"-" is no answer at all. Otherwise a few words of it.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot.chat.on_telegram import ingress
from bot.chat.on_terminal import CAST
from tests.bot.chat.on_telegram.phone import CONTENT, Phone, Place
from tests.bot.chat.on_telegram.test_door import kept, to_web
from tests.telegram_stand_in import SECRET, Fails

POLL = {"allows_revoting": False, "members_only": False}
"""What newer Telegrams say of a poll as well."""

STATES = "nobody in elsewhere"
HELLO, GONE = "To start, tap your link", "at another place"
TABLE = {
    # kind: what is answered where nobody is in, where a child is, and where they went on elsewhere
    "words": (HELLO, "That's kept.", GONE),
    "/start": (HELLO, "Is where you live", GONE),
    "/help": ("999", "999", "999"),
    "/nonsense": (HELLO, "That's kept.", GONE),
    "a sticker": (HELLO, "sticker", GONE),
    "a photo": (HELLO, "photos", GONE),
    "a voice message": (HELLO, "sound", GONE),
    "music": (HELLO, "sound", GONE),
    "a video": (HELLO, "videos", GONE),
    "a round video": (HELLO, "videos", GONE),
    "a file": (HELLO, "files", GONE),
    "a contact": (HELLO, "anyone's number", GONE),
    "a place": (HELLO, "where you are", GONE),
    "a poll": (HELLO, "polls", GONE),
    "dice": (HELLO, "can't keep that", GONE),
    "something new": (HELLO, "can't keep that", GONE),
    "words beside something new": (HELLO, "That's kept.", GONE),
    "a command beside something new": ("999", "999", "999"),
    "entities nobody knows beside something new": (HELLO, "That's kept.", GONE),
    "a forward": (HELLO, "can't keep that", GONE),
    "a forward beside something new": (HELLO, "can't keep that", GONE),
    "a button": ("999", "999", "999"),
    "another chat's button": (HELLO, "belongs to other questions", GONE),
    "a button of nobody": (HELLO, "Is where you live", GONE),
    "words of long ago": (HELLO, "That's kept.", GONE),
    "half a sign": (HELLO, "That's kept.", GONE),
    "a sign nobody sees": (HELLO, "That's kept.", GONE),
    "1,000 faces": (HELLO, "That's kept.", GONE),
    "nothing but space": (HELLO, "Is where you live", GONE),
    "a button of a message that is gone": ("999", "999", "999"),
    "a button of no message": ("-", "-", "-"),
    "an edit of nothing": ("-", "too late", "-"),
    "an edited place": ("-", "-", "-"),
    "a pinned message": ("-", "-", "-"),
    "a group": ("-", "-", "-"),
    "a channel": ("-", "-", "-"),
    "another bot": ("-", "-", "-"),
    "a reaction": ("-", "-", "-"),
    "a poll's result": ("-", "-", "-"),
    "a question to the bot from elsewhere": ("-", "-", "-"),
    "an update of tomorrow": ("-", "-", "-"),
}


def content(kind: str, phone: Phone) -> dict[str, Any]:
    """The update, without its number."""
    person, chat = phone.person.chat.person, phone.person.chat.as_json
    head = {"message_id": 9_000, "date": 1_796_000_000, "chat": chat, "from": person}
    command = {"type": "bot_command", "offset": 0, "length": 5}
    typed = {"entities": [{**command, "length": len(kind)}]} if kind.startswith("/") else {}
    new = {"poll": {"shape": "a dog"}}
    file = {"file_id": "1", "file_unique_id": "1"}
    question = {"id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False}
    poll = {**question, "is_anonymous": True, "type": "regular", "allows_multiple_answers": False} | POLL
    group = {"id": -1001, "type": "supergroup", "title": "Group"}
    consultation = next(
        (each["callback_data"].partition(":")[0] for shown in phone.person.shown for each in shown.buttons), "k3v9x2mq"
    )
    query = {"id": "q1", "from": person, "chat_instance": "1", "message": {**head, "from": phone.person.telegram.bot}}
    inside: dict[str, dict[str, Any]] = {
        "words": {"text": "The dog."},
        "/start": {"text": "/start", **typed},
        "/help": {"text": "/help", **typed},
        "/nonsense": {"text": "/nonsense", **typed},
        "a sticker": CONTENT["sticker"],
        "a photo": CONTENT["photo"],
        "a voice message": CONTENT["voice"],
        "music": {"audio": {**file, "duration": 3}},
        "a video": CONTENT["video"],
        "a round video": {"video_note": {**file, "length": 3, "duration": 3}},
        "a file": CONTENT["file"],
        "a contact": CONTENT["contact"],
        "a place": {"venue": {"location": {"longitude": 1.0, "latitude": 2.0}, "title": "Here", "address": "There"}},
        "a poll": {"poll": poll},
        "dice": {"dice": {"emoji": "🎲", "value": 3}},
        "something new": {"hologram": {"shape": "a dog"}},
        "words beside something new": {"text": "The dog.", **new},
        "a command beside something new": {"text": "/help", "entities": [command], **new},
        "entities nobody knows beside something new": {"text": "The dog.", "entities": [3, {"type": []}, {}], **new},
        "a forward": {"text": "Look.", "forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "Jo"}},
        "a forward beside something new": {"text": "Look.", "forward_origin": {"type": "telepathy"}, **new},
        "words of long ago": {"text": "The dog.", "date": 1_400_000_000},
        "half a sign": {"text": "The dog. \ud83d"},
        "a sign nobody sees": {"text": "The\x00 dog."},
        "1,000 faces": {"text": "🙂" * 1_000},
        "nothing but space": {"text": " \u00a0 "},
        "a pinned message": {"pinned_message": {**head, "text": "The dog."}},
        "a group": {"text": "The dog.", "chat": group},
        "another bot": {"text": "The dog.", "from": {**person, "is_bot": True}},
    }
    match kind:
        case "a button":
            return {"callback_query": {**query, "data": f"{consultation}:.go:.help"}}
        case "another chat's button":
            return {"callback_query": {**query, "data": "aaaabbbbccccd:home_settled:yes"}}
        case "a button of nobody":
            return {"callback_query": {**query, "data": "chocolate"}}
        case "a button of a message that is gone":
            gone = {"chat": chat, "message_id": 3, "date": 0}
            return {"callback_query": {**query, "data": f"{consultation}:.go:.help", "message": gone}}
        case "a button of no message":
            nowhere = {name: part for name, part in query.items() if name != "message"}
            return {"callback_query": {**nowhere, "inline_message_id": "1", "data": f"{consultation}:.go:.help"}}
        case "an edited place":
            place = {"location": {"longitude": 1.0, "latitude": 2.0}, "edit_date": 1_796_000_001}
            return {"edited_message": {**head, **place}}
        case "a reaction":
            reaction = {"message_id": 3, "date": 1_796_000_000, "old_reaction": [], "new_reaction": []}
            return {"message_reaction": {**reaction, "chat": chat, "user": person}}
        case "a poll's result":
            return {"poll": poll}
        case "a question to the bot from elsewhere":
            return {"inline_query": {"id": "1", "from": person, "query": "The dog.", "offset": ""}}
        case "an edit of nothing":
            return {"edited_message": {**head, "text": "The cat.", "edit_date": 1_796_000_001}}
        case "a channel":
            return {"channel_post": {**head, "text": "The dog.", "chat": {**group, "type": "channel"}}}
        case "an update of tomorrow":
            return {"thought": {"of": "a dog"}}
    return {"message": {**head, **inside[kind]}}


@pytest.mark.parametrize("number", range(3), ids=STATES.split())
@pytest.mark.parametrize("kind", TABLE)
async def test_there_is_a_row_for_it(place: Place, kind: str, number: int) -> None:
    phone = await place.child()
    phone.person.chat.started = True
    if number:
        await phone.starts()
    if number == 2:
        await to_web(phone)
    place.api.allowed = []  # also what was not asked for
    update, shown, answers = content(kind, phone), len(phone.person.shown), TABLE[kind][number]
    if "callback_query" in update:
        place.api.answered["q1"] = False
    before = (await kept(phone)).answers if number == 1 else ()
    place.api.update(**update)
    await place.quiet()
    new = [each.text for each in phone.person.shown[shown:]]

    assert len(new) == (answers != "-")
    assert all(answers in text for text in new)
    assert all(place.api.answered.values())
    if number == 1 and answers != "That's kept.":
        assert (await kept(phone)).answers == before


async def test_a_reply_with_something_new_beside_it_belongs_to_the_question_it_replies_to(amal: Phone) -> None:
    asked = amal.person.last
    await amal.taps("home_settled:.next")
    here = (await kept(amal)).place
    amal.person.says("The wifi.", reply_to=asked, poll={"shape": "a dog"})
    await amal.place.quiet()

    answer = (await kept(amal)).answer("home_settled")
    assert answer is not None
    assert answer.words == "The wifi."
    assert (await kept(amal)).place == here


@pytest.mark.parametrize(
    "where",
    [
        pytest.param((), id="at a question"),
        pytest.param(("home_settled:.more",), id="under More"),
        pytest.param((".go:.help",), id="at Help now"),
        pytest.param(("/stop",), id="paused"),
        pytest.param(("home_settled:.more", ".go:.pin"), id="at a PIN"),
        pytest.param(("/check",), id="at the check page"),
        pytest.param(("home_settled:ok", "/check", ".send:"), id="after sending"),
        pytest.param(("held",), id="after the review"),
    ],
)
async def test_wherever_a_child_is_it_is_answered_and_nothing_breaks(amal: Phone, where: tuple[str, ...]) -> None:
    place = amal.place
    for step in where:
        if step == "held":
            await place.site.inviting.held(CAST.reference, place.site.now.date(), place.site.now)
        else:
            await (amal.says(step) if step.startswith("/") else amal.taps(step))
    place.api.allowed = []
    with capture_logs() as logged:
        for kind, (_, inside, _) in TABLE.items():
            update, calls = content(kind, amal), len(place.api.made("sendMessage"))
            place.api.answered["q1"] = "callback_query" not in update
            place.api.update(**update)
            await place.quiet()

            assert (len(place.api.made("sendMessage")) > calls) == (inside != "-"), kind
            assert all(place.api.answered.values()), kind

    assert {each["event"] for each in logged} <= {"telegram_callback_too_old"}


@pytest.mark.parametrize(
    "result",
    [
        pytest.param("[3, null, [], {}]", id="no updates"),
        pytest.param('[{"update_id": "7"}, {"update_id": 1}]', id="updates without anything"),
        pytest.param('[{"update_id": 2, "message": 3}, {"update_id": 3, "message": {"text": "x"}}]', id="no messages"),
        pytest.param('{"update_id": 4}', id="no list"),
        pytest.param("[" * 100_000, id="deep"),
        pytest.param('[{"update_id": 5, "message": ' + '{"a": ' * 400 + "1" + "}" * 401 + "]", id="nested"),
        pytest.param('["' + "x" * 20_000_000 + '"]', id="huge"),
    ],
)
async def test_what_polling_brings_that_makes_no_sense_is_passed_over(amal: Phone, result: str) -> None:
    body = f'{{"ok": true, "result": {result}}}'
    amal.place.api.fails("getUpdates", Fails(status=200, body=body), Fails(status=200, body=body))
    await amal.says("The dog.")

    assert [answer.pieces for answer in (await kept(amal)).answers] == [("The dog.",)]


@dataclass
class Caller:
    """Somebody who posts to the webhook."""

    place: Place
    session: aiohttp.ClientSession

    async def posts(self, raw: bytes, *secrets: str, kind: str = "application/json") -> tuple[int, bytes]:
        headers: list[tuple[str, str]] = [("Content-Type", kind), *((ingress.HEADER, each) for each in secrets)]
        async with self.session.post(self.place.chat_url + ingress.PATH, data=BytesIO(raw), headers=headers) as answer:
            return answer.status, await answer.read()


@pytest.mark.parametrize("place", ["webhook"], indirect=True)
class TestTheWebhook:
    @pytest.mark.parametrize(
        ("body", "secrets", "status"),
        [
            pytest.param(b"{}", (), 401, id="no secret"),
            pytest.param(b"{}", (SECRET[:-1],), 401, id="a near miss"),
            pytest.param(b"{}", (SECRET + " x",), 401, id="more behind it"),
            pytest.param(b"{}", ("wrong", SECRET), 401, id="two of them, the wrong one first"),
            pytest.param(b"{}", (SECRET, SECRET), 401, id="the right one twice"),
            pytest.param(b"{}", (SECRET, "wrong"), 401, id="two of them, the right one first"),
            pytest.param(b"{}", (SECRET.upper(),), 401, id="in capitals"),
            pytest.param(b"{}", ("",), 401, id="an empty one"),
            pytest.param(b"{}", ("sécret",), 401, id="not ASCII"),
            pytest.param(b"x" * 2_000_000, (), 401, id="huge, and no secret"),
            pytest.param(b"x" * 2_000_000, (SECRET,), 413, id="huge"),
            pytest.param(b"", (SECRET,), 400, id="nothing"),
            pytest.param(b"{", (SECRET,), 400, id="half of it"),
            pytest.param(b"\xff\xfe\x00", (SECRET,), 400, id="no UTF-8"),
            pytest.param(b"[" * 200_000, (SECRET,), 400, id="deep"),
            pytest.param(b'{"update_id": 7, "message": ' + b'{"a":' * 90_000, (SECRET,), 400, id="deep within"),
            pytest.param(b'{"update_id": 7, "message": ' * 400 + b"1" + b"}" * 400, (SECRET,), 400, id="nested"),
            pytest.param(b"[]", (SECRET,), 400, id="a list"),
            pytest.param(b"{}", (SECRET,), 400, id="no number"),
            pytest.param(b'{"update_id": "7"}', (SECRET,), 400, id="a number in words"),
            pytest.param(b'{"update_id": true}', (SECRET,), 400, id="a number that is none"),
            pytest.param(b'{"update_id": 7e3}', (SECRET,), 400, id="a number with a point"),
            pytest.param(b'{"update_id": 7, "message": 3}', (SECRET,), 400, id="a message that is none"),
            pytest.param(b'{"update_id": 7}', (SECRET,), 200, id="an update that holds nothing"),
        ],
    )
    async def test_what_telegram_would_not_post_gets_an_empty_refusal(
        self, place: Place, body: bytes, secrets: tuple[str, ...], status: int
    ) -> None:
        async with aiohttp.ClientSession() as session:
            assert await Caller(place, session).posts(body, *secrets) == (status, b"")

    async def test_what_does_not_say_how_long_it_is_is_read_no_further_than_it_may_be(self, place: Place) -> None:
        async def endless() -> AsyncIterator[bytes]:
            for _ in range(64):
                yield b" " * 65_536

        async with aiohttp.ClientSession() as session:
            headers = {"Content-Type": "application/json", ingress.HEADER: SECRET}
            url = place.chat_url + ingress.PATH
            async with session.post(url, data=endless(), headers=headers) as answer:
                assert answer.status == 413

    async def test_another_kind_of_body_is_refused(self, place: Place) -> None:
        async with aiohttp.ClientSession() as session:
            assert (await Caller(place, session).posts(b"{}", SECRET, kind="text/plain"))[0] == 415

    async def test_it_is_asked_for_at_an_address_without_the_token_and_for_no_more_than_is_heard(
        self, place: Place
    ) -> None:
        (asked,) = place.api.made("setWebhook")

        assert asked["url"] == place.chat_url + "/telegram"
        assert json.loads(asked["allowed_updates"]) == [
            "message",
            "edited_message",
            "callback_query",
            "my_chat_member",
        ]
        assert asked["secret_token"] == SECRET
