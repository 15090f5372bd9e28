"""Settings: what is right is read, what is wrong stops the start with a sentence that says what to do."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from gettext import NullTranslations
from pathlib import Path

import pytest

from bot import authority, settings
from bot.settings import Listen, Settings, SettingsProblem, read
from bot.values import MailServer
from consultations.languages import LANGUAGES, Words


def problem(**environment: str) -> str:
    with pytest.raises(SettingsProblem) as refused:
        read(environment)
    return str(refused.value)


def test_nothing_set_is_a_machine_of_ones_own() -> None:
    found = read({})

    assert found.database_url == "sqlite:///var/foreword.db"
    assert (found.chat_listen, found.portal_listen) == (Listen("127.0.0.1", 8080), Listen("127.0.0.1", 8081))
    assert (found.chat_url, found.portal_url) == ("", "")
    assert found.languages == ()
    assert (found.log_level, found.log_shape) == ("info", "")
    assert found.authority is None
    assert found.key_dir is None


def test_an_empty_setting_counts_as_not_set() -> None:
    assert read(dict.fromkeys(settings.NAMES, "  ")) == read({})


def test_what_is_set_is_taken(tmp_path: Path) -> None:
    file = tmp_path / "authority.toml"
    file.write_text(textwrap.dedent((authority.__doc__ or "").split("\n\n")[1]))
    found = read(
        {
            "FOREWORD_DATABASE_URL": "postgres://foreword@db.internal/foreword",
            "FOREWORD_KEY_DIR": str(tmp_path / "keys"),
            "FOREWORD_AUTHORITY": str(file),
            "FOREWORD_CHAT_URL": "https://Voice.example.gov.uk/",
            "FOREWORD_CHAT_LISTEN": "0.0.0.0:80",
            "FOREWORD_PORTAL_URL": "https://officers.example.gov.uk",
            "FOREWORD_PORTAL_LISTEN": "[::1]:81",
            "FOREWORD_LEAVE_URL": "https://www.metoffice.gov.uk/weather?place=here",
            "FOREWORD_LOG": "warning, json",
            "PATH": "/usr/bin",
        }
    )

    assert found.database_url == "postgres://foreword@db.internal/foreword"
    assert found.need_key_dir == tmp_path / "keys"
    assert found.need_authority.duty_phone == "01632 960101"
    assert (found.chat_url, found.portal_url) == ("https://voice.example.gov.uk", "https://officers.example.gov.uk")
    assert found.portal_listen == Listen("::1", 81)
    assert found.portal_listen.url == "http://[::1]:81"
    assert (found.log_level, found.log_shape) == ("warning", "json")


@pytest.mark.parametrize(
    "listen",
    ["8080", "localhost", ":8080", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:٨٠", "council:80", "-"],
)
def test_a_listen_address_that_is_none_is_refused(listen: str) -> None:
    assert "FOREWORD_CHAT_LISTEN" in problem(FOREWORD_CHAT_LISTEN=listen)


ADDRESSES = [
    pytest.param("foreword.example.gov.uk", id="no scheme"),
    pytest.param("ftp://foreword.example.gov.uk", id="another scheme"),
    pytest.param("https://", id="no host"),
    pytest.param("https://[::1", id="a bracket left open"),
    pytest.param("https://foreword.example:99999", id="no such port"),
    pytest.param("https://fore word.example", id="a space"),
    pytest.param("https://foreword.example/chat", id="a path"),
    pytest.param("https://foreword.example?x=1", id="a query"),
    pytest.param("https://foreword.example#x", id="a fragment"),
    pytest.param("https://me:secret@foreword.example", id="a password"),
    pytest.param("http://foreword.example.gov.uk", id="not encrypted"),
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_that_will_not_do_is_refused_without_repeating_a_password(address: str) -> None:
    sentence = problem(FOREWORD_CHAT_URL=address)

    assert "FOREWORD_CHAT_URL" in sentence
    assert "secret" not in sentence


def test_plain_http_is_for_this_machine_alone() -> None:
    assert read({"FOREWORD_CHAT_URL": "http://localhost:9000"}).chat_url == "http://localhost:9000"
    assert "https://" in problem(FOREWORD_PORTAL_URL="http://10.0.0.7:9000")


def test_no_address_is_guessed_but_the_demos_and_that_only_where_nobody_else_can_reach_it() -> None:
    found = read({"FOREWORD_CHAT_LISTEN": "0.0.0.0:8080"})

    for each in (found, found.for_demo()):
        with pytest.raises(SettingsProblem, match="FOREWORD_CHAT_URL is not set"):
            _ = each.need_chat_url
    with pytest.raises(SettingsProblem, match="FOREWORD_PORTAL_URL is not set"):
        _ = found.need_portal_url
    assert found.for_demo().need_portal_url == "http://127.0.0.1:8081"


def test_the_two_sides_never_share_a_host_or_a_port() -> None:
    both = "https://foreword.example.gov.uk"

    assert "a host name of its own" in problem(FOREWORD_CHAT_URL=both, FOREWORD_PORTAL_URL=both + ":8443")
    assert "a port of its own" in problem(FOREWORD_CHAT_LISTEN="127.0.0.1:8081")


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite://", "sqlite:///", "var/foreword.db", "postgresql://", "x"])
def test_a_database_that_is_neither_of_the_two_is_refused(url: str) -> None:
    assert "postgresql://user@host/foreword" in problem(FOREWORD_DATABASE_URL=url)


BOT = "7000000001:AAFzanzibarkettle_token_of_nobody-12345"


def test_without_a_token_there_is_no_telegram() -> None:
    assert read({}).telegram is None
    assert read({}).telegram_age == 16


def test_a_token_is_enough_for_telegram_and_is_in_no_picture_of_the_settings() -> None:
    found = read({"FOREWORD_TELEGRAM_TOKEN": BOT})

    assert found.telegram is not None
    assert (found.telegram.api, found.telegram.secret) == ("https://api.telegram.org", "")
    assert "zanzibarkettle" not in repr(found)


@pytest.mark.parametrize(
    ("told", "says"),
    [
        pytest.param({"FOREWORD_TELEGRAM_TOKEN": "zanzibarkettle"}, "@BotFather", id="no token"),
        pytest.param({"FOREWORD_TELEGRAM_WEBHOOK_SECRET": "x" * 20}, "Set both", id="a secret alone"),
        pytest.param(
            {"FOREWORD_TELEGRAM_TOKEN": BOT, "FOREWORD_TELEGRAM_WEBHOOK_SECRET": "zanzibarkettle"},
            "16 to 256",
            id="a short secret",
        ),
        pytest.param(
            {"FOREWORD_TELEGRAM_TOKEN": BOT, "FOREWORD_TELEGRAM_WEBHOOK_SECRET": "x" * 20},
            "start with https://",
            id="Telegram cannot call this machine",
        ),
        pytest.param(
            {"FOREWORD_TELEGRAM_TOKEN": BOT, "FOREWORD_TELEGRAM_API": "http://api.example"},
            "https://",
            id="in the clear",
        ),
        pytest.param(
            {"FOREWORD_TELEGRAM_TOKEN": BOT, "FOREWORD_TELEGRAM_API": "https://api.example/bot"},
            "the host",
            id="a path",
        ),
        pytest.param({"FOREWORD_TELEGRAM_MIN_AGE": "4"}, "13 to 18", id="too young"),
        pytest.param({"FOREWORD_TELEGRAM_MIN_AGE": "sixteen"}, "13 to 18", id="in words"),
    ],
)
def test_what_is_wrong_about_telegram_is_said_without_a_secret(told: dict[str, str], says: str) -> None:
    assert says in problem(**told)
    assert "zanzibarkettle" not in problem(**told)


def test_the_database_password_is_in_no_picture_of_the_settings() -> None:
    found = read({"FOREWORD_DATABASE_URL": "postgresql://foreword:hunter2@db/foreword"})

    assert "hunter2" not in repr(found)
    assert "hunter2" not in problem(FOREWORD_DATABASE_URL="mysql://foreword:hunter2@db/foreword")


def test_keys_inside_the_data_directory_are_refused(tmp_path: Path) -> None:
    sentence = problem(FOREWORD_DATA_DIR=str(tmp_path), FOREWORD_KEY_DIR=str(tmp_path / "x" / ".." / "keys"))

    assert "Keep the keys elsewhere" in sentence


def test_every_setting_that_is_wrong_is_told_at_once_a_line_each() -> None:
    sentences = problem(
        FOREWORD_LOG="loud", FOREWORD_CHAT_LISTEN="nowhere", FOREWORD_TELEGRAM_MIN_AGE="4", FOREWORD_DATABSE_URL="x"
    ).splitlines()

    assert [sentence.split()[0] for sentence in sentences] == [
        "FOREWORD_DATABSE_URL",
        "FOREWORD_CHAT_LISTEN",
        "FOREWORD_LOG",
        "FOREWORD_TELEGRAM_MIN_AGE",
    ]


def test_a_setting_that_is_wrong_by_itself_is_not_held_against_another() -> None:
    assert len(problem(FOREWORD_TELEGRAM_TOKEN="none", FOREWORD_TELEGRAM_WEBHOOK_SECRET="x" * 20).splitlines()) == 1


def test_what_is_missing_says_what_to_do() -> None:
    found = read({})

    with pytest.raises(SettingsProblem, match="run `foreword init` once"):
        _ = found.need_key_dir
    with pytest.raises(SettingsProblem, match="foreword run --demo"):
        _ = found.need_authority


def test_a_slip_in_a_settings_name_is_noticed_and_a_strangers_name_is_not_ours() -> None:
    assert "Did you mean FOREWORD_DATABASE_URL" in problem(FOREWORD_DATABSE_URL="sqlite:///x.db")
    assert isinstance(read({"FOREWORD_PORT": "tcp://10.0.0.1", "FOREWORD_SERVICE_HOST": "10.0.0.1"}), Settings)


def test_only_a_named_proxy_is_believed() -> None:
    assert read({}).proxies == ()
    assert [str(network) for network in read({"FOREWORD_PROXY": "10.0.0.0/24, ::1"}).proxies] == [
        "10.0.0.0/24",
        "::1/128",
    ]
    assert "10.0.0.0/24" in problem(FOREWORD_PROXY="10.0.0.1/24")


@pytest.mark.parametrize(("said", "attends"), [("", True), ("yes", True), ("No", False)])
def test_joining_by_video_counts_as_attending_unless_the_authority_says_no(said: str, attends: bool) -> None:
    assert read({"FOREWORD_VIDEO_ATTENDS": said}).video_attends is attends
    assert "yes or no" in problem(FOREWORD_VIDEO_ATTENDS="sometimes")


class TestLanguages:
    """English, a checked Vietnamese, a draft of Arabic; nothing of Somali."""

    SPOKEN: Mapping[str, Words] = {
        code: Words(LANGUAGES[code], NullTranslations(), checked=code != "ar") for code in ("en_GB", "vi", "ar")
    }

    @pytest.mark.parametrize(
        ("said", "offered"),
        [
            pytest.param("", ["en_GB", "vi"], id="every checked one, where nothing is said"),
            pytest.param("en_GB", ["en_GB"], id="English alone"),
            pytest.param("vi", ["en_GB", "vi"], id="English always"),
            pytest.param("ar!", ["en_GB", "ar"], id="a draft that is accepted"),
            pytest.param("VI , ar ! ", ["en_GB", "vi", "ar"], id="however it is spaced and spelt"),
            pytest.param("vi!", ["en_GB", "vi"], id="one that was checked since"),
        ],
    )
    def test_children_are_offered(self, said: str, offered: list[str]) -> None:
        found = read({"FOREWORD_LANGUAGES": said})

        assert list(found.offered(self.SPOKEN)) == offered

    @pytest.mark.parametrize(
        ("said", "told"),
        [
            pytest.param("ar", "To offer it all the same, write “ar!”", id="a draft nobody accepted"),
            pytest.param("so", "“so”, and there is no translation", id="no translation"),
            pytest.param("so!", "“so”, and there is no translation", id="which no sign can make"),
        ],
    )
    def test_what_cannot_be_offered_stops_the_start(self, said: str, told: str) -> None:
        with pytest.raises(SettingsProblem, match=told):
            read({"FOREWORD_LANGUAGES": said}).offered(self.SPOKEN)

    @pytest.mark.parametrize("said", ["en_GB, tlh", "tlh!", "!", "ar!!", "ku"])
    def test_a_language_nobody_knows_is_refused(self, said: str) -> None:
        assert "which is no language Foreword knows" in problem(FOREWORD_LANGUAGES=said)

    def test_the_demo_offers_whatever_there_is(self) -> None:
        assert list(read({"FOREWORD_LANGUAGES": "vi"}).for_demo().offered(self.SPOKEN)) == ["en_GB", "vi", "ar"]


def test_a_log_word_that_means_nothing_is_refused() -> None:
    assert "“loud”" in problem(FOREWORD_LOG="loud")


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "//x", "https://x/'><script>", "https://x/;y", "https://bücher/"]
)
def test_leaving_goes_to_a_plain_address(url: str) -> None:
    assert "FOREWORD_LEAVE_URL" in problem(FOREWORD_LEAVE_URL=url)


def test_the_demo_has_its_own_data_keys_and_authority() -> None:
    demo = read({"FOREWORD_DATABASE_URL": "postgresql://db/real", "FOREWORD_KEY_DIR": "/etc/foreword"}).for_demo()

    assert demo.database_url == "sqlite:///var/demo/foreword.db"
    assert demo.need_key_dir == Path("var/demo/keys")
    assert demo.need_authority.demo


def test_a_broken_authority_file_stops_the_start(tmp_path: Path) -> None:
    assert "FOREWORD_AUTHORITY" in problem(FOREWORD_AUTHORITY=str(tmp_path / "none.toml"))


def test_every_setting_is_described_where_an_operator_looks() -> None:
    assert all(name in (settings.__doc__ or "") for name in settings.NAMES)


class TestTheMailServer:
    """FOREWORD_SMTP_URL: where mail is handed in, and never without TLS beyond this machine (RFC 8314)."""

    FROM = "?from=foreword@council.example"

    @pytest.mark.parametrize(
        ("said", "is_read_as"),
        [
            pytest.param(
                "smtp://foreword:a%2Fb%40c@mail.council.example/",
                MailServer("mail.council.example", 587, "foreword@council.example", "foreword", "a/b@c"),
                id="STARTTLS, on the port for handing in (RFC 6409)",
            ),
            pytest.param(
                "smtps://mail.council.example",
                MailServer("mail.council.example", 465, "foreword@council.example", tls="at once"),
                id="TLS at once, on its own port (RFC 8314)",
            ),
            pytest.param(
                "smtp://127.0.0.1:25/",
                MailServer("127.0.0.1", 25, "foreword@council.example", tls="none"),
                id="on this machine",
            ),
            pytest.param(
                "smtps://localhost:465",
                MailServer("localhost", 465, "foreword@council.example", tls="at once"),
                id="on this machine, with TLS all the same",
            ),
            pytest.param(
                "smtp://10.0.0.5:25",
                MailServer("10.0.0.5", 25, "foreword@council.example"),
                id="inside the council's network is not this machine",
            ),
        ],
    )
    def test_an_address_is_read(self, said: str, is_read_as: MailServer) -> None:
        assert read({"FOREWORD_SMTP_URL": said + self.FROM}).mail == is_read_as

    @pytest.mark.parametrize(
        "said",
        [
            "mail.council.example",
            "https://mail.council.example/?from=a@b.example",
            "smtp://mail.council.example:99999/?from=a@b.example",
            "smtp://mail.council.example:0/?from=a@b.example",
            "smtp://mail..council.example/?from=a@b.example",
            "smtp://mail.council.example",
            "smtp://mail.council.example/?from=Foreword",
            "smtp://mail.council.example/?from=a@b.example&tls=no",
            "smtp://mail.council.example/queue?from=a@b.example",
            "smtp://foreword:zanzibar#kettle@mail.council.example/?from=a@b.example",
            "smtp://foreword@mail.council.example/?from=a@b.example",
            "smtp://:zanzibarkettle@mail.council.example/?from=a@b.example",
        ],
    )
    def test_what_is_none_is_refused_without_a_word_of_it(self, said: str) -> None:
        told = problem(FOREWORD_SMTP_URL=said)

        assert "FOREWORD_SMTP_URL" in told
        assert "zanzibar" not in told
        assert "kettle" not in told

    def test_its_password_stands_in_no_repr(self) -> None:
        found = read({"FOREWORD_SMTP_URL": f"smtp://foreword:zanzibarkettle@mail.council.example/{self.FROM}"})

        assert found.mail is not None
        assert found.mail.password == "zanzibarkettle"
        assert "zanzibarkettle" not in repr(found)

    def test_the_demo_calls_nobody(self) -> None:
        assert read({"FOREWORD_SMTP_URL": f"smtp://mail.council.example/{self.FROM}"}).for_demo().mail is None

    def test_without_one_whoever_needs_it_is_told_what_to_do(self) -> None:
        with pytest.raises(SettingsProblem, match="FOREWORD_SMTP_URL is not set, so nobody would be told"):
            _ = read({}).need_mail


def test_without_a_duty_list_whoever_needs_it_is_told_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "authority.toml"
    file.write_text(textwrap.dedent((authority.__doc__ or "").split("\n\n")[1]).partition("[[duty_list]]")[0])
    nobody = read({"FOREWORD_AUTHORITY": str(file)})

    with pytest.raises(SettingsProblem, match=r"nobody on the duty list.*\[\[duty_list\]\]"):
        _ = nobody.need_duty_list
    assert [each.name for each in read({}).for_demo().need_duty_list] == ["Maya Lind", "the Emergency Duty Team"]


@pytest.mark.parametrize(("said", "switched_on"), [("", True), ("yes", True), ("no", False)])
def test_word_lists_can_be_switched_off(said: str, switched_on: bool) -> None:
    assert read({"FOREWORD_WORD_LISTS": said}).word_lists is switched_on
