"""`python -m deploy.mailbox serve`."""

from deploy.mailbox.settings import Settings
from shared.command import main, serve


def start(_: list[str]) -> None:
    """Serve until told to stop."""
    serve("mailbox", Settings, "deploy.mailbox.app")


if __name__ == "__main__":
    main({"serve": start})
