"""The checkout page: what is bought, what it costs, and a button for everything that can happen."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from deploy.sandbox_payments.amounts import spoken
from tests.browser.launch import HABITS, chromium
from tests.deploy.sandbox import Running, order

SPACE = "\N{NO-BREAK SPACE}"


async def _opened(sandbox: Running, **changed: Any) -> str:
    return (await sandbox.provider.open(order(sandbox.receiver, **changed))).session_id


async def _get(sandbox: Running, path: str) -> tuple[int, str]:
    async with sandbox.http.get(sandbox.url + path) as response:
        assert response.headers["Cache-Control"] == "no-store"
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        return response.status, await response.text()


async def _post(sandbox: Running, path: str, headers: dict[str, str], **form: str) -> tuple[int, str]:
    """Status, and where the visitor is sent."""
    async with sandbox.http.post(
        sandbox.url + path, data=form, headers=headers, allow_redirects=False
    ) as response:
        return response.status, response.headers.get("Location", "")


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (4000, "EUR", "€40.00"),
        (5, "USD", "$0.05"),
        (5000, "JPY", "¥5,000"),
        (1250, "KWD", f"KWD{SPACE}1.250"),
        (123456789, "CHF", f"CHF{SPACE}1,234,567.89"),
    ],
)
def test_an_amount_has_the_decimals_of_its_currency(amount: int, currency: str, text: str) -> None:
    assert spoken(amount, currency) == text


async def test_the_page_says_what_is_bought_and_that_no_money_moves(sandbox: Running) -> None:
    status, page = await _get(sandbox, f"/pay/{await _opened(sandbox, title='Tea & <talk>', amount=1250)}")
    assert status == 200
    for said in ("Tea &amp; &lt;talk&gt;", "Pay €12.50", "amara@example.com", "no money moves"):
        assert said in page
    assert "<script" not in page


async def test_each_button_sends_the_visitor_on_by_303(sandbox: Running) -> None:
    back = f"{sandbox.receiver.url}/back"
    for how, to, after in (
        ("pay", back, ["opened", "authorised"]),
        ("decline", "page", ["opened", "declined"]),
        ("late", back, ["opened"]),
        ("leave", back, ["opened"]),
    ):
        path = f"/pay/{(session_id := await _opened(sandbox))}"
        expected = f"{sandbox.url}{path}?card=declined" if to == "page" else to
        assert await _post(sandbox, path, {}, how=how) == (303, expected)
        assert await sandbox.movements(session_id) == after


async def test_a_declined_card_is_said_and_the_button_is_still_there(sandbox: Running) -> None:
    path = f"/pay/{await _opened(sandbox)}"
    _, location = await _post(sandbox, path, {}, how="decline")
    _, page = await _get(sandbox, location.removeprefix(sandbox.url))
    assert "Your card was declined." in page
    assert 'value="pay"' in page
    assert "declined." not in (await _get(sandbox, path))[1]


async def test_a_session_that_is_over_says_so_and_leads_back(sandbox: Running) -> None:
    paid, expired = await _opened(sandbox), await _opened(sandbox)
    await sandbox.pay(paid)
    await sandbox.provider.expire(expired)
    for session_id, said in ((paid, "This is paid."), (expired, "The time to pay is over.")):
        status, page = await _get(sandbox, f"/pay/{session_id}")
        assert status == 200
        assert said in page
        assert f'href="{sandbox.receiver.url}/back"' in page
        assert 'value="pay"' not in page
    # A form that was open all the while changes nothing any more.
    assert (await _post(sandbox, f"/pay/{expired}", {}, how="pay"))[0] == 303
    assert await sandbox.movements(expired) == ["opened", "expired"]


async def test_what_is_not_there_and_what_is_no_button_are_dead_ends(sandbox: Running) -> None:
    status, page = await _get(sandbox, "/pay/cs_sandbox_0")
    assert status == 404
    assert "There is no such session." in page
    path = f"/pay/{await _opened(sandbox)}"
    assert (await _post(sandbox, path, {}, how="steal"))[0] == 400
    assert (await _post(sandbox, path, {"Sec-Fetch-Site": "cross-site"}, how="pay"))[0] == 403


async def test_switches_are_flipped_on_their_page_alone(sandbox: Running) -> None:
    form = {"reorder": "on", "duplicate": "2", "delay_ms": "0", "fail_captures": "0", "refuse_captures": "0"}
    form |= {"authorisation_seconds": "60", "pay_amount": "", "pay_currency": "JPY"}
    assert (await _post(sandbox, "/developer", {"Sec-Fetch-Site": "cross-site"}, **form))[0] == 403
    assert (await sandbox.call("GET", "/switches"))[1]["duplicate"] == 1
    assert await _post(sandbox, "/developer", {}, **form) == (303, f"{sandbox.url}/developer")
    _, switches = await sandbox.call("GET", "/switches")
    assert (switches["reorder"], switches["drop"], switches["duplicate"]) == (True, False, 2)
    assert (switches["authorisation_seconds"], switches["pay_amount"], switches["pay_currency"]) == (
        60, None, "JPY",
    )  # fmt: skip
    assert (await _post(sandbox, "/developer", {}, **{**form, "duplicate": "many"}))[0] == 400
    assert (await sandbox.call("GET", "/switches"))[1] == switches


async def test_a_browser_without_scripts_pays_and_comes_back(sandbox: Running) -> None:
    complaints: list[str] = []
    async with chromium() as browser:
        page: Page = await (await browser.new_context(java_script_enabled=False, **HABITS)).new_page()
        page.on("console", lambda message: complaints.append(message.text))
        opened = await sandbox.provider.open(order(sandbox.receiver))
        await page.goto(opened.url)
        await page.get_by_role("button", name="Have the card declined").click()
        await expect(page.get_by_role("alert")).to_contain_text("Your card was declined.")
        await page.get_by_role("link", name="what this sandbox can get wrong").click()
        await page.get_by_label("duplicate").fill("2")
        await page.get_by_role("button", name="Set the switches").click()
        await expect(page.get_by_label("duplicate")).to_have_value("2")
        await page.get_by_role("link", name="Back to the checkout").click()
        await page.get_by_role("button", name="Pay €40.00").click()
        await expect(page).to_have_url(f"{sandbox.receiver.url}/back")
    assert await sandbox.movements(opened.session_id) == ["opened", "declined", "authorised"]
    assert complaints == []
