"""`make bench`: each piece of work as a ratio to its floor, both measured in turn in one run."""

import asyncio
import gc
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tests.bench import load
from tests.bench.floors import floors
from tests.bench.load import Outcome, message
from tests.bench.material import Material, prepare
from tests.bench.memory import idle_memory
from tests.stack import server

ROUNDS = 7
OPENINGS, BOOKINGS = 1000, 150
CLIENTS = 8
Pair = tuple[Outcome, Outcome]


@dataclass(frozen=True)
class Load:
    """Where a load goes, and what makes its messages anew for each round."""

    address: str
    messages: Callable[[], Sequence[bytes]]


async def compare(product: Load, floor: Load, clients: int, expect: int) -> list[Pair]:
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


def report(work: str, pairs: list[Pair], budget: str) -> None:
    """One row: medians of the rounds, and the ratios pair by pair."""
    rate = [product.per_second / floor.per_second for product, floor in pairs]
    wait = [product.median / floor.median for product, floor in pairs]
    product, floor = (statistics.median(pair[side].per_second for pair in pairs) for side in (0, 1))
    p50, floor_p50 = (statistics.median(pair[side].median * 1000 for pair in pairs) for side in (0, 1))
    print(
        f"{work:34} {product:7.0f}/s of {floor:7.0f}/s = {statistics.median(rate):.2f}"
        f" ({min(rate):.2f}-{max(rate):.2f});  p50 {p50:6.2f} ms to {floor_p50:6.2f} ms"
        f" = {statistics.median(wait):.2f} ({min(wait):.2f}-{max(wait):.2f});  budget {budget}"
    )


def opening(address: str, material: Material) -> Load:
    tokens = [token for some in material.tokens.values() for token in some]
    messages = [message("GET", f"{address}/single-use/{token}") for token in tokens]
    return Load(address, lambda: (messages * (OPENINGS // len(messages) + 1))[:OPENINGS])


def booking(address: str, material: Material) -> Load:
    def messages() -> list[bytes]:
        return [
            message("POST", f"{address}/book/{slug}", msgspec.json.encode(wish))
            for slug, wish in material.wishes(BOOKINGS)
        ]

    return Load(address, messages)


async def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        async with server(durable=True) as postgres, postgres.stack() as product, postgres.stack() as other:
            print("\n".join(await idle_memory(product)), flush=True)
            links = 2 * (ROUNDS + 1) * BOOKINGS + 16
            ours, theirs = await prepare(product, links), await prepare(other, links)
            async with floors(other, Path(name)) as floor:
                for clients in (1, CLIENTS):
                    at = f"{clients} client{'s' if clients > 1 else ''}"
                    pairs = await compare(
                        opening(product.gateway, ours), opening(floor, theirs), clients, 200
                    )
                    report(f"open a link, {at}", pairs, "rate >= 0.6")
                    pairs = await compare(
                        booking(product.gateway, ours), booking(floor, theirs), clients, 201
                    )
                    report(f"confirm a booking, {at}", pairs, "p50 <= 1.6 at 1 client, rate >= 0.6")
                    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
