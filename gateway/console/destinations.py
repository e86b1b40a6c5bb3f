"""Where signing in may lead: to pages of this console and nowhere else."""

import re
from urllib.parse import urlencode

HOME = "/calendar/single-use"
LONGEST = 1000
_PAGE = re.compile(r"/(?:calendar/|contacts(?:[/?]|\Z))[A-Za-z0-9\-._~%!$&'()*+,;=:@/?]*")
"""What a browser sends as path and query (RFC 3986), below the console's own folders."""


def local(path: str) -> str:
    """The path if it is one of the console's, else its first page."""
    fits = len(path) <= LONGEST and _PAGE.fullmatch(path) and ".." not in path
    return path if fits else HOME


def sign_in(path: str) -> str:
    """The address that explains how to sign in, and keeps the page that somebody was going to."""
    going_to = local(path)
    return "/sign-in" if going_to == HOME else f"/sign-in?{urlencode({'next': going_to})}"
