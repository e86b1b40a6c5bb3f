"""What cannot be minted is refused, and leaves nothing behind."""

from typing import Any

import pytest

from tests.system.client import Client
from tests.system.ledger import Ledger
from tests.system.making import NOBODY, a_booking_link, an_email


@pytest.fixture(scope="module")
async def booking_link(app: Client) -> dict[str, Any]:
    return await a_booking_link(app)


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"expires_at": "2001-01-01T00:00:00Z"}, 422),
        ({"expires_at": "0001-01-01T00:00:00+14:00"}, 422),
        ({"expires_at": "9999-12-31T23:59:59-14:00"}, 422),
        ({"expires_at": "2099-12-31T23:59:59"}, 422),
        ({"expires_at": "soon"}, 422),
        ({"expires_at": 4_000_000_000}, 400),
        ({"expires_at": None, "expires_in_days": 3}, 422),
        ({"expires_at": "2099-12-31T23:59:59Z", "expires_in_days": 3}, 422),
        ({"expires_in_days": 0}, 422),
        ({"expires_in_days": -1}, 422),
        ({"expires_in_days": 3651}, 422),
        ({"expires_in_days": 10**30}, 422),
        ({"expires_in_days": "3"}, 400),
        ({"expires_in_days": 1.5}, 400),
        ({"strict_email_match": "yes"}, 400),
        ({"source": "mail"}, 400),
        ({"source": {"channel": "x", "medium": "y"}}, 400),
        ({"source": {"workflow_id": "nope"}}, 422),
        ({"source": {"campaign": "a\0b"}}, 422),
        ({"contact_id": NOBODY}, 400),
        ({"contact": {"name": "A", "email": "nobody"}}, 422),
        ({"contact": {"name": "A", "email": "a@example.com", "phone": "1"}}, 400),
        ({"contact": None}, 400),
        ({"booking_link_id": "nope"}, 422),
        ({"booking_link_id": None}, 400),
        ({"booking_link_id": NOBODY}, 404),
        ({"surprise": 1}, 400),
    ],
    ids=str,
)
async def test_what_cannot_be_minted_leaves_nothing_behind(
    app: Client, booking_link: dict[str, Any], ledger: Ledger, wrong: dict[str, Any], status: int
) -> None:
    inline = {"name": "Amara", "email": an_email()}
    before = await ledger.contents()
    body = {"booking_link_id": booking_link["id"], "contact": inline, **wrong}
    answer = await app.post("/v1/single-use-links", body)
    codes = {400: "invalid_request", 404: "not_found", 422: "validation_failed"}
    assert answer.refused == (status, codes[status])
    assert await ledger.contents() == before


async def test_an_unknown_contact_is_404(app: Client, booking_link: dict[str, Any]) -> None:
    body = {"booking_link_id": booking_link["id"], "contact_id": NOBODY}
    assert (await app.post("/v1/single-use-links", body)).refused == (404, "not_found")
