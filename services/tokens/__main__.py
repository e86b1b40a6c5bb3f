"""`python -m services.tokens serve` and `… migrate`."""

from services.tokens.app import MIGRATIONS, PIECE, build
from services.tokens.settings import Settings
from shared.command import main, migrate

if __name__ == "__main__":
    main(PIECE, Settings, build, {"migrate": lambda _: migrate(MIGRATIONS)})
