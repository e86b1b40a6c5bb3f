"""A customer moves a booking: to a free time of the same page, whose address stays unknown."""

import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest

from tests.system.client import Answer, Client
from tests.system.following import HTML, JSON, link, now, other_time
from tests.system.ledger import Ledger
from tests.system.making import a_booking_link, a_link, book, book_with, free_times, link_now, wish
from tests.system.refusing import properly

MOVE = "reschedule_by_customer"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
async def page(app: Client) -> dict[str, Any]:
    return await a_booking_link(app)


@pytest.fixture
async def booking(app: Client, visitor: Client, page: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = (await book(visitor, page, wish((await free_times(visitor, page))[4]))).data
    return made


def _form(start: str) -> dict[str, Any]:
    return {"data": f"start={quote(start)}".encode(), "headers": {**FORM, **HTML}}


async def test_times_of_the_page_are_shown_and_its_address_is_not(
    app: Client, visitor: Client, page: dict[str, Any], booking: dict[str, Any]
) -> None:
    address = link(app, booking, MOVE)
    shown = await visitor.get(address, headers=HTML)
    day = booking["start"][:10]
    listed = await visitor.get(address.replace("?", "/slots?") + f"&from={day}&to={day}&timezone=UTC")
    taken = await visitor.post(address, {"start": "2020-01-01T00:00:00Z"}, headers=HTML)
    assert (shown.status, listed.status, taken.status) == (200, 200, 409)
    assert set(await free_times(visitor, page, 1)) <= set(listed.data["slots"])
    for answer in (shown, listed, taken):
        assert page["slug"] not in answer.text
        assert "/book/" not in answer.text.replace("/static/book/", "")


async def test_a_chosen_time_is_the_booking_s_new_one(
    app: Client, visitor: Client, page: dict[str, Any], booking: dict[str, Any]
) -> None:
    start = await other_time(app, booking, 20)
    moved = await visitor.post(link(app, booking, MOVE), **_form(start))
    assert moved.status == 200
    assert "The booking is moved." in moved.text
    left = await now(app, booking)
    became = await now(app, {"id": left["rescheduled_to"]})
    assert (left["state"], became["state"]) == ("rescheduled_by_customer", "confirmed")
    assert (became["start"], became["rescheduled_from"]) == (start, booking["id"])
    assert became["customer"] == booking["customer"]
    assert booking["start"] in await free_times(visitor, page)
    assert start not in await free_times(visitor, page)
    assert _clock(start) in moved.text
    assert f"/bookings/{became['id']}/external_action/cancel_by_customer?" in moved.text


def _clock(start: str) -> str:
    """What the customer's clock says at that time; theirs is Berlin's."""
    return f"{datetime.fromisoformat(start).astimezone(ZoneInfo('Europe/Berlin')):%H:%M}"


async def test_its_page_leads_on_to_links_that_work(
    app: Client, visitor: Client, booking: dict[str, Any]
) -> None:
    moved = await visitor.post(link(app, booking, MOVE), **_form(await other_time(app, booking)))
    again, cancel = re.findall(f'href="{app.gateway}(/bookings/[^"]+)"', moved.text)
    assert "Choose a new time" in (await visitor.get(again, headers=HTML)).text
    assert (await visitor.post(cancel)).data["state"] == "cancelled_by_customer"


@pytest.mark.parametrize("minutes", [-30, -15, 15, 30])
async def test_a_time_that_touches_or_overlaps_the_old_one_is_free(
    app: Client, visitor: Client, minutes: int
) -> None:
    page = await a_booking_link(app, slot_interval_minutes=15)
    made = (await book(visitor, page, wish((await free_times(visitor, page))[8]))).data
    start = datetime.fromisoformat(made["start"]) + timedelta(minutes=minutes)
    answer = await visitor.post(link(app, made, MOVE), {"start": start.isoformat()})
    assert answer.data["state"] == "rescheduled_by_customer"
    successor = await now(app, {"id": answer.data["rescheduled_to"]})
    assert datetime.fromisoformat(successor["start"]) == start


async def test_the_same_time_again_is_the_same_success_and_another_one_409(
    app: Client, visitor: Client, ledger: Ledger, booking: dict[str, Any]
) -> None:
    address = link(app, booking, MOVE)
    start, other = await other_time(app, booking, 10), await other_time(app, booking, 20)
    first = await visitor.post(address, {"start": start}, headers=JSON)
    before = await ledger.contents()
    again = await visitor.post(address, {"start": start}, headers=JSON)
    assert (again.status, again.headers["Action-Link-Status"]) == (200, "replayed")
    assert again.data == first.data
    shown = await visitor.post(address, **_form(start))
    assert (shown.status, "The booking is moved." in shown.text) == (200, True)
    for headers in (JSON, HTML):
        for answer in (
            await visitor.post(address, {"start": other}, headers=headers),
            await visitor.get(address, headers=headers),
        ):
            _assert_moved_on(answer)
    assert await ledger.contents() == before


def _assert_moved_on(answer: Answer) -> None:
    assert answer.status == 409
    assert "action_not_available" in answer.text
    assert "This booking was moved already." in answer.text
    if "html" in answer.headers["Content-Type"]:
        assert "The newest link is in the most recent message about the booking." in answer.text


async def test_a_time_that_is_gone_lets_choose_another(
    app: Client, visitor: Client, page: dict[str, Any], booking: dict[str, Any]
) -> None:
    start = await other_time(app, booking, 12)
    await book(visitor, page, wish(start))
    assert (await visitor.post(link(app, booking, MOVE), {"start": start})).refused == (409, "slot_taken")
    shown = await visitor.post(link(app, booking, MOVE), **_form(start))
    assert shown.status == 409
    assert "That time is no longer free." in shown.text
    assert 'type="radio"' in shown.text
    assert (await now(app, booking))["state"] == "confirmed"


async def test_no_time_at_all_is_asked_for(
    app: Client, visitor: Client, ledger: Ledger, booking: dict[str, Any]
) -> None:
    before = await ledger.contents()
    problem = await visitor.post(link(app, booking, MOVE))
    assert properly(problem) == "invalid_request"
    assert problem.json["errors"] == [{"field": "start", "message": "is required"}]
    shown = await visitor.post(link(app, booking, MOVE), data=b"", headers={**FORM, **HTML})
    assert (shown.status, "Choose a time first." in shown.text) == (400, True)
    assert await ledger.contents() == before


async def test_a_single_use_link_stays_consumed_by_the_first_booking(
    app: Client, visitor: Client, page: dict[str, Any]
) -> None:
    single = await a_link(app, page)
    made = (await book_with(visitor, page, single)).data
    moved = (await visitor.post(link(app, made, MOVE), {"start": await other_time(app, made)})).data
    read = await link_now(app, single)
    assert (read["status"], read["consumed_by_booking_id"]) == ("consumed", made["id"])
    successor = await now(app, {"id": moved["rescheduled_to"]})
    assert successor["single_use_link_id"] == single["id"]


async def test_other_times_are_for_whoever_may_move_the_booking(
    app: Client, visitor: Client, booking: dict[str, Any]
) -> None:
    days = "from=2030-01-01&to=2030-01-02&timezone=UTC"
    place = f"/bookings/{booking['id']}/external_action/{MOVE}/slots?{days}"
    cancelling = link(app, booking, "cancel_by_customer").partition("?")[2]
    assert properly(await visitor.get(place)) == "invalid_request"
    assert properly(await visitor.get(f"{place}&{cancelling}")) == "action_link_invalid"
    good = link(app, booking, MOVE).partition("?")[2]
    assert properly(await visitor.get(f"{place}&{good}&{good}")) == "invalid_request"
    wide = place.replace("2030-01-02", "2030-06-02")
    assert properly(await visitor.get(f"{wide}&{good}")) == "validation_failed"
