"""`python -m services.booking serve`, `… migrate` and `… audit`."""

import asyncio

import msgspec

from services.booking.app import MIGRATIONS, PIECE, build, desk
from services.booking.audit import Finding, audit
from services.booking.settings import Settings
from shared.command import main, migrate
from shared.environment import load_or_exit


def run_audit(_: list[str]) -> None:
    """Print every finding as a line of JSON; status 1 when something is left unrepaired."""
    findings = asyncio.run(_audit(load_or_exit(Settings)))
    for finding in findings:
        print(msgspec.json.encode(finding).decode())
    raise SystemExit(0 if all(finding.repaired for finding in findings) else 1)


async def _audit(settings: Settings) -> list[Finding]:
    own = desk(settings)
    await own.open()
    try:
        return await audit(own)
    finally:
        await own.close()


if __name__ == "__main__":
    main(PIECE, Settings, build, {"migrate": lambda _: migrate(MIGRATIONS), "audit": run_audit})
