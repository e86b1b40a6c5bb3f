from starlette.types import Scope

from gateway import assets


def asked(query: str) -> Scope:
    return {"type": "http", "method": "GET", "headers": [], "query_string": query.encode()}


async def cache_control(query: str) -> str:
    response = await assets.Files().get_response("page.css", asked(query))
    assert response.status_code == 200
    return response.headers["cache-control"]


async def test_file_asked_for_by_its_version_is_kept_forever() -> None:
    version = assets.static("page.css").partition("?")[2]
    assert await cache_control(version) == "public, max-age=31536000, immutable"


async def test_file_asked_for_otherwise_is_looked_up_again() -> None:
    assert await cache_control("") == "no-cache"
    assert await cache_control("v=000000000000") == "no-cache"
