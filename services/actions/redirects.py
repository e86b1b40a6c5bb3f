"""Where an action link may send people afterwards; read so strictly that no browser reads it otherwise."""

import re
from collections.abc import Iterable

from services.actions.flaws import Flaw

LONGEST = 2000
_START = re.compile(r"(https?)://([A-Za-z0-9.-]+)(?::([0-9]{1,5}))?(?=[/?#]|\Z)")
_USUAL = {"http": 80, "https": 443}


def origin(url: str) -> str | None:
    """Scheme, host and port (RFC 6454) of a web address; None when it is anything else.

    No userinfo, no backslash, no space and nothing invisible anywhere, no host but in ASCII.
    """
    found = _START.match(url)
    if found is None or len(url) > LONGEST or not url.isprintable() or " " in url or "\\" in url:
        return None
    scheme, host, port = found.groups()
    return f"{scheme}://{host.lower()}:{int(port) if port else _USUAL[scheme]}"


def destination(claimed: str | None, asked: str | None, origins: Iterable[str]) -> str | None:
    """Where to go: what was asked for if it is the signed one or of an allowed origin, else what was signed.

    Flaw when it may not be gone to.
    """
    if claimed is not None and origin(claimed) is None:
        raise _flaw("The signed redirect is no web address that can be gone to.")
    if asked is None or asked == claimed:
        return claimed
    wanted = origin(asked)
    if wanted is None or wanted not in map(origin, origins):
        raise _flaw("The redirect is neither the signed one nor of one of the app's redirect_origins.")
    return asked


def _flaw(words: str) -> Flaw:
    return Flaw("redirect", words, "redirect_not_allowed")
