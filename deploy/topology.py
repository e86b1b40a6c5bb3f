"""The one table of pieces: what runs, where it listens, whom it calls."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Piece:
    """One process of an installation.

    `port_offset` is added to the gateway's port (and `smtp_offset`, where it takes in mail), `needs` names
    the pieces it calls, and `keyrings` the variables that hold keys no other piece may see. What
    `stands_in` does so for a machine of somebody else's: only a local installation has it.
    """

    name: str
    module: str
    port_offset: int
    needs: tuple[str, ...] = ()
    keyrings: tuple[str, ...] = ()
    has_database: bool = True
    stands_in: bool = False
    smtp_offset: int | None = None


PIECES = (
    Piece("tokens", "services.tokens", 1, keyrings=("LINK_KEYRING",)),
    Piece("sandbox_payments", "deploy.sandbox_payments", 5, has_database=False, stands_in=True),
    Piece("mailbox", "deploy.mailbox", 6, has_database=False, stands_in=True, smtp_offset=7),
    Piece("booking", "services.booking", 2, needs=("tokens",), keyrings=("STATUS_KEYRING",)),
    Piece(
        "actions",
        "services.actions",
        3,
        needs=("booking",),
        keyrings=("API_KEY_KEYRING", "ACTION_LINK_KEYRING", "SIGN_IN_KEYRING", "SESSION_KEYRING"),
    ),
    Piece(
        "workflows",
        "services.workflows",
        4,
        needs=("tokens", "booking", "actions"),
        keyrings=("VAULT_KEYRING", "UNSUBSCRIBE_KEYRING"),
    ),
    Piece("gateway", "gateway", 0, needs=("tokens", "booking", "actions", "workflows"), has_database=False),
)


def port_offsets() -> dict[str, int]:
    """By the name of a piece; that of a mail server is `NAME_smtp`."""
    smtp = {f"{piece.name}_smtp": piece.smtp_offset for piece in PIECES if piece.smtp_offset is not None}
    return {piece.name: piece.port_offset for piece in PIECES} | smtp


def callers_of(name: str) -> list[Piece]:
    """The pieces that call `name`, and so prove to it who they are."""
    return [piece for piece in PIECES if name in piece.needs]
