"""`/bookings/{id}/external_action/{action}`: action links, each one booking and one action, once."""

from datetime import datetime, timedelta

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from gateway import answers, examples, problems, reading
from gateway.acting import NewTime
from gateway.describe import describe
from gateway.site import Site
from gateway.visitor import action_answers, action_pages
from gateway.visitor.action_words import MOVE
from gateway.visitor.book import Settling
from gateway.visitor.booking_page import Days
from gateway.visitor.spoken_time import zone_of
from shared.contracts import actions
from shared.contracts.actions import Follow, Permit, Presented, PresentedSlots
from shared.contracts.booking_links import SlotQuery, Slots
from shared.contracts.bookings import Booking
from shared.errors import Refusal

AHEAD = timedelta(days=61)
"""How far the times reach that are listed without a script; one call tells of 62 days at most."""
CHOOSE_AGAIN = frozenset({"slot_taken", "invalid_request", "validation_failed"})
"""Refusals of a new time that another one answers."""


class LinkQuery(Struct, frozen=True):
    """What an action link carries: its signature, and where to go afterwards."""

    signature: str
    redirect: str | None = None


class OtherDays(Days, frozen=True, kw_only=True):
    signature: str


REFUSES = (
    "action_link_invalid",
    "action_link_expired",
    "action_not_available",
    "redirect_not_allowed",
    "link_consumed",
    "link_expired",
    "link_revoked",
    "link_unknown",
    "link_wrong_template",
)


@describe(
    query=LinkQuery,
    answer=Booking,
    settling=Settling,
    page=True,
    moved=302,
    refuses=REFUSES,
    key_needed=False,
)
async def open_link(site: Site, request: Request) -> Response:
    """Open an action link: a page that asks first.

    Nothing changes, unless the app's `action_links_on_open` is `act` and a person comes by: not for HEAD, a
    prefetch, or what a page loads. To reschedule always asks for a time first.
    """
    link = _presented(request)
    permit = await site.peers.call(actions.inspect_link, link)
    if permit.on_open == "act" and permit.refusal is None and permit.action != MOVE and _comes_by(request):
        return await _follow(site, request, link, None)
    return await _show(site, link, permit)


@describe(
    query=LinkQuery,
    body=NewTime,
    answer=Booking,
    settling=Settling,
    page=True,
    moved=303,
    refuses=(*REFUSES, "slot_taken"),
    example=examples.NEW_TIME,
    form=True,
    key_needed=False,
)
async def follow_link(site: Site, request: Request) -> Response:
    """Do what an action link says, once.

    The same link again is answered alike while the booking stays as it left it, with the header
    `Action-Link-Status: replayed`. A reschedule needs `start`, also as a form's field. Who prefers JSON is
    answered with the booking; others go on to `redirect`, or get a page.
    """
    link = _presented(request)
    chosen = await reading.body_if_any(request, NewTime, form=True)
    start = chosen.start and reading.utc(chosen.start, "start")
    return await _follow(site, request, link, start if link.action == MOVE else None)


@describe(
    query=OtherDays,
    answer=Slots,
    refuses=("action_link_invalid", "action_link_expired", "action_not_available"),
    example=examples.DAYS,
    key_needed=False,
)
async def other_times(site: Site, request: Request) -> Response:
    """List the free starts that a booking may move to, on at most 62 days."""
    asked = reading.query(request, OtherDays)
    link = Presented(request.path_params["id"], MOVE, asked.signature)
    days = SlotQuery(asked.first, asked.last, asked.timezone)
    return answers.data(await site.peers.call(actions.list_slots, PresentedSlots(link, days)))


def _presented(request: Request) -> Presented:
    """The link as its path and query have it: what is wrong with either is for actions to find."""
    asked = reading.query(request, LinkQuery)
    return Presented(
        request.path_params["id"], request.path_params["action"], asked.signature, asked.redirect
    )


def _comes_by(request: Request) -> bool:
    """Whether somebody opens the address itself, as far as a browser tells."""
    fetched_for = request.headers.get("sec-fetch-dest", "document")
    ahead = "sec-purpose" in request.headers or "purpose" in request.headers
    return request.method == "GET" and fetched_for == "document" and not ahead


async def _show(site: Site, link: Presented, permit: Permit) -> Response:
    """The link's page, which changes nothing; 409 when acting would."""
    if permit.refusal is not None or (permit.replayed and permit.action == MOVE):
        raise action_pages.not_offered(permit)
    if permit.replayed:
        booking = permit.subject.booking
        page = action_pages.waiting if booking.state == "confirming" else action_pages.done
        return page(permit, booking, True)
    if permit.action == MOVE:
        return await _offer_times(site, link, permit)
    return action_pages.ask(permit)


async def _offer_times(
    site: Site, link: Presented, permit: Permit, refusal: Refusal | None = None
) -> Response:
    timezone = permit.subject.booking.timezone
    today = datetime.now(zone_of(timezone)).date()
    days = SlotQuery(today, today + AHEAD, timezone)
    found = await site.peers.call(actions.list_slots, PresentedSlots(link, days))
    return action_pages.move(permit, found.slots, refusal)


async def _follow(site: Site, request: Request, link: Presented, start: datetime | None) -> Response:
    site.limits.check_token(link.signature)
    try:
        done = await site.peers.call(actions.follow_link, Follow(link, start))
    except Refusal as refusal:
        return await _refused(site, request, link, refusal)
    return await action_answers.followed(site, request, done)


async def _refused(site: Site, request: Request, link: Presented, refusal: Refusal) -> Response:
    """The refusal with what can be told of the booking; another time can be chosen at once."""
    again = link.action == MOVE and refusal.code in CHOOSE_AGAIN
    page = again and problems.prefers_html(request.headers.get("accept", ""))
    if refusal.code != "action_not_available" and not page:
        raise refusal
    permit = await site.peers.call(actions.inspect_link, link)
    if page and permit.refusal is None:
        return await _offer_times(site, link, permit, refusal)
    raise action_pages.not_offered(permit)
