"""Amounts as Stripe counts them, which is not always in ISO 4217's minor units.

Source: "Supported currencies" in Stripe's documentation, under its zero-decimal, special and three-decimal
currencies.
"""

from services.booking.payments.provider import Declined

_HUNDREDTHS = frozenset({"ISK", "UGX"})
"""ISO 4217 gives them no minor unit; Stripe wants two digits, and both zero."""
_WHOLE = frozenset({"MGA"})
"""ISO 4217 gives them a minor unit; Stripe knows whole ones only."""
_TENS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
"""Three digits for both, of which Stripe wants the last to be zero."""


def to_stripe(amount: int, currency: str) -> int:
    """Stripe's number for an amount of ours; Declined when Stripe cannot take so exact an amount."""
    if currency in _TENS and amount % 10:
        raise Declined(f"{amount} {currency} ends in a digit that Stripe does not take")
    if currency in _WHOLE:
        return _hundredth(amount, currency)
    return amount * 100 if currency in _HUNDREDTHS else amount


def from_stripe(amount: int, currency: str) -> int:
    """Our number for an amount of Stripe's; Declined when it is a fraction of our smallest unit."""
    if currency in _HUNDREDTHS:
        return _hundredth(amount, currency)
    return amount * 100 if currency in _WHOLE else amount


def _hundredth(amount: int, currency: str) -> int:
    whole, rest = divmod(amount, 100)
    if rest:
        raise Declined(f"{amount} hundredths of {currency} are no whole number")
    return whole
