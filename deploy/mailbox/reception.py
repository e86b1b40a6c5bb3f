"""The SMTP side: takes in whatever comes, unless the switches say otherwise."""

import asyncio
from collections.abc import Sequence

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.mailbox.records import Records
from deploy.mailbox.switches import Stage, Switchboard

LARGEST_LETTER = 2 * 1024 * 1024
IDENT = "Bookonce mailbox"
TAKEN = "250 kept"


class Reception:
    """A mail server for everybody's mail; what it has answered 250 to is kept."""

    def __init__(self, records: Records, switchboard: Switchboard) -> None:
        self._records = records
        self._switchboard = switchboard
        self._server: asyncio.Server | None = None

    async def open(self, listen: str) -> None:
        loop = asyncio.get_running_loop()

        def protocol() -> SMTP:
            return SMTP(
                self,
                hostname="mailbox.localhost",
                ident=IDENT,
                data_size_limit=LARGEST_LETTER,
                enable_SMTPUTF8=True,
                loop=loop,
            )

        host, _, port = listen.rpartition(":")
        self._server = await loop.create_server(protocol, host.strip("[]"), int(port))

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = await self._misbehave("recipient", [address])
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        refused = await self._misbehave("letter", envelope.rcpt_tos)
        if refused is not None:
            return refused
        content = envelope.original_content or b""
        await self._records.add((envelope.mail_from or "").strip("<>"), envelope.rcpt_tos, content)
        return await self._misbehave("kept", envelope.rcpt_tos) or TAKEN

    async def _misbehave(self, stage: Stage, recipients: Sequence[str]) -> str | None:
        """The answer to give instead of a yes, after the wait that is due."""
        met = self._switchboard.meets(stage, recipients)
        if met is None:
            return None
        await asyncio.sleep(met.delay_ms / 1000)
        return met.answer
