"""Where the gateway is put together."""

from starlette.types import ASGIApp

from gateway.console.hosts import Hosts
from gateway.edge import Edge
from gateway.limits import Limits
from gateway.principals import Principals
from gateway.routes import routes
from gateway.settings import Settings
from gateway.site import Site
from shared.call import Peers
from shared.identity import Identity
from shared.process import application

PIECE = "gateway"


def build(settings: Settings) -> ASGIApp:
    """The whole piece as an ASGI application."""
    addresses = {
        "tokens": settings.tokens_url,
        "booking": settings.booking_url,
        "actions": settings.actions_url,
        "workflows": settings.workflows_url,
    }
    peers = Peers(Identity(PIECE, settings.service_key), addresses)
    limits = Limits(settings.rate_limits == "on", settings.trusted_proxies)
    site = Site(peers, settings.public_url, Principals(peers), Hosts(peers, settings.public_url), limits)
    return Edge(
        application(PIECE, routes(site), _ready, _nothing, peers.close), limits, settings.most_requests
    )


async def _ready() -> None:
    """Ready as soon as it listens: it holds nothing, and another piece away is told per request."""


async def _nothing() -> None:
    return None
