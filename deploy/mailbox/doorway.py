"""What every answer goes through: who may ask, and how refusals look."""

from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

Answer = Callable[[Request], Awaitable[Response]]


class Refused(Exception):
    """The HTTP status, and a sentence for whoever asked."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def admit(request: Request) -> None:
    """Refused unless the page was asked for under a name that no stranger can point here.

    A web site elsewhere could make its own name resolve to this machine, and read the mail as its own.
    """
    host = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    if "." in host and not host.endswith(".localhost") and not _is_address(host):
        raise Refused(421, "Ask for this page by its address or as localhost.")


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
