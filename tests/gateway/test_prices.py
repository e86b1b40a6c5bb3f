import pytest

from gateway.visitor.prices import price


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        (4000, "EUR", "€40.00"),
        (5, "USD", "$0.05"),
        (5000, "JPY", "¥5,000"),
        (1250, "KWD", "KWD\u00a01.250"),
        (99_999_999, "CHF", "CHF\u00a0999,999.99"),
    ],
)
def test_an_amount_is_said_in_the_units_of_its_currency(amount: int, currency: str, said: str) -> None:
    assert price(amount, currency) == said
