"""Mail, handed in to the council's own mail server: how the duty list is called.

One connection a mail, with an end to it: a server that answers slowly, or not at all, costs a minute and no more. TLS
is verified as this machine verifies everything (RFC 8314); without it nothing is sent, but to this machine.

A mail is taken when the server has said so at the end of it (RFC 5321 §4.2.5). What happens to the connection after
that changes nothing, so that nobody is called twice for a slow good-bye.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import TYPE_CHECKING

import structlog

from bot.values import MailServer
from consultations.alerting import NotReached, NotTaken
from consultations.duty import Call

if TYPE_CHECKING:
    from aiosmtplib import SMTP

log = structlog.get_logger(__name__)

PATIENCE = 45.0
"""Seconds for one mail: some servers look into a mail before they take it."""

LOOKING = 10.0
"""Seconds for looking whether one would be taken."""


@dataclass(slots=True)
class Mailing:
    """Hands mail in. `failing_since` is None while the server did what it was asked the last time."""

    server: MailServer
    trusted: ssl.SSLContext | None = None  # None: what this machine trusts
    patience: float = PATIENCE
    failing_since: datetime | None = None

    async def send(self, call: Call, to: str, now: datetime) -> None:
        """Hand one call in. NotTaken: the server refuses this address. NotReached: it takes no mail at all."""
        import aiosmtplib

        taken = False
        try:
            async with self._connected(self.patience) as client:
                sender = self.server.sender
                await client.send_message(as_mail(call, to, sender, now), sender=sender, recipients=[to])
                taken = True
        except aiosmtplib.SMTPRecipientsRefused as refused:
            self._works()
            raise NotTaken(f"the mail server answered {refused.recipients[0].code}") from None
        except _fails_with() as problem:
            if not taken:  # otherwise it broke at the good-bye
                self._fails(problem, now)
                raise NotReached(_of(problem)) from None
        self._works()

    async def look(self, now: datetime) -> str:
        """Whether the server would take mail from us, without handing any in: "" if so, else what went wrong."""
        try:
            async with self._connected(min(LOOKING, self.patience)) as client:
                await client.mail(self.server.sender)
                await client.rset()
        except _fails_with() as problem:
            self._fails(problem, now)
            return _of(problem)
        self._works()
        return ""

    async def refused(self, addresses: Sequence[str]) -> tuple[str, ...]:
        """Which of these the server would refuse, without handing anything in. NotReached: it takes no mail at all."""
        import aiosmtplib

        found = []
        try:
            async with self._connected(self.patience) as client:
                await client.mail(self.server.sender)
                for address in addresses:
                    try:
                        await client.rcpt(address)
                    except aiosmtplib.SMTPRecipientRefused:
                        found.append(address)
                await client.rset()
        except _fails_with() as problem:
            raise NotReached(_of(problem)) from None
        return tuple(found)

    @asynccontextmanager
    async def _connected(self, patience: float) -> AsyncIterator[SMTP]:
        """Connected for so long, and signed in where there is a user. What goes wrong is `_fails_with`."""
        import aiosmtplib  # slow to load, and a command that sends no mail does without

        server = self.server
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user or None,
            password=server.password or None,
            local_hostname=server.sender.rpartition("@")[2],  # not this machine's own name, which is nobody's business
            timeout=patience,
            use_tls=server.tls == "at once",
            start_tls=server.tls == "by STARTTLS",
            tls_context=self.trusted if server.tls != "none" else None,
        )
        async with asyncio.timeout(patience), client:
            yield client

    def _fails(self, problem: Exception, now: datetime) -> None:
        if self.failing_since is None:
            self.failing_since = now
            log.error("mail_failing", says=_of(problem))

    def _works(self) -> None:
        if self.failing_since is not None:
            self.failing_since = None
            log.info("mail_works_again")


def as_mail(call: Call, to: str, sender: str, now: datetime) -> EmailMessage:
    """A call as a mail. The same call has the same Message-ID, so that a mailbox may show it once (RFC 5322 §3.6.4)."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, call.subject
    mail["Message-ID"] = f"<{call.id}@{sender.rpartition('@')[2]}>"
    mail["Date"] = now
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: so that nobody's out-of-office answers it
    mail["Importance"] = "high"  # RFC 4021
    mail.set_content(call.text)
    return mail


def _of(problem: Exception) -> str:
    """What went wrong: its kind, and the server's number where it gave one. Never its text, which quotes addresses."""
    code = getattr(problem, "code", None)
    kind = type(problem).__name__
    return f"{kind} {code}" if isinstance(code, int) else kind


def _fails_with() -> tuple[type[Exception], ...]:
    """What comes up where a mail server takes no mail. Running out of patience is an OSError."""
    import aiosmtplib

    return aiosmtplib.SMTPException, OSError
