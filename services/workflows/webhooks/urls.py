"""Which addresses an endpoint may be given; names are looked at again when they are connected to."""

from yarl import URL

from services.workflows.webhooks.courier import Addresses
from services.workflows.webhooks.guard import is_public

_NO_ADDRESS = "must be a web address, like https://example.com/hooks"
_NOT_PUBLIC = "must be a public address, and an IP address in its usual spelling"


def complaint(url: str, addresses: Addresses) -> str | None:
    """What is wrong with the address of a receiver, in words for its owner; None when nothing is."""
    try:
        parsed = URL(url)
    except ValueError:
        return _NO_ADDRESS
    if parsed.scheme not in ("https", "http") or not parsed.host:
        return _NO_ADDRESS
    if parsed.raw_user is not None or parsed.raw_password is not None:
        return "must not hold a user or password: every webhook is signed instead"
    if "#" in url:
        return "must not have a fragment (#…)"
    if addresses == "allow":
        return None
    if parsed.scheme != "https":
        return "must begin with https://"
    return None if _may_be_public(parsed.host.rstrip(".").lower()) else _NOT_PUBLIC


def _may_be_public(host: str) -> bool:
    """Whether a host is a public address, or a name that may have one."""
    last = host.rpartition(".")[2]
    # Where a host ends in a number all of it is an IPv4 address, in one of its many spellings.
    if ":" in host or last.isdigit() or last.startswith("0x"):
        return is_public(host)
    return last != "localhost"
