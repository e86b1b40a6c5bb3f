"""The provider's verbs, as booking's own client asks for them: each once, and the same answer again."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from services.booking.payments.provider import Away, Declined, Money, Session
from services.booking.payments.sandbox import Sandbox
from shared.ids import new_id
from tests.deploy.sandbox import SECRET, Running, order
from tests.eventually import eventually

KEY = {"Idempotency-Key": "a-key"}


async def _paid(sandbox: Running, **changed: Any) -> tuple[str, Money]:
    """A session that was paid, and its money."""
    opened = await sandbox.provider.open(order(sandbox.receiver, **changed))
    await sandbox.pay(opened.session_id)
    session = await sandbox.provider.look_up(opened.session_id)
    assert session.status == "paid"
    assert session.money is not None
    return opened.session_id, session.money


async def test_the_same_order_opens_the_same_session(sandbox: Running) -> None:
    asked = order(sandbox.receiver)
    first, second = await sandbox.provider.open(asked), await sandbox.provider.open(asked)
    assert first == second
    assert first.url == f"{sandbox.url}/pay/{first.session_id}"
    assert await sandbox.provider.look_up(first.session_id) == Session(
        id=first.session_id, status="open", payment_id=asked.payment_id, amount=4000, currency="EUR"
    )
    assert await sandbox.movements(first.session_id) == ["opened"]


@pytest.mark.parametrize("change", [{"amount": 4001}, {"currency": "USD"}, {"title": "Another"}])
async def test_the_same_key_with_another_order_is_refused(sandbox: Running, change: dict[str, Any]) -> None:
    asked = order(sandbox.receiver)
    await sandbox.provider.open(asked)
    with pytest.raises(Declined, match="idempotency_key_reused"):
        await sandbox.provider.open(msgspec.structs.replace(asked, **change))


async def test_an_order_that_makes_no_sense_is_refused(sandbox: Running) -> None:
    for change in ({"amount": 0}, {"currency": "euro"}, {"return_url": "javascript:alert(1)"}):
        with pytest.raises(Declined, match="invalid_request"):
            await sandbox.provider.open(order(sandbox.receiver, **change))
    whole = msgspec.to_builtins(order(sandbox.receiver))
    assert (await sandbox.call("POST", "/sessions", whole))[0] == 400
    assert (await sandbox.call("POST", "/sessions", [], **KEY))[0] == 400


async def test_only_who_holds_the_secret_is_answered(sandbox: Running) -> None:
    stranger = Sandbox(sandbox.url, "another" + SECRET)
    with pytest.raises(Away):
        await stranger.open(order(sandbox.receiver))
    await stranger.close()
    for path in ("/records", "/switches", "/sessions/any"):
        async with sandbox.http.get(sandbox.url + path) as response:
            assert response.status == 401


async def test_expiring_ends_an_open_session_and_leaves_a_paid_one(sandbox: Running) -> None:
    opened = await sandbox.provider.open(order(sandbox.receiver))
    expired = await sandbox.provider.expire(opened.session_id)
    assert expired.status == "expired"
    assert await sandbox.provider.expire(opened.session_id) == expired
    assert await sandbox.movements(opened.session_id) == ["opened", "expired"]
    status, refused = await sandbox.call("POST", f"/sessions/{opened.session_id}/pay", {"how": "pay"})
    assert (status, refused["error"]["code"]) == (409, "session_expired")

    paid, _ = await _paid(sandbox)
    assert (await sandbox.provider.expire(paid)).status == "paid"
    assert await sandbox.movements(paid) == ["opened", "authorised"]


async def test_a_session_ends_by_itself_without_being_asked(sandbox: Running) -> None:
    opened = await sandbox.provider.open(order(sandbox.receiver, seconds=0.3))

    async def ended() -> bool:
        return await sandbox.movements(opened.session_id) == ["opened", "expired"]

    await eventually(ended, 5)
    assert (await sandbox.provider.look_up(opened.session_id)).status == "expired"


async def test_paying_authorises_once(sandbox: Running) -> None:
    session_id, money = await _paid(sandbox)
    assert money.status == "authorised"
    assert money.lapses_at is not None
    assert timedelta(days=6.9) < money.lapses_at - datetime.now(UTC) < timedelta(days=7)
    await sandbox.pay(session_id)
    assert await sandbox.movements(session_id) == ["opened", "authorised"]


async def test_a_declined_card_may_be_tried_again(sandbox: Running) -> None:
    opened = await sandbox.provider.open(order(sandbox.receiver))
    assert (await sandbox.pay(opened.session_id, "decline"))["status"] == "open"
    assert (await sandbox.pay(opened.session_id))["status"] == "paid"
    assert await sandbox.movements(opened.session_id) == ["opened", "declined", "authorised"]


async def test_who_pays_late_does_so_once_booking_was_told_that_the_session_has_expired(
    sandbox: Running,
) -> None:
    opened = await sandbox.provider.open(order(sandbox.receiver))
    assert (await sandbox.pay(opened.session_id, "late"))["status"] == "open"
    assert (await sandbox.provider.look_up(opened.session_id)).status == "open"
    assert (await sandbox.provider.expire(opened.session_id)).status == "expired"

    async def paid() -> bool:
        return (await sandbox.provider.look_up(opened.session_id)).status == "paid"

    await eventually(paid, 5)
    assert await sandbox.movements(opened.session_id) == ["opened", "expired", "authorised"]


async def test_captured_then_refunded_each_once(sandbox: Running) -> None:
    session_id, money = await _paid(sandbox)
    for _ in range(2):
        assert (await sandbox.provider.capture(new_id(), money.id)).status == "captured"
    for _ in range(2):
        assert (await sandbox.provider.give_back(new_id(), money.id)).status == "refunded"
    with pytest.raises(Declined, match="money_refunded"):
        await sandbox.provider.capture(new_id(), money.id)
    assert await sandbox.movements(session_id) == ["opened", "authorised", "captured", "refunded"]


async def test_released_money_cannot_be_captured(sandbox: Running) -> None:
    session_id, money = await _paid(sandbox)
    for _ in range(2):
        assert (await sandbox.provider.give_back(new_id(), money.id)).status == "released"
    with pytest.raises(Declined, match="money_released"):
        await sandbox.provider.capture(new_id(), money.id)
    assert await sandbox.movements(session_id) == ["opened", "authorised", "released"]


async def test_an_authorisation_lapses_after_its_time(sandbox: Running) -> None:
    await sandbox.set(authorisation_seconds=1)
    session_id, money = await _paid(sandbox)

    async def lapsed() -> bool:
        return (await sandbox.movements(session_id))[-1] == "lapsed"

    await eventually(lapsed, 5)
    with pytest.raises(Declined, match="money_lapsed"):
        await sandbox.provider.capture(new_id(), money.id)
    assert (await sandbox.provider.give_back(new_id(), money.id)).status == "released"
    assert await sandbox.movements(session_id) == ["opened", "authorised", "lapsed"]


async def test_what_is_unknown_is_declined(sandbox: Running) -> None:
    with pytest.raises(Declined, match="session_unknown"):
        await sandbox.provider.look_up("cs_sandbox_0")
    with pytest.raises(Declined, match="404"):
        await sandbox.provider.look_up("../records")
    with pytest.raises(Declined, match="money_unknown"):
        await sandbox.provider.capture(new_id(), "mo_sandbox_0")


async def test_a_capture_that_fails_may_succeed_later_and_one_that_is_refused_never_does(
    sandbox: Running,
) -> None:
    await sandbox.set(fail_captures=1, refuse_captures=1)
    refused_id, refused = await _paid(sandbox)
    with pytest.raises(Away):
        await sandbox.provider.capture(new_id(), refused.id)
    for _ in range(2):
        with pytest.raises(Declined, match="capture_refused"):
            await sandbox.provider.capture(new_id(), refused.id)
    _, other = await _paid(sandbox)
    assert (await sandbox.provider.capture(new_id(), other.id)).status == "captured"
    assert (await sandbox.provider.give_back(new_id(), refused.id)).status == "released"
    assert await sandbox.movements(refused_id) == ["opened", "authorised", "capture_refused", "released"]


async def test_a_provider_that_is_away_does_nothing_though_visitors_pay(sandbox: Running) -> None:
    opened = await sandbox.provider.open(order(sandbox.receiver))
    session_id, money = await _paid(sandbox)
    await sandbox.set(away=True)
    for ask in (
        sandbox.provider.open(order(sandbox.receiver)),
        sandbox.provider.look_up(opened.session_id),
        sandbox.provider.expire(opened.session_id),
        sandbox.provider.capture(new_id(), money.id),
        sandbox.provider.give_back(new_id(), money.id),
    ):
        with pytest.raises(Away):
            await ask
    assert (await sandbox.pay(opened.session_id))["status"] == "paid"
    await sandbox.set(away=False)
    assert (await sandbox.provider.look_up(opened.session_id)).status == "paid"
    assert await sandbox.movements(session_id) == ["opened", "authorised"]


async def test_another_amount_can_be_put_up(sandbox: Running) -> None:
    await sandbox.set(pay_amount=1, pay_currency="JPY")
    session_id, _ = await _paid(sandbox)
    session = await sandbox.provider.look_up(session_id)
    assert (session.amount, session.currency) == (1, "JPY")


async def test_switches_are_set_by_name_and_put_back_together(sandbox: Running) -> None:
    await sandbox.set(drop=True)
    await sandbox.set(duplicate=3)
    _, switches = await sandbox.call("GET", "/switches")
    assert (switches["drop"], switches["duplicate"]) == (True, 3)
    wrong: object
    for wrong in ({"duplicate": 0}, {"unknown": 1}, {"drop": "yes"}, []):
        assert (await sandbox.call("PUT", "/switches", wrong))[0] == 400
    assert (await sandbox.call("GET", "/switches"))[1] == switches
    _, usual = await sandbox.call("DELETE", "/switches")
    assert (usual["drop"], usual["duplicate"], usual["authorisation_seconds"]) == (False, 1, 7 * 24 * 3600)


async def test_records_are_for_their_owner_alone(sandbox: Running) -> None:
    folder = sandbox.process.log.parent
    kept = [file for file in folder.iterdir() if re.fullmatch(r"records\.sqlite(-\w+)?", file.name)]
    assert len(kept) >= 2
    assert all(file.stat().st_mode & 0o077 == 0 for file in kept), kept


async def test_where_nobody_listens_the_provider_is_away(sandbox: Running) -> None:
    nowhere = Sandbox("http://127.0.0.1:1", SECRET)
    with pytest.raises(Away):
        await nowhere.look_up("any")
    await nowhere.close()
