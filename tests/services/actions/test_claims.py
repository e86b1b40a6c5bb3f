"""A link is for one booking and one action, which its path says as well, and for its time."""

import json
from typing import Any

import pytest

from tests.services.actions.forging import BOOKING, CLAIMS, NOW, OTHER, flaw, read, token

LINKABLE = ("confirm", "decline", "cancel", "cancel_by_customer", "reschedule_by_customer")
DEEP = b"[" * 2500 + b"]" * 2500


@pytest.mark.parametrize("action", LINKABLE)
def test_each_linkable_action_may_be_claimed(action: str) -> None:
    assert read(token(payload=CLAIMS | {"action": action}), action=action).nonce == ""


@pytest.mark.parametrize(
    "action",
    [
        "complete",
        "pay",
        "reschedule",
        "no_show",
        "expire",
        "delete",
        "",
        "Cancel",
        "cancel ",
        "cancel\0",
        "ｃancel",
    ],
)
def test_no_other_action_may_be_even_if_the_path_agrees(action: str) -> None:
    assert flaw(token(payload=CLAIMS | {"action": action}), action=action).step == "claims"


@pytest.mark.parametrize("action", [None, 1, True, ["cancel"], {"cancel": 1}, "decline", "\ud800"])
def test_the_action_is_the_paths(action: Any) -> None:
    assert flaw(token(payload=CLAIMS | {"action": action})).step == "claims"


@pytest.mark.parametrize(
    "booking_id",
    [
        None,
        7,
        1.5,
        True,
        [BOOKING],
        {"id": BOOKING},
        "",
        OTHER,
        BOOKING.upper(),
        BOOKING.replace("-", ""),
        f"{{{BOOKING}}}",
        f"urn:uuid:{BOOKING}",
        f"{BOOKING}\0",
        f" {BOOKING}",
        f"{BOOKING}\n",
        "\0",
        "\ud800",
        "nobody",
    ],
)
def test_the_booking_is_the_paths_as_a_text_in_one_spelling(booking_id: Any) -> None:
    text = token(payload=CLAIMS | {"booking_id": booking_id})
    assert flaw(text).step == "claims"
    if isinstance(booking_id, str) and booking_id != OTHER:
        assert flaw(text, booking_id=booking_id).step == "claims"


def test_a_link_for_another_booking_or_action_is_not_this_one() -> None:
    assert read(token(), BOOKING, "cancel").nonce == ""
    assert flaw(token(), OTHER, "cancel").step == "claims"
    assert flaw(token(), BOOKING, "decline").step == "claims"


@pytest.mark.parametrize(
    "payload",
    [
        b"[]",
        b"null",
        b'"cancel"',
        b"{",
        b"{}",
        f'{{"booking_id":"{BOOKING}"}}'.encode(),
        b'{"action":"cancel"}',
        f'{{"booking_id":"{OTHER}","booking_id":"{BOOKING}","action":"cancel"}}'.encode(),
        f'{{"booking_id":"{BOOKING}","action":"decline","action":"cancel"}}'.encode(),
        f'{{"booking_id":"{BOOKING}","action":"cancel","exp":1,"\\u0065xp":9999999999}}'.encode(),
        f'{{"booking_id":"{BOOKING}","action":"cancel","a":'.encode() + DEEP + b"}",
        f'{{"booking_id":"{BOOKING}","action":"cancel","exp":{"9" * 5000}}}'.encode(),
        json.dumps(CLAIMS).encode("utf-16"),
        json.dumps(CLAIMS).encode() + b"\xff",
        b"\xef\xbb\xbf" + json.dumps(CLAIMS).encode(),
        json.dumps(CLAIMS).encode() + b"{}",
    ],
)
def test_a_payload_is_one_json_object_that_names_nothing_twice(payload: bytes) -> None:
    assert flaw(token(payload=payload)).step == "claims"


def test_claims_that_we_do_not_know_are_let_be() -> None:
    assert read(token(payload=CLAIMS | {"aud": "us", "iss": 7, "sub": None, "more": {"a": [1]}})).nonce == ""


@pytest.mark.parametrize("jti", ["", "a", "ü" * 255, "x" * 255])
def test_a_jti_tells_links_apart(jti: str) -> None:
    assert read(token(payload=CLAIMS | {"jti": jti})).nonce == jti


@pytest.mark.parametrize("jti", [None, 7, ["a"], "x" * 256, "a\0", "\udfff"])
def test_a_jti_that_cannot_be_kept_is_refused(jti: Any) -> None:
    assert flaw(token(payload=CLAIMS | {"jti": jti})).step == "claims"


@pytest.mark.parametrize("redirect", [None, 7, ["https://example.com"], {"a": 1}, "\0", "\ud800"])
def test_a_redirect_is_a_text(redirect: Any) -> None:
    assert flaw(token(payload=CLAIMS | {"redirect": redirect})).step == "claims"


@pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
@pytest.mark.parametrize("value", [None, True, False, "1800000000", [], {}, "NaN"])
def test_a_time_is_a_number(name: str, value: Any) -> None:
    assert flaw(token(payload=CLAIMS | {name: value})).step == "claims"


@pytest.mark.parametrize("value", [b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-1e999"])
@pytest.mark.parametrize("name", [b"exp", b"nbf", b"iat"])
def test_a_time_is_a_number_that_can_be_reached(name: bytes, value: bytes) -> None:
    payload = json.dumps(CLAIMS).encode()[:-1] + b',"' + name + b'":' + value + b"}"
    assert flaw(token(payload=payload)).step == "claims"


@pytest.mark.parametrize("until", [NOW + 3600, NOW, NOW - 59, NOW - 59.9, 10**19])
def test_a_link_holds_until_a_minute_after_its_expiry(until: float) -> None:
    assert read(token(payload=CLAIMS | {"exp": until})).expires == until


@pytest.mark.parametrize("until", [NOW - 60, NOW - 61, NOW - 60.1, 0, -1, -1e300])
def test_then_it_has_expired_and_says_so(until: float) -> None:
    found = flaw(token(payload=CLAIMS | {"exp": until}))
    assert (found.step, found.code) == ("times", "action_link_expired")


@pytest.mark.parametrize("name", ["nbf", "iat"])
def test_a_clock_may_be_a_minute_ahead_and_no_more(name: str) -> None:
    for since in (0, -5, NOW, NOW + 59, NOW + 60):
        assert read(token(payload=CLAIMS | {name: since})).nonce == ""
    for since in (NOW + 60.5, NOW + 61, 1e300, 10**19):
        found = flaw(token(payload=CLAIMS | {name: since}))
        assert (found.step, found.code) == ("times", "action_link_invalid")


def test_a_link_that_is_wrong_and_expired_is_wrong() -> None:
    expired = CLAIMS | {"exp": 1}
    assert flaw(token(payload=expired), action="decline").code == "action_link_invalid"
    assert (
        flaw(token(payload=expired, key="another key that is long enough to sign")).code
        == "action_link_invalid"
    )
