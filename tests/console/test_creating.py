"""One link by hand: for somebody known or new, once however often the form is sent."""

from typing import Any

import pytest

from tests.console.firm import LIST, Firm, said, typed
from tests.console.host import Page
from tests.system.making import NOBODY, a_booking_link, a_contact, book_with, link_now

NEW = f"{LIST}/new"


async def _send(firm: Firm, page: dict[str, Any], *fields: tuple[str, str]) -> Page:
    return await firm.post(NEW, ("booking_link_id", page["id"]), *fields)


def _id(made: Page) -> str:
    return made.goes_to.removeprefix(f"{LIST}/").partition("?")[0]


async def test_a_link_for_someone_new_is_ready_to_be_copied(firm: Firm) -> None:
    page = await a_booking_link(firm.app, title="Product tour")
    whom = [("contact", "new"), ("name", " Ada Lovelace "), ("email", "ada@example.com ")]
    made = await _send(
        firm, page, *whom, ("until", "never"), ("strict", "on"), ("campaign", "spring"), ("key", "k")
    )
    shown = await firm.host.get(made.goes_to)
    [link] = await firm.links()
    assert link["id"] == _id(made)
    assert f'value="{link["url"]}" readonly' in shown.text
    assert "The link is ready" in said(shown)
    assert (link["contact"]["name"], link["contact"]["email"]) == ("Ada Lovelace", "ada@example.com")
    assert (link["expires_at"], link["strict_email_match"]) == (None, True)
    assert (link["source"]["channel"], link["source"]["campaign"]) == ("console", "spring")
    assert (await book_with(firm.visitor, page, link)).status == 201


async def test_a_link_for_a_known_contact(firm: Firm) -> None:
    page, contact = await a_booking_link(firm.app), await a_contact(firm.app, name="Grace Hopper")
    asked = await firm.host.get(f"{NEW}?contact_id={contact['id']}")
    assert typed(asked)["contact"] == contact["id"]
    made = await _send(firm, page, ("contact", contact["id"]), ("key", "k"))
    assert (await link_now(firm.app, {"id": _id(made)}))["contact"]["id"] == contact["id"]


async def test_an_email_that_is_known_stays_with_its_contact_and_that_is_said(firm: Firm) -> None:
    page, contact = await a_booking_link(firm.app), await a_contact(firm.app, name="Grace Hopper")
    whom = [("contact", "new"), ("name", "G. Hopper"), ("email", contact["email"].upper())]
    made = await _send(firm, page, *whom)
    assert (await link_now(firm.app, {"id": _id(made)}))["contact"]["name"] == "Grace Hopper"
    assert "belongs to somebody you know already" in said(await firm.host.get(made.goes_to))


async def test_contacts_are_found_by_name_or_email_and_nothing_typed_is_lost(firm: Firm) -> None:
    page = await a_booking_link(firm.app)
    contact = await a_contact(firm.app, name="Grace Hopper")
    await a_contact(firm.app, name="Ada Lovelace")
    fields = [("until", "90"), ("campaign", "spring"), ("strict", "on"), ("name", "Half a na")]
    found = await _send(firm, page, *fields, ("find", "hopp"), ("step", "find"))
    assert found.status == 200
    assert "Grace Hopper" in said(found)
    assert "Ada Lovelace" not in said(found)
    kept = typed(found)
    assert {name: kept[name] for name, _ in fields} == dict(fields)
    assert kept["booking_link_id"] == page["id"]
    piece = await firm.host.get(f"{NEW}/contacts?find={contact['email']}")
    assert contact["id"] in piece.text
    assert "<html" not in piece.text
    assert await firm.links() == []


async def test_a_fresh_one_begins_as_the_old_one_was(firm: Firm) -> None:
    page = await a_booking_link(firm.app)
    link = await firm.link(page, source={"campaign": "spring"}, strict_email_match=True)
    asked = typed(await firm.host.get(f"{NEW}?like={link['id']}"))
    assert (asked["booking_link_id"], asked["contact"]) == (page["id"], link["contact"]["id"])
    assert (asked["campaign"], asked["strict"]) == ("spring", "on")


async def test_the_same_form_sent_twice_makes_one_link_and_a_changed_one_another(firm: Firm) -> None:
    page = await a_booking_link(firm.app)
    fields = [("name", "Ada"), ("email", "ada@example.com"), ("key", "same")]
    made = [await _send(firm, page, *fields) for _ in range(3)]
    assert len({_id(one) for one in made}) == 1
    changed = await _send(firm, page, *fields, ("campaign", "spring"))
    assert _id(changed) != _id(made[0])
    assert len(await firm.links()) == 2


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "This must be chosen, or typed in as someone new."),
        ({"contact": "17"}, "This must be chosen."),
        ({"contact": "new"}, "must not be empty"),
        ({"name": "Ada"}, "This must be an email address"),
        ({"name": "Ada", "email": "nope"}, "must be an email address"),
        ({"name": "\0", "email": "ada@example.com"}, "must be readable text on one line"),
        ({"name": "x" * 1000, "email": "ada@example.com"}, "must not be longer than 200"),
        ({"name": "a\nb", "email": "ada@example.com"}, "must be readable text on one line"),
        ({"name": "Ada", "email": "ada@example.com", "campaign": "x" * 1000}, "longer than 200 characters"),
        (
            {"name": "Ada", "email": "ada@example.com", "until": "day", "day": "2020-01-01"},
            "must not be over",
        ),
        ({"name": "Ada", "email": "ada@example.com", "until": "soon"}, "must be one of these"),
    ],
)
async def test_what_cannot_be_used_is_said_in_place_and_everything_typed_is_kept(
    firm: Firm, fields: dict[str, str], words: str
) -> None:
    page = await a_booking_link(firm.app)
    more = {"find": "<b>", "campaign": "“spring” & <more>"} | fields
    refused = await _send(firm, page, *more.items())
    assert refused.status == 422
    assert words in said(refused)
    kept = typed(refused)
    for name in ("name", "email", "campaign", "find", "day"):
        assert kept[name] == more.get(name, ""), name
    assert await firm.links() == []


async def test_a_booking_link_must_be_chosen_and_be_switched_on(firm: Firm) -> None:
    page = await a_booking_link(firm.app, active=False)
    whom = [("name", "Ada"), ("email", "ada@example.com")]
    off = await _send(firm, page, *whom)
    assert off.status == 410
    assert "switched off" in said(off)
    for wrong, status in (("", 422), ("17", 422), (NOBODY, 404)):
        assert (await firm.post(NEW, ("booking_link_id", wrong), *whom)).status == status
    assert await firm.links() == []


async def test_it_says_what_else_a_booking_link_is_open_to(firm: Firm) -> None:
    assert "First something that can be booked" in said(await firm.host.get(NEW))
    await a_booking_link(firm.app, title="Tour")
    await a_booking_link(firm.app, title="Call", access="single_use_only")
    asked = said(await firm.host.get(NEW))
    assert "Tour (30 min, also open without a link)" in asked
    assert "Call (30 min, only with a single-use link)" in asked


async def test_a_form_whose_session_ended_is_kept_whole(firm: Firm) -> None:
    page = await a_booking_link(firm.app)
    fields = [
        ("booking_link_id", page["id"]),
        ("name", "Ada <b>"),
        ("email", "ada@example.com"),
        ("key", "k"),
    ]
    token = firm.host.cookies.pop("bookonce")
    gone = await firm.host.post(NEW, [("csrf", "old"), *fields])
    assert (gone.status, gone.hidden) == (401, fields)
    firm.host.cookies["bookonce"] = token
    again = await firm.host.post(NEW, gone.hidden)
    assert await firm.links() == []
    assert (await firm.host.post(NEW, again.hidden)).status == 303
    assert [link["contact"]["name"] for link in await firm.links()] == ["Ada <b>"]
