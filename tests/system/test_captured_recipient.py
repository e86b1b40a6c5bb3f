"""Name and email are captured when a link is made: a later change does not change who may use it."""

from tests.system.client import Client
from tests.system.making import a_booking_link, a_contact, a_link, an_email, book_with, link_now


async def test_a_renamed_contact_leaves_its_links_as_they_were(app: Client, visitor: Client) -> None:
    booking_link, contact = await a_booking_link(app), await a_contact(app)
    link = await a_link(app, booking_link, contact_id=contact["id"], strict_email_match=True)
    moved = an_email()
    await app.patch(f"/v1/contacts/{contact['id']}", {"name": "Renamed", "email": moved})

    assert (await link_now(app, link))["contact"] == link["contact"]
    asked = {"single_use_token": link["token"]}
    prefilled = (await visitor.post(f"/book/{booking_link['slug']}/prefill", asked)).data
    assert (prefilled["name"], prefilled["email"]) == (contact["name"], contact["email"])
    refused = await book_with(visitor, booking_link, link, email=moved)
    assert refused.refused == (403, "email_mismatch")
    booked = await book_with(visitor, booking_link, link, email=contact["email"])
    assert booked.status == 201
    assert booked.data["contact_id"] == contact["id"]


async def test_a_link_made_after_the_change_is_for_the_new_email(app: Client, visitor: Client) -> None:
    booking_link, contact = await a_booking_link(app), await a_contact(app)
    moved = an_email()
    await app.patch(f"/v1/contacts/{contact['id']}", {"email": moved})
    link = await a_link(app, booking_link, contact_id=contact["id"], strict_email_match=True)
    refused = await book_with(visitor, booking_link, link, email=contact["email"])
    assert refused.refused == (403, "email_mismatch")
    assert (await book_with(visitor, booking_link, link, email=moved)).status == 201


async def test_a_strict_link_is_for_one_address_in_any_case(app: Client, visitor: Client) -> None:
    booking_link = await a_booking_link(app)
    local = an_email().partition("@")[0]
    email = f"{local}.Reyes+tag@Example.com"
    link = await a_link(app, booking_link, contact={"name": "Dana", "email": email}, strict_email_match=True)
    for other in (
        f"{local}Reyes+tag@example.com",
        f"{local}.Reyes@example.com",
        f"{local}.Reyes+tag@example.org",
        f"{local}.Reyes+tag@example.com.",
        f"{local}.Réyes+tag@example.com",
    ):
        refused = await book_with(visitor, booking_link, link, email=other)
        assert refused.refused == (403, "email_mismatch"), other
        assert (await link_now(app, link))["status"] == "open"
    assert (await book_with(visitor, booking_link, link, email=f"\t {email.upper()}  ")).status == 201


async def test_without_strict_match_anybody_who_holds_the_link_may_book(app: Client, visitor: Client) -> None:
    booking_link = await a_booking_link(app)
    link = await a_link(app, booking_link)
    colleague = an_email()
    booked = (await book_with(visitor, booking_link, link, name="A colleague", email=colleague)).data
    assert booked["customer"] == {"name": "A colleague", "email": colleague}
    # Whose link it was stays known when a colleague books on a forwarded one.
    assert booked["contact_id"] == link["contact"]["id"]
    assert booked["source"] == link["source"]
