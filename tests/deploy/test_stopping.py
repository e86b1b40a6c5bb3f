"""Whatever ends a run, nothing stays behind and nothing is lost."""

import signal
from pathlib import Path

from tests.deploy.runner import all_gone, get, page_status, running
from tests.eventually import eventually


async def test_interrupt_leaves_no_process_and_data_survives(place: Path) -> None:
    async with running(place / "data") as first:
        before = await first.ready()
        started = first.descendants()
        assert len(started) > len(before["services"])
        assert await first.tell(signal.SIGINT) == 0
        assert all_gone(started)
        assert not first.ready_file.exists()

    async with running(place / "data") as second:
        after = await second.ready()
        assert after["api_key"] == before["api_key"]
        assert after["single_use_url"] != before["single_use_url"]
        earlier = before["single_use_url"].replace(before["gateway"], after["gateway"])
        assert await page_status(earlier) == 200
        _, links = await get(after, "/v1/single-use-links")
        assert len(links["data"]) == 2


async def test_killed_runner_takes_everything_along_and_next_start_recovers(place: Path) -> None:
    async with running(place / "data") as first:
        before = await first.ready()
        started = first.descendants()
        await first.process.kill()

        # At once, while the pieces of the first may still be ending.
        async with running(place / "data") as second:
            after = await second.ready()
            assert after["api_key"] == before["api_key"]
            assert await page_status(after["single_use_url"]) == 200
            assert all_gone(started)
            started = second.descendants()
            assert await second.tell(signal.SIGTERM) == 0
            assert all_gone(started)


async def test_killed_start_is_taken_up_by_the_next(place: Path) -> None:
    async with running(place / "data") as first:
        await eventually(lambda: (place / "data" / "postgres.new").exists())
        started = first.descendants()
        await first.process.kill()
    async with running(place / "data") as second:
        assert await page_status((await second.ready())["single_use_url"]) == 200
        assert all_gone(started)


async def test_interrupted_start_leaves_no_process(place: Path) -> None:
    async with running(place / "data") as runner:
        await eventually(lambda: (place / "data" / "postgres").exists())
        started = runner.descendants()
        assert await runner.tell(signal.SIGINT) == 130
        assert all_gone(started)
        assert "Traceback" not in runner.output
