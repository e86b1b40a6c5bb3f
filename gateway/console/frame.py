"""What surrounds every page of the console: where one can go, and who is signed in."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from starlette.responses import Response

from gateway import pages
from gateway.console.hosts import Host

HEADERS = {"Referrer-Policy": "strict-origin"}
"""Without a referrer a form would not say its origin either; this tells no path, to anybody."""


class Place(NamedTuple):
    """A page of the navigation."""

    name: str
    path: str


PLACES = (Place("Single-use links", "/calendar/single-use"), Place("Contacts", "/contacts"))


def page(
    template: str,
    host: Host,
    here: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **context: Any,
) -> Response:
    """A page in its frame; `here` is the path of the place it belongs to."""
    return pages.render(
        template,
        status=status,
        headers=HEADERS | dict(headers or {}),
        host=host,
        here=here,
        places=PLACES,
        **context,
    )


def bare(
    template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **context: Any
) -> Response:
    """A page of the console without its frame, as for who is not signed in."""
    return pages.render(template, status=status, headers=HEADERS | dict(headers or {}), **context)
