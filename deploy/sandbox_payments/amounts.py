"""Amounts of money as a page says them."""

from decimal import Decimal

from babel.numbers import format_currency, get_currency_precision, get_currency_symbol


def spoken(amount: int, currency: str) -> str:
    """ "€40.00", "¥5,000", "KWD 1.250": minor units in words."""
    units = Decimal(amount).scaleb(-get_currency_precision(currency))
    symbol, text = get_currency_symbol(currency, "en"), format_currency(units, currency, locale="en")
    # A code stands apart from its number, and on the same line.
    return text.replace(symbol, f"{symbol}\N{NO-BREAK SPACE}") if symbol.isalpha() else text
