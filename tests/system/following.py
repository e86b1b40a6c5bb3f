"""Action links as people and programs follow them."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from tests.system.client import Answer, Client
from tests.system.making import a_booking_link, free_times, wish
from tests.system.signing import key_of, sign

HTML = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
JSON = {"Accept": "application/json"}
THANKS = "https://thanks.example"
"""The one origin that the apps of these tests allow."""
ACTIONS = ("confirm", "decline", "cancel", "cancel_by_customer", "reschedule_by_customer")
LEADS_TO = {
    "confirm": "confirmed",
    "decline": "declined",
    "cancel": "cancelled",
    "cancel_by_customer": "cancelled_by_customer",
    "reschedule_by_customer": "rescheduled_by_customer",
}


def place(booking: Mapping[str, Any], action: str) -> str:
    """A link's path, without its query."""
    return f"/bookings/{booking['id']}/external_action/{action}"


def link(
    app: Client, booking: dict[str, Any], action: str = "cancel", redirect: str | None = None, **claims: Any
) -> str:
    """A link that the app has signed with its key."""
    query = {"signature": sign(key_of(app), booking, action, **claims)}
    query |= {} if redirect is None else {"redirect": redirect}
    return f"{place(booking, action)}?{urlencode(query, quote_via=quote)}"


async def offering(app: Client, action: str) -> dict[str, Any]:
    """A booking that offers this action: one that waits for its host, or a confirmed one."""
    graph = "confirm_decline" if action in ("confirm", "decline") else "instant"
    page = await a_booking_link(app, graph=graph)
    body = wish((await free_times(app, page))[0], booking_link_id=page["id"])
    made: dict[str, Any] = (await app.post("/v1/bookings", body)).data
    return made


async def now(app: Client, booking: Mapping[str, Any], include: str = "") -> dict[str, Any]:
    """The booking as it is."""
    read = await app.get(f"/v1/bookings/{booking['id']}" + (f"?include={include}" if include else ""))
    found: dict[str, Any] = read.data
    return found


async def other_time(app: Client, booking: dict[str, Any], index: int = 5) -> str:
    """A free time that the booking may move to, as the customer is told of it."""
    address = link(app, booking, "reschedule_by_customer").replace("?", "/slots?")
    start = booking["start"][:10]
    asked = await app.get(f"{address}&from={start}&to={start}&timezone=UTC")
    times: list[str] = asked.data["slots"]
    return times[index]


async def act(app: Client, visitor: Client, booking: dict[str, Any], action: str, **options: Any) -> Answer:
    """POST a link of this action, with a start where it needs one."""
    body = {"start": await other_time(app, booking)} if action == "reschedule_by_customer" else None
    return await visitor.post(link(app, booking, action), body, **options)
