"""Mails as a mail program shows them: they fit a phone, and can be read by everybody in light and dark."""

import pytest
from playwright.async_api import Browser

from services.workflows.wording.defaults import WORKFLOWS
from services.workflows.wording.layout import html_of, trusted
from services.workflows.wording.template import prepare
from services.workflows.wording.values import values
from shared.contracts.workflows import Email
from tests.browser import axe
from tests.services.workflows.wording_facts import a_booking, full_facts

LONG = a_booking(
    customer={"name": "Wolfeschlegelsteinhausenbergerdorff" * 3, "email": "w" * 60 + "@example.com"},
    answers={"company": "x" * 300},
)


@pytest.mark.parametrize("accent", [None, "#fde047", "#1a73e8"])
async def test_standard_mails_fit_a_phone_and_can_be_read_in_light_and_dark(
    browser: Browser, accent: str | None
) -> None:
    page = await browser.new_page(viewport={"width": 360, "height": 640})
    for booking in (a_booking(), LONG):
        known = values(full_facts(booking=booking))
        for step in (step for workflow in WORKFLOWS for step in workflow.steps if isinstance(step, Email)):
            text = prepare(step.text, "text").render(known)
            html = html_of(text, accent, "Sent by Acme", links=trusted(step.text, known))
            await page.set_content(html)
            assert await page.evaluate("document.documentElement.scrollWidth") <= 360
            if booking is not LONG:
                assert await axe.serious(page) == []
    await page.close()
