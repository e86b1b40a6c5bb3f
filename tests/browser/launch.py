"""How the tests start Chromium."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
HABITS: dict[str, Any] = {"locale": "en-GB", "timezone_id": "Europe/Berlin", "reduced_motion": "reduce"}
"""What a visitor's browser says of them, unless a test says otherwise."""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The system's Chromium: nothing is downloaded."""
    installed = next(filter(None, map(shutil.which, NAMES)))
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=installed, args=FLAGS)
        yield running
        await running.close()
