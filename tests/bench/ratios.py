"""Product and floor in turn, and one printed row for what came of it."""

import gc
import statistics
from collections.abc import Awaitable, Callable, Sequence

Measured = Sequence[tuple[float, float]]
"""What the product needed and what the floor needed, round by round; less is better."""


async def in_turn(
    product: Callable[[], Awaitable[float]], floor: Callable[[], Awaitable[float]], rounds: int
) -> Measured:
    """Rounds of both, whoever begins changing each time; the first is a warm-up."""
    pairs = []
    for number in range(rounds + 1):
        needed = {}
        for side in (product, floor) if number % 2 else (floor, product):
            gc.collect()
            needed[side] = await side()
        pairs.append((needed[product], needed[floor]))
    return pairs[1:]


def speed(work: str, pairs: Measured, amount: int, unit: str, budget: str) -> None:
    """How much of the floor's speed the product reaches."""
    ratios = [floor / product for product, floor in pairs]
    product, floor = (amount / statistics.median(pair[side] for pair in pairs) for side in (0, 1))
    print(
        f"{work:34} {product:7.0f} {unit}/s of {floor:7.0f} {unit}/s = {statistics.median(ratios):.2f}"
        f" ({min(ratios):.2f}-{max(ratios):.2f});  budget {budget}",
        flush=True,
    )


def slowness(work: str, large: Sequence[float], small: Sequence[float], budget: str) -> None:
    """How many times longer the same takes with much data than with little: medians of many calls."""
    much, little = statistics.median(large) * 1000, statistics.median(small) * 1000
    print(f"{work:34} {much:7.2f} ms to {little:7.2f} ms = {much / little:.2f};  budget {budget}", flush=True)
