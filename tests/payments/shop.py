"""Paid booking links, and bookings on them that wait for their money."""

from typing import Any, NamedTuple

from tests.eventually import eventually
from tests.faults.records import fetch
from tests.payments.till import Till
from tests.system.client import Client
from tests.system.following import now
from tests.system.making import a_booking_link, a_link, book_with, link_now

EURO = {"amount": 4000, "currency": "EUR"}
INSTANT, ASKED = "instant_payment", "confirm_decline_payment"


class Held(NamedTuple):
    """A booking that waits for its money, the link it was made with, and the page it was made on."""

    page: dict[str, Any]
    link: dict[str, Any]
    booking: dict[str, Any]


async def hold(app: Client, visitor: Client, graph: str = INSTANT, **fields: Any) -> Held:
    """A visitor has chosen a time with a single-use link, and is sent to pay."""
    page = await a_booking_link(app, **{"graph": graph, "price": EURO, **fields})
    link = await a_link(app, page)
    made = await book_with(visitor, page, link, email=link["contact"]["email"])
    assert made.data["state"] == "pending_payment", made.text
    return Held(page, link, made.data)


async def reaches(app: Client, booking: dict[str, Any], state: str, within: float = 20) -> dict[str, Any]:
    """Wait until the booking is in this state; as it is then."""

    async def there() -> dict[str, Any]:
        found = await now(app, booking)
        return found if found["state"] == state else {}

    return await eventually(there, within=within)


async def link_is(app: Client, link: dict[str, Any]) -> str:
    status: str = (await link_now(app, link))["status"]
    return status


async def end_hold(till: Till, booking: dict[str, Any]) -> None:
    """Turn the clock of one hold instead of waiting for its end; the sweep looks at once."""
    turn = "update payments set expires_at = now() - interval '1 second', due_at = now() where id = $1"
    await fetch(till.stack.dsn["booking"], turn, booking["id"])
