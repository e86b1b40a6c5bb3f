"""The README's ways to make an action link, each run where its language is installed."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from tests.stack import Stack
from tests.system.client import Client, program
from tests.system.making import a_booking_link, free_times, wish

README = Path(__file__).parents[2] / "README.md"
RUN = {
    "python": [sys.executable, "-c"],
    "js": ["node", "-e"],
    "php": ["php", "-r"],
    "ruby": ["ruby", "-e"],
    "sh": ["sh", "-e", "-u", "-c"],
}


def section() -> str:
    return README.read_text().partition("\n## Action links\n")[2].partition("\n## ")[0]


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", section(), re.DOTALL | re.MULTILINE)


def run(language: str, script: str, environment: dict[str, str]) -> str:
    command = RUN[language]
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    shown = subprocess.run(
        [*command, script.removeprefix("<?php\n")],
        env={"PATH": os.environ["PATH"], **environment},
        check=True,
        capture_output=True,
        text=True,
    )
    return shown.stdout.strip()


@pytest.fixture(scope="module")
async def typed(stack: Stack) -> Any:
    """The variables that the examples use, of a booking of this module."""
    async with aiohttp.ClientSession() as http:
        app = program(http, stack.gateway, stack.api_key)
        page = await a_booking_link(app)
        body = wish((await free_times(app, page))[0], booking_link_id=page["id"])
        booking = (await app.post("/v1/bookings", body)).data
        yield app, {"BOOKONCE": stack.gateway, "KEY": stack.api_key, "BOOKING": booking["id"]}


@pytest.mark.parametrize("language", RUN)
async def test_each_example_makes_a_link_that_holds(
    typed: tuple[Client, dict[str, str]], language: str
) -> None:
    app, environment = typed
    url = run(language, blocks(language)[0], environment)
    address = urlsplit(url)
    assert address.path == f"/bookings/{environment['BOOKING']}/external_action/cancel_by_customer"
    [signature] = parse_qs(address.query)["signature"]
    *_, booking_id, _, action = address.path.split("/")
    ask = {"signature": signature, "booking_id": booking_id, "action": action}
    checked = (await app.post("/v1/action-links/check", ask)).data
    assert checked["valid"], checked
    opened = await Client(app.http, app.gateway, {}).get(url.removeprefix(app.gateway))
    assert opened.status == 200


async def test_the_calls_succeed_when_pasted_in_order(typed: tuple[Client, dict[str, str]]) -> None:
    _, environment = typed
    shown = run("sh", blocks("sh")[1], environment)
    for said in (
        '"action":"reschedule_by_customer"',
        '"customer_action_links":{"cancel_by_customer":"http',
        '"redirect_origins":["https://example.com"]',
        '"name":"algorithm","passed":false',
    ):
        assert said in shown, said
