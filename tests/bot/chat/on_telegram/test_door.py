"""On Telegram a child answers as anywhere else; what only Telegram has, becomes something the conversation knows."""

from __future__ import annotations

import secrets

import pytest
from sqlalchemy import func, select
from sqlmodel import SQLModel

from bot.chat.on_telegram.reading import COMMANDS
from bot.chat.on_telegram.saying import COMMANDS as MENU
from consultations.addresses import WEB
from consultations.admitting import Admitted
from consultations.conversation.events import Asked, Looked, Tapped
from consultations.conversation.state import Conversation
from consultations.inviting import Inviting
from consultations.keeping.store import tables
from consultations.listening import Heard
from tests.bot.chat.on_telegram.phone import Phone, Place
from tests.consultations.chat import BOOK
from tests.consultations.conversation.cast import shown as read


async def kept(phone: Phone) -> Conversation:
    """What is kept of this child's consultation."""
    site = phone.place.site
    return site.opened(await site.thread(phone.address))


async def said(phone: Phone, question: str) -> str:
    answer = (await kept(phone)).answer(question)
    return answer.words if answer else ""


class TestWords:
    async def test_a_burst_of_messages_is_one_answer_until_next(self, amal: Phone) -> None:
        for words in ("I like it.", "The dog.", "And the garden."):
            amal.person.says(words)
        await amal.place.quiet()

        assert await said(amal, "home_settled") == "I like it.\nThe dog.\nAnd the garden."

    async def test_an_edited_message_changes_its_own_piece_and_no_other(self, amal: Phone) -> None:
        await amal.says("I like it.")
        dog = await amal.says("The dgo.")
        await amal.taps("home_settled:.next")
        await amal.edits(dog, "The dog.")

        assert await said(amal, "home_settled") == "I like it.\nThe dog."
        assert "Is where you live right for you?" in amal.person.last.text

    async def test_an_edit_of_what_is_not_on_show_any_more_says_so_and_changes_nothing(self, amal: Phone) -> None:
        dog = await amal.says("The dog.")
        await amal.taps("home_settled:.more")
        await amal.taps("home_settled:.over")
        await amal.edits(dog, "The cat.")

        assert await said(amal, "home_settled") == ""
        assert "too late" in amal.person.last.text

    async def test_a_reply_to_an_older_message_belongs_to_that_question(self, amal: Phone) -> None:
        asked = amal.person.last
        await amal.taps("home_settled:.next")
        here = (await kept(amal)).place
        await amal.says("The wifi.", reply_to=asked)

        assert await said(amal, "home_settled") == "The wifi."
        assert (await kept(amal)).place == here

    async def test_a_late_tap_changes_that_answer_and_comes_back(self, amal: Phone) -> None:
        asked = amal.person.last
        await amal.taps("home_settled:.next")
        here = (await kept(amal)).place
        data = next(each["callback_data"] for each in asked.buttons if ":home_settled:" in each["callback_data"])
        amal.person.taps(data, asked)
        await amal.place.quiet()

        answer = (await kept(amal)).answer("home_settled")
        assert answer is not None
        assert data.endswith(f":{answer.choice}")
        assert (await kept(amal)).place == here

    async def test_a_pin_that_was_typed_does_not_stay_in_the_chat(self, amal: Phone) -> None:
        await amal.taps("home_settled:.more")
        await amal.taps(".go:.pin")
        first, again = await amal.says("4821"), await amal.says("4821")

        assert {each["message"]["message_id"] for each in (first, again)} <= set(amal.person.chat.removed)
        assert (await kept(amal)).pin

    async def test_words_beside_a_picture_are_kept_and_the_picture_is_not(self, amal: Phone) -> None:
        picture = [{"file_id": "1", "file_unique_id": "1", "width": 1, "height": 1}]
        await amal.sends(photo=picture, caption="My dog.")

        assert await said(amal, "home_settled") == "My dog."
        assert "photos" in amal.person.last.text


class TestWhatIsShown:
    async def test_a_tapped_choice_stays_alone_with_a_tick(self, amal: Phone) -> None:
        asked = amal.person.last
        _, data = amal.person.button("Mostly")
        await amal.taps(data)

        assert [each["text"] for each in asked.buttons] == ["✓ Mostly"]

    async def test_a_command_leaves_the_buttons_where_they_are(self, amal: Phone) -> None:
        asked = amal.person.last
        before = list(asked.buttons)
        await amal.taps(".go:.help")

        assert asked.buttons == before
        assert "999" in amal.person.last.text

    async def test_a_picture_of_a_pin_is_not_shown_to_whoever_looks_later(self, place: Place) -> None:
        noor = await place.child("ages_4_7")
        await noor.says(f"/start {noor.invited.link.text}")
        for step in ("what", "safety", "how"):
            await noor.taps(f".opening:{step}")
        await noor.taps("feelings_now:.next")
        await noor.taps(".pin:.yes")
        asked = noor.person.last
        picture = next(each["callback_data"] for each in asked.buttons if not each["callback_data"].endswith(".back"))
        noor.person.taps(picture, asked)
        await place.quiet()

        assert asked.buttons == []

    async def test_everything_is_quiet_and_opens_no_preview_and_typing_is_shown(self, amal: Phone) -> None:
        assert all(each.silent and each.preview_off for each in amal.person.shown)
        assert amal.person.chat.typed > 0
        assert all(amal.place.api.answered.values())

    async def test_before_the_first_question_it_says_who_else_can_see_and_offers_the_private_page(
        self, place: Place
    ) -> None:
        kofi = await place.child()
        await kofi.says(f"/start {kofi.invited.link.text}")
        await kofi.taps(".opening:what")

        assert "Telegram can see what you type here." in kofi.person.last.text
        assert "Answer in private" in [each["text"] for each in kofi.person.last.buttons]

    async def test_the_menu_is_there_in_every_language(self, place: Place) -> None:
        english = place.api.commands[""]

        assert [each["command"] for each in english] == list(MENU)
        assert set(MENU) == set(COMMANDS)
        assert place.api.commands["en"] == english

    @pytest.mark.parametrize(
        ("command", "shown"), [("help", "999"), ("check", "Check what you said"), ("stop", "come back")]
    )
    async def test_a_command_of_the_menu_is_heard(self, amal: Phone, command: str, shown: str) -> None:
        await amal.says(f"/{command}")

        assert shown in "".join(each.text for each in amal.person.shown[-2:])

    async def test_a_page_is_turned_in_the_same_message(self, amal: Phone) -> None:
        await amal.says("The dog.")
        await amal.says("/check")
        shown = amal.person.last
        many = len(amal.person.shown)
        first = shown.text
        amal.person.taps("page:1", shown)
        await amal.place.quiet()

        assert len(amal.person.shown) == many
        assert "The dog." in first
        assert "The dog." not in shown.text
        assert "Send it to Sam" in [each["text"] for each in shown.buttons]


class TestComingIn:
    async def test_whoever_has_not_come_in_is_told_how_and_shown_nothing(self, place: Place) -> None:
        somebody = Phone(place, place.api.person("Jo"), None)  # type: ignore[arg-type]
        for text in ("/start", "/check"):
            await somebody.says(text)
            assert somebody.person.last.text == "Hello. To start, tap your link again, or type your code here."

    @pytest.mark.parametrize(
        ("typed", "begins"),
        [
            ("he hit me again, room 12", "Hello. To start, tap your link"),
            ("My mum hits me", "Hello. To start, tap your link"),
            ("im 17", "Hello. To start, tap your link"),
            ("4MK7-W2Q9-TZX0-3", "A letter or number isn't right"),
        ],
    )
    async def test_whoever_types_to_nobody_reads_where_help_is(self, place: Place, typed: str, begins: str) -> None:
        somebody = Phone(place, place.api.person("Jo"), None)  # type: ignore[arg-type]

        await somebody.says(typed)

        told = somebody.person.last.text
        assert told.startswith(begins)
        assert "In danger now: call 999." in told
        assert "Childline, 0800 1111" in told

    @pytest.mark.parametrize("left", [False, True])
    async def test_help_is_there_before_and_after(self, place: Place, left: bool) -> None:
        kofi = await place.child()
        if left:
            await kofi.starts()
            await kofi.says("/leave")

        await kofi.says("/help")

        told = kofi.person.last
        assert "call 999" in told.text
        assert "01632 960101" in told.text
        assert "Nobody is watching this page" in told.text
        assert told.buttons == []

    async def test_a_code_typed_into_the_chat_lets_in(self, place: Place) -> None:
        kofi = await place.child()
        await kofi.says(kofi.invited.code.shown.lower())

        assert "Hello, Kofi." in kofi.person.last.text

    async def test_so_does_the_link_to_the_page_typed_into_the_chat(self, place: Place) -> None:
        kofi = await place.child()
        await kofi.says(f"{place.links[WEB]}{kofi.invited.link.text}")

        assert "Hello, Kofi." in kofi.person.last.text

    async def test_a_code_beside_a_question_is_no_answer_and_does_not_stay(self, amal: Phone) -> None:
        code = amal.invited.code.shown

        update = await amal.says(code)
        await amal.says("The dog.")
        await amal.edits(update, code)

        assert "we didn't keep it" in "".join(each.text for each in amal.person.shown)
        assert not any(code in each.text for each in amal.person.chat.messages)

    async def test_a_slip_in_a_code_and_a_wrong_code_are_told_and_no_more(self, place: Place) -> None:
        kofi = await place.child()
        await kofi.says(kofi.invited.code.shown[:-1])
        assert "isn't right yet" in kofi.person.last.text
        await kofi.says(f"/start {secrets.token_urlsafe(16)}")
        assert "A link opens this once." in kofi.person.last.text

    async def test_the_link_tapped_again_changes_nothing_and_hides_nothing(self, amal: Phone) -> None:
        await amal.says("The dog.")
        before = await kept(amal)
        await amal.says(f"/start {amal.invited.link.text}")
        await amal.says(f"/start {amal.invited.code.shown}")

        assert await said(amal, "home_settled") == "The dog."
        assert (await kept(amal)).place == before.place

    async def test_a_second_child_is_kindly_refused_and_comes_in_once_the_first_has_left(self, amal: Phone) -> None:
        invited = await amal.place.billie_is_invited()

        await amal.says(f"/start {invited.link.text}")
        assert "in use for other questions" in amal.person.last.text
        assert "Billie" not in "".join(each.text for each in amal.person.shown)
        await amal.says("/leave")
        await amal.says(f"/start {invited.link.text}")
        assert "Hello, Billie." in amal.person.last.text

    async def test_after_leaving_the_same_chat_comes_in_as_anybody_would(self, amal: Phone) -> None:
        await amal.says("The dog.")
        await amal.says("/leave")
        await amal.says("/start")
        assert "To start" in amal.person.last.text
        await amal.says(amal.invited.code.shown)

        conversation = await kept(amal)
        assert conversation.answers == ()
        assert len(conversation.hidden) >= 1

    async def test_under_telegram_s_age_a_child_is_led_to_the_web_and_nothing_is_used_up(self, place: Place) -> None:
        site = place.site
        cast = site.cast
        site.inviting = Inviting(cast.store, cast.chat_keys, cast.portal_keys, BOOK, secrets.token_bytes)
        noor = await place.child("ages_12_15")
        await noor.says(f"/start {noor.invited.link.text}")

        told = noor.person.last.text
        assert told.startswith("You can't use Telegram for this yet.")
        assert place.chat_url in told
        assert await cast.store.threads.thread(noor.address) is None
        for typed in (code_in(told), noor.invited.link.text):
            assert isinstance(await site.admitting.admit(typed, f"web:{typed}", "203.0.113.0/24", site.now), Admitted)

    @pytest.mark.parametrize("set", ["ages_4_7", "ages_8_11", "ages_12_15"])
    @pytest.mark.parametrize("by", ["link", "code"])
    async def test_a_younger_child_meets_not_one_question_here_and_nothing_is_kept_of_the_account(
        self, place: Place, set: str, by: str
    ) -> None:
        site, cast = place.site, place.site.cast
        site.inviting = Inviting(cast.store, cast.chat_keys, cast.portal_keys, BOOK, secrets.token_bytes)
        noor = await place.child(set)
        typed = f"/start {noor.invited.link.text}" if by == "link" else noor.invited.code.shown
        for words in (typed, "/start", "hello", "/check", typed):
            await noor.says(words)
        first, *others = [each.text for each in noor.person.shown]

        assert first.startswith("You can't use Telegram for this yet.")
        assert place.chat_url in first
        assert all(other.startswith(("You can't use Telegram", "Hello. To start")) for other in others)
        assert not any(each.buttons for each in noor.person.shown)
        assert "Noor" not in "".join((first, *others))
        assert not any(noor.invited.code.shown in each.text for each in noor.person.chat.messages)
        assert not any(noor.invited.link.text in each.text for each in noor.person.chat.messages)
        assert await cast.store.threads.thread(noor.address) is None
        assert await cast.store.doors.account(noor.address) is None
        for table in (tables.Account, tables.ChatSession, tables.Standing):
            assert await rows(place, table) == 0, table
        admitted = await site.admitting.admit(code_in(noor.person.last.text), "web:1", "203.0.113.0/24", site.now)
        assert isinstance(admitted, Admitted)

    async def test_a_way_from_the_web_does_not_let_a_younger_child_in_here(self, place: Place) -> None:
        site, cast = place.site, place.site.cast
        site.inviting = Inviting(cast.store, cast.chat_keys, cast.portal_keys, BOOK, secrets.token_bytes)
        noor = await place.child("ages_12_15")
        admitted = await site.admitting.admit(noor.invited.link.text, "web:1", "203.0.113.0/24", site.now)
        assert isinstance(admitted, Admitted)
        await site.listening.hear("web:1", "1", admitted.arrived, site.now)
        for number, screen in enumerate(("what", "safety", "how")):
            heard = await site.listening.hear("web:1", f"o{number}", Looked(), site.now)
            button = next(b.id for m in heard.messages for b in m.buttons if b.id.endswith(f".opening:{screen}"))
            heard = await site.listening.hear("web:1", f"t{number}", Tapped(*button.split(":")), site.now)
        moving = read((await site.listening.hear("web:1", "m", Asked(".move"), site.now)).messages)

        assert "t.me" not in moving


async def to_web(phone: Phone) -> tuple[str, Heard]:
    """Over to the private page; where that visit is, and what it shows."""
    await phone.says("/private")
    site, address = phone.place.site, f"web:{secrets.token_hex(8)}"
    admitted = await site.admitting.admit(link_in(phone.person.last.text), address, "203.0.113.0/24", site.now)
    assert isinstance(admitted, Admitted)
    return address, await site.listening.hear(address, "over", admitted.arrived, site.now)


async def rows(place: Place, table: type[SQLModel]) -> int:
    """How many rows stand in this table."""
    async with place.site.cast.store.database.reading() as connection:
        return int((await connection.execute(select(func.count()).select_from(table))).scalar_one())


def link_in(told: str) -> str:
    """The way to the page, in what was written."""
    return next(word for line in told.splitlines() for word in line.split() if "#" in word)


def code_in(told: str) -> str:
    """The short code beside it."""
    return next(word for line in told.splitlines() for word in line.split() if len(word) == 9 and word[4] == "-")
