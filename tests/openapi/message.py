"""A genuine message of the payment provider: what a document's example of one can only stand for."""

import hmac
import json
import time
from uuid import uuid4

from tests.openapi.world import World
from tests.stack import Stack

SIGNATURE = "sandbox-signature"


def message(stack: Stack) -> World:
    """Its body and its signature, by the names that they have."""
    about = {"type": "session.expired", "account": "acct_sandbox", "session_id": "unknown"}
    at = int(time.time())
    body = json.dumps({"id": f"event-{uuid4().hex}", "created": at, "payment_id": str(uuid4()), **about})
    secret = stack.environment("sandbox_payments")["SANDBOX_SECRET"]
    proof = hmac.digest(secret.encode(), f"{at}.{body}".encode(), "sha256").hex()
    return {"provider": "sandbox", "body": body, SIGNATURE: f"t={at},v1={proof}"}
