"""Webhooks: signed, sent until they are taken, and misbehaving as the switches say."""

import hmac
import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.booking.payments.provider import Hint
from tests.deploy.sandbox import SECRET, Running, order, running
from tests.eventually import eventually


async def _paid(sandbox: Running) -> str:
    opened = await sandbox.provider.open(order(sandbox.receiver))
    await sandbox.pay(opened.session_id)
    return opened.session_id


async def _all_sent(sandbox: Running, session_id: str) -> None:
    async def sent() -> bool:
        return set(await sandbox.webhook_states(session_id)) == {"sent"}

    await eventually(sent)


async def test_each_is_signed_so_that_booking_takes_it(sandbox: Running) -> None:
    asked = order(sandbox.receiver)
    opened = await sandbox.provider.open(asked)
    before = int(time.time())
    await sandbox.pay(opened.session_id)
    await eventually(lambda: sandbox.receiver.messages(opened.session_id))
    headers, body = next(one for one in sandbox.receiver.came if opened.session_id.encode() in one[1])
    said = json.loads(body)
    assert said.keys() == {"id", "type", "account", "created", "session_id", "payment_id"}
    assert (said["type"], said["account"]) == ("session.paid", "acct_sandbox")
    assert before <= said["created"] <= time.time()
    signed_at, signature = (part.partition("=")[2] for part in headers["sandbox-signature"].split(","))
    signed = f"{signed_at}.{body.decode()}".encode()
    assert signature == hmac.new(SECRET.encode(), signed, "sha256").hexdigest()
    hint = sandbox.provider.read_hint(headers, body, datetime.now(UTC))
    assert hint == Hint(said["id"], asked.payment_id, opened.session_id)


@pytest.mark.parametrize(
    ("how", "told"),
    [
        (["capture", "give-back"], ["session.paid", "money.captured", "money.refunded"]),
        (["give-back"], ["session.paid", "money.released"]),
    ],
)
async def test_everything_that_happens_to_money_is_told_once(
    sandbox: Running, how: list[str], told: list[str]
) -> None:
    session_id = await _paid(sandbox)
    money_id = (await sandbox.record(session_id))["money"]["id"]
    for verb in how * 2:
        await sandbox.call("POST", f"/money/{money_id}/{verb}")
    await _all_sent(sandbox, session_id)
    assert sandbox.receiver.types(session_id) == told


async def test_the_end_of_a_session_is_told(sandbox: Running) -> None:
    opened = await sandbox.provider.open(order(sandbox.receiver))
    await sandbox.provider.expire(opened.session_id)
    await _all_sent(sandbox, opened.session_id)
    assert sandbox.receiver.types(opened.session_id) == ["session.expired"]


async def test_what_is_not_taken_is_sent_again_until_it_is(sandbox: Running) -> None:
    sandbox.receiver.status = 500
    session_id = await _paid(sandbox)
    await eventually(lambda: len(sandbox.receiver.messages(session_id)) >= 2)
    assert await sandbox.webhook_states(session_id) == ["waiting"]
    sandbox.receiver.status = 204
    await _all_sent(sandbox, session_id)
    assert len({one["id"] for one in sandbox.receiver.messages(session_id)}) == 1


async def test_dropped_ones_never_come(sandbox: Running) -> None:
    await sandbox.set(drop=True)
    dropped = await _paid(sandbox)
    await sandbox.set(drop=False)
    told = await _paid(sandbox)
    await _all_sent(sandbox, told)
    assert await sandbox.webhook_states(dropped) == ["dropped"]
    assert sandbox.receiver.types(dropped) == []


async def test_duplicates_carry_the_same_id(sandbox: Running) -> None:
    await sandbox.set(duplicate=3)
    session_id = await _paid(sandbox)
    await _all_sent(sandbox, session_id)
    said = sandbox.receiver.messages(session_id)
    assert len(said) == 3
    assert len({one["id"] for one in said}) == 1


async def test_delayed_ones_come_later_and_held_ones_once_they_are_let_go(sandbox: Running) -> None:
    await sandbox.set(delay_ms=700)
    began = time.monotonic()
    delayed = await _paid(sandbox)
    await eventually(lambda: sandbox.receiver.types(delayed))
    assert time.monotonic() - began >= 0.7

    await sandbox.set(delay_ms=0, hold=True)
    held = await _paid(sandbox)
    # Long enough for several rounds of sending.
    other = await sandbox.provider.open(order(sandbox.receiver, seconds=0.5))
    await eventually(lambda: _expired(sandbox, other.session_id))
    assert sandbox.receiver.types(held) == []
    await sandbox.set(hold=False)
    await _all_sent(sandbox, held)


async def _expired(sandbox: Running, session_id: str) -> bool:
    return (await sandbox.movements(session_id))[-1] == "expired"


async def test_reordered_ones_come_newest_first(sandbox: Running) -> None:
    await sandbox.set(reorder=True)
    session_id = await _paid(sandbox)
    money_id = (await sandbox.record(session_id))["money"]["id"]
    await sandbox.call("POST", f"/money/{money_id}/capture")
    await sandbox.call("POST", f"/money/{money_id}/give-back")
    await _all_sent(sandbox, session_id)
    assert sandbox.receiver.types(session_id) == ["money.refunded", "money.captured", "session.paid"]


async def test_what_was_not_taken_before_a_crash_is_sent_after_it(place: Path) -> None:
    async with running(place) as sandbox:
        sandbox.receiver.status = 503
        session_id = await _paid(sandbox)
        await eventually(lambda: sandbox.receiver.types(session_id))
        await sandbox.process.kill()
        sandbox.receiver.came.clear()
        sandbox.receiver.status = 200
        await sandbox.restart()
        await _all_sent(sandbox, session_id)
        assert sandbox.receiver.types(session_id) == ["session.paid"]
