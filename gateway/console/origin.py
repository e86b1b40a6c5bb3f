"""Whether another site's page sent a request: what browsers tell of that, and forms cannot change."""

from collections.abc import Mapping
from urllib.parse import urlsplit


def is_cross_site(headers: Mapping[str, str], public_url: str) -> bool:
    """True when the browser says so; who says nothing is no browser, or one older than any in use.

    Sec-Fetch-Site decides where there is one (W3C Fetch Metadata), else Origin (RFC 6454). A sibling domain
    is another site.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is None:
        return False
    return origin != public_url and urlsplit(origin).netloc != headers.get("host")
