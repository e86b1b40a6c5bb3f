"""How often one client may knock, and one token be tried: windows in this process's memory."""

import hashlib
import time
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from starlette.requests import Request

from shared.errors import Refusal

EVERYTHING = parse("3000/minute")
BOOKING = parse("60/minute")
"""Attempts to book, or to act by a link, where guessing and hoarding would hurt most."""
ONE_TOKEN = parse("60/minute")
"""Attempts with one single-use token or action link, from wherever they come."""
PROBES = ("/healthz", "/readyz", "/metrics")


class Limits:
    def __init__(self, on: bool, trusted_proxies: str) -> None:
        self._on = on
        self._proxies = [ip_network(text.strip()) for text in trusted_proxies.split(",") if text.strip()]
        self._windows = FixedWindowRateLimiter(MemoryStorage())

    def check(self, request: Request) -> None:
        """Refusal `too_many_requests` with the seconds to wait, when this client knocks too often."""
        path: str = request.scope["path"]
        if not self._on or path.startswith("/static/") or path in PROBES:
            return
        client = client_address(request, self._proxies)
        self._hit(EVERYTHING, client)
        if request.method == "POST" and path.startswith(("/book/", "/bookings/")):
            self._hit(BOOKING, client)

    def check_token(self, token: str) -> None:
        """The same for a single-use token, or an action link's signature, that somebody tries."""
        if self._on:
            self._hit(ONE_TOKEN, hashlib.sha256(token.encode()).hexdigest())

    def _hit(self, limit: RateLimitItem, client: str) -> None:
        if not self._windows.hit(limit, client):
            reset = self._windows.get_window_stats(limit, client).reset_time
            raise Refusal("too_many_requests", retry_after=_seconds_until(reset))


def client_address(request: Request, proxies: list[IPv4Network | IPv6Network]) -> str:
    """The address nearest to the client that a trusted proxy vouches for."""
    address = request.client.host if request.client else ""
    forwarded = request.headers.get("x-forwarded-for", "").split(",")
    for hop in reversed([hop.strip() for hop in forwarded if hop.strip()]):
        if not _trusted(address, proxies):
            break
        address = hop
    return address


def _trusted(address: str, proxies: list[IPv4Network | IPv6Network]) -> bool:
    try:
        return any(ip_address(address) in network for network in proxies)
    except ValueError:
        return False


def _seconds_until(moment: float) -> int:
    return max(1, round(moment - time.time()))
