"""The floor's processes, beside a product's stack and over the databases of another."""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from deploy import ports
from deploy.processes import Process
from tests.eventually import eventually
from tests.stack import Stack

PIECES = ("tokens", "booking", "gateway")


@asynccontextmanager
async def floors(databases: Stack, folder: Path) -> AsyncIterator[str]:
    """Start the floor's three processes and give the address of its gateway."""
    addresses = {piece: f"127.0.0.1:{ports.any_free()}" for piece in PIECES}
    processes = [_process(piece, addresses, databases, folder) for piece in PIECES]
    try:
        for process in processes:
            process.start()
        await eventually(lambda: all(_listens(address) for address in addresses.values()))
        yield f"http://{addresses['gateway']}"
    finally:
        for process in processes:
            await process.stop()


def _process(piece: str, addresses: dict[str, str], databases: Stack, folder: Path) -> Process:
    environment = {
        **os.environ,
        "LISTEN": addresses[piece],
        "TOKENS_URL": f"http://{addresses['tokens']}",
        "BOOKING_URL": f"http://{addresses['booking']}",
        "DATABASE_URL": databases.dsn.get(piece, ""),
    }
    command = [sys.executable, "-m", "tests.bench.floor", piece]
    return Process(f"floor-{piece}", command, environment=environment, log=folder / f"floor-{piece}.log")


def _listens(address: str) -> bool:
    return not ports.is_free(int(address.partition(":")[2]))
