"""What is sent is made once, kept without what opens anything, and forgotten with its contact."""

import asyncio
from typing import Any

import msgspec
import pytest
from aiohttp import web

from services.workflows.store import due_deliveries
from services.workflows.webhooks.courier import Courier
from services.workflows.webhooks.dispatch import LEASE, PER_ENDPOINT, Dispatch
from shared.contracts.events import Event
from shared.ids import new_id
from tests.eventually import eventually
from tests.services.workflows.webhooks.post import MARKER, Post
from tests.webhooks.receiver import Receiver, answering

NOTE = b'{"url":"' + MARKER + b'"}'


async def test_every_attempt_sends_the_body_of_the_first(post: Post, receiver: Receiver) -> None:
    receiver.answers.append(answering(500))
    post.says.data = {"state": "confirmed"}
    await post.tell()
    await post.send()
    post.says.data = {"state": "cancelled"}
    await post.again()
    first, second = receiver.received
    assert first.body == second.body
    assert msgspec.json.decode(second.body)["data"]["state"] == "confirmed"


async def test_while_nobody_knows_what_an_event_is_about_nothing_is_sent(
    post: Post, receiver: Receiver
) -> None:
    post.says.refusal = "unavailable"
    await post.tell()
    await post.send()
    [waiting] = await post.listed()
    assert (receiver.received, waiting.status, waiting.attempts) == ([], "pending", [])
    post.says.refusal = None
    await post.again()
    assert [one.status for one in await post.listed()] == ["delivered"]


async def test_what_is_not_there_any_more_is_told_as_the_event_tells_it(
    post: Post, receiver: Receiver
) -> None:
    post.says.refusal = "not_found"
    await post.tell(graph="instant")
    await post.send()
    [came] = receiver.received
    assert msgspec.json.decode(came.body)["data"]["graph"] == "instant"


async def test_what_opens_something_is_sent_but_never_kept(post: Post, receiver: Receiver) -> None:
    async def echo(request: web.Request) -> web.Response:
        return web.Response(body=await request.read())

    receiver.answers.append(echo)
    await post.step(NOTE, new_id())
    await post.send()
    [came] = receiver.received
    assert came.body == b'{"url":"https://bookonce.example/single-use/token"}'
    [kept] = await post.listed()
    assert (kept.status, kept.request.body) == ("delivered", NOTE.decode())
    assert "single-use" not in msgspec.json.encode(kept).decode()


async def test_a_step_whose_link_is_gone_has_failed_and_says_so(post: Post, receiver: Receiver) -> None:
    post.says.refusal = "not_found"
    await post.step(NOTE, new_id())
    await post.send()
    [failed] = await post.listed()
    assert (receiver.received, failed.status) == ([], "failed")
    assert failed.attempts[0].error == "it could not be put together: not_found"


async def test_a_step_is_delivered_once_however_often_it_is_written(post: Post, receiver: Receiver) -> None:
    delivery_id = new_id()
    assert [await post.step(b"{}", delivery_id) for _ in range(2)] == [True, True]
    await post.send()
    await post.step(b"{}", delivery_id)
    await post.send()
    assert [came.id for came in receiver.received] == [str(delivery_id)]


async def test_a_step_is_not_delivered_to_an_endpoint_that_wants_no_more(
    post: Post, receiver: Receiver
) -> None:
    receiver.answers.append(answering(410))
    await post.tell()
    await post.send()
    assert not await post.step(b"{}", new_id())


async def test_an_erased_contact_is_in_no_body_and_no_answer(post: Post, receiver: Receiver) -> None:
    contact_id = new_id()
    receiver.answers.extend([answering(200, "hello Amara"), answering(500, "who is Amara")])
    post.says.data = {"name": "Amara"}
    for _ in range(2):
        await post.tell(contact_id=str(contact_id))
        await post.send()
    await post.step(b'{"name":"Amara"}', new_id(), contact_id)
    await post.erase(contact_id)
    assert "Amara" not in msgspec.json.encode(await post.listed()).decode()
    assert [one.status for one in await post.listed()] == ["failed", "pending", "delivered"]
    post.says.data = {"name": "Erased"}
    await post.again()
    assert b"Erased" in receiver.received[-1].body
    assert len(receiver.received) == 3


async def test_a_body_made_while_its_contact_is_erased_is_neither_kept_nor_sent(
    post: Post, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact_id = new_id()

    async def late(event: Event) -> dict[str, Any]:
        await post.erase(contact_id)
        return {"name": "Amara"}

    await post.tell(contact_id=str(contact_id))
    with monkeypatch.context() as patched:
        patched.setattr(post.dispatch, "_present", late)
        await post.send()
    assert receiver.received == []
    await post.again()
    assert b"Amara" not in receiver.received[0].body


async def test_what_is_under_way_when_a_contact_is_erased_leaves_nothing_behind(
    post: Post, receiver: Receiver
) -> None:
    contact_id, taken, released = new_id(), asyncio.Event(), asyncio.Event()

    async def hesitate(_: web.Request) -> web.Response:
        taken.set()
        await released.wait()
        return web.Response(text="hello Amara")

    receiver.answers.append(hesitate)
    post.says.data = {"name": "Amara"}
    await post.tell(contact_id=str(contact_id))
    sending = asyncio.create_task(post.send())
    await taken.wait()
    await post.erase(contact_id)
    released.set()
    await sending
    [listed] = await post.listed()
    assert listed.status == "delivered"
    assert "Amara" not in msgspec.json.encode(listed).decode()


async def test_two_replicas_share_the_work_and_do_nothing_twice(post: Post, receiver: Receiver) -> None:
    other = Dispatch(post.database, post.vault, Courier("allow"), post.present, post.fill)
    for _ in range(40):
        await post.tell()

    async def all_of_it(one: Dispatch) -> None:
        while len(receiver.received) < 40:
            await one.send_due()

    async with asyncio.timeout(30):
        await asyncio.gather(all_of_it(post.dispatch), all_of_it(other))
    await other.close()
    ids = [came.id for came in receiver.received]
    assert (len(ids), len(set(ids))) == (40, 40)


# Taking waits here for whoever holds the lock; noting does not.
SLOW = """
    create function wait_here() returns trigger language plpgsql as $$ begin
        if current_query() like '%recursive waiting%' then perform pg_advisory_xact_lock(4711); end if;
        return null; end $$;
    create trigger slow before update on webhook_deliveries execute function wait_here()"""
WAITS = "select exists (select from pg_locks where locktype = 'advisory' and not granted)"


async def test_what_ends_while_more_is_taken_is_no_reason_to_stop(post: Post, receiver: Receiver) -> None:
    released = asyncio.Event()

    async def later(_: web.Request) -> web.Response:
        await released.wait()
        return web.Response(status=204)

    for _ in range(PER_ENDPOINT + 1):
        await post.tell()
    receiver.answers += [later] * PER_ENDPOINT
    assert await post.dispatch.send_due() == PER_ENDPOINT
    async with post.database.connection() as conn:
        await conn.execute(SLOW)
        await conn.execute("select pg_advisory_lock(4711)")
        try:
            taking = asyncio.create_task(post.dispatch.send_due())
            # It has counted its endpoint's as under way, and they end before it has taken any.
            await eventually(lambda: conn.fetchval(WAITS))
            released.set()

            async def ended() -> bool:
                [*listed] = await post.listed()
                return sum(one.status == "delivered" for one in listed) == PER_ENDPOINT

            await eventually(ended)
        finally:
            await conn.execute("select pg_advisory_unlock(4711)")
            await conn.execute("drop function wait_here cascade")
    assert await taking == PER_ENDPOINT
    assert await post.dispatch.send_due() == 1


async def test_what_one_replica_is_taking_no_other_waits_for_or_takes(post: Post) -> None:
    await post.tell()
    async with post.database.connection() as conn, post.database.connection() as other:
        async with conn.transaction():
            [taken] = await due_deliveries.take(conn, 20, 4, {}, LEASE)
            async with asyncio.timeout(5):
                assert await due_deliveries.take(other, 20, 4, {}, LEASE) == []
        assert await due_deliveries.take(other, 20, 4, {}, LEASE) == []
    [listed] = await post.listed()
    assert (listed.id, listed.status) == (taken.id, "pending")


async def test_a_secret_that_no_longer_opens_sends_nothing_unsigned(
    post: Post, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(post.dispatch, "_vault", type(post.vault)("2:" + "B" * 43))
    await post.tell()
    await post.send()
    [failed] = await post.listed()
    assert (receiver.received, failed.status) == ([], "pending")
    assert failed.attempts[0].error == "its secret can no longer be opened: rotate it"


async def test_a_delivery_remembers_its_latest_attempts_alone(post: Post, receiver: Receiver) -> None:
    await post.tell()
    for n in range(25):
        receiver.answers.append(answering(500, str(n)))
        async with post.database.connection() as conn:
            await conn.execute(
                "update webhook_deliveries set failures = 0, due_at = now() where due_at is not null"
            )
        await post.send()
    [listed] = await post.listed()
    assert [one.response_body for one in listed.attempts] == [str(n) for n in range(5, 25)]
