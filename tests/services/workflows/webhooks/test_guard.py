"""No webhook goes to an address of this network, in whatever spelling and by whatever name."""

import pytest

from services.workflows.webhooks.guard import is_public
from services.workflows.webhooks.urls import complaint

PUBLIC = [
    "8.8.8.8",
    "1.1.1.1",
    "172.15.255.255",
    "172.32.0.1",
    "100.63.255.255",
    "100.128.0.1",
    "223.255.255.255",
    "2606:4700::1111",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
]
INSIDE = [
    "0.0.0.0",  # noqa: S104
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:a9fe:a9fe",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::7f00:1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]
ODD = ["0x7f.1", "2130706433", "127.1", "0177.0.0.1", "0x7f000001", "8.8", "127.0.0.1.", "[::ffff:127.0.0.1]"]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_may_be_connected_to(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", [*INSIDE, "127.1", "0x7f.1", "localhost", ""])
def test_nothing_else_may(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("host", [*ODD, "127.0.0.1", "[::1]", "localhost", "api.localhost.", "１２７.0.0.1"])
def test_an_endpoint_is_not_given_an_address_of_this_network(host: str) -> None:
    assert complaint(f"https://{host}/hooks", "refuse") is not None


@pytest.mark.parametrize(
    "url",
    [
        "https://user:secret@example.com/",
        "https://user@example.com/",
        "https://example.com/hooks#part",
        "https://example.com/hooks#",
        "https:///hooks",
        "https://example.com:99999/",
        "ftp://example.com/",
    ],
)
def test_an_address_that_means_more_than_a_place_is_refused_even_where_all_places_are_allowed(
    url: str,
) -> None:
    assert complaint(url, "allow") is not None


def test_plain_http_is_for_those_who_allow_private_addresses() -> None:
    assert complaint("http://example.com/hooks", "refuse") == "must begin with https://"
    assert complaint("http://127.0.0.1:8080/hooks", "allow") is None
    assert complaint("https://hooks.example.com:8443/a?b=c", "refuse") is None
    assert complaint("https://8.8.8.8/", "refuse") is None
