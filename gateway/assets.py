"""Static files under addresses that change with their content, so that they may be kept forever."""

import hashlib
from functools import cache
from pathlib import Path

from starlette.datastructures import QueryParams
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).parent / "static"


@cache
def version(path: str) -> str:
    return hashlib.sha256((FOLDER / path).read_bytes()).hexdigest()[:12]


def static(path: str) -> str:
    """The address of a static file, new whenever its content is new."""
    return f"/static/{path}?v={version(path)}"


@cache
def modules(*folders: str) -> dict[str, str]:
    """Import map of folders of ES modules, so that what they import carries its version too."""
    names = sorted(f"{folder}/{file.name}" for folder in folders for file in (FOLDER / folder).glob("*.js"))
    return {f"/static/{name}": static(name) for name in names}


class Files(StaticFiles):
    """Serves FOLDER: kept forever where the address names the present version, else asked for anew."""

    def __init__(self) -> None:
        super().__init__(directory=FOLDER)

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        asked = QueryParams(scope["query_string"]).get("v")
        current = response.status_code in (200, 304) and asked == version(path)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if current else "no-cache"
        return response
