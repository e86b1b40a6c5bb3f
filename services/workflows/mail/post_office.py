"""Letters on their way: one connection to one mail server per letter, and what came of it."""

import asyncio
import ssl
from contextlib import suppress
from datetime import datetime
from typing import Literal

import aiosmtplib
from msgspec import Struct

from services.workflows.mail import answers
from services.workflows.mail.answers import Hard, Sent, Soft
from services.workflows.mail.header_values import mailbox
from services.workflows.mail.letter import Letter, Unsendable
from services.workflows.mail.message import compose
from shared import telemetry

Security = Literal["none", "starttls", "tls"]
GOODBYE_SECONDS = 2


class MailServer(Struct, frozen=True, kw_only=True):
    """Where mail goes out. `sender` is the envelope's: bounces come back to it.

    `timeout` bounds a whole delivery, in seconds. With `starttls` a server that does not offer it gets
    nothing; certificates are checked against the system's authorities (or those of SSL_CERT_FILE).
    """

    host: str
    port: int
    sender: str
    security: Security = "starttls"
    username: str | None = None
    password: str | None = None
    timeout: float = 30


class PostOffice:
    """Hands letters to one mail server; Unsendable when the server's `sender` is no address."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._sender = mailbox(server.sender)
        self._tls = None if server.security == "none" else ssl.create_default_context()

    async def deliver(self, letter: Letter, now: datetime) -> Sent | Soft | Hard:
        """Try once; whatever goes wrong is an answer. `now` dates the message."""
        try:
            content, recipient = compose(letter, now).as_bytes(), mailbox(letter.recipient.email)
        except Unsendable as flaw:
            return Hard(str(flaw))
        outcome = await self._try(content, recipient)
        if isinstance(outcome, Soft) and outcome.alarm:
            telemetry.alarms.labels("mail_server").inc()
            telemetry.log.error("no mail goes out", reason=outcome.reason)
        return outcome

    async def _try(self, content: bytes, recipient: str) -> Sent | Soft | Hard:
        client = self._client()
        try:
            async with asyncio.timeout(self._server.timeout):
                await client.connect()
                # Bodies travel in seven bits: what goes beyond is an address.
                plain = content.isascii() and f"{self._sender}{recipient}".isascii()
                options = [] if plain else ["SMTPUTF8"]
                _, answer = await client.sendmail(self._sender, recipient, content, mail_options=options)
            outcome = Sent(answers.on_one_line(answer, recipient))
            # The letter is taken: what happens from here on changes nothing.
            with suppress(*answers.FAULTS):
                await client.quit(timeout=GOODBYE_SECONDS)
            return outcome
        except answers.FAULTS as fault:
            return answers.meaning(fault, recipient)
        finally:
            client.close()

    def _client(self) -> aiosmtplib.SMTP:
        server = self._server
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.username,
            password=server.password,
            timeout=server.timeout,
            use_tls=server.security == "tls",
            start_tls=server.security == "starttls",
            tls_context=self._tls,
        )
