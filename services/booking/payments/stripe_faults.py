"""What goes wrong with Stripe, and whether the same again later can help."""

import aiohttp
import stripe

from services.booking.payments.provider import Away, Declined
from shared import telemetry

FAULTS = (stripe.StripeError, aiohttp.ClientError, OSError)
"""Whatever a call raises; the last two while an answer is being read."""

_OVERTAKEN = frozenset(
    {"payment_intent_unexpected_state", "charge_already_captured", "charge_already_refunded"}
)


class Overtaken(Declined):
    """Refused because the money is in another state by now than the one we knew."""


def replayed(fault: Exception) -> bool:
    """Whether Stripe only repeats what it had answered before to the same idempotency key."""
    headers = fault.headers if isinstance(fault, stripe.StripeError) else None
    return bool(headers) and headers is not None and headers.get("Idempotent-Replayed") == "true"


def meaning(fault: Exception) -> Away | Declined:
    """Away, or Declined with a reason that quotes nothing of the visitor's."""
    match fault:
        case stripe.AuthenticationError() | stripe.PermissionError() | stripe.IdempotencyError():
            return _for_an_operator(fault)
        case stripe.InvalidRequestError(code="resource_missing"):
            # We only ask for what Stripe has given us: this is the key of another account, or mode.
            return _for_an_operator(fault)
        case stripe.InvalidRequestError() if fault.code in _OVERTAKEN:
            return Overtaken(_reason(fault))
        case stripe.InvalidRequestError() | stripe.CardError():
            return Declined(_reason(fault))
        case _:
            return Away()


def _for_an_operator(fault: stripe.StripeError) -> Away:
    telemetry.alarms.labels("stripe_refuses").inc()
    telemetry.log.error("stripe refuses us", kind=type(fault).__name__, reason=_reason(fault))
    return Away()


def _reason(fault: stripe.StripeError) -> str:
    """Without Stripe's own message: it may hold an email address. The request's id finds it again."""
    code, param = getattr(fault, "code", None), getattr(fault, "param", None)
    return f"{code or type(fault).__name__} {param or ''} (request {fault.request_id})".replace("  ", " ")
