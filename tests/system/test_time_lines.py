"""A contact's time line tells everything that became of their links and bookings, once, newest first."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from gateway.console import time_line
from gateway.console.time_line import Moment
from shared.call import Peers
from shared.contracts import time_lines
from shared.contracts.time_lines import Trace
from shared.identity import Identity
from tests.eventually import eventually
from tests.stack import Stack
from tests.system.client import Client
from tests.system.conftest import NewApp
from tests.system.making import a_booking_link, a_contact, a_link, an_email, book, free_times, link_now, wish


@pytest.fixture
async def gateway(stack: Stack) -> AsyncIterator[Peers]:
    """The calls that the gateway makes."""
    peers = Peers(Identity("gateway", stack.environment("gateway")["SERVICE_KEY"]), stack.urls)
    yield peers
    await peers.close()


async def _moments(gateway: Peers, app: Client, contact: dict[str, Any]) -> list[Moment]:
    ids = {"app_id": (await app.get("/v1/app")).data["id"], "contact_id": contact["id"]}
    links = await gateway.call(time_lines.trace_links, Trace(), **ids)
    bookings = await gateway.call(time_lines.trace_bookings, Trace(), **ids)
    return time_line.merged(links.links, bookings.bookings)


def _told(moments: list[Moment], link: dict[str, Any]) -> list[str]:
    """What happened to one link and its bookings, the first first."""
    return [moment.kind for moment in reversed(moments) if str(moment.link_id) == link["id"]]


async def _hold(app: Client, page: dict[str, Any], link: dict[str, Any], start: str) -> dict[str, Any]:
    body = wish(start, email=link["contact"]["email"], single_use_token=link["token"])
    made: dict[str, Any] = (await book(app, page, body)).data
    return made


async def _open(app: Client, page: dict[str, Any], link: dict[str, Any]) -> None:
    body = {"single_use_token": link["token"]}
    await app.post(f"/book/{page['slug']}/prefill", body)
    await eventually(lambda: _opened(app, link))


async def _opened(app: Client, link: dict[str, Any]) -> bool:
    return bool((await link_now(app, link))["opened_count"])


async def test_minted_opened_held_booked_moved_and_cancelled_are_told_in_their_order(
    new_app: NewApp, gateway: Peers
) -> None:
    app = await new_app()
    contact, page = await a_contact(app), await a_booking_link(app, graph="confirm_decline")
    times = await free_times(app, page)
    source = {"channel": "workflow", "step": "reminder", "campaign": "spring"}
    link = await a_link(app, page, contact_id=contact["id"], source=source)
    await _open(app, page, link)
    booking = await _hold(app, page, link, times[0])
    await app.put(f"/v1/bookings/{booking['id']}/confirm")
    moved = (
        await app.put(f"/v1/bookings/{booking['id']}/reschedule", data=f'{{"start": "{times[3]}"}}')
    ).data
    await app.put(f"/v1/bookings/{moved['rescheduled_to']}/cancel")
    moments = await _moments(gateway, app, contact)
    assert _told(moments, link) == ["minted", "opened", "held", "booked", "moved", "cancelled"]
    first, last = moments[-1], moments[0]
    assert first.source is not None
    assert (first.source.step, first.source.campaign) == ("reminder", "spring")
    assert (str(last.booking_id), last.actor) == (moved["rescheduled_to"], "api")
    assert [moment.at for moment in moments] == sorted((moment.at for moment in moments), reverse=True)


async def test_expired_revoked_refused_and_declined_are_told(
    new_app: NewApp, gateway: Peers, stack: Stack
) -> None:
    app = await new_app()
    contact, page = await a_contact(app), await a_booking_link(app, graph="confirm_decline")
    times = await free_times(app, page)
    expired, revoked, declined = [await a_link(app, page, contact_id=contact["id"]) for _ in range(3)]
    booking = await _hold(app, page, declined, times[0])
    await app.put(f"/v1/bookings/{booking['id']}/decline")
    waiting = await _hold(app, page, revoked, times[1])
    await app.post(f"/v1/single-use-links/{revoked['id']}/revoke")
    await app.put(f"/v1/bookings/{waiting['id']}/confirm")
    conn = await asyncpg.connect(stack.dsn["tokens"])
    try:
        sooner = "update scheduling_single_use_links set expires_at = now() where id = $1"
        await conn.execute(sooner, expired["id"])
    finally:
        await conn.close()
    moments = await _moments(gateway, app, contact)
    assert _told(moments, expired) == ["minted", "expired"]
    assert _told(moments, declined) == ["minted", "held", "declined"]
    assert _told(moments, revoked) == ["minted", "held", "revoked", "refused", "failed"]
    [refused] = [moment for moment in moments if moment.kind == "refused"]
    assert (refused.reason, str(refused.booking_id)) == ("link_revoked", waiting["id"])


async def test_nobody_elses_links_and_bookings_are_told(
    new_app: NewApp, other_app: Client, gateway: Peers
) -> None:
    app = await new_app()
    contact, page = await a_contact(app), await a_booking_link(app)
    link = await a_link(app, page, contact_id=contact["id"])
    await a_link(app, page, contact={"name": "Mei Lin", "email": an_email()})
    assert [moment.kind for moment in await _moments(gateway, app, contact)] == ["minted"]
    assert await _moments(gateway, other_app, contact) == []
    assert (await link_now(app, link))["status"] == "open"


async def test_a_long_time_line_comes_page_by_page(new_app: NewApp, gateway: Peers) -> None:
    app = await new_app()
    contact, page = await a_contact(app), await a_booking_link(app)
    links = [await a_link(app, page, contact_id=contact["id"]) for _ in range(3)]
    for link, start in zip(links, await free_times(app, page), strict=False):
        await _hold(app, page, link, start)
    ids = {"app_id": (await app.get("/v1/app")).data["id"], "contact_id": contact["id"]}
    first = await gateway.call(time_lines.trace_links, Trace(2), **ids)
    rest = await gateway.call(time_lines.trace_links, Trace(2, first.next_before), **ids)
    told = [str(traced.link.id) for traced in (*first.links, *rest.links)]
    assert (told, rest.next_before) == ([link["id"] for link in reversed(links)], None)
    newest = await gateway.call(time_lines.trace_bookings, Trace(2), **ids)
    oldest = await gateway.call(time_lines.trace_bookings, Trace(2, newest.next_before), **ids)
    booked = [str(traced.booking.single_use_link_id) for traced in (*newest.bookings, *oldest.bookings)]
    assert (booked, oldest.next_before) == (told, None)
