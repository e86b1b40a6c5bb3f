"""Currencies that something can be sold in."""

from iso4217 import Currency

# Gold, test codes and the like have a code but no minor unit.
_IN_USE = frozenset(currency.code for currency in Currency if currency.exponent is not None)


def is_currency(code: str) -> bool:
    """Whether the code is a currency of ISO 4217 with a minor unit."""
    return code in _IN_USE
