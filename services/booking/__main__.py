"""`python -m services.booking serve`, `… migrate` and `… audit`."""

import asyncio
from pathlib import Path

import msgspec

from services.booking.settings import Settings
from shared.command import main, migrate, serve
from shared.environment import load_or_exit

MIGRATIONS = Path(__file__).parent / "migrations"


def start(_: list[str]) -> None:
    """Serve until told to stop."""
    serve("booking", Settings, "services.booking.app")


def run_audit(_: list[str]) -> None:
    """Print every finding as a line of JSON; status 1 when something is left unrepaired."""
    from services.booking.app import desk
    from services.booking.audit import Finding, audit

    async def look() -> list[Finding]:
        own = desk(load_or_exit(Settings))
        await own.open()
        try:
            return await audit(own)
        finally:
            await own.close()

    findings = asyncio.run(look())
    for finding in findings:
        print(msgspec.json.encode(finding).decode())
    raise SystemExit(0 if all(finding.repaired for finding in findings) else 1)


if __name__ == "__main__":
    main({"serve": start, "migrate": lambda _: migrate(MIGRATIONS), "audit": run_audit})
