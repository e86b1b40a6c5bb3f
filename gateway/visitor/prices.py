"""Amounts of money as a page says them."""

from decimal import Decimal

from babel.numbers import format_currency, get_currency_precision


def price(amount: int, currency: str) -> str:
    """ "€40.00", "¥5,000", "KWD 1.250": minor units in words."""
    units = Decimal(amount).scaleb(-get_currency_precision(currency))
    return format_currency(units, currency, locale="en").replace(currency, f"{currency}\u00a0")
