"""Whose request it is: the nearest address that no trusted proxy stands behind."""

import pytest
from starlette.requests import Request

from gateway.limits import Limits, client_address


def _from(client: str | None, *forwarded: str, trusted: str = "10.0.0.0/8, 2001:db8::/32") -> str:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    scope = {"type": "http", "client": (client, 1) if client else None, "headers": headers}
    return client_address(Request(scope), Limits(True, trusted)._proxies)


def test_without_a_trusted_proxy_nothing_that_is_claimed_counts() -> None:
    assert _from("203.0.113.7") == "203.0.113.7"
    assert _from("203.0.113.7", "198.51.100.1") == "203.0.113.7"
    assert _from("10.0.0.1", "198.51.100.1", trusted="") == "10.0.0.1"


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ("198.51.100.1", "198.51.100.1"),
        ("192.0.2.66, 198.51.100.1", "198.51.100.1"),
        ("198.51.100.1, 10.9.9.9", "198.51.100.1"),
        ("192.0.2.66, 198.51.100.1, 10.9.9.9, 10.8.8.8", "198.51.100.1"),
        ("2001:db8:ffff::1", "2001:db8:ffff::1"),
        ("10.9.9.9", "10.9.9.9"),
        ("nonsense, 198.51.100.1", "198.51.100.1"),
        (" , ,198.51.100.1, ", "198.51.100.1"),
        ("", "10.0.0.1"),
    ],
)
def test_behind_trusted_proxies_the_nearest_other_address_counts(forwarded: str, client: str) -> None:
    assert _from("10.0.0.1", forwarded) == client


def test_a_proxy_may_be_trusted_by_ipv6() -> None:
    assert _from("2001:db8::5", "198.51.100.1") == "198.51.100.1"


def test_a_request_from_nowhere_has_no_address() -> None:
    assert _from(None, "198.51.100.1") == ""
