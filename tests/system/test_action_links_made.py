"""POST /v1/action-links makes a link; POST /v1/action-links/check says why one is refused."""

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest

from tests.system.client import Client
from tests.system.conftest import NewApp
from tests.system.ledger import Ledger
from tests.system.making import an_email
from tests.system.refusing import properly
from tests.system.signing import a_booking, check, failed, key_of, sign

UNTIL = "2037-01-31T01:02:03.9+01:00"


@pytest.fixture(scope="module")
async def booking(app: Client) -> dict[str, Any]:
    """One that these tests leave as it is."""
    return await a_booking(app)


async def test_a_link_is_all_that_has_to_be_sent(app: Client, booking: dict[str, Any]) -> None:
    answer = await app.post("/v1/action-links", {"booking_id": booking["id"], "action": "cancel_by_customer"})
    assert answer.status == 201
    made = answer.data
    path = f"/bookings/{booking['id']}/external_action/cancel_by_customer"
    assert made == {
        "booking_id": booking["id"],
        "action": "cancel_by_customer",
        "url": f"{app.gateway}{path}?signature={made['signature']}",
        "signature": made["signature"],
        "expires_at": None,
        "redirect": None,
    }
    said = await check(app, made["signature"], booking_id=booking["id"], action="cancel_by_customer")
    assert failed(said) is None


async def test_what_is_said_of_it_is_signed(app: Client, booking: dict[str, Any]) -> None:
    redirect = "https://example.com/thanks?a=b&c=%20d#e"
    more = {"expires_at": UNTIL, "redirect": redirect, "jti": "mail 1"}
    made = (
        await app.post("/v1/action-links", {"booking_id": booking["id"], "action": "cancel", **more})
    ).data
    assert made["expires_at"] == "2037-01-31T00:02:03Z"
    assert made["redirect"] == redirect
    query = parse_qs(urlsplit(made["url"]).query, strict_parsing=True)
    assert query == {"signature": [made["signature"]], "redirect": [redirect]}
    claims = jwt.decode(made["signature"], options={"verify_signature": False})
    expected = {"booking_id": booking["id"], "action": "cancel", "jti": "mail 1", "redirect": redirect}
    assert claims == expected | {"exp": 2116972923}
    assert failed(await check(app, made["signature"], redirect=redirect)) is None
    elsewhere = await check(app, made["signature"], redirect="https://elsewhere.example/other")
    assert failed(elsewhere) == "redirect"


async def test_the_same_link_is_the_same_link(app: Client, booking: dict[str, Any]) -> None:
    body = {"booking_id": booking["id"], "action": "cancel"}
    first, again = [(await app.post("/v1/action-links", body)).data for _ in range(2)]
    assert first == again
    other = (await app.post("/v1/action-links", body | {"jti": "2"})).data
    assert other["signature"] != first["signature"]


async def test_a_repeated_request_answers_the_same_and_another_body_is_refused(
    app: Client, other_app: Client, booking: dict[str, Any]
) -> None:
    key, body = an_email(), {"booking_id": booking["id"], "action": "cancel"}
    refused = await app.post(
        "/v1/action-links", body | {"booking_id": "01930000-0000-7000-8000-000000000000"}, key=key
    )
    assert refused.refused == (404, "not_found")
    first, again = [(await app.post("/v1/action-links", body, key=key)).data for _ in range(2)]
    assert first == again
    reused = await app.post("/v1/action-links", body | {"action": "cancel_by_customer"}, key=key)
    assert reused.refused == (422, "idempotency_key_reused")
    theirs = {"booking_id": (await a_booking(other_app))["id"], "action": "cancel"}
    assert (await other_app.post("/v1/action-links", theirs, key=key)).status == 201


@pytest.mark.parametrize(
    "wrong",
    [
        {"action": "complete"},
        {"action": "pay"},
        {"action": "no_show"},
        {"action": "reschedule"},
        {"action": None},
        {"booking_id": "nobody"},
        {"booking_id": 7},
        {"booking_id": None},
        {"expires_at": "2020-01-01T00:00:00Z"},
        {"expires_at": "2037-01-01"},
        {"expires_at": 2116972923},
        {"expires_at": "9999-12-31T23:59:59-12:00"},
        {"redirect": "//evil"},
        {"redirect": "javascript:alert(1)"},
        {"redirect": "https://ok@evil"},
        {"redirect": "https:/\\evil"},
        {"redirect": "https://ok.example\\@evil"},
        {"redirect": "https://о.example"},
        {"redirect": "https://a\r\nb"},
        {"redirect": ""},
        {"redirect": 7},
        {"jti": "x" * 256},
        {"jti": "a\0"},
        {"jti": 7},
        {"state": "confirmed"},
    ],
    ids=str,
)
async def test_what_could_not_be_followed_is_not_made(
    app: Client, booking: dict[str, Any], ledger: Ledger, wrong: dict[str, Any]
) -> None:
    rows = await ledger.contents()
    body = {"booking_id": booking["id"], "action": "cancel", **wrong}
    answer = await app.post("/v1/action-links", body, key=an_email())
    assert properly(answer) in ("invalid_request", "validation_failed")
    assert "evil" not in answer.text
    assert await ledger.contents() == rows


async def test_the_check_names_the_step_that_fails(
    app: Client, booking: dict[str, Any], ledger: Ledger
) -> None:
    key, now = key_of(app), int(time.time())
    good = sign(key, booking)
    _, body, tail = good.split(".")
    flaws = {
        "": "shape",
        "not.a.jwt!": "shape",
        good + "=": "shape",
        f"AAAA.{body}.{tail}": "header",
        f"W10.{body}.{tail}": "header",
        jwt.encode({"booking_id": booking["id"], "action": "cancel"}, key * 2, "HS512"): "algorithm",
        sign(key, {"id": "nobody"}): "booking",
        sign(key, {"id": 7}): "booking",
        sign(key, {"id": "01930000-0000-7000-8000-000000000000"}): "booking",
        sign(key[:-1] + "_", booking): "signature",
        sign(key.removeprefix("live_api_key_"), booking): "signature",
        sign(key, booking, "complete"): "claims",
        sign(key, booking, jti=7): "claims",
        sign(key, booking, exp=now - 61): "times",
        sign(key, booking, nbf=now + 120): "times",
        sign(key, booking, iat=now + 120): "times",
        sign(key, booking, redirect="javascript:alert(1)"): "redirect",
        sign(key, booking, "decline"): "state",
    }
    rows = await ledger.contents()
    for signature, step in flaws.items():
        said = await check(app, signature)
        assert failed(said) == step, (step, said)
        assert len(said["steps"][-1]["detail"]) > 10
    assert await ledger.contents() == rows


async def test_the_check_looks_at_the_address_too(app: Client, booking: dict[str, Any]) -> None:
    good, other = sign(key_of(app), booking), await a_booking(app)
    assert failed(await check(app, good, booking_id=booking["id"], action="cancel")) is None
    assert failed(await check(app, good, action="cancel_by_customer")) == "claims"
    assert failed(await check(app, good, booking_id=other["id"])) == "claims"
    assert failed(await check(app, good, booking_id=booking["id"].upper())) == "booking"
    assert failed(await check(app, good, redirect="//evil")) == "redirect"
    assert "evil" not in str(await check(app, good, redirect="//evil"))


async def test_the_check_names_all_steps_in_the_order_they_are_looked_at(
    app: Client, booking: dict[str, Any]
) -> None:
    said = await check(app, sign(key_of(app), booking))
    assert said["valid"] is True
    order = "shape header algorithm booking signature claims times redirect state"
    assert " ".join(step["name"] for step in said["steps"]) == order


@pytest.mark.parametrize(
    "wrong",
    [
        {"signature": None},
        {"signature": 7},
        {"signature": "x" * 10_001},
        {"action": 7},
        {"redirect": []},
        {"a": 1},
    ],
    ids=lambda body: str(body)[:40],
)
async def test_a_check_of_something_else_is_refused(app: Client, wrong: dict[str, Any]) -> None:
    answer = await app.post("/v1/action-links/check", {"signature": "a.b.c", **wrong})
    assert properly(answer) in ("invalid_request", "validation_failed")


async def test_an_app_says_where_its_links_may_lead_and_what_opening_one_does(new_app: NewApp) -> None:
    app = await new_app()
    before = (await app.get("/v1/app")).data
    assert (before["redirect_origins"], before["action_links_on_open"]) == ([], "ask")
    booking = await a_booking(app)
    signature = sign(key_of(app), booking)
    there = "http://localhost:3000/thanks"
    assert failed(await check(app, signature, redirect=there)) == "redirect"
    changed = {
        "redirect_origins": ["https://example.com", "http://localhost:3000"],
        "action_links_on_open": "act",
    }
    assert (await app.patch("/v1/app", changed)).data == before | changed
    assert failed(await check(app, signature, redirect=there)) is None
    assert (await app.patch("/v1/app", {"name": "Renamed"})).data == before | changed | {"name": "Renamed"}
    assert (await app.patch("/v1/app", {"redirect_origins": []})).data["redirect_origins"] == []
    assert failed(await check(app, signature, redirect=there)) == "redirect"


@pytest.mark.parametrize(
    "wrong",
    [
        {"redirect_origins": ["https://example.com/"]},
        {"redirect_origins": ["https://Example.com"]},
        {"redirect_origins": ["https://*"]},
        {"redirect_origins": ["*"]},
        {"redirect_origins": ["null"]},
        {"redirect_origins": ["javascript:alert(1)"]},
        {"redirect_origins": ["https://a@b"]},
        {"redirect_origins": ["https://ünicode.example"]},
        {"redirect_origins": ["https://example.com\n"]},
        {"redirect_origins": [""]},
        {"redirect_origins": [None]},
        {"redirect_origins": None},
        {"redirect_origins": "https://example.com"},
        {"redirect_origins": ["https://example.com"] * 101},
        {"action_links_on_open": "never"},
        {"action_links_on_open": None},
        {"action_links_on_open": True},
    ],
    ids=lambda body: str(body)[:50],
)
async def test_what_is_no_origin_and_no_setting_is_refused(
    app: Client, ledger: Ledger, wrong: dict[str, Any]
) -> None:
    rows = await ledger.contents()
    assert properly(await app.patch("/v1/app", {"name": "Never", **wrong})) in (
        "invalid_request",
        "validation_failed",
    )
    assert await ledger.contents() == rows
