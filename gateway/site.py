"""What every handler of the gateway works with."""

from dataclasses import dataclass

from gateway.console.hosts import Hosts
from gateway.limits import Limits
from gateway.principals import Principals
from shared.call import Peers


@dataclass(frozen=True)
class Site:
    """The other pieces, our address outside, whom API keys and sessions belong to, and the limits."""

    peers: Peers
    public_url: str
    principals: Principals
    hosts: Hosts
    limits: Limits

    def url(self, path: str) -> str:
        """An absolute address for the outside."""
        return self.public_url + path
