"""Mail is handed in to a real server, or it is said that it was not: never half, never for ever, never in the clear."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from bot.mailing import Mailing
from bot.values import Tls
from consultations.alerting import NotReached, NotTaken
from consultations.duty import Call
from tests.hunt import hunt
from tests.mail import PASSWORD, SENDER, USER, Server, certificate, mail_server

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LATER = datetime(2026, 11, 20, 12, 5, tzinfo=UTC)
MAYA, DESK = "maya.zanzibarkettle@council.example", "desk@council.example"
CALL = Call("0f1e.1", "Foreword: somebody is needed now (LW-1042-3)", "Told us at 12:00\n\nhttps://staff.example/a\n")


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Server]:
    async with mail_server() as made:
        yield made


async def test_a_call_arrives_as_it_was_said(server: Server) -> None:
    await Mailing(server.plain).send(CALL, MAYA, NOON)

    [taken] = server.taken
    assert (taken.to, taken.mail["From"], taken.mail["To"]) == (MAYA, SENDER, MAYA)
    assert taken.mail["Subject"] == CALL.subject
    assert taken.text.replace("\r\n", "\n") == CALL.text
    assert taken.mail["Date"].datetime == NOON


async def test_no_machine_answers_it_and_the_same_call_sent_twice_is_known_to_be_the_same(server: Server) -> None:
    mailing = Mailing(server.plain)
    await mailing.send(CALL, MAYA, NOON)
    await mailing.send(CALL, MAYA, LATER)
    await mailing.send(replace(CALL, id="0f1e.2"), MAYA, LATER)

    first, again, next_call = (each.mail for each in server.taken)
    assert first["Auto-Submitted"] == "auto-generated"  # RFC 3834
    assert first["Message-ID"] == again["Message-ID"] == "<0f1e.1@council.example>"
    assert next_call["Message-ID"] != first["Message-ID"]


async def test_an_address_that_is_refused_is_told_apart_from_a_server_that_is_down(server: Server) -> None:
    mailing = Mailing(server.plain)
    server.refuses.add(MAYA)
    with pytest.raises(NotTaken, match="550") as refused:
        await mailing.send(CALL, MAYA, NOON)
    after = mailing.failing_since
    await mailing.send(CALL, DESK, NOON)
    await server.goes_down()
    with pytest.raises(NotReached):
        await mailing.send(CALL, DESK, NOON)

    assert server.called == [DESK]
    assert after is None
    assert not hunt(["zanzibarkettle"], repr(refused.value))


async def test_since_when_it_fails_is_known_until_it_works_again(server: Server) -> None:
    mailing = Mailing(server.plain)
    await server.goes_down()
    for at in (NOON, LATER):
        with pytest.raises(NotReached):
            await mailing.send(CALL, MAYA, at)
    down = mailing.failing_since
    await server.comes_up()
    await mailing.send(CALL, MAYA, LATER)

    assert down == NOON
    assert mailing.failing_since is None


async def test_a_server_that_does_not_answer_costs_so_long_and_no_longer(server: Server) -> None:
    server.slowly = 60.0
    async with silent() as port:
        for told in (server.plain, replace(server.plain, port=port)):
            mailing = Mailing(told, patience=0.3)
            with pytest.raises(NotReached):
                await asyncio.wait_for(mailing.send(CALL, MAYA, NOON), 10)
            assert mailing.failing_since == NOON

    assert server.taken == []


async def test_a_server_that_is_slow_and_takes_it_has_taken_it(server: Server) -> None:
    server.slowly = 0.5
    await Mailing(server.plain).send(CALL, MAYA, NOON)

    assert server.called == [MAYA]


async def test_a_connection_that_breaks_before_it_was_taken_is_a_call_that_did_not_go_out(server: Server) -> None:
    server.drops = True
    with pytest.raises(NotReached):
        await Mailing(server.plain).send(CALL, MAYA, NOON)

    assert server.taken == []


async def test_a_connection_that_breaks_after_it_was_taken_is_a_call_that_went_out() -> None:
    async with curt() as (port, heard):
        mailing = Mailing(Server(port=port).plain)
        await mailing.send(CALL, MAYA, NOON)

    assert b"somebody is needed now" in bytes(heard)
    assert mailing.failing_since is None


async def test_looking_hands_nothing_in_and_finds_what_sending_would(server: Server) -> None:
    mailing = Mailing(server.plain)
    well = await mailing.look(NOON)
    server.refuses_senders = True
    refused = await mailing.look(NOON)
    failing = mailing.failing_since
    server.refuses_senders = False
    again = await mailing.look(LATER)

    assert (well, refused, again) == ("", "SMTPSenderRefused 550", "")
    assert (failing, mailing.failing_since) == (NOON, None)
    assert server.came == 3
    assert server.taken == []


async def test_it_is_said_once_in_the_log_that_mail_fails_and_once_that_it_works_without_an_address(
    server: Server,
) -> None:
    mailing = Mailing(server.plain)
    await server.goes_down()
    with capture_logs() as logged:
        await mailing.look(NOON)
        await mailing.look(LATER)
        await server.comes_up()
        server.refuses.add(MAYA)
        with pytest.raises(NotTaken):
            await mailing.send(CALL, MAYA, LATER)
        await mailing.look(LATER)

    assert [each["event"] for each in logged] == ["mail_failing", "mail_works_again"]
    assert not hunt(["zanzibarkettle"], repr(logged))


class TestInTheOpen:
    """Beyond this machine everything is under TLS, verified, and the password goes nowhere else."""

    @pytest.mark.parametrize("tls", ["by STARTTLS", "at once"])
    async def test_it_is_handed_in_under_tls_by_whom_the_server_knows(self, tmp_path: Path, tls: Tls) -> None:
        shows, trusts = certificate(tmp_path)
        starttls, at_once = (shows, None) if tls == "by STARTTLS" else (None, shows)
        async with mail_server(starttls=starttls, at_once=at_once, signs_in=True) as server:
            told = replace(server.plain, tls=tls, user=USER, password=PASSWORD)
            await Mailing(told, trusted=trusts).send(CALL, MAYA, NOON)

        assert server.called == [MAYA]
        assert server.signed_in

    @pytest.mark.parametrize("tls", ["by STARTTLS", "at once"])
    async def test_to_a_server_that_is_not_the_one_it_says_nothing_is_said(self, tmp_path: Path, tls: Tls) -> None:
        shows, _ = certificate(tmp_path)
        starttls, at_once = (shows, None) if tls == "by STARTTLS" else (None, shows)
        async with mail_server(starttls=starttls, at_once=at_once, signs_in=True) as server:
            told = replace(server.plain, tls=tls, user=USER, password=PASSWORD)
            with pytest.raises(NotReached):
                await Mailing(told, trusted=ssl.create_default_context()).send(CALL, MAYA, NOON)

        assert (server.came, server.taken, server.signed_in) == (0, [], False)

    async def test_a_server_without_tls_is_told_no_password_and_no_mail(self) -> None:
        async with mail_server(signs_in=True) as server:
            told = replace(server.plain, tls="by STARTTLS", user=USER, password=PASSWORD)
            with pytest.raises(NotReached):
                await Mailing(told).send(CALL, MAYA, NOON)

        assert (server.came, server.taken, server.signed_in) == (0, [], False)

    async def test_a_wrong_password_is_a_server_that_takes_no_mail(self) -> None:
        async with mail_server(signs_in=True) as server:
            mailing = Mailing(replace(server.plain, user=USER, password="wrong"))
            found = await mailing.look(NOON)

        assert found == "SMTPAuthenticationError 535"
        assert mailing.failing_since == NOON


@asynccontextmanager
async def silent() -> AsyncIterator[int]:
    """The port of somebody who takes calls and says nothing."""
    over = asyncio.Event()

    async def listens(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await over.wait()
        writer.close()

    listening = await asyncio.start_server(listens, "127.0.0.1", 0)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        over.set()
        listening.close()
        await listening.wait_closed()


@asynccontextmanager
async def curt() -> AsyncIterator[tuple[int, bytearray]]:
    """The port of a server that takes a mail and is gone without a good-bye; and all it heard."""
    heard = bytearray()

    async def listens(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        while line := await reader.readline():
            heard.extend(line)
            if line.startswith(b"DATA"):
                writer.write(b"354 go on\r\n")
                heard.extend(await reader.readuntil(b"\r\n.\r\n"))
                writer.write(b"250 taken\r\n")
                await writer.drain()
                break
            writer.write(b"250 OK\r\n")
        writer.transport.abort()

    listening = await asyncio.start_server(listens, "127.0.0.1", 0)
    try:
        yield listening.sockets[0].getsockname()[1], heard
    finally:
        listening.close()
        await listening.wait_closed()
