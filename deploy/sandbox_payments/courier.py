"""Sends webhooks, one after the other, until each has been answered with 2xx."""

import time

import aiohttp

from deploy.sandbox_payments import outbox
from deploy.sandbox_payments.outbox import Webhook
from deploy.sandbox_payments.signature import HEADER, sign
from deploy.sandbox_payments.till import Till
from shared import telemetry

TIMEOUT = aiohttp.ClientTimeout(total=5)


class Courier:
    """Takes webhooks of the till's records to one address."""

    def __init__(self, till: Till, address: str) -> None:
        self._till, self._address = till, address
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def deliver(self) -> int:
        """Send what is due; returns how many arrived."""
        return sum(
            [await self._deliver(webhook) for webhook in await self._till.records.transact(outbox.due)]
        )

    async def _deliver(self, webhook: Webhook) -> bool:
        arrived = all([await self._send(webhook) for _ in range(webhook.copies)])
        if arrived:
            await self._till.records.transact(lambda conn, _: outbox.sent(conn, webhook))
        else:
            await self._till.records.transact(lambda conn, now: outbox.failed(conn, now, webhook))
        return arrived

    async def _send(self, webhook: Webhook) -> bool:
        headers = {
            "Content-Type": "application/json",
            HEADER: sign(self._till.secret, time.time(), webhook.body),
        }
        try:
            async with self._open().post(
                self._address, data=webhook.body.encode(), headers=headers, allow_redirects=False
            ) as response:
                status = response.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            telemetry.log.info("webhook not sent", webhook=webhook.id, error=type(error).__name__)
            return False
        if not 200 <= status < 300:
            telemetry.log.info("webhook not taken", webhook=webhook.id, status=status)
        return 200 <= status < 300

    def _open(self) -> aiohttp.ClientSession:
        """The session, made at the first webhook: it belongs to the running loop."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=TIMEOUT, cookie_jar=aiohttp.DummyCookieJar())
        return self._session
