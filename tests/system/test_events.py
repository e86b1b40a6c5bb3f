"""What booking tells: every state that is entered once, in order, to workflows alone, nothing personal."""

import asyncio
import time
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import asyncpg
import msgspec
import pytest

from shared.call import Peers
from shared.contracts.events import (
    Event,
    EventPage,
    EventQuery,
    read_booking_events,
    read_link_events,
)
from shared.contracts.operation import Operation
from shared.errors import Refusal
from shared.identity import Identity
from tests.conftest import NewStack
from tests.eventually import eventually
from tests.feeds import read_up
from tests.stack import Stack
from tests.system.client import Client
from tests.system.following import JSON, link, now, other_time
from tests.system.making import a_booking_link, a_contact, a_link, an_email, book_with, free_times, wish

# Both ways, in one snapshot: a transition without its event, and an event without its transition.
UNMATCHED = """
    with noted as (
        select booking_id, 'booking.' || to_state as type, action, actor, from_state from transitions
        where to_state <> 'confirming'
        union all
        select booking_id, 'booking.created', action, actor, null from transitions where from_state is null),
    told as (
        select subject_id, type, data ->> 'action', data ->> 'actor', data ->> 'from' from events
        where data is not null)
    select 'not told', * from (table noted except all table told) as missing
    union all
    select 'not noted', * from (table told except all table noted) as surplus"""
LOOKED = """
    select exists (
        select from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()
          and query_start > $1 and query like '%pg_snapshot_xmin%')"""
"""Whether somebody has read the feed since then."""
STATES = "select count(distinct to_state) from transitions"


class Reader:
    """Reads both feeds as workflows does, from where it was made."""

    def __init__(self, peers: Peers, records: dict[str, Any]) -> None:
        self._peers = peers
        self._records = records
        self._cursors = dict.fromkeys(records, "")

    async def new(self, feed: Operation[EventQuery, EventPage] = read_booking_events) -> list[Event]:
        """Everything since the last time."""
        conn, cursor = self._records[feed.owner], self._cursors[feed.owner]
        found, self._cursors[feed.owner] = await read_up(partial(self._peers.call, feed), conn, cursor)
        return found

    async def of(self, *subjects: dict[str, Any]) -> list[Event]:
        """What is new about these."""
        ids = {one["id"] for one in subjects}
        return [event for event in await self.new() if str(event.subject_id) in ids]


@pytest.fixture(scope="module")
async def peers(stack: Stack) -> AsyncIterator[Peers]:
    opened = Peers(Identity("workflows", stack.environment("workflows")["SERVICE_KEY"]), stack.urls)
    yield opened
    await opened.close()


@pytest.fixture(scope="module")
async def records(stack: Stack) -> AsyncIterator[dict[str, Any]]:
    opened = {piece: await asyncpg.connect(stack.dsn[piece]) for piece in ("tokens", "booking")}
    yield opened
    for connection in opened.values():
        await connection.close()


@pytest.fixture
async def reader(peers: Peers, records: dict[str, Any]) -> Reader:
    made = Reader(peers, records)
    await made.new(read_link_events)
    await made.new()
    return made


def _words(events: list[Event]) -> list[tuple[str, str | None, str | None, str | None]]:
    return [
        (
            event.type.removeprefix("booking."),
            event.data.get("action"),
            event.data.get("actor"),
            event.data.get("from"),
        )
        for event in events
    ]


async def test_a_booking_with_a_link_is_told_from_its_making_to_its_end(
    app: Client, visitor: Client, reader: Reader
) -> None:
    page = await a_booking_link(app)
    ticket = await a_link(app, page, source={"campaign": "spring"})
    made = (await book_with(visitor, page, ticket)).data
    await visitor.post(link(app, made, "cancel"), headers=JSON)
    await visitor.post(link(app, made, "cancel"), headers=JSON)
    told = await reader.of(made)
    assert _words(told) == [
        ("created", "book", "customer", None),
        ("confirmed", "settle", "bookonce", "confirming"),
        ("cancelled", "cancel", "host", "confirmed"),
    ]
    about = {
        "booking_link_id": page["id"],
        "contact_id": ticket["contact"]["id"],
        "single_use_link_id": ticket["id"],
        "graph": "instant",
        "rescheduled_from": None,
        "rescheduled_to": None,
        "source": ticket["source"],
    }
    for event in told:
        assert about.items() <= event.data.items()
    assert len({event.app_id for event in told}) == 1
    linked = [event for event in await reader.new(read_link_events) if str(event.subject_id) == ticket["id"]]
    assert [event.type for event in linked] == ["single_use_link.created", "single_use_link.consumed"]
    assert linked[1].data["booking_id"] == made["id"]


async def test_a_refused_or_repeated_wish_is_not_told(app: Client, visitor: Client, reader: Reader) -> None:
    page = await a_booking_link(app)
    body = {**wish((await free_times(app, page))[0])}
    made = (await visitor.post(f"/book/{page['slug']}", body, key="once")).data
    assert (await visitor.post(f"/book/{page['slug']}", body, key="once")).data["id"] == made["id"]
    assert (await visitor.post(f"/book/{page['slug']}", body)).refused == (409, "slot_taken")
    assert (await app.put(f"/v1/bookings/{made['id']}/decline")).refused == (409, "action_not_available")
    told = [one for one in await reader.new() if one.data.get("booking_link_id") == page["id"]]
    assert _words(told) == [
        ("created", "book", "customer", None),
        ("confirmed", "book", "customer", None),
    ]


async def test_a_move_is_told_of_both_bookings(app: Client, visitor: Client, reader: Reader) -> None:
    page = await a_booking_link(app)
    old = (await book_with(visitor, page, await a_link(app, page))).data
    await reader.new()
    start = {"start": await other_time(app, old)}
    new = {"id": (await app.ask("PUT", f"/v1/bookings/{old['id']}/reschedule", start)).data["rescheduled_to"]}
    left, *made = await reader.of(old, new)
    assert _words([left, *made]) == [
        ("rescheduled", "reschedule", "api", "confirmed"),
        ("created", "reschedule", "api", None),
        ("confirmed", "reschedule", "api", None),
    ]
    assert (left.data["rescheduled_from"], left.data["rescheduled_to"]) == (None, new["id"])
    for event in made:
        assert (event.data["rescheduled_from"], event.data["rescheduled_to"]) == (old["id"], None)
        assert event.data["single_use_link_id"] == old["single_use_link_id"]


async def test_a_request_is_told_as_tentative_and_as_what_the_host_made_of_it(
    app: Client, visitor: Client, reader: Reader
) -> None:
    page = await a_booking_link(app, graph="confirm_decline")
    wanted = (await book_with(visitor, page, await a_link(app, page))).data
    await app.put(f"/v1/bookings/{wanted['id']}/confirm")
    await eventually(lambda: _confirmed(app, wanted))
    assert _words(await reader.of(wanted)) == [
        ("created", "book", "customer", None),
        ("tentative", "settle", "bookonce", "confirming"),
        ("confirmed", "settle", "bookonce", "confirming"),
    ]


async def _confirmed(app: Client, booking: dict[str, Any]) -> bool:
    return bool((await now(app, booking))["state"] == "confirmed")


async def test_a_mark_is_told_when_it_is_set_and_when_it_is_taken_back(app: Client, reader: Reader) -> None:
    page = await a_booking_link(app)
    order = {**wish((await free_times(app, page))[0]), "booking_link_id": page["id"]}
    made = (await app.post("/v1/bookings", order)).data
    await reader.new()
    for mark in ("unmark_no_show", "no_show", "no_show", "unmark_no_show", "unmark_no_show", "no_show"):
        assert (await app.put(f"/v1/bookings/{made['id']}/{mark}")).status == 200
    words = [word for word, *_ in _words(await reader.of(made))]
    assert words == ["no_show_marked", "no_show_unmarked", "no_show_marked"]


async def test_an_erasure_is_told_of_the_contact_and_of_its_links(app: Client, reader: Reader) -> None:
    page, contact = await a_booking_link(app), await a_contact(app)
    ticket = await a_link(app, page, contact_id=contact["id"])
    await app.ask("DELETE", f"/v1/contacts/{contact['id']}")
    assert (await app.ask("DELETE", f"/v1/contacts/{contact['id']}")).refused == (404, "not_found")
    [erased] = await reader.of(contact)
    assert (erased.type, erased.data) == ("contact.erased", {})
    linked = [event for event in await reader.new(read_link_events) if str(event.subject_id) == ticket["id"]]
    assert [event.type for event in linked] == ["single_use_link.created", "single_use_link.revoked"]


async def test_nothing_personal_and_no_token_is_told_or_kept(
    app: Client, visitor: Client, records: dict[str, Any], reader: Reader
) -> None:
    mark = an_email().partition("@")[0]
    page = await a_booking_link(app, questions=[{"key": "topic", "label": "Topic"}])
    contact = await a_contact(app, name=f"Name-{mark}", email=f"{mark}@example.com", phone=f"Phone-{mark}")
    ticket = await a_link(app, page, contact_id=contact["id"])
    booking = (
        await book_with(visitor, page, ticket, name=f"Called-{mark}", answers={"topic": f"Topic-{mark}"})
    ).data
    await app.put(f"/v1/bookings/{booking['id']}/no_show")
    await app.put(f"/v1/bookings/{booking['id']}/cancel")
    await app.ask("DELETE", f"/v1/contacts/{contact['id']}")
    told = [*await reader.new(), *await reader.new(read_link_events)]
    assert len(told) >= 7
    texts = [msgspec.json.encode(told).decode()]
    for conn in records.values():
        texts += [row[0] for row in await conn.fetch("select e::text from events e")]
    everything = "\n".join(texts)
    assert ticket["id"] in everything
    for secret in (mark, ticket["token"], page["slug"], page["host"]["email"], "@"):
        assert secret not in everything


async def test_only_workflows_may_read_and_only_with_a_cursor_of_the_feed(stack: Stack, peers: Peers) -> None:
    gateway = Peers(Identity("gateway", stack.environment("gateway")["SERVICE_KEY"]), stack.urls)
    for feed in (read_booking_events, read_link_events):
        with pytest.raises(Refusal) as refused:
            await gateway.call(feed, EventQuery())
        assert refused.value.code == "caller_not_allowed"
        for wrong, code in (
            (EventQuery("nonsense"), "validation_failed"),
            (EventQuery(limit=0), "invalid_request"),
            (EventQuery(limit=1001), "invalid_request"),
            (EventQuery(wait_ms=5001), "invalid_request"),
        ):
            with pytest.raises(Refusal) as refused:
                await peers.call(feed, wrong)
            assert refused.value.code == code
    await gateway.close()


async def test_a_piece_that_is_told_to_stop_lets_its_waiting_reader_go(new_stack: NewStack) -> None:
    stack = await new_stack()
    await stack.kill("workflows")
    records = await asyncpg.connect(stack.dsn["tokens"])
    peers = Peers(Identity("workflows", stack.environment("workflows")["SERVICE_KEY"]), stack.urls)
    since = await records.fetchval("select now()")
    waiting = asyncio.create_task(peers.call(read_link_events, EventQuery(wait_ms=5000)))
    await eventually(lambda: records.fetchval(LOOKED, since))
    began = time.monotonic()
    await stack.stop("tokens")
    assert (await waiting).events == []
    assert time.monotonic() - began < 2.5
    await peers.close()
    await records.close()


async def test_every_transition_has_its_event_and_every_event_its_transition_after_all_other_tests(
    app: Client, visitor: Client, records: dict[str, Any]
) -> None:
    page = await a_booking_link(app)
    booked = (await book_with(visitor, page, await a_link(app, page))).data
    await app.put(f"/v1/bookings/{booked['id']}/cancel")
    assert await records["booking"].fetchval(STATES) >= 3
    assert [tuple(row) for row in await records["booking"].fetch(UNMATCHED)] == []
