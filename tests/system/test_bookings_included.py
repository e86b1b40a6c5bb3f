"""`?include=` on bookings: what they offer now, and links that do it, signed by one call for a whole page."""

import re
from typing import Any

import aiohttp
import pytest

from tests.conftest import NewStack
from tests.stack import Stack
from tests.system.client import Client, program
from tests.system.conftest import NewApp
from tests.system.following import now, offering
from tests.system.ledger import Ledger
from tests.system.making import NOBODY, a_booking_link, free_times, wish

CUSTOMERS = "customer_action_links"
HOSTS = "action_links"
OFFERS = "available_actions"
EVERYTHING = f"{CUSTOMERS},{HOSTS},{OFFERS}"
CONFIRMED = {"cancel", "cancel_by_customer", "reschedule", "reschedule_by_customer", "complete"}


async def test_a_confirmed_booking_has_links_for_what_it_offers(app: Client) -> None:
    booking = await offering(app, "cancel")
    told = await now(app, booking, EVERYTHING)
    assert set(told[OFFERS]) == CONFIRMED
    assert told[CUSTOMERS].keys() == {"cancel_by_customer", "reschedule_by_customer"}
    assert told[HOSTS].keys() == {"cancel"}
    assert {name: told[name] for name in booking} == booking


async def test_a_tentative_booking_has_others(app: Client) -> None:
    told = await now(app, await offering(app, "confirm"), EVERYTHING)
    assert set(told[OFFERS]) == {"confirm", "decline", "cancel_by_customer"}
    assert told[CUSTOMERS].keys() == {"cancel_by_customer"}
    assert told[HOSTS].keys() == {"confirm", "decline"}


@pytest.mark.parametrize("part", [CUSTOMERS, HOSTS, OFFERS])
async def test_what_is_not_asked_for_is_not_told(app: Client, part: str) -> None:
    booking = await offering(app, "cancel")
    assert (await now(app, booking, part)).keys() == {*booking, part}
    assert (await now(app, booking)).keys() == booking.keys()
    assert (await now(app, booking, f"{part},{part},%20,")).keys() == {*booking, part}


async def test_every_link_works_and_points_to_its_booking(app: Client, visitor: Client) -> None:
    for first in ("confirm", "cancel"):
        links = await now(app, await offering(app, first), f"{CUSTOMERS},{HOSTS}")
        for action, url in (links[CUSTOMERS] | links[HOSTS]).items():
            assert url.startswith(f"{app.gateway}/bookings/{links['id']}/external_action/{action}?signature=")
            assert (await visitor.get(url.removeprefix(app.gateway))).status == 200
    url = links[HOSTS]["cancel"].removeprefix(app.gateway)
    assert (await visitor.post(url)).data["state"] == "cancelled"


async def test_a_link_that_bookonce_made_survives_the_api_keys(new_app: NewApp, visitor: Client) -> None:
    own = await new_app()
    booking = await offering(own, "cancel")
    url = (await now(own, booking, HOSTS))[HOSTS]["cancel"].removeprefix(own.gateway)
    [key] = (await own.get("/v1/api-keys")).data
    await own.ask("DELETE", f"/v1/api-keys/{key['id']}")
    assert (await visitor.post(url)).data["state"] == "cancelled"


@pytest.mark.parametrize("action", ["cancel", "cancel_by_customer", "complete", "decline"])
async def test_a_final_state_offers_nothing(app: Client, action: str) -> None:
    booking = await offering(app, action)
    await app.put(f"/v1/bookings/{booking['id']}/{action}")
    told = await now(app, booking, EVERYTHING)
    assert (told[CUSTOMERS], told[HOSTS], told[OFFERS]) == ({}, {}, [])


async def test_what_is_not_known_is_refused_and_changes_nothing(app: Client, ledger: Ledger) -> None:
    booking = await offering(app, "cancel")
    before = await ledger.contents()
    for path in ("/v1/bookings", f"/v1/bookings/{booking['id']}"):
        for include in ("answers", f"{OFFERS},x", OFFERS.upper(), "null", f"{OFFERS};{HOSTS}"):
            answer = await app.get(f"{path}?include={include}")
            assert answer.refused == (422, "validation_failed")
            assert answer.json["errors"][0]["field"] == "include"
        twice = await app.get(f"{path}?include={OFFERS}&include={HOSTS}")
        assert twice.refused == (400, "invalid_request")
    assert await ledger.contents() == before


async def test_another_apps_booking_is_told_to_nobody(app: Client, other_app: Client) -> None:
    booking = await offering(other_app, "cancel")
    foreign = await app.get(f"/v1/bookings/{booking['id']}?include={EVERYTHING}")
    missing = await app.get(f"/v1/bookings/{NOBODY}?include={EVERYTHING}")
    assert foreign.refused == missing.refused == (404, "not_found")
    page = await app.get(f"/v1/bookings?include={EVERYTHING}&limit=200")
    assert booking["id"] not in page.text


async def _signings(http: aiohttp.ClientSession, stack: Stack) -> int:
    """How often actions has been asked to sign for bookings."""
    async with http.get(f"{stack.urls['actions']}/metrics") as answer:
        text = await answer.text()
    counted = re.findall(r'_count\{operation="[^"]*/action-links/sign".*\} ([0-9.]+)', text)
    return int(sum(map(float, counted)))


async def test_a_page_of_two_hundred_is_signed_by_one_call(
    new_stack: NewStack, http: aiohttp.ClientSession
) -> None:
    stack = await new_stack()
    # Its mails have links signed too.
    await stack.kill("workflows")
    app = program(http, stack.gateway, stack.api_key)
    page = await a_booking_link(app, duration_minutes=15)
    starts = await free_times(app, page, 3)
    made = [
        (await app.post("/v1/bookings", wish(start, booking_link_id=page["id"]))).data
        for start in starts[:203]
    ]
    before = await _signings(http, stack)
    told = (await app.get(f"/v1/bookings?limit=200&include={EVERYTHING}")).data
    assert await _signings(http, stack) == before + 1
    assert [one["id"] for one in told] == [one["id"] for one in reversed(made)][:200]
    assert all(set(one[CUSTOMERS]) == {"cancel_by_customer", "reschedule_by_customer"} for one in told)
    urls = {url for one in told for url in (one[CUSTOMERS] | one[HOSTS]).values()}
    assert len(urls) == 600
    await app.get(f"/v1/bookings?limit=200&include={OFFERS}")
    await app.get("/v1/bookings?limit=200")
    assert await _signings(http, stack) == before + 1


async def test_the_page_and_the_single_booking_say_the_same(app: Client) -> None:
    booking: dict[str, Any] = await offering(app, "confirm")
    query = f"booking_link_id={booking['booking_link_id']}&include={EVERYTHING}"
    [listed] = (await app.get(f"/v1/bookings?{query}")).data
    assert listed == await now(app, booking, EVERYTHING)
