"""Which addresses may be connected to: the public ones, and none of this network's own.

Every connection passes `open_socket` with the very address that it goes to, however that was spelled or
resolved, so that a name which resolves differently the next time gains nothing.
"""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from shared import telemetry

_INNER_V4 = [
    ip_network(one)
    for one in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",  # Azure answers its machines here.
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
]
"""IANA's special-purpose registry for IPv4, multicast and what is reserved."""

_GLOBAL_V6 = ip_network("2000::/3")
"""All that is given out of IPv6; loopback, link-local, unique local and multicast lie outside."""
_INNER_V6 = [ip_network(one) for one in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")]
"""What is special within it: Teredo and other protocols' own, documentation, 6to4."""
_NAT64 = ip_network("64:ff9b::/96")


class Inside(OSError):
    """The address is not a public one."""

    def __init__(self) -> None:
        super().__init__("its address is not a public one")


def is_public(address: str) -> bool:
    """Whether an address in its usual spelling is one of the public internet; False for what is none."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return _is_public_v4(parsed) if isinstance(parsed, IPv4Address) else _is_public_v6(parsed)


def open_socket(to: tuple[Any, Any, int, str, tuple[Any, ...]]) -> socket.socket:
    """A socket for one connection, by what getaddrinfo says of its end; Inside when that is not public."""
    family, kind, protocol, _, address = to
    if not is_public(address[0]):
        telemetry.log.warning("webhook refused", address=address[0])
        raise Inside
    return socket.socket(family, kind, protocol)


def _is_public_v4(address: IPv4Address) -> bool:
    return not any(address in network for network in _INNER_V4)


def _is_public_v6(address: IPv6Address) -> bool:
    inner = address.ipv4_mapped
    if inner is None and address in _NAT64:
        inner = IPv4Address(address.packed[-4:])
    if inner is not None:
        return _is_public_v4(inner)
    return address in _GLOBAL_V6 and not any(address in network for network in _INNER_V6)
