"""What every handler of the gateway works with."""

from dataclasses import dataclass

from gateway.principals import Principals
from shared.call import Peers


@dataclass(frozen=True)
class Site:
    """The other pieces, the address the outside knows us by, and whom API keys belong to."""

    peers: Peers
    public_url: str
    principals: Principals

    def url(self, path: str) -> str:
        """An absolute address for the outside."""
        return self.public_url + path
