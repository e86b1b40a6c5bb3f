"""Amounts of money as a page says them."""

from decimal import Decimal

from babel.numbers import format_currency, get_currency_precision


def spoken(amount: int, currency: str) -> str:
    """ "€40.00", "¥5,000", "BHD 1.250": minor units in words."""
    units = Decimal(amount).scaleb(-get_currency_precision(currency))
    return format_currency(units, currency, locale="en")
