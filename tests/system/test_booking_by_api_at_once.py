"""A program's booking: once per key, however often it is sent at once, and never past the page's rules."""

import asyncio

from tests.system.client import Client
from tests.system.making import a_booking_link, an_email, free_times, wish


async def test_a_key_sent_many_times_at_once_books_once(app: Client) -> None:
    page = await a_booking_link(app)
    order = {**wish((await free_times(app, page))[0]), "booking_link_id": page["id"]}
    answers = await asyncio.gather(*(app.post("/v1/bookings", order, key="at-once") for _ in range(8)))
    assert {answer.status for answer in answers} == {201}
    assert len({answer.data["id"] for answer in answers}) == 1
    assert len((await app.get(f"/v1/bookings?booking_link_id={page['id']}")).data) == 1


async def test_two_apps_may_use_the_same_key(app: Client, other_app: Client) -> None:
    key = an_email()
    made = []
    for one in (app, other_app):
        page = await a_booking_link(one)
        order = {**wish((await free_times(one, page))[0]), "booking_link_id": page["id"]}
        made.append((await one.post("/v1/bookings", order, key=key)).data)
    assert made[0]["id"] != made[1]["id"]
    for one, other in ((app, made[1]), (other_app, made[0])):
        assert (await one.get(f"/v1/bookings/{other['id']}")).refused == (404, "not_found")


async def test_a_page_for_links_only_takes_no_booking_by_api(app: Client) -> None:
    page = await a_booking_link(app, access="single_use_only")
    start = (await free_times(app, page))[0]
    order = {**wish(start), "booking_link_id": page["id"]}
    for _ in range(2):
        refused = await app.post("/v1/bookings", order, key="no-link")
        assert refused.refused == (403, "single_use_link_required")
    assert start in await free_times(app, page)
    # A refused attempt frees its key.
    await app.patch(f"/v1/booking-links/{page['id']}", {"access": "public"})
    assert (await app.post("/v1/bookings", order, key="no-link")).status == 201
