"""What dies while running comes back."""

import os
import signal

import psutil
import pytest

from deploy.keeper import FIRST_PAUSE, LONGEST_PAUSE, STEADY_SECONDS, next_pause
from tests.deploy.runner import Runner, page_status
from tests.eventually import eventually


@pytest.mark.parametrize("name", ["tokens", "gateway", "sandbox_payments"])
async def test_killed_piece_comes_back_and_ready_file_names_its_new_process(
    runner: Runner, name: str
) -> None:
    before = runner.contents()
    os.kill(before["services"][name]["pid"], signal.SIGKILL)
    await eventually(
        lambda: runner.contents()["services"][name]["pid"] != before["services"][name]["pid"], 30
    )
    after = runner.contents()
    assert psutil.pid_exists(after["services"][name]["pid"])
    assert after["services"][name]["url"] == before["services"][name]["url"]
    assert await page_status(after["single_use_url"]) == 200
    assert f"{name} stopped (SIGKILL)" in runner.output


async def test_killed_postgresql_comes_back_with_its_data(runner: Runner) -> None:
    server = int((runner.data / "postgres" / "postmaster.pid").read_text().split()[0])
    os.kill(server, signal.SIGKILL)

    async def opens() -> bool:
        return await page_status(runner.contents()["single_use_url"]) == 200

    await eventually(lambda: "PostgreSQL is back" in runner.output, 30)
    await eventually(opens, 30)


def test_restarts_are_immediate_then_patient_then_forgiven() -> None:
    pauses = [next_pause(0, lived=STEADY_SECONDS)]
    while len(pauses) < 10:
        pauses.append(next_pause(pauses[-1], lived=1))
    assert pauses[:3] == [0, FIRST_PAUSE, 2 * FIRST_PAUSE]
    assert pauses[-1] == LONGEST_PAUSE
    assert next_pause(LONGEST_PAUSE, lived=STEADY_SECONDS) == 0
