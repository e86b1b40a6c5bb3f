"""`python -m gateway serve`."""

from gateway.app import PIECE, build
from gateway.settings import Settings
from shared.command import main

if __name__ == "__main__":
    main(PIECE, Settings, build)
