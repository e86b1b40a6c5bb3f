"""A program acts on its bookings: confirm, decline, move; the state decides what is possible."""

import pytest

from tests.system.client import Client
from tests.system.following import now, offering, other_time
from tests.system.ledger import Ledger
from tests.system.making import a_booking_link, free_times, wish
from tests.system.refusing import properly


async def test_a_booking_that_its_host_confirms_is_tentative_until_then(app: Client) -> None:
    page = await a_booking_link(app, graph="confirm_decline")
    start = (await free_times(app, page))[0]
    made = await app.post("/v1/bookings", wish(start, booking_link_id=page["id"]))
    assert (made.status, made.data["state"]) == (201, "tentative")
    assert start not in await free_times(app, page)
    confirmed = await app.put(f"/v1/bookings/{made.data['id']}/confirm")
    assert (confirmed.status, confirmed.data["state"]) == (200, "confirmed")


async def test_a_declined_booking_frees_its_time(app: Client) -> None:
    booking = await offering(app, "decline")
    assert (await app.put(f"/v1/bookings/{booking['id']}/decline")).data["state"] == "declined"
    again = await app.put(f"/v1/bookings/{booking['id']}/confirm")
    assert again.refused == (409, "action_not_available")


@pytest.mark.parametrize(
    ("action", "state"),
    [("reschedule", "rescheduled"), ("reschedule_by_customer", "rescheduled_by_customer")],
)
async def test_a_booking_moves_to_the_start_in_the_body(app: Client, action: str, state: str) -> None:
    booking = await offering(app, "cancel")
    start = await other_time(app, booking)
    moved = (await app.ask("PUT", f"/v1/bookings/{booking['id']}/{action}", {"start": start})).data
    assert (moved["id"], moved["state"]) == (booking["id"], state)
    became = await now(app, {"id": moved["rescheduled_to"]})
    assert (became["start"], became["state"]) == (start, "confirmed")


async def test_a_move_without_a_start_says_what_is_missing(app: Client, ledger: Ledger) -> None:
    booking = await offering(app, "cancel")
    before = await ledger.contents()
    answer = await app.put(f"/v1/bookings/{booking['id']}/reschedule")
    assert properly(answer) == "invalid_request"
    assert answer.json["errors"] == [{"field": "start", "message": "is required"}]
    assert await ledger.contents() == before


@pytest.mark.parametrize(
    ("body", "content", "code"),
    [
        (b"{", "application/json", "invalid_request"),
        (b'{"start": 5}', "application/json", "invalid_request"),
        (b'{"start": "later"}', "application/json", "validation_failed"),
        (b'{"when": "2030-01-01T00:00:00Z"}', "application/json", "invalid_request"),
        (b"start=2030-01-01T00:00:00Z", "application/x-www-form-urlencoded", "unsupported_media_type"),
        (b'{"start": "2030-01-01T00:00:00Z"}', "text/plain", "unsupported_media_type"),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused(
    app: Client, ledger: Ledger, body: bytes, content: str, code: str
) -> None:
    booking = await offering(app, "cancel")
    before = await ledger.contents()
    for action in ("reschedule", "cancel"):
        answer = await app.put(
            f"/v1/bookings/{booking['id']}/{action}", data=body, headers={"Content-Type": content}
        )
        assert properly(answer) == code
    assert await ledger.contents() == before


async def test_an_action_without_a_start_needs_no_body(app: Client) -> None:
    for data in (b"", b"{}", None):
        booking = await offering(app, "cancel")
        assert (await app.put(f"/v1/bookings/{booking['id']}/cancel", data=data)).data["state"] == "cancelled"
