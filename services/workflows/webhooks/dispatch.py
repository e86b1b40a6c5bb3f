"""Sends what is due, many at once, so that no slow receiver holds up the others."""

import asyncio
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from services.workflows.store import due_deliveries
from services.workflows.store.due_deliveries import Due
from services.workflows.vault import Unopened, Vault
from services.workflows.webhooks import noting, secrets, signing
from services.workflows.webhooks.courier import HEADERS, Answer, Courier
from services.workflows.webhooks.noting import Tried
from services.workflows.webhooks.payload import Fill, Present, as_it_is, body_of, plain
from shared import telemetry
from shared.contracts.webhooks import Attempt
from shared.errors import Refusal
from shared.faults import reach
from shared.postgres import Database

AT_ONCE = 20
PER_ENDPOINT = 4
LEASE = timedelta(seconds=60)
"""Longer than making a body, sending it and noting the answer may take together."""
REST_SECONDS = 0.5
GRACE_SECONDS = 3.0
_PASSING = ("unavailable", "timeout")
_UNOPENED = Answer(None, "its secret can no longer be opened: rotate it", "", 0)


class Dispatch:
    """The deliveries under way in this process.

    `present` says what an event is about, at the first attempt; `fill` completes a body before each.
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        courier: Courier,
        present: Present = plain,
        fill: Fill = as_it_is,
    ) -> None:
        self._database, self._vault, self._courier = database, vault, courier
        self._present, self._fill = present, fill
        self._under_way: dict[asyncio.Task[None], UUID] = {}

    async def close(self) -> None:
        """Give what is under way a moment to end; what it does not finish is sent again later."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=GRACE_SECONDS)
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        await self._courier.close()

    async def send_due(self) -> int:
        """The sweep's work: begin what is due, as far as there is room; returns how many began or ended."""
        before = len(self._under_way)
        began = await self._begin(AT_ONCE - before) if before < AT_ONCE else 0
        # What ended meanwhile had kept its endpoint's next ones from being taken.
        ended = before + began - len(self._under_way)
        if began or ended or not self._under_way:
            return began + ended
        done, _ = await asyncio.wait(
            self._under_way, timeout=REST_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        return len(done)

    async def _begin(self, most: int) -> int:
        busy = Counter(self._under_way.values())
        async with self._database.connection() as conn:
            taken = await due_deliveries.take(conn, most, PER_ENDPOINT, busy, LEASE)
        for due in taken:
            task = asyncio.create_task(self._deliver(due))
            self._under_way[task] = due.webhook_id
            task.add_done_callback(self._under_way.pop)
        return len(taken)

    async def _deliver(self, due: Due) -> None:
        """One attempt; what goes wrong here, and not there, is tried again when the lease is over."""
        try:
            body = due.body or await self._made(due)
            if body is not None:
                await self._send(due, body)
        except Exception as error:
            telemetry.log.warning(
                "webhook not attempted", delivery=str(due.id), error=type(error).__name__, detail=str(error)
            )

    async def _made(self, due: Due) -> bytes | None:
        """The body of an event, kept for all attempts; None when it has just become another."""
        assert due.event is not None  # noqa: S101  the schema has either
        body = await body_of(due.event, self._present)
        async with self._database.connection() as conn:
            return body if await due_deliveries.keep_body(conn, due, body) else None

    async def _send(self, due: Due, body: bytes) -> None:
        try:
            filled = await self._fill(body, due)
        except Refusal as refusal:
            if refusal.code in _PASSING:
                raise
            await self._give_up(due, refusal)
        else:
            await self._attempt(due, body, filled)

    async def _give_up(self, due: Due, refusal: Refusal) -> None:
        """What it speaks of is not there any more: that is no fault of its receiver."""
        attempt = Attempt(datetime.now(UTC), None, f"it could not be put together: {refusal.code}", "", 0)
        async with self._database.connection() as conn:
            await due_deliveries.note(conn, due, attempt, {}, "failed", None)

    async def _attempt(self, due: Due, body: bytes, filled: bytes) -> None:
        at = datetime.now(UTC)
        try:
            headers = signing.sign(secrets.signing(self._vault, due, at), str(due.id), at, filled)
        except Unopened:
            tried = Tried(at, {}, _UNOPENED, random.random())  # noqa: S311
        else:
            await reach("webhook.ready")
            answer = await self._courier.send(due.url, headers, filled)
            await reach("webhook.sent")
            if filled != body:  # The answer may quote what is never stored.
                answer = msgspec.structs.replace(answer, body="")
            tried = Tried(at, HEADERS | dict(headers), answer, random.random())  # noqa: S311
        await self._database.transact(lambda conn: noting.note(conn, due, tried))
        await reach("webhook.noted")
