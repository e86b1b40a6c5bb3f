"""What a host does all day, in Chromium, with the visitor beside them."""

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.async_api import Route, expect

from tests.browser.visitor import Visitor
from tests.console.conftest import NewTab
from tests.console.firm import LIST, Firm
from tests.eventually import eventually
from tests.system.making import a_booking_link, a_contact, book_with

CLIPBOARD = ["clipboard-read", "clipboard-write"]
MIXED = "name,email\nAda Lovelace,ada@example.com\nNo Email,\nTwo Ats,a@@example.com\n=1+1,f@example.com\n"


async def _signed_in(firm: Firm, new_tab: NewTab, **habits: object) -> Visitor:
    tab = await new_tab(permissions=CLIPBOARD, **habits)
    await tab.open(await firm.sign_in_path())
    await tab.press("Sign in")
    await tab.page.wait_for_url(f"**{LIST}")
    return tab


async def _ids(tab: Visitor) -> list[str]:
    """The links that the page lists."""
    rows = await tab.page.locator(".links tbody tr").evaluate_all("rows => rows.map(row => row.id)")
    return [row.removeprefix("link-") for row in rows]


@pytest.mark.parametrize("javascript", [True, False])
async def test_made_copied_opened_booked_and_the_row_turns_consumed(
    firm: Firm, new_tab: NewTab, javascript: bool
) -> None:
    await a_booking_link(firm.app, title="Product tour")
    tab = await _signed_in(firm, new_tab, java_script_enabled=javascript)
    await tab.page.get_by_role("link", name="New link").first.click()
    await tab.page.get_by_text("Someone new").click()
    await tab.page.get_by_label("Name", exact=True).fill("Grace Hopper")
    await tab.page.get_by_label("Email", exact=True).fill("grace@example.com")
    await tab.page.get_by_label("Campaign").fill("spring")
    await tab.press("Make the link")
    await tab.sees("The link is ready")
    address = tab.page.get_by_label("Send this to Grace Hopper")
    await expect(address).to_be_focused()
    url = await address.input_value()
    if javascript:
        await tab.press("Copy link")
        assert await tab.page.evaluate("navigator.clipboard.readText()") == url
    else:
        await expect(tab.page.get_by_role("button", name="Copy link")).to_be_hidden()

    visitor = await new_tab()
    await visitor.follow({"url": url})
    await visitor.welcomed()
    await visitor.choose()
    await visitor.submit()
    await visitor.sees("Your booking is confirmed")

    await tab.open(LIST)
    await tab.sees("No open links")
    await tab.page.get_by_role("link", name=re.compile("^Consumed")).click()
    row = tab.page.locator(".links tbody tr")
    await expect(row).to_have_count(1)
    await expect(row).to_contain_text("Consumed")
    await expect(row).to_contain_text(re.compile(r"for \d+ \w+ 20\d\d, \d\d:\d\d"))

    async def counted() -> bool:
        await tab.page.reload()
        return "1 ×" in await row.inner_text()

    await eventually(counted)
    await row.get_by_role("link", name="Grace Hopper").click()
    await tab.sees("What happened")
    await expect(tab.page.locator(".line")).to_contain_text(re.compile("Booked.*by hand, campaign “spring”"))


async def test_a_filtered_list_survives_a_reload_and_its_csv_is_the_same(firm: Firm, new_tab: NewTab) -> None:
    page = await a_booking_link(firm.app, title="Tour")
    for number in range(12):
        campaign = {"source": {"campaign": "spring"}} if number % 3 else {}
        await firm.link(page, contact={"name": f"P{number}", "email": f"p{number}@example.com"}, **campaign)
    tab = await _signed_in(firm, new_tab)
    await tab.page.get_by_text("More filters").click()
    await tab.page.get_by_label("Campaign").fill("spring")
    await tab.page.get_by_label("Booking link").select_option("Tour")
    await tab.page.get_by_role("button", name="Filter").click()
    await expect(tab.page.locator(".links tbody tr")).to_have_count(8)
    assert tab.page.url.endswith(f"{LIST}?booking_link_id={page['id']}&campaign=spring")
    before = await _ids(tab)
    await tab.page.reload()
    assert await _ids(tab) == before
    async with tab.page.expect_download() as started:
        await tab.page.get_by_role("link", name="Download as CSV").click()
    text = Path(await (await started.value).path()).read_text()
    assert [line["id"] for line in csv.DictReader(io.StringIO(text))] == before
    await tab.page.get_by_role("link", name="Campaign: spring").click()
    await expect(tab.page.locator(".links tbody tr")).to_have_count(12)


async def test_revoked_in_one_tab_and_the_visitors_tab_is_told(firm: Firm, new_tab: NewTab) -> None:
    link = await firm.link()
    visitor = await new_tab()
    await visitor.follow(link)
    await visitor.welcomed()
    await visitor.choose()
    tab = await _signed_in(firm, new_tab)
    row = tab.page.locator(".links tbody tr")
    await row.locator("summary", has_text="Revoke").click()
    await expect(row).to_contain_text("It stops working at once, and for ever.")
    await tab.page.keyboard.press("Escape")
    await expect(row.get_by_role("button", name="Revoke it")).to_be_hidden()
    await row.locator("summary", has_text="Revoke").press("Enter")
    await row.get_by_role("button", name="Revoke it").press("Enter")
    await expect(tab.page.locator(".notice")).to_contain_text("Revoked.")
    assert "done=" not in tab.page.url
    await visitor.submit()
    await visitor.sees("This link has been withdrawn.")
    assert await visitor.code() == "link_revoked"


async def test_a_list_with_bad_rows_is_checked_made_and_downloaded(firm: Firm, new_tab: NewTab) -> None:
    await a_booking_link(firm.app)
    await a_contact(firm.app, name='=1+1,"', email="ada@example.com")
    tab = await _signed_in(firm, new_tab)
    await tab.page.get_by_role("link", name="Many at once").click()
    await tab.page.get_by_label("Contacts").fill(MIXED)
    await tab.press("Check the list")
    await tab.sees("1 link will be made")
    for told in ("The email is missing.", "The email must be an email address", "begins like a formula"):
        await expect(tab.page.locator(".sheet")).to_contain_text(told)
    await tab.press("Change the list")
    await expect(tab.page.get_by_label("Contacts")).to_have_value(MIXED)
    await tab.page.get_by_label("Contacts").fill(MIXED.replace("No Email,", "Grace Hopper,grace@example.com"))
    await tab.press("Check the list")
    await tab.press("Make 2 links")
    await tab.sees("2 links were made")
    async with tab.page.expect_download() as started:
        await tab.page.get_by_role("link", name="Download the links").click()
    text = Path(await (await started.value).path()).read_text()
    lines = list(csv.DictReader(io.StringIO(text)))
    assert [line["email"] for line in lines] == ["ada@example.com", "grace@example.com"]
    assert [line["name"] for line in lines] == ["'=1+1,\"", "Grace Hopper"]
    visitor = await new_tab()
    await visitor.follow(lines[1])
    await visitor.welcomed()


async def test_a_file_becomes_links_without_javascript(firm: Firm, new_tab: NewTab, tmp_path: Path) -> None:
    await a_booking_link(firm.app)
    file = tmp_path / "contacts.csv"
    file.write_bytes("Name;E-Mail\r\nZoë Weiß;zoe@example.com\r\nNobody;\r\n".encode("cp1252"))
    tab = await _signed_in(firm, new_tab, java_script_enabled=False)
    await tab.open(f"{LIST}/bulk")
    await tab.page.get_by_label("Or a CSV file").set_input_files(file)
    await tab.press("Check the list")
    await tab.sees("1 link will be made")
    await expect(tab.page.locator(".sheet")).to_contain_text("The email is missing.")
    await tab.press("Change the list")
    await expect(tab.page.get_by_label("Contacts")).to_have_value(re.compile("Zoë Weiß;zoe@example.com"))
    await tab.press("Check the list")
    await tab.press("Make 1 link")
    await tab.sees("1 link was made")
    async with tab.page.expect_download() as started:
        await tab.press("Download the links")
    lines = list(csv.DictReader(io.StringIO(Path(await (await started.value).path()).read_text())))
    [link] = await firm.links()
    assert [(line["name"], line["url"]) for line in lines] == [("Zoë Weiß", link["url"])]


async def test_what_cannot_be_made_any_more_is_said(firm: Firm, new_tab: NewTab) -> None:
    page = await a_booking_link(firm.app)
    tab = await _signed_in(firm, new_tab)
    await tab.open(f"{LIST}/bulk")
    await tab.page.get_by_label("Contacts").fill(MIXED)
    await tab.press("Check the list")
    await tab.sees("1 link will be made")
    await firm.app.patch(f"/v1/booking-links/{page['id']}", {"active": False})
    await tab.press("Make 1 link")
    await expect(tab.page.get_by_role("alert")).to_contain_text("This booking page is closed.")
    assert await firm.links() == []


async def test_work_that_is_interrupted_goes_on_and_makes_nothing_twice(
    firm: Firm, new_tab: NewTab, tmp_path: Path
) -> None:
    await a_booking_link(firm.app)
    file = tmp_path / "contacts.csv"
    rows = "".join(f"Person {n};person{n}@example.com\r\n" for n in range(2500))
    file.write_bytes(f"Name;E-Mail\r\n{rows}".encode("utf-16"))
    tab = await _signed_in(firm, new_tab)

    async def check() -> None:
        await tab.open(f"{LIST}/bulk")
        await tab.page.get_by_label("Or a CSV file").set_input_files(file)
        await tab.press("Check the list")
        await tab.sees("2,500 links will be made")

    async def lost(route: Route) -> None:
        # The answer is lost on its way: the links are made all the same.
        await route.fetch()
        await route.abort()

    await tab.page.route("**/bulk/part", lost, times=1)
    await check()
    await tab.press("Make 2,500 links")
    await expect(tab.page.get_by_role("alert")).to_contain_text("Nothing is lost and nothing is made twice.")
    assert len((await firm.app.get("/v1/single-use-links.csv")).text.splitlines()) == 1001
    # The page is closed in the midst of it; the same list with the same terms is the same work.
    await check()
    await tab.page.context.clear_cookies()
    await tab.press("Make 2,500 links")
    await expect(tab.page.get_by_role("alert")).to_contain_text("You were signed out.")
    other = await tab.another_tab()
    await other.open(await firm.sign_in_path())
    await other.press("Sign in")
    await other.page.wait_for_url(f"**{LIST}")
    await tab.press("Go on")
    await tab.sees("2,500 links were made")
    async with tab.page.expect_download() as started:
        await tab.page.get_by_role("link", name="Download the links").click()
    text = Path(await (await started.value).path()).read_text()
    urls = {line["url"] for line in csv.DictReader(io.StringIO(text))}
    everything = (await firm.app.get("/v1/single-use-links.csv")).text
    assert urls == {line["url"] for line in csv.DictReader(io.StringIO(everything))}
    assert len(urls) == 2500


async def test_a_contact_is_found_while_one_types(firm: Firm, new_tab: NewTab) -> None:
    page = await a_booking_link(firm.app)
    for number in range(12):
        await firm.link(page, contact={"name": f"Person {number}", "email": f"p{number}@example.com"})
    await firm.link(page, contact={"name": "Grace Hopper", "email": "grace@example.com"})
    tab = await _signed_in(firm, new_tab)
    await tab.open(f"{LIST}/new")
    await tab.page.get_by_label("Find a contact").press_sequentially("person 1")
    await expect(tab.page.locator("#found label")).to_have_count(3)
    await tab.page.get_by_label("Find a contact").fill("hopper")
    await tab.page.get_by_label("Grace Hopper").check()
    await tab.press("Make the link")
    await expect(tab.page.get_by_label("Send this to Grace Hopper")).to_be_visible()


async def test_a_form_that_outlives_its_session_loses_nothing(firm: Firm, new_tab: NewTab) -> None:
    await a_booking_link(firm.app)
    tab = await _signed_in(firm, new_tab)
    await tab.open(f"{LIST}/new")
    await tab.page.get_by_label("Name", exact=True).fill("Grace “Amazing” <Hopper>")
    await tab.page.get_by_label("Email", exact=True).fill("grace@example.com")
    await tab.page.context.clear_cookies()
    await tab.press("Make the link")
    await tab.sees("You were signed out.")
    other = await tab.another_tab()
    await other.open(await firm.sign_in_path())
    await other.press("Sign in")
    await other.page.wait_for_url(f"**{LIST}")
    await tab.press("I have signed in, go on")
    await tab.press("Send it")
    await tab.sees("The link is ready")
    [link] = await firm.links()
    assert link["contact"]["name"] == "Grace “Amazing” <Hopper>"


async def test_erasing_asks_once_more_in_place(firm: Firm, new_tab: NewTab) -> None:
    page = await a_booking_link(firm.app)
    link = await firm.link(page)
    await book_with(firm.visitor, page, link)
    tab = await _signed_in(firm, new_tab)
    await tab.open(f"/contacts/{link['contact']['id']}")
    await tab.page.locator("summary", has_text="Erase").click()
    await tab.press("Erase for ever")
    await expect(tab.page.locator(".notice")).to_contain_text("Erased.")
    await tab.sees("Nobody yet")
