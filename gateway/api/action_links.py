"""`/v1/action-links`."""

from urllib.parse import quote, urlencode
from uuid import UUID

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from gateway import answers, examples, reading
from gateway.describe import describe
from gateway.site import Site
from shared.contracts import actions
from shared.contracts.actions import ActionLinkFields, CheckActionLink, Checked, MakeActionLink
from shared.contracts.bookings import Linkable
from shared.contracts.values import Instant


class ActionLink(Struct, frozen=True):
    """An action link to send: `url` holds all of it; `signature` is there for an address of one's own."""

    booking_id: UUID
    action: Linkable
    url: str
    signature: str
    expires_at: Instant | None
    redirect: str | None


@describe(
    body=ActionLinkFields,
    answer=ActionLink,
    status=201,
    refuses=("not_found",),
    example=examples.ACTION_LINK,
    keyed=True,
)
async def create(site: Site, request: Request) -> Response:
    """Make an action link: one booking, one action, once.

    It is signed with a key of Bookonce's own, so it outlives the API keys. The same fields make the same
    link; a `jti` makes another one of the same booking and action.
    """
    principal = await site.principals.of(request)
    sent, once = await reading.body(request, ActionLinkFields)
    fields = _whole_seconds(sent)
    made = await site.peers.call(actions.make_link, MakeActionLink(fields, once), app_id=principal.app_id)
    url = site.url(_path(fields, made.signature))
    link = ActionLink(
        fields.booking_id, fields.action, url, made.signature, fields.expires_at, fields.redirect
    )
    return answers.data(link, 201)


@describe(body=CheckActionLink, answer=Checked, example=examples.ACTION_LINK_CHECK)
async def check(site: Site, request: Request) -> Response:
    """Say why an action link is refused, step by step up to the first that fails.

    Whoever follows a link is told nothing but that it is not genuine. `booking_id` and `action` are those of
    the address; without them, those that the signature claims.
    """
    principal = await site.principals.of(request)
    ask, _ = await reading.body(request, CheckActionLink)
    return answers.data(await site.peers.call(actions.check_link, ask, app_id=principal.app_id))


def _whole_seconds(fields: ActionLinkFields) -> ActionLinkFields:
    """The fields with the expiry as a signature says it."""
    if fields.expires_at is None:
        return fields
    until = reading.utc(fields.expires_at, "expires_at").replace(microsecond=0)
    return msgspec.structs.replace(fields, expires_at=until)


def _path(fields: ActionLinkFields, signature: str) -> str:
    query = {"signature": signature} | ({"redirect": fields.redirect} if fields.redirect else {})
    return (
        f"/bookings/{fields.booking_id}/external_action/{fields.action}?{urlencode(query, quote_via=quote)}"
    )
