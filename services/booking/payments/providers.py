"""Who takes payments here, as the settings say."""

from services.booking.payments.provider import Provider
from services.booking.settings import Settings


def provider(settings: Settings) -> Provider | None:
    """None where nobody does; ValueError when the one that is named lacks a setting."""
    match settings.payment_provider:
        case "sandbox":
            _need(SANDBOX_URL=settings.sandbox_url, SANDBOX_SECRET=settings.sandbox_secret)
            # Imported where it is used: Stripe's package alone would double a piece's memory.
            from services.booking.payments.sandbox import Sandbox

            return Sandbox(settings.sandbox_url, settings.sandbox_secret)
        case "stripe":
            _need(STRIPE_KEY=settings.stripe_key, STRIPE_WEBHOOK_SECRETS=settings.stripe_webhook_secrets)
            from services.booking.payments.stripe import Stripe

            return Stripe(settings.stripe_key, settings.stripe_webhook_secrets, settings.stripe_url)
        case "none":
            return None


def _need(**values: str) -> None:
    missing = [name for name, value in values.items() if not value]
    if missing:
        raise ValueError(f"PAYMENT_PROVIDER needs {' and '.join(missing)}")
