"""`python -m gateway serve`."""

from gateway.settings import Settings
from shared.command import main, serve


def start(_: list[str]) -> None:
    """Serve until told to stop."""
    serve("gateway", Settings, "gateway.app")


if __name__ == "__main__":
    main({"serve": start})
