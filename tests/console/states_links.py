"""Every page behind the sign-in, in each of its states, for axe and for pictures."""

from collections.abc import Awaitable, Callable
from typing import Any

from tests.browser.visitor import Visitor
from tests.console.firm import LIST, Firm
from tests.system.making import NOBODY, a_booking_link, book_with

Setting = Callable[[Firm, Visitor], Awaitable[None]]
LONG = "Wolfeschlegelsteinhausenbergerdorff" * 5
NAMES = ("Amara Okafor", "<b>Bold & Söhne</b>", "عائشة الحسن", LONG, "🎉 Łukasz Żółć")
ROWS = f"name,email\nAda Lovelace,ada@example.com\nNo Email,\nTwo,a@@example.com\n{'x' * 300},y@example.com\n"


async def _some(firm: Firm) -> list[dict[str, Any]]:
    """Links in every state, for people of all kinds of names."""
    page = await a_booking_link(firm.app, title=f"Tour {LONG[:60]}")
    links = [
        await firm.link(
            page,
            contact={"name": name, "email": f"{'x' * 40}{number}@example.com"},
            source={"campaign": name[:60]},
        )
        for number, name in enumerate(NAMES * 2)
    ]
    await book_with(firm.visitor, page, links[0])
    await firm.app.post(f"/v1/single-use-links/{links[1]['id']}/revoke")
    return links


async def empty(firm: Firm, tab: Visitor) -> None:
    await tab.open(LIST)


async def full(firm: Firm, tab: Visitor) -> None:
    await _some(firm)
    await tab.open(f"{LIST}?status=all")


async def extending(firm: Firm, tab: Visitor) -> None:
    await _some(firm)
    await tab.open(LIST)
    await tab.page.locator("summary", has_text="Extend").first.click()


async def revoking(firm: Firm, tab: Visitor) -> None:
    await _some(firm)
    await tab.open(LIST)
    await tab.page.locator("summary", has_text="Revoke").first.click()


async def filtered(firm: Firm, tab: Visitor) -> None:
    links = await _some(firm)
    contact = links[3]["contact"]["id"]
    query = f"q=x&campaign={LONG[:60]}&from=2026-01-01&to=2099-01-01&contact_id={contact}"
    await tab.open(f"{LIST}?status=all&{query}&booking_link_id={links[0]['booking_link_id']}")


async def nothing_found(firm: Firm, tab: Visitor) -> None:
    await _some(firm)
    await tab.open(f"{LIST}?q=nobody+at+all")


async def filters_that_cannot_be(firm: Firm, tab: Visitor) -> None:
    await a_booking_link(firm.app)
    await tab.open(f"{LIST}?status=nonsense&from=yesterday&booking_link_id=17&q={'x' * 300}")


async def one_link(firm: Firm, tab: Visitor) -> None:
    links = await _some(firm)
    await tab.open(f"{LIST}/{links[3]['id']}")
    await tab.page.locator("summary", has_text="Revoke this link").click()


async def made(firm: Firm, tab: Visitor) -> None:
    links = await _some(firm)
    await tab.open(f"{LIST}/{links[2]['id']}?made=known")


async def no_such_link(firm: Firm, tab: Visitor) -> None:
    await tab.open(f"{LIST}/{NOBODY}")


async def making(firm: Firm, tab: Visitor) -> None:
    await _some(firm)
    await tab.open(f"{LIST}/new")


async def nothing_to_book(firm: Firm, tab: Visitor) -> None:
    await tab.open(f"{LIST}/new")


async def not_made(firm: Firm, tab: Visitor) -> None:
    await a_booking_link(firm.app)
    await tab.open(f"{LIST}/new")
    await tab.page.get_by_label("Name", exact=True).fill("x" * 300)
    await tab.press("Make the link")
    await tab.page.locator(".alert").wait_for()


async def bulk(firm: Firm, tab: Visitor) -> None:
    await a_booking_link(firm.app)
    await tab.open(f"{LIST}/bulk")


async def bulk_checked(firm: Firm, tab: Visitor) -> None:
    await bulk(firm, tab)
    await tab.page.get_by_label("Contacts").fill(ROWS)
    await tab.press("Check the list")
    await tab.sees("1 link will be made")


async def bulk_made(firm: Firm, tab: Visitor) -> None:
    await bulk_checked(firm, tab)
    await tab.press("Make 1 link")
    await tab.sees("1 link was made")


async def contacts(firm: Firm, tab: Visitor) -> None:
    await _some(firm)
    await tab.open("/contacts")


async def contact(firm: Firm, tab: Visitor) -> None:
    links = await _some(firm)
    await tab.open(f"/contacts/{links[3]['contact']['id']}")


async def erasing(firm: Firm, tab: Visitor) -> None:
    links = await _some(firm)
    await tab.open(f"/contacts/{links[0]['contact']['id']}")
    await tab.page.locator("summary", has_text="Erase").click()


async def no_such_contact(firm: Firm, tab: Visitor) -> None:
    await tab.open(f"/contacts/{NOBODY}")


SETTINGS: tuple[Setting, ...] = (
    empty, full, extending, revoking, filtered, nothing_found, filters_that_cannot_be, one_link, made,
    no_such_link, making, nothing_to_book, not_made, bulk, bulk_checked, bulk_made, contacts, contact,
    erasing, no_such_contact,
)  # fmt: skip
