"""What a piece consists of, for tests of the house itself."""

from pathlib import Path

from msgspec import Struct

from deploy.mailbox.settings import Settings as Mailbox
from deploy.sandbox_payments.settings import Settings as SandboxPayments
from deploy.topology import PIECES
from gateway.settings import Settings as Gateway
from services.actions.settings import Settings as Actions
from services.booking.settings import Settings as Booking
from services.tokens.settings import Settings as Tokens
from services.workflows.settings import Settings as Workflows

ROOT = Path(__file__).parent.parent.parent
SETTINGS: dict[str, type[Struct]] = {
    "tokens": Tokens,
    "sandbox_payments": SandboxPayments,
    "mailbox": Mailbox,
    "booking": Booking,
    "actions": Actions,
    "workflows": Workflows,
    "gateway": Gateway,
}
NAMES = [piece.name for piece in PIECES]
IMAGES = [piece.name for piece in PIECES if not piece.stands_in]
"""Those that run elsewhere too, each from an image of its own."""


def folder(name: str) -> Path:
    """Where a piece's code is, relative to the root."""
    return Path(next(piece.module for piece in PIECES if piece.name == name).replace(".", "/"))


def module(name: str) -> str:
    """What `python -m` starts."""
    return next(piece.module for piece in PIECES if piece.name == name)


def sources(under: Path) -> list[Path]:
    """Its Python files."""
    return sorted(file for file in (ROOT / under).rglob("*.py") if "__pycache__" not in file.parts)
