"""A visitor's idempotency key: scoped to the booking link and the token, or without one to the email."""

import asyncio

from tests.system.client import Client
from tests.system.ledger import Ledger
from tests.system.making import a_booking_link, a_link, an_email, book, free_times, wish


async def test_a_repeated_booking_with_a_link_is_the_same_booking(
    app: Client, visitor: Client, ledger: Ledger
) -> None:
    booking_link = await a_booking_link(app)
    link = await a_link(app, booking_link)
    times = await free_times(visitor, booking_link)
    body = wish(times[0], single_use_token=link["token"])
    first = await book(visitor, booking_link, body, "visit")
    made = await ledger.contents()
    again = await book(visitor, booking_link, body, "visit")
    assert (first.status, again.status) == (201, 201)
    assert first.data == again.data
    assert await ledger.contents() == made
    # Without the key, or with another, the link is simply used.
    assert (await book(visitor, booking_link, body)).refused == (410, "link_consumed")
    assert (await book(visitor, booking_link, body, "other")).refused == (410, "link_consumed")
    later = {**body, "start": times[3]}
    assert (await book(visitor, booking_link, later, "visit")).refused == (422, "idempotency_key_reused")


async def test_a_repeated_booking_without_a_link_is_the_same_booking(app: Client, visitor: Client) -> None:
    booking_link = await a_booking_link(app)
    times = await free_times(visitor, booking_link)
    body = wish(times[0])
    first = await book(visitor, booking_link, body, "visit")
    assert (await book(visitor, booking_link, body, "visit")).data == first.data
    assert (await book(visitor, booking_link, body)).refused == (409, "slot_taken")
    later = {**body, "start": times[3]}
    assert (await book(visitor, booking_link, later, "visit")).refused == (422, "idempotency_key_reused")


async def test_the_booking_is_answered_as_it_is_now(app: Client, visitor: Client) -> None:
    booking_link = await a_booking_link(app)
    link = await a_link(app, booking_link)
    start = (await free_times(visitor, booking_link))[0]
    for body in (wish(start, single_use_token=link["token"]), wish(start)):
        made = (await book(visitor, booking_link, body, "visit")).data
        cancelled = (await app.put(f"/v1/bookings/{made['id']}/cancel")).data
        again = await book(visitor, booking_link, body, "visit")
        assert (again.status, again.data) == (201, cancelled)


async def test_one_key_serves_each_link_each_page_and_each_email(app: Client, visitor: Client) -> None:
    one, two = await a_booking_link(app), await a_booking_link(app)
    starts = await free_times(visitor, one)
    first, second = await a_link(app, one), await a_link(app, one)
    email = an_email()
    wishes = [
        (one, wish(starts[0], email=email, single_use_token=first["token"])),
        (one, wish(starts[1], email=email, single_use_token=second["token"])),
        (one, wish(starts[2], email=email)),
        (one, wish(starts[3], email=an_email())),
        (two, wish(starts[4], email=email)),
    ]
    made = [(await book(visitor, page, body, "the-same")).data["id"] for page, body in wishes]
    assert len(set(made)) == len(wishes)
    repeated = [(await book(visitor, page, body, "the-same")).data["id"] for page, body in wishes]
    assert repeated == made


async def test_the_email_that_scopes_a_key_has_no_case(app: Client, visitor: Client) -> None:
    booking_link = await a_booking_link(app)
    starts = await free_times(visitor, booking_link)
    email = an_email()
    await book(visitor, booking_link, wish(starts[0], email=email), "visit")
    shouted = await book(visitor, booking_link, wish(starts[1], email=f" {email.upper()} "), "visit")
    assert shouted.refused == (422, "idempotency_key_reused")


async def test_a_refused_attempt_frees_its_key(app: Client, visitor: Client) -> None:
    booking_link = await a_booking_link(app)
    link = await a_link(app, booking_link, strict_email_match=True)
    times = await free_times(visitor, booking_link)
    await book(visitor, booking_link, wish(times[0]))
    body = wish(times[0], email=link["contact"]["email"], single_use_token=link["token"])
    refusals = (
        (body, (409, "slot_taken")),
        ({**body, "email": an_email()}, (403, "email_mismatch")),
        ({**body, "answers": {"nothing": "here"}}, (422, "validation_failed")),
        ({**body, "timezone": "Mars/Base"}, (422, "validation_failed")),
    )
    for refused, answer in refusals:
        assert (await book(visitor, booking_link, refused, "visit")).refused == answer
    assert (await book(visitor, booking_link, {**body, "start": times[1]}, "visit")).status == 201


async def test_one_key_sent_many_times_at_once_makes_one_booking(app: Client, visitor: Client) -> None:
    booking_link = await a_booking_link(app)
    link = await a_link(app, booking_link)
    times = await free_times(visitor, booking_link)
    for body in (wish(times[0], single_use_token=link["token"]), wish(times[1])):
        answers = await asyncio.gather(*(book(visitor, booking_link, body, "visit") for _ in range(12)))
        assert [answer.status for answer in answers] == [201] * 12
        assert len({answer.text for answer in answers}) == 1


async def test_a_malformed_key_is_refused_and_books_nothing(
    app: Client, visitor: Client, ledger: Ledger
) -> None:
    booking_link = await a_booking_link(app)
    body = wish((await free_times(visitor, booking_link))[0])
    before = await ledger.contents()
    for key in ("", "a b", "é", "a" * 256):
        assert (await book(visitor, booking_link, body, key)).refused == (400, "invalid_request")
    assert await ledger.contents() == before
