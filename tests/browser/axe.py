"""What axe-core holds against a page."""

from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

Findings = list[tuple[str, Any]]


async def serious(page: Page) -> Findings:
    """Serious and critical findings in both themes; they differ in colours only, so only those twice."""
    await page.emulate_media(color_scheme="light")
    found = await _findings(page, {})
    await page.emulate_media(color_scheme="dark")
    return found + await _findings(page, {"runOnly": ["color-contrast"]})


async def _findings(page: Page, options: dict[str, Any]) -> Findings:
    report = await Axe().run(page, options={"resultTypes": ["violations"]} | options)
    return [
        (violation["id"], [node["html"] for node in violation["nodes"]])
        for violation in report.response["violations"]
        if violation["impact"] in ("serious", "critical")
    ]
