"""Query strings that are not what they should be."""

import pytest

from tests.system.client import Client
from tests.system.ledger import Ledger
from tests.system.making import NOBODY
from tests.system.refusing import properly

LISTS = {
    "/v1/booking-links": ("limit", "cursor"),
    "/v1/contacts": ("limit", "cursor", "q"),
    "/v1/single-use-links": ("limit", "cursor", "status", "booking_link_id", "contact_id"),
    "/v1/bookings": (
        *("limit", "cursor", "state", "booking_link_id", "contact_id", "start_from", "start_to"),
    ),
}
KNOWN = [(path, name) for path, names in LISTS.items() for name in names]
HOSTILE = ("%00", "a%00b", "%ED%A0%80", "%FF%FE", "x" * 300, "'%20or%201=1--", "%2e%2e%2f", "[]", "{}", "%zz")
SEARCHED = {"%ED%A0%80", "%FF%FE", "'%20or%201=1--", "%2e%2e%2f", "[]", "{}", "%zz"}
"""Words that a search may look for like any other."""


@pytest.mark.parametrize(("path", "name"), KNOWN)
async def test_a_value_that_cannot_be_is_refused(app: Client, ledger: Ledger, path: str, name: str) -> None:
    before = await ledger.contents()
    for value in HOSTILE:
        answer = await app.get(f"{path}?{name}={value}")
        if name == "q" and value in SEARCHED:
            assert (answer.status, answer.data) == (200, [])
        else:
            assert properly(answer) in ("invalid_request", "validation_failed"), value
    assert await ledger.contents() == before


@pytest.mark.parametrize(("path", "name"), KNOWN)
async def test_a_known_parameter_given_twice_is_refused(app: Client, path: str, name: str) -> None:
    good = {"limit": "3", "cursor": NOBODY, "q": "a", "status": "open", "state": "confirmed"}
    value = good.get(name, "2030-01-01T00:00:00Z" if name.startswith("start") else NOBODY)
    assert (await app.get(f"{path}?{name}={value}")).status == 200
    for twice in (f"{name}={value}&{name}={value}", f"{name}={value}&utm=1&{name}={value}"):
        assert properly(await app.get(f"{path}?{twice}")) == "invalid_request"


@pytest.mark.parametrize(("path", "name"), [one for one in KNOWN if one[1] != "q"])
async def test_a_filter_never_vanishes_unnoticed(app: Client, path: str, name: str) -> None:
    # What a program writes that forgot a value: everything would be a wrong answer.
    for value in ("", "null", "None", "undefined", "true", "1.5e3"):
        answer = await app.get(f"{path}?{name}={value}")
        assert properly(answer) in ("invalid_request", "validation_failed"), value
    if name != "limit":
        assert properly(await app.get(f"{path}?{name}=1893456000")) == "validation_failed"


async def test_another_apps_and_nobodys_ids_filter_everything_out(app: Client) -> None:
    for path in ("/v1/single-use-links", "/v1/bookings"):
        for name in ("booking_link_id", "contact_id"):
            assert (await app.get(f"{path}?{name}={NOBODY}")).data == []


async def test_a_state_or_status_that_is_none_is_refused(app: Client) -> None:
    for query in ("/v1/bookings?state=CONFIRMED", "/v1/bookings?state=open", "/v1/single-use-links?status=x"):
        assert properly(await app.get(query)) == "validation_failed"


async def test_a_query_of_a_thousand_parameters_is_read(app: Client) -> None:
    query = "&".join(f"utm_{number}={number}" for number in range(1000))
    assert (await app.get(f"/v1/contacts?{query}&limit=1")).status == 200
