"""What visitors do: open a link, book with it; product and floor get the same load of requests."""

import gc
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

from tests.bench import load
from tests.bench.load import Outcome, message
from tests.bench.material import Material

ROUNDS = 7
OPENINGS, BOOKINGS = 1000, 150
CLIENTS = 8
LINKS = 2 * (ROUNDS + 1) * BOOKINGS + 16
"""How many single-use links each side needs."""
Pair = tuple[Outcome, Outcome]


@dataclass(frozen=True)
class Load:
    """Where a load goes, and what makes its messages anew for each round."""

    address: str
    messages: Callable[[], Sequence[bytes]]


async def measure(product: str, ours: Material, floor: str, theirs: Material) -> None:
    """Both kinds of visit, by one client and by several."""
    for clients in (1, CLIENTS):
        at = f"{clients} client{'s' if clients > 1 else ''}"
        pairs = await _compare(_opening(product, ours), _opening(floor, theirs), clients, 200)
        _report(f"open a link, {at}", pairs, "rate >= 0.6")
        pairs = await _compare(_booking(product, ours), _booking(floor, theirs), clients, 201)
        _report(f"confirm a booking, {at}", pairs, "p50 <= 1.6 at 1 client, rate >= 0.6")


async def _compare(product: Load, floor: Load, clients: int, expect: int) -> list[Pair]:
    """Rounds of product and floor in turn, whoever begins changing each time; the first is a warm-up."""
    pairs = []
    for number in range(ROUNDS + 1):
        outcomes = {}
        for side in (product, floor) if number % 2 else (floor, product):
            messages = side.messages()
            gc.collect()
            outcomes[side] = await load.run(side.address, messages, clients, expect)
        pairs.append((outcomes[product], outcomes[floor]))
    return pairs[1:]


def _report(work: str, pairs: list[Pair], budget: str) -> None:
    """One row: medians of the rounds, and the ratios pair by pair."""
    rate = [product.per_second / floor.per_second for product, floor in pairs]
    wait = [product.median / floor.median for product, floor in pairs]
    product, floor = (statistics.median(pair[side].per_second for pair in pairs) for side in (0, 1))
    p50, floor_p50 = (statistics.median(pair[side].median * 1000 for pair in pairs) for side in (0, 1))
    print(
        f"{work:34} {product:7.0f}/s of {floor:7.0f}/s = {statistics.median(rate):.2f}"
        f" ({min(rate):.2f}-{max(rate):.2f});  p50 {p50:6.2f} ms to {floor_p50:6.2f} ms"
        f" = {statistics.median(wait):.2f} ({min(wait):.2f}-{max(wait):.2f});  budget {budget}",
        flush=True,
    )


def _opening(address: str, material: Material) -> Load:
    tokens = [token for some in material.tokens.values() for token in some]
    messages = [message("GET", f"{address}/single-use/{token}") for token in tokens]
    return Load(address, lambda: (messages * (OPENINGS // len(messages) + 1))[:OPENINGS])


def _booking(address: str, material: Material) -> Load:
    def messages() -> list[bytes]:
        return [
            message("POST", f"{address}/book/{slug}", msgspec.json.encode(wish))
            for slug, wish in material.wishes(BOOKINGS)
        ]

    return Load(address, messages)
