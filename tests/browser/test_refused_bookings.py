"""What is told beside the times or the field, with nothing lost."""

from playwright.async_api import expect

from tests.browser.desk import Desk
from tests.browser.visitor import Visitor


async def test_slot_taken_between_page_and_submit_is_told_and_the_link_stays_open(
    desk: Desk, visitor: Visitor
) -> None:
    page = await desk.booking_link()
    link = await desk.mint(page)
    await visitor.follow(link)
    await visitor.welcomed()
    start = await visitor.choose(2)
    await visitor.page.get_by_label("Name").fill("Grace B. Hopper")
    await desk.take(page, start)
    await visitor.submit()
    await expect(visitor.page.locator("#banner")).to_contain_text("That time is no longer free.")
    await expect(visitor.times.first).to_be_visible()
    assert start not in await visitor.times.evaluate_all("all => all.map((one) => one.dataset.start)")
    assert (await desk.link(link))["status"] == "open"

    await visitor.choose(2)
    assert await visitor.page.get_by_label("Name").input_value() == "Grace B. Hopper"
    await visitor.submit()
    await visitor.sees("Your booking is confirmed")


async def test_strict_link_shows_its_email_and_does_not_let_it_change(desk: Desk, visitor: Visitor) -> None:
    link = await desk.mint(await desk.booking_link(), strict_email_match=True)
    await visitor.follow(link)
    await visitor.welcomed()
    await visitor.choose()
    email = visitor.page.get_by_label("Email")
    await expect(email).to_have_value(link["contact"]["email"])
    await expect(email).not_to_be_editable()
    await visitor.is_told("This link was made for this address, so it cannot be changed.")


async def test_other_email_on_a_strict_link_is_told_beside_the_field(desk: Desk, visitor: Visitor) -> None:
    page = await desk.booking_link()
    link = await desk.mint(page, strict_email_match=True)
    await visitor.page.route("**/prefill", lambda route: route.abort())
    await visitor.follow(link)
    await visitor.is_told("We could not get through.")
    await visitor.choose()
    await visitor.fill("Ada Lovelace", "ada@example.com")
    await visitor.submit()
    beside = visitor.page.locator("[data-field=email] .error")
    await expect(beside).to_contain_text("This link is not for you.")
    await expect(visitor.page.get_by_label("Email")).to_be_focused()
    assert (await desk.link(link))["status"] == "open"
    assert await desk.bookings(page) == []


async def test_colleague_may_book_with_a_link_that_is_not_strict(desk: Desk, visitor: Visitor) -> None:
    page = await desk.booking_link()
    link = await desk.mint(page, strict_email_match=False)
    await visitor.follow(link)
    await visitor.welcomed()
    await visitor.choose()
    await visitor.fill("Ada Lovelace", "ada@example.com")
    await visitor.submit()
    await visitor.sees("Your booking is confirmed")
    [booking] = await desk.bookings(page)
    assert booking["customer"]["email"] == "ada@example.com"
    assert booking["contact_id"] == link["contact"]["id"]


async def test_link_that_could_not_be_read_is_read_on_retry(desk: Desk, visitor: Visitor) -> None:
    link = await desk.mint(await desk.booking_link())
    await visitor.page.route("**/prefill", lambda route: route.abort())
    await visitor.follow(link)
    await visitor.is_told("We could not get through.")
    await visitor.page.unroute("**/prefill")
    await visitor.page.get_by_role("button", name="Try again").click()
    await visitor.welcomed()


async def test_missing_answers_are_told_beside_their_fields_and_the_first_gets_the_focus(
    desk: Desk, visitor: Visitor
) -> None:
    topic = {"key": "topic", "label": "Topic", "type": "textarea", "required": True}
    size = {"key": "size", "label": "Size", "type": "select", "required": True, "options": ["Small", "Big"]}
    agree = {"key": "agree", "label": "I agree", "type": "checkbox", "required": True}
    page = await desk.booking_link(questions=[topic, size, agree])
    await visitor.open(f"/book/{page['slug']}")
    await visitor.choose()
    await visitor.fill("Ada Lovelace", "ada")
    await visitor.submit()
    await expect(visitor.page.get_by_label("Email")).to_be_focused()
    await visitor.is_told("Enter an email address like name@example.com.", "Choose one of these.")
    await visitor.fill("Ada Lovelace", "ada@example.com")
    await visitor.page.get_by_label("Topic").fill("Engines")
    await visitor.page.get_by_label("Size").select_option("Big")
    await visitor.page.get_by_label("I agree").check()
    await visitor.submit()
    await visitor.sees("Your booking is confirmed")
    [booking] = await desk.bookings(page)
    assert booking["answers"] == {"topic": "Engines", "size": "Big", "agree": True}


async def test_what_the_server_refuses_is_told_beside_its_field(desk: Desk, visitor: Visitor) -> None:
    page = await desk.booking_link()
    await visitor.open(f"/book/{page['slug']}")
    await visitor.choose()
    await visitor.fill("Ada Lovelace", f"{'a' * 300}@example.com")
    await visitor.submit()
    await expect(visitor.page.locator("[data-field=email] .error")).to_be_visible()
    assert await visitor.page.get_by_label("Name").input_value() == "Ada Lovelace"
