"""`python -m services.workflows serve` and `… migrate`."""

from pathlib import Path

from services.workflows.settings import Settings
from shared.command import main, migrate, serve

MIGRATIONS = Path(__file__).parent / "migrations"


def start(_: list[str]) -> None:
    """Serve until told to stop."""
    serve("workflows", Settings, "services.workflows.app")


if __name__ == "__main__":
    main({"serve": start, "migrate": lambda _: migrate(MIGRATIONS)})
