"""Nobody learns from how long a refusal takes whether a booking exists."""

import random
import statistics
import time
from collections.abc import AsyncIterator, Sequence

import pytest

from shared.call import Peers
from shared.identity import Identity
from shared.ids import new_id
from tests.stack import Stack
from tests.system.client import Client
from tests.system.signing import a_booking, inspect, sign

ROUNDS = 100
FORGED = "live_api_key_" + "A" * 43


@pytest.fixture
async def gateway(stack: Stack) -> AsyncIterator[Peers]:
    key = stack.environment("gateway")["SERVICE_KEY"]
    peers = Peers(Identity("gateway", key), {"actions": stack.urls["actions"]})
    yield peers
    await peers.close()


def slower(ones: Sequence[float], others: Sequence[float]) -> float:
    """How often one of the first takes longer than one of the others (Mann and Whitney): 0.5 when alike."""
    wins = sum((one > other) + (one == other) / 2 for one in ones for other in others)
    return wins / len(ones) / len(others)


async def test_an_unknown_booking_and_a_bad_signature_take_the_same_time(app: Client, gateway: Peers) -> None:
    booking = await a_booking(app)
    # Distorted neither by which comes first, nor by what else the machine does meanwhile.
    taken: dict[str, list[float]] = {"bad signature": [], "unknown booking": [], "no token at all": []}
    for number in range(ROUNDS + 10):
        kinds = list(taken)
        random.shuffle(kinds)
        for kind in kinds:
            asked = {"id": str(new_id())} if kind == "unknown booking" else booking
            signature = "nothing" if kind == "no token at all" else sign(FORGED, asked)
            began = time.perf_counter()
            assert await inspect(gateway, asked, signature) == "action_link_invalid"
            if number >= 10:
                taken[kind].append(time.perf_counter() - began)
    real, *others = taken.values()
    for other in others:
        # Of 100 against 100, chance alone strays from a half by 0.04 in two of three runs.
        assert 0.25 < slower(real, other) < 0.75, taken
        assert abs(statistics.median(real) - statistics.median(other)) < 0.003


def test_a_difference_that_an_outsider_could_use_would_be_seen() -> None:
    noise = random.Random(4)
    ones, others = ([noise.gauss(mean, 1) for _ in range(ROUNDS)] for mean in (5, 6.5))
    assert not 0.25 < slower(ones, others) < 0.75
    assert 0.4 < slower(ones, [noise.gauss(5, 1) for _ in range(ROUNDS)]) < 0.6
