"""Webhooks of the sandbox: only what it signed, lately and for us, is taken for a hint."""

import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.booking.payments.provider import Hint
from services.booking.payments.sandbox import Sandbox
from shared.errors import Refusal

SECRET = "a-secret-that-only-we-two-know-of-really"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PAYMENT = "01931b3e-0000-7000-8000-000000000001"
MESSAGE = {
    "id": "evt_sandbox_1",
    "type": "session.paid",
    "account": "acct_sandbox",
    "created": int(NOW.timestamp()),
    "session_id": "cs_sandbox_1",
    "payment_id": PAYMENT,
}


def _signed(body: bytes, secret: str = SECRET, at: datetime = NOW) -> str:
    time = str(int(at.timestamp()))
    return f"t={time},v1={hmac.new(secret.encode(), time.encode() + b'.' + body, 'sha256').hexdigest()}"


def _body(**changed: Any) -> bytes:
    return json.dumps(
        {name: value for name, value in {**MESSAGE, **changed}.items() if value != ...}
    ).encode()


def _read(body: bytes, signature: str | None = None) -> Hint:
    headers = {"sandbox-signature": _signed(body) if signature is None else signature}
    return Sandbox("http://127.0.0.1:1", SECRET).read_hint(headers, body, NOW)


def _refused(body: bytes, signature: str | None = None) -> None:
    with pytest.raises(Refusal) as refused:
        _read(body, signature)
    assert refused.value.code == "invalid_request"


def test_a_genuine_message_is_a_hint() -> None:
    assert _read(_body()) == Hint("evt_sandbox_1", UUID(PAYMENT), "cs_sandbox_1")


def test_what_a_newer_sandbox_adds_is_ignored() -> None:
    assert _read(_body(livemode=False)).event_id == "evt_sandbox_1"


def _forged() -> Iterator[str]:
    genuine = _signed(_body())
    yield from ("", "nonsense", genuine.upper(), genuine[:-1], f" {genuine}", f"{genuine},v1={'0' * 64}")
    yield genuine[:-1] + ("0" if genuine[-1] != "0" else "1")
    yield genuine.partition(",")[2]
    yield _signed(_body(), secret=SECRET + "!")
    yield _signed(_body(session_id="cs_sandbox_2"))
    yield genuine.replace(f"t={MESSAGE['created']}", f"t={int(MESSAGE['created']) + 1}")  # type: ignore[call-overload]


@pytest.mark.parametrize("signature", list(_forged()))
def test_a_forged_message_is_refused(signature: str) -> None:
    _refused(_body(), signature)


def test_a_message_without_a_signature_is_refused() -> None:
    with pytest.raises(Refusal):
        Sandbox("http://127.0.0.1:1", SECRET).read_hint({}, _body(), NOW)


@pytest.mark.parametrize(("seconds", "taken"), [(300, True), (-300, True), (301, False), (-301, False)])
def test_a_signature_is_good_for_five_minutes_either_way(seconds: int, taken: bool) -> None:
    signature = _signed(_body(), at=NOW + timedelta(seconds=seconds))
    if taken:
        assert _read(_body(), signature).event_id == "evt_sandbox_1"
    else:
        _refused(_body(), signature)


@pytest.mark.parametrize(
    "body",
    [
        _body(account="acct_other"),
        _body(account=...),
        _body(type="session.stolen"),
        _body(id=""),
        _body(id="x" * 256),
        _body(payment_id="not a UUID"),
        _body(payment_id=None),
        _body(session_id=...),
        b"",
        b"[]",
        b"null",
        b"[" * 100_000,
        b"\xff",
    ],
)
def test_a_signed_body_of_another_shape_is_refused(body: bytes) -> None:
    _refused(body)
