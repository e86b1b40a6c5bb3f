"""The sandbox dies between a commit and its answer: nothing that was done is lost or done again."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from resource import RLIMIT_FSIZE, prlimit
from signal import SIGKILL

import aiohttp
import pytest

from services.booking.payments.provider import Away
from shared.ids import new_id
from tests.deploy.sandbox import Running, order, running
from tests.eventually import eventually

Act = Callable[[], Awaitable[object]]


@pytest.fixture
async def own(place: Path) -> AsyncIterator[Running]:
    async with running(place) as started:
        yield started


async def _dies(sandbox: Running, point: str, act: Act) -> None:
    """Armed, it dies of the act; it is started again without."""
    await sandbox.restart(FAULTS=f"{point}:kill")
    with pytest.raises((Away, aiohttp.ClientError)):
        await act()
    assert await sandbox.process.exit_code() == -SIGKILL
    await sandbox.restart(FAULTS=None)


async def test_killed_after_each_step_and_repeated_it_has_taken_each_once(own: Running) -> None:
    asked, provider = order(own.receiver), own.provider
    await _dies(own, "sandbox.opened", lambda: provider.open(asked))
    opened = await provider.open(asked)
    assert await own.movements(opened.session_id) == ["opened"]

    await _dies(own, "sandbox.paid", lambda: own.pay(opened.session_id))
    paid = await provider.look_up(opened.session_id)
    assert paid.money is not None
    money = paid.money.id
    assert (await own.pay(opened.session_id))["money"]["id"] == money
    assert await own.movements(opened.session_id) == ["opened", "authorised"]

    await _dies(own, "sandbox.captured", lambda: provider.capture(new_id(), money))
    assert (await own.movements(opened.session_id))[-1] == "captured"
    assert (await provider.capture(new_id(), money)).status == "captured"

    await _dies(own, "sandbox.given_back", lambda: provider.give_back(new_id(), money))
    assert (await own.movements(opened.session_id))[-1] == "refunded"
    assert (await provider.give_back(new_id(), money)).status == "refunded"

    steps = ["opened", "authorised", "captured", "refunded"]
    assert await own.movements(opened.session_id) == steps
    assert (await provider.open(asked)) == opened

    async def told() -> bool:
        return set(await own.webhook_states(opened.session_id)) == {"sent"}

    await eventually(told)
    seen = own.receiver.types(opened.session_id)
    # Each is told at least once, and in order; the one under way when it died perhaps twice.
    assert list(dict.fromkeys(seen)) == ["session.paid", "money.captured", "money.refunded"]


async def test_killed_after_expiring_it_stays_expired(own: Running) -> None:
    opened = await own.provider.open(order(own.receiver))
    await _dies(own, "sandbox.expired", lambda: own.provider.expire(opened.session_id))
    assert await own.movements(opened.session_id) == ["opened", "expired"]
    assert (await own.provider.expire(opened.session_id)).status == "expired"
    assert await own.movements(opened.session_id) == ["opened", "expired"]


async def test_killed_while_a_session_ends_by_itself_or_is_paid_late(own: Running) -> None:
    await own.restart(FAULTS="sandbox.expired:kill")
    opened = await own.provider.open(order(own.receiver, seconds=2))
    assert (await own.pay(opened.session_id, "late"))["status"] == "open"
    assert await own.process.exit_code() == -SIGKILL
    await own.restart(FAULTS="sandbox.paid:kill")
    assert await own.movements(opened.session_id) == ["opened", "expired"]
    assert (await own.provider.look_up(opened.session_id)).status == "expired"
    assert await own.process.exit_code() == -SIGKILL
    await own.restart(FAULTS=None)
    assert (await own.provider.look_up(opened.session_id)).status == "paid"
    assert await own.movements(opened.session_id) == ["opened", "expired", "authorised"]


async def test_what_cannot_be_written_is_answered_as_away_until_there_is_room_again(own: Running) -> None:
    opened = await own.provider.open(order(own.receiver))
    _, unlimited = limits = prlimit(own.process.pid, RLIMIT_FSIZE)
    prlimit(own.process.pid, RLIMIT_FSIZE, (4096, unlimited))
    for _ in range(2):
        with pytest.raises(Away):
            await own.provider.open(order(own.receiver))
    prlimit(own.process.pid, RLIMIT_FSIZE, limits)
    later = await own.provider.open(order(own.receiver))
    assert later.session_id != opened.session_id
    assert await own.movements(opened.session_id) == ["opened"]


async def test_switches_outlive_a_crash(own: Running) -> None:
    await own.set(away=True, duplicate=2)
    await own.restart()
    _, switches = await own.call("GET", "/switches")
    assert (switches["away"], switches["duplicate"]) == (True, 2)
