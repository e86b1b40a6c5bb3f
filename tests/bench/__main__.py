"""`make bench`: each piece of work as a ratio to its floor, both measured in turn in one run.

`make bench ARGS=--big` measures instead what ten million links change; it takes ten minutes and 10 GB.
"""

import argparse
import asyncio
import tempfile
from pathlib import Path

from tests.bench import bulk, export, includes, signatures, size, slots, visits
from tests.bench.floors import floors
from tests.bench.material import prepare
from tests.bench.memory import idle_memory
from tests.stack import server


async def usual() -> None:
    """Everything that fits in three minutes."""
    with tempfile.TemporaryDirectory() as name:
        async with server(durable=True) as postgres, postgres.stack() as product, postgres.stack() as other:
            print("\n".join(await idle_memory(product)), flush=True)
            ours, theirs = await prepare(product, visits.LINKS), await prepare(other, visits.LINKS)
            async with floors(other, Path(name)) as floor:
                await visits.measure(product.gateway, ours, floor, theirs)
            await bulk.measure(product, other)
            await slots.measure(product)
            await includes.measure(product)
            await export.measure(product)
    await signatures.measure()


async def big() -> None:
    """What needs ten million rows; they are made without waiting for the disk."""
    async with server() as postgres:
        await size.measure(postgres)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    arguments.add_argument("--big", action="store_true", help="measure with ten million links")
    asyncio.run(big() if arguments.parse_args().big else usual())
