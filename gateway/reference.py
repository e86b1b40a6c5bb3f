"""`/openapi.json`, and `/docs` to read it: a viewer from a package, without anything from elsewhere."""

from collections.abc import Callable
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from gateway import pages


def routes(document: Callable[[], bytes]) -> list[BaseRoute]:
    """The document is made at the first request and kept."""
    return [
        Route("/openapi.json", partial(_openapi, cache(document))),
        Route("/docs", _docs),
        Mount("/static/viewer", StaticFiles(directory=_viewer())),
    ]


async def _openapi(document: Callable[[], bytes], _: Request) -> Response:
    return Response(document(), media_type="application/json")


async def _docs(_: Request) -> Response:
    return pages.render("docs.html")


def _viewer() -> Path:
    """The folder of the viewer's files."""
    spec = find_spec("swagger_ui")
    if spec is None or spec.origin is None:
        raise RuntimeError("the package swagger-ui-py is not installed")
    return Path(spec.origin).parent / "static"
