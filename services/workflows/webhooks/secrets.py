"""Secrets of endpoints, sealed while they rest; each is bound to its endpoint."""

from datetime import datetime
from uuid import UUID

from services.workflows.store.due_deliveries import Due
from services.workflows.store.webhooks import Sealed
from services.workflows.vault import Vault


def seal(vault: Vault, webhook_id: UUID, secret: str) -> Sealed:
    return Sealed(*vault.seal(secret.encode(), webhook_id.bytes))


def opened(vault: Vault, webhook_id: UUID, sealed: Sealed) -> str:
    """The secret as its owner was shown it; Unopened when its key is no longer held."""
    return vault.open(sealed.key_id, sealed.secret, webhook_id.bytes).decode()


def signing(vault: Vault, due: Due, now: datetime) -> list[str]:
    """The secrets that sign a delivery, the newest first; Unopened when a key is no longer held."""
    still = due.former is not None and due.former_until is not None and now < due.former_until
    held = [due.sealed, due.former] if still else [due.sealed]
    return [opened(vault, due.webhook_id, sealed) for sealed in held if sealed is not None]
