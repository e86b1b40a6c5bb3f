"""A folder for data that any account may pass through, and one runner for tests that do not harm it."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.deploy.runner import Runner, running


@pytest.fixture
def place() -> Iterator[Path]:
    """A fresh folder for data folders."""
    with tempfile.TemporaryDirectory(prefix="bookonce-tests-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="package")
async def runner() -> AsyncIterator[Runner]:
    """A running installation that the tests of this folder share."""
    with tempfile.TemporaryDirectory(prefix="bookonce-tests-") as name:
        Path(name).chmod(0o755)
        async with running(Path(name) / "data") as started:
            await started.ready()
            yield started
