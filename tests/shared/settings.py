"""Settings that every piece accepts, though nothing answers where they point."""

import base64

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KEY = base64.urlsafe_b64encode(bytes(range(32))).rstrip(b"=").decode()
SERVICE_KEY = KEY
PUBLIC_KEY = (
    base64.urlsafe_b64encode(
        Ed25519PrivateKey.from_private_bytes(bytes(range(32))).public_key().public_bytes_raw()
    )
    .rstrip(b"=")
    .decode()
)
NOWHERE = "http://127.0.0.1:1"
COMPLETE = {
    "DATABASE_URL": "postgresql://role:password@127.0.0.1:1/name",
    "CALLER_KEYS": f"gateway:{PUBLIC_KEY},booking:{PUBLIC_KEY}",
    "SERVICE_KEY": SERVICE_KEY,
    "LINK_KEYRING": f"1:{KEY}",
    "STATUS_KEYRING": f"1:{KEY}",
    "API_KEY_KEYRING": f"1:{KEY}",
    "ACTION_LINK_KEYRING": f"1:{KEY}",
    "SIGN_IN_KEYRING": f"1:{KEY}",
    "SESSION_KEYRING": f"1:{KEY}",
    "TOKENS_URL": NOWHERE,
    "BOOKING_URL": NOWHERE,
    "ACTIONS_URL": NOWHERE,
    "WORKFLOWS_URL": NOWHERE,
    "VAULT_KEYRING": f"1:{KEY}",
    "UNSUBSCRIBE_KEYRING": f"1:{KEY}",
    "SMTP_HOST": "127.0.0.1",
    "MAIL_FROM": "Bookonce <bookonce@example.com>",
    "SANDBOX_URL": NOWHERE,
    "SANDBOX_SECRET": KEY,
    "SANDBOX_RECORDS": "/nowhere/sandbox_payments.sqlite",
    "MAILBOX_RECORDS": "/nowhere/mailbox.sqlite",
    "WEBHOOK_URL": "https://bookonce.example/webhooks/payments/sandbox",
    "STRIPE_KEY": f"sk_test_{KEY}",
    "STRIPE_WEBHOOK_SECRETS": f"whsec_{KEY}",
    "PUBLIC_URL": "https://bookonce.example",
}
"""One environment that holds what each of them needs."""
