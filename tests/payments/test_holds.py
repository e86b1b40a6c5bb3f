"""A hold ends, a link ends, a payment comes late: the time is sold once, and money goes back once."""

from datetime import datetime

import pytest

from tests.eventually import eventually
from tests.faults.records import fetch, states_of
from tests.payments.shop import ASKED, INSTANT, end_hold, hold, link_is, reaches
from tests.payments.till import Till
from tests.system.client import Client
from tests.system.following import now
from tests.system.making import book, book_with, free_times, wish


async def test_who_never_pays_loses_the_time_and_keeps_the_link(
    app: Client, visitor: Client, till: Till
) -> None:
    held = await hold(app, visitor)
    assert held.booking["start"] not in await free_times(visitor, held.page)
    await end_hold(till, held.booking)
    unpaid = await reaches(app, held.booking, "unpaid")
    assert unpaid["payment"]["status"] == "expired"
    assert (await till.session(held.booking))["status"] == "expired"
    assert held.booking["start"] in await free_times(visitor, held.page)
    assert await link_is(app, held.link) == "open"
    assert (await book_with(visitor, held.page, held.link)).data["state"] == "pending_payment"


async def test_a_hold_ends_with_the_start_of_the_meeting(app: Client, visitor: Client, till: Till) -> None:
    held = await hold(app, visitor, hold_minutes=1440)
    start = (await free_times(visitor, held.page))[0]
    made = await book(visitor, held.page, wish(start))
    assert made.data["payment"]["expires_at"] <= start


async def test_a_payment_after_the_hold_while_the_time_is_still_held_is_honoured(
    app: Client, visitor: Client, till: Till
) -> None:
    held = await hold(app, visitor)
    await till.switch(drop=True, away=True)
    await end_hold(till, held.booking)
    await till.pay(held.booking)
    await till.switch(away=False)
    await reaches(app, held.booking, "confirmed")
    await till.becomes(held.booking, "captured")


@pytest.mark.parametrize("drop", [False, True])
async def test_a_payment_that_comes_when_the_time_is_sold_to_another_goes_back_once(
    app: Client, visitor: Client, till: Till, drop: bool
) -> None:
    held = await hold(app, visitor)
    await till.pay(held.booking, "late")
    await till.switch(drop=True)
    await end_hold(till, held.booking)
    await reaches(app, held.booking, "unpaid")
    other = await book(visitor, held.page, wish(held.booking["start"]))
    assert other.data["state"] == "pending_payment"
    await till.switch(drop=drop)
    await till.pay(other.data)
    await reaches(app, other.data, "confirmed")
    await till.becomes(held.booking, "released", within=40)
    assert await till.moved(held.booking) == ["authorised", "released"]
    assert (await now(app, held.booking))["state"] == "unpaid"
    assert await link_is(app, held.link) == "open"


async def test_a_link_that_expires_while_paying_is_honoured(app: Client, visitor: Client, till: Till) -> None:
    held = await hold(app, visitor)
    await _expire_link(till, held.link["id"])
    assert await link_is(app, held.link) == "expired"
    back = await book_with(visitor, held.page, held.link)
    assert (back.status, back.data["id"]) == (201, held.booking["id"])
    await till.pay(held.booking)
    await reaches(app, held.booking, "confirmed")
    assert await link_is(app, held.link) == "consumed"


@pytest.mark.parametrize("graph", [INSTANT, ASKED])
async def test_a_link_revoked_while_paying_fails_the_booking_and_the_money_goes_back(
    app: Client, visitor: Client, till: Till, graph: str
) -> None:
    held = await hold(app, visitor, graph)
    await app.post(f"/v1/single-use-links/{held.link['id']}/revoke")
    await till.pay(held.booking)
    if graph == ASKED:
        await reaches(app, held.booking, "tentative")
        answer = await app.put(f"/v1/bookings/{held.booking['id']}/confirm")
        assert answer.refused == (410, "link_revoked")
    await reaches(app, held.booking, "failed")
    await till.becomes(held.booking, "released")
    assert await till.moved(held.booking) == ["authorised", "released"]
    assert await link_is(app, held.link) == "revoked"


async def test_money_about_to_lapse_declines_the_request_before_it_does(
    app: Client, visitor: Client, till: Till
) -> None:
    held = await hold(app, visitor, ASKED)
    await till.switch(authorisation_seconds=3605)
    await till.pay(held.booking)
    await reaches(app, held.booking, "tentative")
    await reaches(app, held.booking, "declined")
    await till.becomes(held.booking, "released")
    assert await till.moved(held.booking) == ["authorised", "released"]


async def test_money_that_lapses_too_soon_to_be_relied_on_confirms_nothing(
    app: Client, visitor: Client, till: Till
) -> None:
    held = await hold(app, visitor)
    await till.switch(authorisation_seconds=60)
    await till.pay(held.booking)
    await reaches(app, held.booking, "failed")
    await till.becomes(held.booking, "released")
    assert await link_is(app, held.link) == "open"


@pytest.mark.parametrize("graph", [INSTANT, ASKED])
async def test_money_that_the_provider_gave_back_before_we_saw_it_pays_for_nothing(
    app: Client, visitor: Client, till: Till, graph: str
) -> None:
    held = await hold(app, visitor, graph)
    await till.switch(drop=True)
    await till.pay(held.booking)
    await till.give_back(held.booking)
    await reaches(app, held.booking, "unpaid", within=30)
    await till.becomes(held.booking, "released")
    assert await link_is(app, held.link) == "open"


@pytest.mark.parametrize("flaw", [{"pay_amount": 3999}, {"pay_currency": "USD"}])
async def test_money_that_is_not_the_price_is_set_aside_for_a_person(
    app: Client, visitor: Client, till: Till, flaw: dict[str, object]
) -> None:
    held = await hold(app, visitor)
    await till.switch(**flaw)
    await till.pay(held.booking)
    unpaid = await reaches(app, held.booking, "unpaid")
    assert unpaid["payment"]["status"] == "quarantined"
    assert await till.moved(held.booking) == ["authorised"]
    assert await link_is(app, held.link) == "open"
    assert "payment quarantined" in till.stack.log("booking")


async def test_a_capture_that_fails_twice_is_made_the_third_time(
    app: Client, visitor: Client, till: Till
) -> None:
    held = await hold(app, visitor)
    await till.switch(fail_captures=2)
    await till.pay(held.booking)
    await reaches(app, held.booking, "confirmed")
    await till.becomes(held.booking, "captured")
    assert await till.moved(held.booking) == ["authorised", "captured"]


async def test_a_capture_finally_refused_leaves_the_booking_confirmed_and_raises_an_alarm(
    app: Client, visitor: Client, till: Till
) -> None:
    held = await hold(app, visitor)
    await till.switch(refuse_captures=1)
    await till.pay(held.booking)
    await till.becomes(held.booking, "capture_failed")
    standing = await now(app, held.booking)
    assert (standing["state"], standing["payment"]["status"]) == ("confirmed", "capture_failed")
    assert "capture failed" in till.stack.log("booking")
    await app.put(f"/v1/bookings/{held.booking['id']}/cancel")
    await till.becomes(held.booking, "released")


async def test_every_step_of_a_booking_and_its_money_is_written_down(
    app: Client, visitor: Client, till: Till
) -> None:
    held = await hold(app, visitor)
    await till.pay(held.booking)
    await till.becomes(held.booking, "captured")
    steps = ["confirming", "pending_payment", "confirming", "confirmed"]
    assert await states_of(till.stack, held.booking["id"]) == steps
    assert await till.journal(held.booking) == ["pending", "authorised", "capture_pending", "captured"]


async def _expire_link(till: Till, link_id: str) -> None:
    turn = "update scheduling_single_use_links set expires_at = now() - interval '1 second' where id = $1"
    await fetch(till.stack.dsn["tokens"], turn, link_id)


async def test_a_provider_that_is_away_makes_the_visitor_wait_and_not_lose(
    app: Client, visitor: Client, till: Till
) -> None:
    held = await hold(app, visitor)
    await till.switch(away=True)
    start = (await free_times(visitor, held.page))[0]
    waiting = await book(visitor, held.page, wish(start))
    assert (waiting.status, waiting.data["state"]) == (202, "pending_payment")
    status = waiting.data["status_url"].removeprefix(till.stack.gateway)
    assert (await visitor.get(status)).status == 202
    await till.switch(away=False)

    async def opened() -> bool:
        return (await visitor.get(status)).status == 201

    await eventually(opened)
    told = (await visitor.get(status)).data
    assert told["payment"]["checkout_url"]
    await till.pay(told)
    await reaches(app, told, "confirmed")


async def test_a_provider_that_is_gone_for_a_while_costs_nobody_anything(
    app: Client, visitor: Client, till: Till
) -> None:
    paid, given_up = await hold(app, visitor), await hold(app, visitor)
    await till.pay(paid.booking)
    await till.becomes(paid.booking, "captured")
    await till.stack.kill("sandbox_payments")
    await app.put(f"/v1/bookings/{paid.booking['id']}/cancel")
    await end_hold(till, given_up.booking)
    start = (await free_times(visitor, paid.page))[1]
    waiting = await book(visitor, paid.page, wish(start))
    assert (waiting.status, waiting.data["state"]) == (202, "pending_payment")
    # Nothing is given up on a timer: the time stays held until the provider says that nobody can pay for it.
    assert (await now(app, given_up.booking))["state"] == "pending_payment"
    assert await till.status(paid.booking) == "refund_pending"
    await till.stack.restart("sandbox_payments")
    await till.becomes(paid.booking, "refunded")
    await reaches(app, given_up.booking, "unpaid")
    await eventually(lambda: till.session(waiting.data))
    await till.pay(waiting.data)
    await reaches(app, waiting.data, "confirmed")


async def test_hold_and_session_end_together(app: Client, visitor: Client, till: Till) -> None:
    held = await hold(app, visitor, hold_minutes=7)
    ours = datetime.fromisoformat(held.booking["payment"]["expires_at"])
    theirs = datetime.fromisoformat((await till.session(held.booking))["session_ends"])
    assert abs((theirs - ours).total_seconds()) < 0.01
