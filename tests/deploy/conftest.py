"""A folder for data that any account may pass through; a runner, a sandbox and a mailbox that tests share."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.deploy import mailbox as mailboxes
from tests.deploy import sandbox as sandboxes
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


@pytest.fixture(scope="package")
async def _sandbox() -> AsyncIterator[sandboxes.Running]:
    with tempfile.TemporaryDirectory(prefix="bookonce-tests-") as name:
        async with sandboxes.running(Path(name)) as started:
            yield started


@pytest.fixture
async def sandbox(_sandbox: sandboxes.Running) -> AsyncIterator[sandboxes.Running]:
    """A payment sandbox that behaves well at first; sessions of other tests are in it too."""
    yield _sandbox
    _sandbox.receiver.status = 200
    await _sandbox.call("DELETE", "/switches")


@pytest.fixture(scope="package")
async def _mailbox() -> AsyncIterator[mailboxes.Mailbox]:
    with tempfile.TemporaryDirectory(prefix="bookonce-tests-") as name:
        async with mailboxes.running(Path(name)) as started:
            yield started


@pytest.fixture
async def mailbox(_mailbox: mailboxes.Mailbox) -> AsyncIterator[mailboxes.Mailbox]:
    """A mailbox that takes everything at first; mail of other tests is in it too."""
    yield _mailbox
    await _mailbox.call("DELETE", "/switches")
