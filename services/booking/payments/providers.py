"""Who takes payments here, as the environment says."""

import os
from collections.abc import Mapping

from services.booking.payments.provider import Provider
from services.booking.settings import SandboxSettings, Settings, StripeSettings
from shared.environment import load


def provider(settings: Settings, environ: Mapping[str, str] = os.environ) -> Provider | None:
    """None where nobody does; Unusable when the one that is named lacks a variable of its own."""
    # Imported where it is used: Stripe's package alone would double a piece's memory.
    match settings.payment_provider:
        case "sandbox":
            from services.booking.payments.sandbox import Sandbox

            sandbox = load(SandboxSettings, environ)
            return Sandbox(sandbox.sandbox_url, sandbox.sandbox_secret)
        case "stripe":
            from services.booking.payments.stripe import Stripe

            stripe = load(StripeSettings, environ)
            return Stripe(stripe.stripe_key, stripe.stripe_webhook_secrets, stripe.stripe_url)
        case "none":
            return None
