"""A single-use link as it is made: for whom, until when, and what the row can tell later."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.system.client import Client
from tests.system.ledger import Ledger
from tests.system.making import a_booking_link, a_contact, a_link, an_email, link_now

FIELDS = {
    "id", "url", "token", "status", "booking_link_id", "contact", "strict_email_match", "expires_at",
    "created_at", "consumed_at", "consumed_by_booking_id", "revoked_at", "source", "opened_count",
    "first_opened_at", "last_opened_at",
}  # fmt: skip
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
async def booking_link(app: Client) -> dict[str, Any]:
    return await a_booking_link(app)


def _life(link: dict[str, Any]) -> timedelta:
    return datetime.fromisoformat(link["expires_at"]) - datetime.fromisoformat(link["created_at"])


async def test_a_fresh_link_is_open_and_says_all_that_is_promised(
    app: Client, booking_link: dict[str, Any]
) -> None:
    contact = await a_contact(app)
    body = {"booking_link_id": booking_link["id"], "contact_id": contact["id"]}
    answer = await app.post("/v1/single-use-links", body)
    assert answer.status == 201
    link = answer.data
    assert link.keys() == FIELDS
    assert link["status"] == "open"
    assert link["booking_link_id"] == booking_link["id"]
    assert link["contact"] == {name: contact[name] for name in ("id", "name", "email")}
    assert link["strict_email_match"] is False
    assert link["url"] == f"{app.gateway}/single-use/{link['token']}"
    assert link["opened_count"] == 0
    nothing_yet = ("consumed_at", "consumed_by_booking_id", "revoked_at", "first_opened_at", "last_opened_at")
    assert all(link[name] is None for name in nothing_yet)
    age = datetime.now(UTC) - datetime.fromisoformat(link["created_at"])
    assert timedelta(0) <= age < timedelta(minutes=1)


async def test_the_url_can_be_read_again_at_any_time(app: Client, booking_link: dict[str, Any]) -> None:
    link = await a_link(app, booking_link)
    assert await link_now(app, link) == link
    listed = (await app.get(f"/v1/single-use-links?booking_link_id={booking_link['id']}")).data
    assert link in listed


async def test_a_link_lives_thirty_days_unless_told_otherwise(
    app: Client, booking_link: dict[str, Any]
) -> None:
    assert _life(await a_link(app, booking_link)) == 30 * DAY
    assert _life(await a_link(app, booking_link, expires_in_days=None)) == 30 * DAY
    assert _life(await a_link(app, booking_link, expires_in_days=1)) == DAY
    assert _life(await a_link(app, booking_link, expires_in_days=3650)) == 3650 * DAY


async def test_null_means_never(app: Client, booking_link: dict[str, Any], visitor: Client) -> None:
    link = await a_link(app, booking_link, expires_at=None)
    assert link["expires_at"] is None
    assert (await visitor.get(f"/single-use/{link['token']}")).status == 200


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("2099-12-31T23:59:59Z", "2099-12-31T23:59:59Z"),
        ("2099-12-31T23:59:59.25+02:00", "2099-12-31T21:59:59.250000Z"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
    ],
)
async def test_an_expiry_is_kept_as_that_instant(
    app: Client, booking_link: dict[str, Any], given: str, kept: str
) -> None:
    assert (await a_link(app, booking_link, expires_at=given))["expires_at"] == kept


async def test_an_inline_contact_reuses_the_one_with_its_email(
    app: Client, booking_link: dict[str, Any], ledger: Ledger
) -> None:
    contact = await a_contact(app, name="Amara Okafor", phone="+44 1")
    before = await ledger.contents()
    inline = {"name": "Another name", "email": f"  {contact['email'].upper()} "}
    link = await a_link(app, booking_link, contact=inline)
    assert link["contact"] == {name: contact[name] for name in ("id", "name", "email")}
    assert (await app.get(f"/v1/contacts/{contact['id']}")).data == contact
    assert (await ledger.contents())["booking.contacts"] == before["booking.contacts"]


async def test_a_new_inline_contact_is_kept_as_a_contact(app: Client, booking_link: dict[str, Any]) -> None:
    email = an_email()
    link = await a_link(app, booking_link, contact={"name": " Mei Tanaka ", "email": email})
    contact = (await app.get(f"/v1/contacts/{link['contact']['id']}")).data
    assert (contact["name"], contact["email"]) == ("Mei Tanaka", email)


async def test_the_source_is_kept_whole(app: Client, booking_link: dict[str, Any]) -> None:
    source = {
        "channel": "workflow",
        "workflow_id": "01930000-0000-7000-8000-000000000001",
        "run_id": "01930000-0000-7000-8000-000000000002",
        "step": "follow-up",
        "campaign": "spring ☀",
    }
    link = await a_link(app, booking_link, source=source)
    assert link["source"] == source
    assert (await link_now(app, link))["source"] == source
    assert (await a_link(app, booking_link))["source"] == dict.fromkeys(source) | {"channel": "api"}
