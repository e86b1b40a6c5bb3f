"""Revoking: for ever, at once, and never a link that is used."""

from datetime import datetime

from tests.system.client import Client
from tests.system.ledger import Ledger
from tests.system.making import a_booking_link, a_link, book_with, link_now


async def test_a_revoked_link_is_dead_at_once(app: Client, visitor: Client) -> None:
    booking_link = await a_booking_link(app)
    link = await a_link(app, booking_link)
    answer = await app.post(f"/v1/single-use-links/{link['id']}/revoke")
    assert answer.status == 200
    revoked = answer.data
    assert revoked == {**link, "status": "revoked", "revoked_at": revoked["revoked_at"]}
    assert datetime.fromisoformat(revoked["revoked_at"]) >= datetime.fromisoformat(link["created_at"])
    assert await link_now(app, link) == revoked

    asked = {"single_use_token": link["token"]}
    assert (await visitor.get(f"/single-use/{link['token']}")).refused == (410, "link_revoked")
    prefill = await visitor.post(f"/book/{booking_link['slug']}/prefill", asked)
    assert prefill.refused == (410, "link_revoked")
    assert (await book_with(visitor, booking_link, link)).refused == (410, "link_revoked")


async def test_revoking_twice_is_revoking_once(app: Client, ledger: Ledger) -> None:
    link = await a_link(app, await a_booking_link(app))
    first = await app.post(f"/v1/single-use-links/{link['id']}/revoke")
    after = await ledger.contents()
    assert (await app.post(f"/v1/single-use-links/{link['id']}/revoke")).data == first.data
    assert await ledger.contents() == after


async def test_a_used_link_cannot_be_revoked(app: Client, visitor: Client, ledger: Ledger) -> None:
    booking_link = await a_booking_link(app)
    link = await a_link(app, booking_link)
    booking = (await book_with(visitor, booking_link, link)).data
    before = await ledger.contents()
    answer = await app.post(f"/v1/single-use-links/{link['id']}/revoke")
    assert answer.refused == (410, "link_consumed")
    assert await ledger.contents() == before
    now = await link_now(app, link)
    assert (now["status"], now["revoked_at"]) == ("consumed", None)
    assert now["consumed_by_booking_id"] == booking["id"]
