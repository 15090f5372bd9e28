"""The door, asked as any browser asks it, and as none would."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from io import BytesIO

import pytest
from aiohttp import ClientResponse, ClientSession
from structlog.testing import capture_logs

from consultations.conversation.events import Arrived, LastWord, Left, Said, Tapped
from tests.bot.chat.web.conftest import Chat
from tests.bot.chat.web.small_listener import HERE
from tests.hunt import hunt

SECRET = "zanzibarkettle"


@dataclass
class Browsing:
    """A browser without script: remembers its cookie and the form it was given."""

    http: ClientSession
    cookie: str = ""
    html: str = ""
    status: int = 0

    async def get(self, path: str) -> str:
        async with self.http.get(path, headers=self._headers()) as answer:
            return await self._take(answer)

    async def post(self, path: str, **fields: str) -> str:
        async with self.http.post(path, data={**self.form(), **fields}, headers=self._headers()) as answer:
            return await self._take(answer)

    def form(self) -> dict[str, str]:
        hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', self.html)
        return {name: unescape(value) for name, value in hidden}

    @property
    def inside(self) -> bool:
        return 'id="say"' in self.html

    def _headers(self) -> dict[str, str]:
        return {"Cookie": f"visit={self.cookie}"} if self.cookie else {}

    async def _take(self, answer: ClientResponse) -> str:
        self.status, self.html = answer.status, await answer.text()
        if "visit" in answer.cookies:
            self.cookie = answer.cookies["visit"].value
        return self.html


@pytest.fixture
async def browsing(http: ClientSession) -> Browsing:
    return Browsing(http)


@pytest.fixture
async def visitor(chat: Chat, browsing: Browsing) -> Browsing:
    """Somebody who came in by the code and stands at the question about home."""
    await browsing.get("/")
    await browsing.post("/start", code=chat.code)
    chat.listener.place("home")
    await browsing.get("/chat")
    return browsing


async def test_looking_at_a_link_uses_nothing_up(chat: Chat, browsing: Browsing) -> None:
    await browsing.get(f"/?{chat.link}")
    await browsing.get("/")

    assert chat.admitting.used == set()
    await browsing.post("/start", link=chat.link)
    assert browsing.inside


async def test_the_same_start_sent_twice_makes_one_visit(chat: Chat, browsing: Browsing) -> None:
    await browsing.get("/")
    page = browsing.html
    await browsing.post("/start", link=chat.link)
    first = browsing.cookie
    browsing.html = page
    await browsing.post("/start", link=chat.link)

    assert browsing.inside
    assert browsing.cookie == first
    assert [event for event in chat.listener.events if isinstance(event, Arrived)] == [Arrived("link")]


async def test_the_same_code_from_another_page_is_another_visit(chat: Chat, http: ClientSession) -> None:
    one, other = Browsing(http), Browsing(http)
    for each in (one, other):
        await each.get("/")
        await each.post("/start", code=chat.code)

    assert one.inside
    assert other.inside
    assert one.cookie != other.cookie


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        pytest.param("", "web_code_empty", id="nothing"),
        pytest.param("4MK7-W2Q9-TZX0-3", "code_mistyped", id="a slip"),
        pytest.param("\0\ud800<script>", "code_mistyped", id="rubbish"),
        pytest.param("x" * 3000, "code_mistyped", id="long rubbish"),
    ],
)
async def test_a_code_that_does_not_open_gets_a_kind_sentence(
    chat: Chat, browsing: Browsing, typed: str, says: str
) -> None:
    await browsing.get("/")
    html = await browsing.post("/start", code=typed.encode("utf-8", "replace").decode())

    assert chat.says(says) in unescape(html)
    assert not browsing.inside
    assert browsing.cookie == ""
    await browsing.post("/start", code=chat.code)
    assert browsing.inside


async def test_a_used_link_reads_like_any_wrong_code(chat: Chat, http: ClientSession) -> None:
    pages = []
    for _ in range(2):
        browsing = Browsing(http)
        await browsing.get("/")
        pages.append(await browsing.post("/start", link=chat.link))

    assert chat.says("code_unknown") in unescape(pages[1])
    assert chat.link not in pages[1]


async def test_words_are_heard_for_the_question_the_form_names(chat: Chat, visitor: Browsing) -> None:
    await visitor.post("/say", words="My dog.")

    assert chat.listener.events[-1] == Said("My dog.", "home")
    assert "My dog." in visitor.html


@pytest.mark.parametrize("name", ["choice", "button"])
async def test_a_button_comes_back_as_its_id_with_the_words_beside_it(chat: Chat, visitor: Browsing, name: str) -> None:
    await visitor.post("/say", words="And the garden.", **{name: f"{HERE}:home:garden"})

    assert chat.listener.events[-1] == Tapped(HERE, "home", "garden", "And the garden.", "home")


@pytest.mark.parametrize(
    "button", [f"{HERE}:.s.home_best:everyone", f"{HERE}:=home_best:.next", f"{HERE}:.language:fa_AF"]
)
async def test_every_kind_of_place_has_buttons_that_come_back(chat: Chat, visitor: Browsing, button: str) -> None:
    await visitor.post("/say", button=button)

    consultation, place, choice = button.split(":")
    assert chat.listener.events[-1] == Tapped(consultation, place, choice, field="home")


async def test_a_resubmitted_post_is_one_event_and_a_changed_one_is_another(chat: Chat, visitor: Browsing) -> None:
    page = visitor.html
    for words in ("My dog.", "My dog.", "My cat.", "My dog."):
        visitor.html = page
        await visitor.post("/say", words=words)

    assert chat.listener.events[1:] == [Said("My dog.", "home"), Said("My cat.", "home")]


async def test_two_tabs_write_into_one_conversation(chat: Chat, visitor: Browsing) -> None:
    tab = Browsing(visitor.http, visitor.cookie)
    await tab.get("/chat")
    await visitor.post("/say", words="One.")
    await tab.post("/say", words="Two.")

    assert chat.listener.events[1:] == [Said("One.", "home"), Said("Two.", "home")]


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"event": ""}, id="no event"),
        pytest.param({"event": "\0'; DROP TABLE"}, id="an event that is no id"),
        pytest.param({"place": "no such place " * 9}, id="no place"),
        pytest.param({"button": "a:b"}, id="half a button"),
        pytest.param({"button": f"{HERE}:home:{'x' * 99}"}, id="a long button"),
        pytest.param({"button": ":::"}, id="no button"),
        pytest.param({"words": "a\0b\u202ec\ufffd" + "🦊" * 4096}, id="odd words"),
    ],
)
async def test_an_odd_form_still_gets_an_answer_and_loses_no_words(
    chat: Chat, visitor: Browsing, fields: dict[str, str]
) -> None:
    await visitor.post("/say", **{"words": "My dog.", **fields})

    assert visitor.status == 200
    assert visitor.inside
    heard = chat.listener.events[-1]
    assert isinstance(heard, Said)
    assert heard.words == fields.get("words", "My dog.")


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        pytest.param(b'{"words": ', "application/json", 415, id="broken JSON"),
        pytest.param(b"--x\r\n", "multipart/form-data; boundary=x", 415, id="a broken upload"),
        pytest.param(b"hello", "text/plain", 415, id="plain text"),
        pytest.param(b"words=" + b"x" * 70_000, "application/x-www-form-urlencoded", 413, id="70 kB"),
        pytest.param(b"words=" + b"x" * 1_100_000, "application/x-www-form-urlencoded", 413, id="more than 1 MB"),
        pytest.param(b"&".join([b"a=1"] * 999), "application/x-www-form-urlencoded", 415, id="999 fields"),
    ],
)
async def test_a_bad_body_gets_a_kind_page_and_the_next_good_one_works(
    chat: Chat, visitor: Browsing, body: bytes, content_type: str, status: int
) -> None:
    before = visitor.html
    headers = {"Cookie": f"visit={visitor.cookie}", "Content-Type": content_type}
    async with visitor.http.post("/say", data=BytesIO(body), headers=headers) as answer:
        html = await answer.text()

        assert answer.status == status
        assert chat.says("too_long" if status == 413 else "web_not_clear") in unescape(html)
        assert 'href="/chat"' in html
    visitor.html = before
    await visitor.post("/say", words="My dog.")
    assert chat.listener.events[-1] == Said("My dog.", "home")


async def test_words_that_are_too_long_are_handed_back_to_be_made_shorter(chat: Chat, visitor: Browsing) -> None:
    html = await visitor.post("/say", words="د" * 40_000)

    assert visitor.status == 413
    assert "د" * 40_000 in html
    await visitor.post("/say", words="د" * 30_000)
    assert visitor.inside
    assert chat.listener.words["home"] == "د" * 30_000


async def test_a_fault_keeps_what_was_typed_and_the_same_form_works_once_it_is_mended(
    chat: Chat, visitor: Browsing
) -> None:
    chat.listener.broken = True
    with capture_logs() as log:
        html = await visitor.post("/say", words=f"The {SECRET}.", button=f"{HERE}:home:next")
    chat.listener.broken = False

    assert visitor.status == 500
    assert chat.says("went_wrong") in unescape(html)
    assert f"The {SECRET}." in html
    assert [entry["event"] for entry in log] == ["page_failed"]
    assert hunt([SECRET], str(log)) == []
    await visitor.post("/say", words=f"The {SECRET}.")
    assert chat.listener.events[-1] == Tapped(HERE, "home", "next", f"The {SECRET}.", "home")


@pytest.mark.parametrize("cookie", ["", "forged.1.2.3", "%00%FF....."])
async def test_a_forged_cookie_reads_and_writes_nothing(chat: Chat, browsing: Browsing, cookie: str) -> None:
    browsing.cookie = cookie
    await browsing.get("/chat")
    html = await browsing.post("/say", words=f"The {SECRET}.", place="home", token="0" * 96)

    assert not browsing.inside
    assert chat.listener.events == []
    assert f"The {SECRET}." in html  # handed back, so that it can be copied
    assert chat.says("web_not_kept") in unescape(html)


@pytest.mark.parametrize("button", [".go:.tell", ".alarm:carer"])
async def test_on_a_page_that_is_nobodys_any_more_it_is_said_that_nobody_was_told(
    chat: Chat, visitor: Browsing, button: str
) -> None:
    visitor.cookie = ""  # *Leave now* in another tab
    html = unescape(await visitor.post("/say", words=f"The {SECRET}.", button=f"{HERE}:{button}", place=""))

    assert chat.says("tell_lost") in html
    assert chat.says("web_not_kept") in html
    assert f"The {SECRET}." in html
    assert "999" in html


async def test_words_from_another_visit_of_the_same_browser_are_never_mixed_up(chat: Chat, visitor: Browsing) -> None:
    old_page = visitor.html
    await visitor.get("/")
    await visitor.post("/start", code=chat.code)
    chat.listener.place("home")
    visitor.html = old_page
    html = await visitor.post("/say", words="From the first.")

    assert chat.listener.events.count(Said("From the first.", "home")) == 0
    assert "From the first." in html
    assert any(isinstance(event, Left) for event in chat.listener.events)  # the first visit is over


async def test_after_a_quarter_of_an_hour_it_reads_no_more_and_keeps_one_last_answer(
    chat: Chat, visitor: Browsing
) -> None:
    page = visitor.html
    chat.pass_by(minutes=16)
    await visitor.get("/chat")

    assert not visitor.inside
    assert chat.says("session_ended") in unescape(visitor.html)

    visitor.html = page
    await visitor.post("/say", words="One more thing.", button=f"{HERE}:home:next")

    assert not visitor.inside
    assert chat.says("kept_one_more") in unescape(visitor.html)
    assert chat.listener.last_words == [LastWord("One more thing.", "home", "next")]
    assert visitor.cookie == ""


async def test_tell_someone_on_a_page_that_has_closed_is_heard_and_said_to_be(chat: Chat, visitor: Browsing) -> None:
    chat.pass_by(minutes=16)
    html = await visitor.post("/say", words="", button=f"{HERE}:.go:.tell")

    assert chat.listener.last_words[-1].tell
    assert chat.says("told_last") in unescape(html)
    assert "0800 1111" in html


async def test_a_visit_that_another_has_followed_keeps_one_last_answer_and_shows_nothing(
    chat: Chat, visitor: Browsing
) -> None:
    chat.listener.ended.update(chat.listener.at)
    await visitor.post("/say", words="One more thing.", button=f"{HERE}:home:next")

    assert not visitor.inside
    assert chat.says("kept_one_more") in unescape(visitor.html)
    assert chat.listener.last_words == [LastWord("One more thing.", "home", "next")]


async def test_words_beside_a_button_of_another_place_are_for_the_question_they_stand_under(
    chat: Chat, visitor: Browsing
) -> None:
    await visitor.post("/say", words="My dog.", button=f"{HERE}:.go:.help")

    assert chat.listener.events[-1] == Tapped(HERE, ".go", ".help", "My dog.", "home")


async def test_after_a_day_not_even_that_and_the_words_are_handed_back(chat: Chat, visitor: Browsing) -> None:
    chat.pass_by(hours=25)
    await visitor.post("/say", words="Too late.")

    assert chat.listener.last_words == []
    assert "Too late." in visitor.html
    assert chat.says("web_not_kept") in unescape(visitor.html)


async def test_a_visit_that_keeps_busy_ends_after_two_hours(chat: Chat, visitor: Browsing) -> None:
    for _ in range(12):
        assert visitor.inside
        chat.pass_by(minutes=10)
        await visitor.get("/chat")

    assert not visitor.inside


async def test_leave_now_ends_the_visit_and_clears_the_browser(chat: Chat, visitor: Browsing) -> None:
    headers = {"Cookie": f"visit={visitor.cookie}"}
    async with visitor.http.post("/leave", headers=headers) as answer:
        html = await answer.text()

        assert answer.status == 200
        assert answer.headers["Refresh"] == f"0; url={chat.url}/health"
        assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
        assert answer.cookies["visit"].value == ""
        assert f'href="{chat.url}/health"' in html
    assert chat.listener.events[-1] == Left()
    await visitor.get("/chat")
    assert not visitor.inside


@pytest.mark.parametrize(
    ("minutes", "kept"),
    [
        pytest.param(0, [LastWord("Half a", "home")], id="while the visit may read"),
        pytest.param(20, [LastWord("Half a", "home")], id="when it may only write"),
        pytest.param(26 * 60, [], id="when it may do nothing"),
    ],
)
async def test_leave_now_keeps_words_as_a_last_word(
    chat: Chat, visitor: Browsing, minutes: int, kept: list[LastWord]
) -> None:
    chat.pass_by(minutes=minutes)
    await visitor.post("/leave", words="Half a")

    assert chat.listener.last_words == kept
    assert chat.listener.events[-1] == Left()


@pytest.mark.parametrize("fields", [{"token": "", "words": "Mean."}, {"words": ""}, {"words": "x" * 300_000}])
async def test_leave_now_leaves_whatever_stands_in_the_form(
    chat: Chat, visitor: Browsing, fields: dict[str, str]
) -> None:
    await visitor.post("/leave", **fields)

    assert visitor.status == 200
    assert visitor.cookie == ""
    assert chat.listener.last_words == []
    assert chat.listener.events[-1] == Left()


async def test_leave_now_works_though_everything_else_is_broken(chat: Chat, visitor: Browsing) -> None:
    chat.listener.broken = True
    with capture_logs() as log:
        html = await visitor.post("/leave")

    assert visitor.status == 200
    assert visitor.cookie == ""
    assert 'id="say"' not in html
    assert hunt([SECRET], str(log)) == []


async def test_a_post_from_another_site_changes_nothing(chat: Chat, visitor: Browsing) -> None:
    headers = {"Cookie": f"visit={visitor.cookie}", "Origin": "https://evil.example"}
    async with visitor.http.post("/say", data={**visitor.form(), "words": "Mean."}, headers=headers) as answer:
        assert answer.status == 403
    assert Said("Mean.", "home") not in chat.listener.events


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/review/1", 404), ("GET", "/say", 405), ("PUT", "/chat", 405), ("GET", "/static/x.css", 404)],
)
async def test_what_is_not_there_says_so_kindly(
    chat: Chat, browsing: Browsing, method: str, path: str, status: int
) -> None:
    async with browsing.http.request(method, path) as answer:
        assert answer.status == status
        assert chat.says("web_nothing_here") in unescape(await answer.text())


async def test_health_tells_whether_children_can_be_answered(chat: Chat, http: ClientSession) -> None:
    async with http.get("/health") as answer:
        assert (answer.status, await answer.json()) == (200, {"status": "ok", "mail": "none"})
    chat.well = False
    async with http.get("/health") as answer:
        assert answer.status == 503


async def test_the_network_a_try_comes_from_is_told_and_no_more(chat: Chat, browsing: Browsing) -> None:
    await browsing.get("/")
    await browsing.post("/start", code="4MK7-W2Q9-TZX0-3")

    assert chat.admitting.callers == ["127.0.0.0/24"]
