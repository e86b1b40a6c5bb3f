"""Webhooks are signed so that the Standard Webhooks library of any receiver verifies them."""

from datetime import UTC, datetime

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from services.workflows.webhooks.signing import new_secret, sign

BODY = '{"type":"booking.confirmed","data":{"name":"Zoë"}}'.encode()


def test_the_owner_of_the_secret_verifies_what_was_sent() -> None:
    secret = new_secret()
    headers = sign([secret], "0197", datetime.now(UTC), BODY)
    assert Webhook(secret).verify(BODY, dict(headers))["data"] == {"name": "Zoë"}
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY + b" ", dict(headers))
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(BODY, dict(headers))


def test_while_a_secret_is_replaced_the_old_and_the_new_one_both_verify() -> None:
    new, old = new_secret(), new_secret()
    headers = sign([new, old], "0197", datetime.now(UTC), BODY)
    assert [Webhook(one).verify(BODY, dict(headers))["type"] for one in (new, old)] == [
        "booking.confirmed",
        "booking.confirmed",
    ]


def test_each_secret_is_another_and_as_long_as_the_standard_asks() -> None:
    assert new_secret() != new_secret()
    assert len(new_secret()) == len("whsec_") + 44
