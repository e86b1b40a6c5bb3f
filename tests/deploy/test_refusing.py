"""What cannot work is refused before anything starts, in words that say what to do."""

import socket
from pathlib import Path

from tests.deploy.runner import Runner, running


async def test_taken_port_is_named_and_nothing_starts(place: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as occupant:
        port = occupant.getsockname()[1]
        async with running(place / "data", "--port", str(port)) as runner:
            assert await runner.process.exit_code() == 1
    assert f"Port {port}" in runner.output
    assert "--port" in runner.output
    assert "Traceback" not in runner.output
    assert not (place / "data" / "postgres").exists()


async def test_second_runner_on_the_same_data_is_refused(runner: Runner) -> None:
    second = Runner(runner.data)
    second.process.log = runner.data.with_name("second.log")
    before = runner.contents()
    assert await second.process.run() == 1
    assert "Another Bookonce is running" in second.output
    assert runner.contents() == before


async def test_wrong_pg_bin_is_named(place: Path) -> None:
    async with running(place / "data", PG_BIN=str(place)) as runner:
        assert await runner.process.exit_code() == 1
    assert f"PG_BIN is {place}" in runner.output


async def test_data_folder_that_cannot_be_is_named(place: Path) -> None:
    (place / "file").write_text("not a folder")
    runner = Runner(place / "file" / "data")
    runner.process.log = place / "log"
    assert await runner.process.run() == 1
    assert "--data-dir" in runner.output
