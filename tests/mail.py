"""A real mail server on this machine, which takes mail, or does what mail servers do on a bad day.

It speaks SMTP over a real socket (aiosmtpd). `taken` is all it has said 250 to. Whatever goes wrong is set while it
runs: `refuses` some addresses, `slowly` answers at the end of a mail, `drops` the connection in the middle of one.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.values import MailServer

SENDER = "foreword@council.example"
USER, PASSWORD = "foreword", "zanzibar/kettle"


@dataclass(frozen=True)
class Taken:
    """One mail the server took."""

    to: str
    mail: EmailMessage

    @property
    def text(self) -> str:
        """What stands in it."""
        return str(self.mail.get_content())


@dataclass
class Server:
    """The server, as a test sees and spoils it."""

    port: int = 0
    taken: list[Taken] = field(default_factory=list)
    came: int = 0  # how often somebody came with a mail, or to look
    refuses: set[str] = field(default_factory=set)
    refuses_senders: bool = False
    slowly: float = 0.0  # seconds before it takes a mail
    drops: bool = False
    on_coming: Callable[[], None] = lambda: None  # called before it says anything about a mail
    on_mail: Callable[[], None] = lambda: None  # called when it has one, before it says so
    signed_in: bool = False
    _up: asyncio.Server | None = None
    _protocol: Callable[[], SMTP] | None = None
    _open: list[SMTP] = field(default_factory=list)

    @property
    def url(self) -> str:
        """As FOREWORD_SMTP_URL."""
        return f"smtp://127.0.0.1:{self.port}/?from={SENDER}"

    @property
    def plain(self) -> MailServer:
        """As it is on this machine."""
        return MailServer("127.0.0.1", self.port, SENDER, tls="none")

    @property
    def called(self) -> list[str]:
        """To whom mail went, in order."""
        return [each.to for each in self.taken]

    async def goes_down(self) -> None:
        """Nobody listens any more, and whoever is there is thrown out."""
        if self._up is not None:
            self._up.close()
            for each in self._open:
                if isinstance(each.transport, asyncio.WriteTransport):
                    each.transport.abort()
            await self._up.wait_closed()
            self._up = None
            await asyncio.sleep(0)

    async def comes_up(self) -> None:
        """It listens, on the port it had."""
        assert self._protocol is not None
        self._up = await asyncio.get_running_loop().create_server(self._protocol, "127.0.0.1", self.port)
        self.port = self._up.sockets[0].getsockname()[1]

    # what aiosmtpd asks

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.came += 1
        self.on_coming()
        if self.refuses_senders:
            return "550 5.7.1 nothing from you"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuses:
            return f"550 5.1.1 {address} is nobody here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.drops:
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
            return "421 gone"
        await asyncio.sleep(self.slowly)
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.taken += [Taken(each, mail) for each in envelope.rcpt_tos]
        self.on_mail()
        return "250 2.0.0 taken"


@asynccontextmanager
async def mail_server(
    *, starttls: ssl.SSLContext | None = None, at_once: ssl.SSLContext | None = None, signs_in: bool = False
) -> AsyncIterator[Server]:
    """A server that takes everything, until the block ends."""
    server = Server()

    def authenticator(smtp: SMTP, session: Session, envelope: Envelope, mechanism: str, said: object) -> AuthResult:
        assert isinstance(said, LoginPassword)
        server.signed_in = (said.login, said.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=server.signed_in, handled=False)

    def protocol() -> SMTP:
        speaks = SMTP(
            server,
            hostname="mail.council.example",
            tls_context=starttls,
            require_starttls=starttls is not None,
            authenticator=authenticator if signs_in else None,
            auth_require_tls=False,
            loop=asyncio.get_running_loop(),
        )
        server._open.append(speaks)
        return speaks

    server._protocol = protocol
    if at_once is None:
        await server.comes_up()
    else:
        server._up = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0, ssl=at_once)
        server.port = server._up.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        await server.goes_down()


@contextmanager
def mail_server_aside() -> Iterator[Server]:
    """The same in a thread of its own, for a test that has no loop, or stops one."""
    up: Future[tuple[Server, Callable[[], object]]] = Future()

    async def serves() -> None:
        over = asyncio.Event()
        loop = asyncio.get_running_loop()
        async with mail_server() as made:
            up.set_result((made, lambda: loop.call_soon_threadsafe(over.set)))
            await over.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serves()))
    thread.start()
    server, stop = up.result(30)
    try:
        yield server
    finally:
        stop()
        thread.join()


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A certificate for this machine: for the server that shows it, and for a client that trusts it alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.council.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "mail.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    shows = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shows.load_cert_chain(file)
    return shows, ssl.create_default_context(cafile=str(file))
