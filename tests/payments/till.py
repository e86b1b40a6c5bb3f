"""The sandbox's counter, where visitors pay, and the money oracle that all tests of payments use."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import aiohttp

from tests.eventually import eventually
from tests.faults.desk import findings
from tests.faults.records import fetch
from tests.stack import Stack

OWED = """
    select count(*) from payments
    where status in ('expire_pending', 'capture_pending', 'release_pending', 'refund_pending')"""
UNDER_WAY = "select count(*) from bookings where state = 'confirming'"
# What the payments say that we have of the visitors, and what the meetings that stand are worth.
BALANCE = """
    select (select coalesce(sum(amount), 0) from payments
            where status in ('capture_pending', 'captured', 'capture_failed'))
        - (select coalesce(sum(p.amount), 0) from bookings b join payments p on p.id = b.payment_id
            where b.state in ('confirmed', 'completed'))"""
STATUS = "select status from payments where id = $1"
JOURNAL = "select to_status from payment_changes where payment_id = $1 order by id"


class Till:
    """What the sandbox of a stack does, read and told past everybody else."""

    def __init__(self, stack: Stack, http: aiohttp.ClientSession) -> None:
        self.stack = stack
        self._http = http

    async def pay(self, booking: Mapping[str, Any], how: str = "pay") -> dict[str, Any]:
        """A visitor at the checkout of a booking: `pay`, `decline`, or `late`."""
        session = await self.session(booking)
        paid: dict[str, Any] = await self._ask("POST", f"/sessions/{session['id']}/pay", {"how": how})
        return paid

    async def try_to_pay(self, session: Mapping[str, Any], how: str) -> int:
        """As `pay`, where it may be too late for that: 200, or 409."""
        status, _ = await self._knock("POST", f"/sessions/{session['id']}/pay", {"how": how})
        return status

    async def session(self, booking: Mapping[str, Any]) -> dict[str, Any]:
        """The one session of a booking, as the sandbox has it."""
        [found] = [one for one in (await self.sessions()) if one["payment_id"] == str(booking["id"])]
        return found

    async def sessions(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self._ask("GET", "/records"))["sessions"]
        return found

    async def moved(self, booking: Mapping[str, Any]) -> list[str]:
        """What became of a booking's money, in order."""
        session = await self.session(booking)
        movements = (await self._ask("GET", "/records"))["movements"]
        money = {"authorised", "captured", "released", "refunded"}
        return [
            one["what"] for one in movements if one["session_id"] == session["id"] and one["what"] in money
        ]

    async def give_back(self, booking: Mapping[str, Any]) -> None:
        """What somebody does in the provider's own dashboard."""
        session = await self.session(booking)
        await self._ask("POST", f"/money/{session['money']['id']}/give-back")

    async def switch(self, **values: object) -> None:
        """Flip the sandbox's switches."""
        await self._ask("PUT", "/switches", values)

    async def _ask(self, method: str, path: str, body: object = None) -> Any:
        status, told = await self._knock(method, path, body)
        assert status == 200, (status, told)
        return told

    async def _knock(self, method: str, path: str, body: object) -> tuple[int, Any]:
        secret = self.stack.environment("sandbox_payments")["SANDBOX_SECRET"]
        headers = {"Authorization": f"Bearer {secret}"}
        url = self.stack.urls["sandbox_payments"] + path
        async with self._http.request(method, url, json=body, headers=headers) as answer:
            return answer.status, await answer.json()

    async def status(self, booking: Mapping[str, Any]) -> str:
        """The payment's status in booking's own database."""
        [[found]] = await fetch(self.stack.dsn["booking"], STATUS, UUID(str(booking["id"])))
        return str(found)

    async def becomes(self, booking: Mapping[str, Any], status: str, within: float = 20) -> None:
        """Wait until the payment has this status."""

        async def so() -> bool:
            return await self.status(booking) == status

        await eventually(so, within=within)

    async def journal(self, booking: Mapping[str, Any]) -> list[str]:
        """Every status that the payment has had."""
        return [row[0] for row in await fetch(self.stack.dsn["booking"], JOURNAL, UUID(str(booking["id"])))]

    async def balanced(self) -> None:
        """At any moment: what we took is what the standing bookings cost, and the auditor is content."""
        off, found = await self.off(), await findings(self.stack)
        assert (off, found) == (0, []), (off, found)

    async def off(self) -> int:
        """By how much what we took differs from what the standing bookings cost."""
        [[difference]] = await fetch(self.stack.dsn["booking"], BALANCE)
        return int(difference)

    async def settled(self, within: float = 30) -> None:
        """Wait until nothing is owed, and every authorisation has come to the end that we know of."""

        async def quiet() -> bool:
            dsn = self.stack.dsn["booking"]
            return [(await fetch(dsn, text))[0][0] for text in (OWED, UNDER_WAY)] == [0, 0]

        await eventually(quiet, within=within)
        await self.balanced()
        await eventually(self._as_we_know, within=within)

    async def _as_we_know(self) -> bool:
        """What the sandbox did may take a moment to be known here."""
        ours = dict(await fetch(self.stack.dsn["booking"], "select id::text, status from payments"))
        for session in await self.sessions():
            money, status = session["money"], ours[session["payment_id"]]
            assert money is None or money["status"] in _FINAL.get(status, ()), (status, session)
            assert money is not None or status in ("pending", "expired"), (status, session)
        return True


_FINAL = {
    "authorised": ("authorised",),
    "captured": ("captured",),
    "capture_failed": ("authorised", "released"),
    "released": ("released",),
    "refunded": ("refunded",),
    "quarantined": ("authorised",),
}
"""Which end of the money there goes with which status here; `authorised` still waits for its host."""
