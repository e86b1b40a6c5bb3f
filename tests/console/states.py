"""Every page of signing in and the frame, for axe and for pictures."""

from tests.browser.visitor import Visitor
from tests.console.doorman import Doorman


async def signed_in(door: Doorman, tab: Visitor) -> None:
    await tab.open(await door.path())
    await tab.press("Sign in")
    await tab.page.wait_for_url("**/calendar/single-use**")


async def press(tab: Visitor, name: str) -> None:
    """One of the buttons of the account menu."""
    await tab.page.locator(".account summary").click()
    await tab.page.get_by_role("button", name=name, exact=True).click()


async def asked(door: Doorman, tab: Visitor) -> None:
    await tab.open(await door.path())


async def how_to_sign_in(door: Doorman, tab: Visitor) -> None:
    await tab.open("/sign-in")
    await tab.page.get_by_text("I run Bookonce myself").click()


async def spent(door: Doorman, tab: Visitor) -> None:
    path = await door.path()
    await tab.open(path)
    await tab.press("Sign in")
    await tab.page.wait_for_url("**/calendar/**")
    await tab.open(path)


async def unknown(door: Doorman, tab: Visitor) -> None:
    await tab.open("/sign-in/nope")


async def first_page(door: Doorman, tab: Visitor) -> None:
    await signed_in(door, tab)


async def account_open(door: Doorman, tab: Visitor) -> None:
    await signed_in(door, tab)
    await tab.page.locator(".account summary").click()


async def signed_out(door: Doorman, tab: Visitor) -> None:
    await signed_in(door, tab)
    await tab.page.context.clear_cookies()
    await press(tab, "Sign out everywhere")


async def to_be_sent_again(door: Doorman, tab: Visitor) -> None:
    await signed_out(door, tab)
    await signed_in(door, await tab.another_tab())
    await tab.press("I have signed in, go on")
    await tab.sees("Send it now?")


STATES = (
    asked, how_to_sign_in, spent, unknown, first_page, account_open, signed_out, to_be_sent_again,
)  # fmt: skip
