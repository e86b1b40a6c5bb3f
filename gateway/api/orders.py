"""`POST /v1/single-use-links` and `…/bulk`: links composed of a booking link, a contact and a mint."""

from typing import Annotated

from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response

from gateway import answers, examples, minting, reading
from gateway.api.single_use_links import SingleUseLink, show
from gateway.describe import describe
from gateway.minting import BulkOrder, Order, RowResult
from gateway.site import Site
from shared.errors import Refusal

LARGEST_BULK = 8 * 1024 * 1024
EITHER = Meta(
    extra_json_schema={
        "oneOf": [
            {"required": ["contact"], "properties": {"contact": {"type": "object"}}},
            {"required": ["contact_id"], "properties": {"contact_id": {"type": "string"}}},
        ]
    }
)


@describe(
    body=Annotated[Order, EITHER],
    answer=SingleUseLink,
    status=201,
    refuses=("not_found", "booking_link_inactive"),
    example=examples.ORDER,
    keyed=True,
)
async def create(site: Site, request: Request) -> Response:
    """Make a single-use link for a contact."""
    principal = await site.principals.of(request)
    order, once = await reading.body(request, Order)
    if (order.contact_id is None) == (order.contact is None):
        raise Refusal("invalid_request", "Give either contact_id or contact.")
    link = await minting.make(site, principal.app_id, order, once)
    return answers.data(show(site, link), 201)


@describe(
    body=BulkOrder,
    answer=list[RowResult],
    refuses=("not_found", "booking_link_inactive"),
    example=examples.BULK,
    keyed=True,
)
async def create_many(site: Site, request: Request) -> Response:
    """Make a link per row; each gets its link or its own error, in order."""
    principal = await site.principals.of(request)
    order, once = await reading.body(request, BulkOrder, LARGEST_BULK)
    rows = [minting.read_row(row) for row in order.contacts]
    links = await minting.make_many(site, principal.app_id, order, rows, once)
    return answers.data(minting.results(rows, links))
