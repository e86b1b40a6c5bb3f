"""`python -m deploy.sandbox_payments serve`."""

from deploy.sandbox_payments.settings import Settings
from shared.command import main, serve


def start(_: list[str]) -> None:
    """Serve until told to stop."""
    serve("sandbox_payments", Settings, "deploy.sandbox_payments.app")


if __name__ == "__main__":
    main({"serve": start})
