"""A visitor pays: the link is spent when the money is, and the money goes where the booking goes."""

from typing import Any

import pytest

from tests.payments.shop import ASKED, INSTANT, hold, link_is, reaches
from tests.payments.till import Till
from tests.system.client import Client
from tests.system.following import link as action_link
from tests.system.following import now
from tests.system.making import a_booking_link, a_link, an_email, book, book_with, free_times, wish


async def test_an_instant_booking_is_confirmed_and_its_link_consumed_when_it_is_paid(
    app: Client, visitor: Client, till: Till
) -> None:
    held = await hold(app, visitor)
    payment = held.booking["payment"]
    assert (payment["status"], payment["amount"], payment["currency"]) == ("pending", 4000, "EUR")
    assert payment["checkout_url"].startswith(till.stack.urls["sandbox_payments"])
    assert await link_is(app, held.link) == "open"
    await till.pay(held.booking)
    paid = await reaches(app, held.booking, "confirmed")
    assert paid["payment"]["checkout_url"] is None
    assert await link_is(app, held.link) == "consumed"
    await till.becomes(held.booking, "captured")
    assert await till.moved(held.booking) == ["authorised", "captured"]


async def test_a_request_is_only_reserved_until_the_host_confirms(
    app: Client, visitor: Client, till: Till
) -> None:
    held = await hold(app, visitor, ASKED)
    await till.pay(held.booking)
    waiting = await reaches(app, held.booking, "tentative")
    assert waiting["payment"]["status"] == "authorised"
    assert await link_is(app, held.link) == "open"
    confirmed = await app.put(f"/v1/bookings/{held.booking['id']}/confirm")
    assert confirmed.data["state"] == "confirmed"
    assert await link_is(app, held.link) == "consumed"
    await till.becomes(held.booking, "captured")
    assert await till.moved(held.booking) == ["authorised", "captured"]


@pytest.mark.parametrize("action", ["decline", "cancel_by_customer"])
async def test_a_request_that_comes_to_nothing_is_released_and_its_link_stays_open(
    app: Client, visitor: Client, till: Till, action: str
) -> None:
    held = await hold(app, visitor, ASKED)
    await till.pay(held.booking)
    await reaches(app, held.booking, "tentative")
    await app.put(f"/v1/bookings/{held.booking['id']}/{action}")
    await till.becomes(held.booking, "released")
    assert await till.moved(held.booking) == ["authorised", "released"]
    assert await link_is(app, held.link) == "open"


@pytest.mark.parametrize("action", ["cancel", "cancel_by_customer"])
async def test_cancelling_a_paid_booking_refunds_in_full_and_leaves_the_link_consumed(
    app: Client, visitor: Client, till: Till, action: str
) -> None:
    held = await hold(app, visitor)
    await till.pay(held.booking)
    await till.becomes(held.booking, "captured")
    await visitor.post(action_link(app, held.booking, action))
    await till.becomes(held.booking, "refunded")
    assert await till.moved(held.booking) == ["authorised", "captured", "refunded"]
    assert await link_is(app, held.link) == "consumed"


async def test_a_moved_booking_keeps_its_payment_and_cancelling_it_refunds_once(
    app: Client, visitor: Client, till: Till
) -> None:
    held = await hold(app, visitor)
    await till.pay(held.booking)
    await till.becomes(held.booking, "captured")
    other = (await free_times(visitor, held.page))[9]
    moved = await app.ask("PUT", f"/v1/bookings/{held.booking['id']}/reschedule", {"start": other})
    successor = await now(app, {"id": moved.data["rescheduled_to"]})
    assert (successor["state"], successor["payment"]["status"]) == ("confirmed", "captured")
    await till.balanced()
    await app.put(f"/v1/bookings/{successor['id']}/cancel")
    await till.becomes(held.booking, "refunded")
    assert await till.moved(held.booking) == ["authorised", "captured", "refunded"]


async def test_a_no_show_gives_nothing_back(app: Client, visitor: Client, till: Till) -> None:
    held = await hold(app, visitor)
    await till.pay(held.booking)
    await till.becomes(held.booking, "captured")
    assert (await app.put(f"/v1/bookings/{held.booking['id']}/no_show")).data["no_show_at"]
    assert (await app.put(f"/v1/bookings/{held.booking['id']}/complete")).data["state"] == "completed"
    await till.settled()
    assert await till.status(held.booking) == "captured"


async def test_whoever_comes_back_gets_the_same_checkout_whatever_time_they_wish(
    app: Client, visitor: Client, till: Till
) -> None:
    page = await a_booking_link(app, graph=INSTANT, price={"amount": 1, "currency": "EUR"})
    link = await a_link(app, page)
    times = await free_times(visitor, page)
    mine = {"email": f" {link['contact']['email'].upper()}", "single_use_token": link["token"]}
    made = await book(visitor, page, wish(times[0], **{**mine, "email": link["contact"]["email"]}), "mine")
    for start, key in ((times[0], "mine"), (times[0], None), (times[5], None), (times[0], "another")):
        wished = wish(start, **mine) if key != "mine" else None
        body = wished or wish(times[0], **{**mine, "email": link["contact"]["email"]})
        again = await book(visitor, page, body, key)
        assert (again.status, again.data["id"]) == (201, made.data["id"]), (start, key)
        assert again.data["payment"] == made.data["payment"]
    assert len([one for one in await till.sessions() if one["payment_id"] == made.data["id"]]) == 1


async def test_another_email_is_told_when_the_link_may_be_free_again(
    app: Client, visitor: Client, till: Till
) -> None:
    held = await hold(app, visitor)
    start = (await free_times(visitor, held.page))[3]
    other = await book(visitor, held.page, wish(start, single_use_token=held.link["token"]))
    assert other.refused == (409, "link_in_use")
    until = held.booking["payment"]["expires_at"]
    assert until[11:16] in other.json["detail"]


async def test_giving_up_the_checkout_frees_time_and_link_at_once(
    app: Client, visitor: Client, till: Till
) -> None:
    held = await hold(app, visitor)
    offered = await now(app, held.booking, "available_actions,customer_action_links")
    assert offered["available_actions"] == ["cancel_by_customer"]
    await visitor.post(
        offered["customer_action_links"]["cancel_by_customer"].removeprefix(till.stack.gateway)
    )
    assert held.booking["start"] in await free_times(visitor, held.page)
    again = await book_with(visitor, held.page, held.link)
    assert (again.status, again.data["start"]) == (201, held.booking["start"])
    assert again.data["id"] != held.booking["id"]
    await till.becomes(held.booking, "expired")
    assert (await till.session(held.booking))["status"] == "expired"


async def test_two_sessions_paid_for_one_link_make_one_booking_and_one_refund(
    app: Client, visitor: Client, till: Till
) -> None:
    held = await hold(app, visitor)
    await till.switch(away=True)
    await app.put(f"/v1/bookings/{held.booking['id']}/cancel_by_customer")
    # The provider could not be told yet, so the first checkout is still open.
    await till.pay(held.booking)
    await till.switch(away=False)
    second = await book_with(visitor, held.page, held.link)
    await till.pay(second.data)
    await reaches(app, second.data, "confirmed")
    await till.becomes(held.booking, "released")
    await till.becomes(second.data, "captured")
    assert await link_is(app, held.link) == "consumed"


async def test_a_card_that_is_declined_leaves_everything_as_it_was(
    app: Client, visitor: Client, till: Till
) -> None:
    held = await hold(app, visitor)
    await till.pay(held.booking, "decline")
    assert (await now(app, held.booking))["state"] == "pending_payment"
    await till.pay(held.booking)
    await reaches(app, held.booking, "confirmed")


@pytest.mark.parametrize("graph", [INSTANT, ASKED])
async def test_a_paid_page_that_is_public_needs_no_link(
    app: Client, visitor: Client, till: Till, graph: str
) -> None:
    page = await a_booking_link(app, graph=graph, price={"amount": 5000, "currency": "JPY"})
    made = await book(visitor, page, wish((await free_times(visitor, page))[0], email=an_email()))
    assert (made.status, made.data["state"]) == (201, "pending_payment")
    await till.pay(made.data)
    await reaches(app, made.data, "confirmed" if graph == INSTANT else "tentative")


async def test_an_app_that_books_gets_the_checkout_to_send_on(
    app: Client, visitor: Client, till: Till
) -> None:
    page = await a_booking_link(app, graph=INSTANT, price={"amount": 900, "currency": "KWD"})
    body = wish((await free_times(visitor, page))[0], booking_link_id=page["id"])
    made = await app.post("/v1/bookings", body)
    assert made.data["payment"]["checkout_url"]
    await till.pay(made.data)
    await reaches(app, made.data, "confirmed")


def _price(**values: Any) -> dict[str, Any]:
    return {"price": {"amount": 4000, "currency": "EUR", **values}}


@pytest.mark.parametrize(
    ("fields", "status", "field"),
    [
        ({"graph": INSTANT}, 422, "price"),
        ({"graph": "instant", **_price()}, 422, "price"),
        ({"graph": INSTANT, **_price(amount=-1)}, 422, "price.amount"),
        ({"graph": INSTANT, **_price(amount=0)}, 422, "price.amount"),
        ({"graph": INSTANT, **_price(amount=10**12)}, 422, "price.amount"),
        ({"graph": INSTANT, **_price(amount=10.5)}, 400, "price.amount"),
        ({"graph": INSTANT, **_price(amount="40")}, 400, "price.amount"),
        ({"graph": INSTANT, **_price(currency="eur")}, 422, "price.currency"),
        ({"graph": INSTANT, **_price(currency="ABC")}, 422, "price.currency"),
        ({"graph": INSTANT, **_price(currency="XAU")}, 422, "price.currency"),
        ({"graph": INSTANT, **_price(), "hold_minutes": 0}, 422, "hold_minutes"),
        ({"graph": "paid", **_price()}, 422, "graph"),
    ],
)
async def test_a_price_that_nobody_could_pay_is_refused(
    app: Client, till: Till, fields: dict[str, Any], status: int, field: str
) -> None:
    page = await a_booking_link(app, graph=INSTANT, **_price())
    answer = await app.patch(f"/v1/booking-links/{page['id']}", {"price": None, **fields})
    assert (answer.status, answer.json["errors"][0]["field"]) == (status, field)
    assert (await app.get(f"/v1/booking-links/{page['id']}")).data == page
