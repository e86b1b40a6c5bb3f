"""An erased contact: open links revoked, name and email gone everywhere, counts kept."""

from typing import Any

import asyncpg
import pytest

from tests.eventually import eventually
from tests.stack import Stack
from tests.system.client import Client
from tests.system.making import a_booking_link, a_contact, a_link, an_email, book_with, link_now


async def _everything(stack: Stack) -> str:
    """All rows of all databases as text."""
    texts = []
    for dsn in stack.dsn.values():
        connection = await asyncpg.connect(dsn)
        try:
            tables = await connection.fetch(
                "select table_name from information_schema.tables where table_schema = 'public'"
            )
            for (table,) in tables:
                texts += [row[0] for row in await connection.fetch(f"select t::text from {table} t")]
        finally:
            await connection.close()
    return "\n".join(texts)


@pytest.fixture
async def page(app: Client) -> dict[str, Any]:
    return await a_booking_link(app, questions=[{"key": "topic", "label": "Topic"}])


async def test_nothing_personal_stays_anywhere(
    app: Client, visitor: Client, stack: Stack, page: dict[str, Any]
) -> None:
    mark = an_email().partition("@")[0]
    contact = await a_contact(
        app,
        name=f"Name-{mark}",
        email=f"{mark}@example.com",
        phone=f"Phone-{mark}",
        external_ref=f"Ref-{mark}",
    )
    used, kept, strict = [await a_link(app, page, contact_id=contact["id"]) for _ in range(3)]
    answers = {"topic": f"Topic-{mark}"}
    await book_with(visitor, page, used, name=f"Called-{mark}", answers=answers)
    # Also what was booked by that address without a link.
    await book_with(visitor, page, await a_link(app, page), email=contact["email"], name=f"Own-{mark}")
    assert mark in await _everything(stack)

    answer = await app.ask("DELETE", f"/v1/contacts/{contact['id']}")
    assert answer.status == 200
    assert mark not in answer.text

    async def forgotten() -> bool:
        return mark not in await _everything(stack)

    await eventually(forgotten)
    assert (await app.get(f"/v1/contacts/{contact['id']}")).refused == (404, "not_found")
    assert (await app.get(f"/v1/contacts?q={mark}")).data == []
    for link, status in ((used, "consumed"), (kept, "revoked"), (strict, "revoked")):
        now = await link_now(app, link)
        assert now["status"] == status
        assert now["contact"]["id"] == contact["id"]
    assert (await visitor.get(f"/single-use/{kept['token']}")).refused == (410, "link_revoked")
    query = f"/v1/single-use-links?contact_id={contact['id']}"
    assert len((await app.get(query)).data) == 3


async def test_an_erased_email_may_be_somebodys_again(app: Client, page: dict[str, Any]) -> None:
    contact = await a_contact(app)
    assert (await app.ask("DELETE", f"/v1/contacts/{contact['id']}")).status == 200
    again = await a_contact(app, email=contact["email"])
    assert again["id"] != contact["id"]
    link = await a_link(app, page, contact={"name": "Mei", "email": contact["email"]})
    assert link["contact"]["id"] == again["id"]


async def test_an_erased_contact_is_no_contact(app: Client, page: dict[str, Any]) -> None:
    contact = await a_contact(app)
    path = f"/v1/contacts/{contact['id']}"
    assert (await app.ask("DELETE", path)).status == 200
    gone = (404, "not_found")
    assert (await app.ask("DELETE", path)).refused == gone
    assert (await app.patch(path, {"name": "Back"})).refused == gone
    body = {"booking_link_id": page["id"], "contact_id": contact["id"]}
    assert (await app.post("/v1/single-use-links", body)).refused == gone


async def test_erasing_one_contact_leaves_the_others(
    app: Client, visitor: Client, page: dict[str, Any]
) -> None:
    erased, other = await a_contact(app), await a_contact(app)
    link = await a_link(app, page, contact_id=other["id"])
    booking = (await book_with(visitor, page, await a_link(app, page, contact_id=other["id"]))).data
    await app.ask("DELETE", f"/v1/contacts/{erased['id']}")
    assert (await app.get(f"/v1/contacts/{other['id']}")).data == other
    assert await link_now(app, link) == link
    assert (await app.get(f"/v1/bookings/{booking['id']}")).data == booking
