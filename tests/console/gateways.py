"""One more gateway of a running stack, as a second replica would be."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from deploy import ports
from deploy.processes import Process
from deploy.readiness import until_ready
from tests.stack import Stack


@asynccontextmanager
async def beside(stack: Stack) -> AsyncIterator[str]:
    """Where it answers."""
    listen = f"127.0.0.1:{ports.any_free()}"
    first = stack._pieces.processes["gateway"]
    second = Process(
        "gateway",
        [sys.executable, "-m", "gateway", "serve"],
        environment={**first.environment, "LISTEN": listen},
        log=first.log.with_name("gateway-2.log"),
    )
    second.start()
    try:
        await until_ready(second, f"http://{listen}")
        yield f"http://{listen}"
    finally:
        await second.stop()
