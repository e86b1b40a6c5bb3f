"""`/calendar/single-use/csv`: exactly the links that the list is filtered to, all of them."""

from datetime import UTC, datetime

from msgspec.structs import asdict
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from gateway import answers
from gateway.console import away, times
from gateway.console.links import PATH, filters
from gateway.site import Site
from shared.contracts import tokens
from shared.contracts.tokens import LinkExport


@away.told(PATH)
async def export(site: Site, request: Request) -> Response:
    """A download, streamed as it is read."""
    host = await site.hosts.of(request)
    wanted = filters.read(request).wanted(times.zone_of(request))
    ask = LinkExport(**asdict(wanted), address=site.url("/single-use/"))
    chunks = await answers.begun(site.peers.stream(tokens.export_links, ask, app_id=host.app_id))
    name = f"single-use-links-{datetime.now(UTC):%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingResponse(chunks, headers=headers, media_type="text/csv")
