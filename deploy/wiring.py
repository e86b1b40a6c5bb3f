"""What each piece of one installation is told, all of it through its environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.ports import HOST
from deploy.secrets import Secrets, new_keyring, new_secret, new_service_key, public_key
from deploy.topology import Piece, callers_of


@dataclass(frozen=True)
class Wiring:
    """One installation: a port and, where it has a database, a connection string per piece.

    `records` is the folder where what stands in for other machines keeps its files.
    """

    ports: Mapping[str, int]
    databases: Mapping[str, str]
    secrets: Secrets
    records: Path
    rate_limits: bool = True

    def url(self, name: str) -> str:
        """Where the piece called `name` answers."""
        return f"http://{HOST}:{self.ports[name]}"

    def environment(self, piece: Piece) -> dict[str, str]:
        """The whole environment of `piece`, on top of what the runner itself was given."""
        told = {
            **os.environ,
            "PYTHONUNBUFFERED": "1",
            "LISTEN": f"{HOST}:{self.ports[piece.name]}",
            "CALLER_KEYS": ",".join(
                f"{caller.name}:{self._public(caller)}" for caller in callers_of(piece.name)
            ),
            **{name: self.secrets.get(name, new_keyring) for name in piece.keyrings},
            **{f"{name.upper()}_URL": self.url(name) for name in piece.needs},
            **self._payments(piece),
            **self._mail(piece),
        }
        if piece.needs:
            told["SERVICE_KEY"] = self._private(piece)
        if piece.has_database:
            told["DATABASE_URL"] = self.databases[piece.name]
        if piece.name in ("gateway", "booking", "workflows"):
            told["PUBLIC_URL"] = self.url("gateway")
        if piece.name == "gateway":
            told["RATE_LIMITS"] = "on" if self.rate_limits else "off"
        if piece.name == "workflows":
            told["WEBHOOK_PRIVATE_ADDRESSES"] = "allow"
        return told

    def _payments(self, piece: Piece) -> dict[str, str]:
        """Booking and the sandbox, as a merchant and a provider know each other."""
        if piece.name == "booking":
            return {
                "PAYMENT_PROVIDER": "sandbox",
                "SANDBOX_URL": self.url("sandbox_payments"),
                "SANDBOX_SECRET": self.secrets.get("SANDBOX_SECRET", new_secret),
            }
        if piece.name == "sandbox_payments":
            return {
                "SANDBOX_SECRET": self.secrets.get("SANDBOX_SECRET", new_secret),
                "SANDBOX_RECORDS": str(self.records / "sandbox_payments.sqlite"),
                "PUBLIC_URL": self.url("sandbox_payments"),
                "WEBHOOK_URL": f"{self.url('gateway')}/webhooks/payments/sandbox",
            }
        return {}

    def _mail(self, piece: Piece) -> dict[str, str]:
        """Workflows and the mailbox, as a sender and a mail server know each other."""
        if piece.name == "workflows":
            return {
                "SMTP_HOST": HOST,
                "SMTP_PORT": str(self.ports["mailbox_smtp"]),
                "SMTP_SECURITY": "none",
                "MAIL_FROM": "Bookonce <bookonce@example.com>",
            }
        if piece.name == "mailbox":
            return {
                "SMTP_LISTEN": f"{HOST}:{self.ports['mailbox_smtp']}",
                "MAILBOX_RECORDS": str(self.records / "mailbox.sqlite"),
            }
        return {}

    def _private(self, piece: Piece) -> str:
        return self.secrets.get(f"{piece.name.upper()}_SERVICE_KEY", new_service_key)

    def _public(self, piece: Piece) -> str:
        return public_key(self._private(piece))
