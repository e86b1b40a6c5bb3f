"""A host who decides about every booking: when the single-use link is spent, and when it is not."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from tests.eventually import eventually
from tests.stack import Stack
from tests.system.client import Client
from tests.system.following import link, now, other_time
from tests.system.making import a_booking_link, a_link, an_email, book_with, free_times, link_now

EXPIRE = "update scheduling_single_use_links set expires_at = now() - interval '1 minute' where id = $1"
BEGIN = """
    update bookings set start_at = now() - interval '1 second', end_at = now() + interval '30 minutes'
    where id = $1"""


@pytest.fixture
async def page(app: Client) -> dict[str, Any]:
    return await a_booking_link(app, graph="confirm_decline")


@pytest.fixture
async def single(app: Client, page: dict[str, Any]) -> dict[str, Any]:
    return await a_link(app, page)


@pytest.fixture
async def booking(visitor: Client, page: dict[str, Any], single: dict[str, Any]) -> dict[str, Any]:
    made = await book_with(visitor, page, single)
    assert (made.status, made.data["state"]) == (201, "tentative")
    found: dict[str, Any] = made.data
    return found


@pytest.fixture
async def databases(stack: Stack) -> AsyncIterator[dict[str, Any]]:
    opened = {name: await asyncpg.connect(stack.dsn[name]) for name in ("tokens", "booking")}
    yield opened
    for connection in opened.values():
        await connection.close()


async def test_until_the_host_decides_the_time_is_held_and_the_link_is_not_spent(
    app: Client, visitor: Client, page: dict[str, Any], single: dict[str, Any], booking: dict[str, Any]
) -> None:
    assert booking["start"] not in await free_times(visitor, page)
    assert (await link_now(app, single))["status"] == "open"
    assert (await book_with(visitor, page, single)).refused == (409, "link_in_use")
    assert (await visitor.get(f"/single-use/{single['token']}")).status == 200


async def test_a_link_is_spent_when_the_host_confirms(
    app: Client, visitor: Client, page: dict[str, Any], single: dict[str, Any], booking: dict[str, Any]
) -> None:
    confirmed = await visitor.post(link(app, booking, "confirm"))
    assert (confirmed.status, confirmed.data["state"]) == (200, "confirmed")
    spent = await link_now(app, single)
    assert (spent["status"], spent["consumed_by_booking_id"]) == ("consumed", booking["id"])
    assert (await book_with(visitor, page, single)).refused == (410, "link_consumed")
    moved = await visitor.post(
        link(app, booking, "reschedule_by_customer"), {"start": await other_time(app, booking)}
    )
    assert (await link_now(app, single))["consumed_by_booking_id"] == booking["id"]
    successor = await now(app, {"id": moved.data["rescheduled_to"]})
    assert (successor["state"], successor["graph"]) == ("confirmed", "confirm_decline")


@pytest.mark.parametrize("action", ["decline", "cancel_by_customer"])
async def test_a_link_whose_booking_comes_to_nothing_books_again(
    app: Client,
    visitor: Client,
    page: dict[str, Any],
    single: dict[str, Any],
    booking: dict[str, Any],
    action: str,
) -> None:
    await visitor.post(link(app, booking, action))
    assert (await link_now(app, single))["status"] == "open"
    again = await book_with(visitor, page, single)
    assert (again.data["state"], again.data["start"]) == ("tentative", booking["start"])
    await app.put(f"/v1/bookings/{again.data['id']}/confirm")
    assert (await link_now(app, single))["consumed_by_booking_id"] == again.data["id"]


async def test_a_request_that_nobody_answers_is_declined_at_its_start(
    app: Client,
    visitor: Client,
    page: dict[str, Any],
    single: dict[str, Any],
    booking: dict[str, Any],
    databases: dict[str, Any],
) -> None:
    await databases["booking"].execute(BEGIN, booking["id"])

    async def declined() -> bool:
        return bool((await now(app, booking))["state"] == "declined")

    await eventually(declined)
    noted = await databases["booking"].fetch(
        "select from_state, to_state, action, actor from transitions where booking_id = $1 order by id",
        booking["id"],
    )
    assert [tuple(row) for row in noted] == [
        (None, "confirming", "book", "customer"),
        ("confirming", "tentative", "settle", "bookonce"),
        ("tentative", "declined", "decline", "bookonce"),
    ]
    assert (await visitor.post(link(app, booking, "confirm"))).refused == (409, "action_not_available")
    assert (await book_with(visitor, page, single)).status == 201


async def test_a_link_that_expires_meanwhile_is_honoured(
    app: Client, single: dict[str, Any], booking: dict[str, Any], databases: dict[str, Any]
) -> None:
    await databases["tokens"].execute(EXPIRE, single["id"])
    assert (await link_now(app, single))["status"] == "expired"
    assert (await app.put(f"/v1/bookings/{booking['id']}/confirm")).data["state"] == "confirmed"
    assert (await link_now(app, single))["status"] == "consumed"


async def test_a_link_that_is_revoked_meanwhile_fails_the_booking(
    app: Client, visitor: Client, page: dict[str, Any], single: dict[str, Any], booking: dict[str, Any]
) -> None:
    await app.post(f"/v1/single-use-links/{single['id']}/revoke")
    confirmed = await visitor.post(link(app, booking, "confirm"))
    assert confirmed.refused == (410, "link_revoked")
    assert (await now(app, booking))["state"] == "failed"
    assert booking["start"] in await free_times(visitor, page)
    assert (await link_now(app, single))["status"] == "revoked"
    again = await app.put(f"/v1/bookings/{booking['id']}/confirm")
    assert again.refused == (409, "action_not_available")


async def test_a_request_without_a_link_is_confirmed_without_asking_tokens(app: Client) -> None:
    page = await a_booking_link(app, graph="confirm_decline")
    start = (await free_times(app, page))[0]
    wish = {"start": start, "timezone": "UTC", "name": "Amara", "email": an_email()}
    made = (await app.post(f"/book/{page['slug']}", wish)).data
    assert made["state"] == "tentative"
    assert (await app.put(f"/v1/bookings/{made['id']}/confirm")).data["state"] == "confirmed"
