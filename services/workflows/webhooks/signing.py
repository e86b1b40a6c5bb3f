"""Signatures of webhooks, as Standard Webhooks describes them (standardwebhooks.com, version 1)."""

import base64
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from standardwebhooks.webhooks import Webhook

OVERLAP = timedelta(hours=24)
"""After a rotation the secret before still signs for so long, beside the new one."""
_PREFIX = "whsec_"
_BYTES = 32


def new_secret() -> str:
    """A secret as it is shown to its owner."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def sign(keys: Sequence[str], id: str, at: datetime, body: bytes) -> Mapping[str, str]:
    """The headers that prove a body, one signature for each secret; `at` is aware, and now."""
    text = body.decode()
    signatures = (Webhook(secret).sign(id, at, text) for secret in keys)
    return {
        "webhook-id": id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
