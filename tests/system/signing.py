"""Action links as a team makes them, with an API key of its own."""

from typing import Any
from uuid import UUID

import jwt

from shared.call import Peers
from shared.contracts import actions
from shared.contracts.actions import Permit, Presented
from shared.errors import Refusal
from tests.system.client import Client
from tests.system.making import a_booking_link, free_times, wish


def key_of(app: Client) -> str:
    """The API key that the program proves itself with."""
    return app.headers["Authorization"].removeprefix("Bearer ")


def sign(
    key: str, booking: dict[str, Any], action: str = "cancel", *, kid: str | None = None, **more: Any
) -> str:
    """As any JWT library does it; `more` are further claims."""
    claims = {"booking_id": booking["id"], "action": action, **more}
    return jwt.encode(claims, key, algorithm="HS256", headers=None if kid is None else {"kid": kid})


async def a_booking(app: Client, **fields: Any) -> dict[str, Any]:
    """A booking of a host of its own."""
    page = await a_booking_link(app, **fields)
    body = wish((await free_times(app, page))[0], booking_link_id=page["id"])
    made: dict[str, Any] = (await app.post("/v1/bookings", body)).data
    return made


async def check(app: Client, signature: str, **fields: Any) -> dict[str, Any]:
    """What the self-check says."""
    said: dict[str, Any] = (await app.post("/v1/action-links/check", {"signature": signature, **fields})).data
    return said


def failed(checked: dict[str, Any]) -> str | None:
    """The step that does not hold, if any; it is the last that is told."""
    names = [step["name"] for step in checked["steps"] if not step["passed"]]
    assert checked["valid"] is not bool(names)
    assert names in ([], [checked["steps"][-1]["name"]])
    return names[0] if names else None


async def inspect(
    gateway: Peers, booking: dict[str, Any] | UUID, signature: str, action: str = "cancel"
) -> Permit | str:
    """What the link permits, or the code it is refused with, as the gateway asks it."""
    booking_id = str(booking["id"] if isinstance(booking, dict) else booking)
    try:
        return await gateway.call(actions.inspect_link, Presented(booking_id, action, signature))
    except Refusal as refusal:
        return refusal.code
