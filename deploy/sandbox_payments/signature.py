"""How a webhook proves where it comes from."""

import hmac

HEADER = "Sandbox-Signature"


def sign(secret: str, now: float, body: str) -> str:
    """`t=UNIX,v1=…`: the HMAC-SHA256 of `UNIX.body` in hexadecimal."""
    signed = hmac.digest(secret.encode(), f"{int(now)}.{body}".encode(), "sha256").hex()
    return f"t={int(now)},v1={signed}"
