"""Signing in and the frame in Chromium: by mouse, by keyboard, on a phone, in both themes."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Response, Route, expect

from tests.browser.axe import serious
from tests.browser.visitor import Visitor
from tests.console.conftest import NewTab
from tests.console.doorman import Doorman
from tests.console.states import STATES, press, signed_in

State = Callable[[Doorman, Visitor], Awaitable[None]]


async def test_host_signs_in_looks_around_and_signs_out(door: Doorman, new_tab: NewTab) -> None:
    tab = await new_tab()
    answers: list[Response] = []
    tab.page.on("response", lambda answer: answers.append(answer))
    path = await door.path()
    await tab.open(path)
    await tab.press("Sign in")
    await tab.page.wait_for_url("**/calendar/single-use")
    await expect(tab.page.get_by_role("link", name="Single-use links")).to_have_attribute(
        "aria-current", "page"
    )
    await tab.page.get_by_text("Dana Reyes").first.click()
    await tab.press("Sign out everywhere")
    await tab.sees("You are signed out.")
    assert (await tab.open("/calendar/single-use")).url.endswith("/sign-in")
    assert [answer.url for answer in answers if answer.status >= 400] == []
    assert (await tab.open(path)).status == 410


async def test_page_that_was_wanted_is_where_signing_in_leads(door: Doorman, new_tab: NewTab) -> None:
    tab = await new_tab()
    await tab.open("/calendar/single-use?status=expired")
    await tab.sees("Sign in with a link")
    await signed_in(door, tab)
    assert tab.page.url.endswith("/calendar/single-use?status=expired")


async def test_a_form_whose_session_ended_is_sent_after_signing_in_in_another_tab(
    door: Doorman, new_tab: NewTab
) -> None:
    tab = await new_tab()
    await signed_in(door, tab)
    await tab.page.context.clear_cookies()
    await press(tab, "Sign out everywhere")
    await tab.sees("You were signed out.")
    async with tab.page.context.expect_page() as opened:
        await tab.page.get_by_role("link", name="How to sign in").click()
    await expect((await opened.value).get_by_role("heading")).to_have_text("Sign in with a link")
    await signed_in(door, await tab.another_tab())
    await tab.press("I have signed in, go on")
    await tab.sees("Send it now?")
    await tab.press("Send it")
    await tab.sees("You are signed out.")


@pytest.mark.parametrize("action", ["/sign-out", "/sign-out-everywhere"])
async def test_another_sites_form_changes_nothing(door: Doorman, new_tab: NewTab, action: str) -> None:
    tab = await new_tab()
    await signed_in(door, tab)
    form = f'<form method="post" action="{tab.gateway}{action}"><button>Win a prize</button></form>'

    async def page_of_another_site(route: Route) -> None:
        await route.fulfill(content_type="text/html", body=form)

    await tab.page.route("http://elsewhere.example/", page_of_another_site)
    await tab.open("http://elsewhere.example/")
    await tab.press("Win a prize")
    await tab.sees("This came from another site.")
    await tab.open("/calendar/single-use")
    await tab.sees("Single-use links")


async def test_keyboard_reaches_everything_and_escape_closes_the_menu(door: Doorman, new_tab: NewTab) -> None:
    tab = await new_tab()
    await signed_in(door, tab)
    focused = tab.page.locator(":focus")
    await tab.page.keyboard.press("Tab")
    await expect(focused).to_have_text("Skip to the content")
    await expect(focused).to_be_in_viewport()
    for name in ("Bookonce", "Single-use links", "Contacts"):
        await tab.page.keyboard.press("Tab")
        await expect(focused).to_have_text(name)
    await tab.page.keyboard.press("Tab")
    await tab.page.keyboard.press("Enter")
    leave = tab.page.get_by_role("button", name="Sign out", exact=True)
    await expect(leave).to_be_visible()
    await tab.page.keyboard.press("Tab")
    await expect(leave).to_be_focused()
    await tab.page.keyboard.press("Escape")
    await expect(leave).to_be_hidden()
    await expect(focused).to_contain_text("Dana Reyes")
    await tab.page.keyboard.press("Enter")
    await tab.page.get_by_role("heading", name="Single-use links").click()
    await expect(leave).to_be_hidden()


async def test_skip_link_leads_past_the_navigation(door: Doorman, new_tab: NewTab) -> None:
    tab = await new_tab()
    await signed_in(door, tab)
    await tab.page.keyboard.press("Tab")
    await tab.page.keyboard.press("Enter")
    await expect(tab.page.locator("#content")).to_be_focused()


@pytest.mark.parametrize("javascript", [True, False])
async def test_menu_works_with_and_without_javascript(
    door: Doorman, new_tab: NewTab, javascript: bool
) -> None:
    tab = await new_tab(java_script_enabled=javascript)
    await signed_in(door, tab)
    await press(tab, "Sign out")
    await tab.sees("You are signed out.")


@pytest.mark.parametrize("state", STATES)
async def test_axe_finds_nothing_serious_and_no_page_is_wider_than_its_window(
    door: Doorman, new_tab: NewTab, state: State
) -> None:
    tab = await new_tab()
    await state(door, tab)
    assert await serious(tab.page) == []
    for width in (1600, 390, 320):
        await tab.page.set_viewport_size({"width": width, "height": 700})
        assert await tab.page.evaluate("document.documentElement.scrollWidth") <= width
