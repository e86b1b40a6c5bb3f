"""Runs of workflows: begun by hand or by another system, looked at, retried."""

from typing import Any
from uuid import UUID

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from gateway import answers, examples, reading
from gateway.api.listing import Listing
from gateway.describe import describe
from gateway.site import Site
from shared.contracts import booking_links, bookings, contacts, workflows
from shared.contracts.bookings import BookingView
from shared.contracts.contacts import InlineContact, Wanted
from shared.contracts.operation import Nothing
from shared.contracts.values import Once
from shared.contracts.workflows import PROGRAM_TRIGGERS, Occasion, Run, RunQuery, RunState, Triggered
from shared.errors import Refusal, invalid

MOST_DATA = 50
"""Fields of what a trigger brings."""


class RunListing(Listing, frozen=True):
    """A page of runs, perhaps in one state only."""

    state: RunState | None = None


class RunOrder(Struct, frozen=True):
    """Whom a run is about, and perhaps which booking; `data` is there for conditions and texts."""

    contact_id: UUID | None = None
    contact: InlineContact | None = None
    booking_id: UUID | None = None
    booking_link_id: UUID | None = None
    data: dict[str, Any] = {}


@describe(body=RunOrder, answer=Run, status=201, refuses=("not_found",), example=examples.RUN, keyed=True)
async def start_run(site: Site, request: Request) -> Response:
    """Run a workflow now, for a contact or a booking."""
    principal = await site.principals.of(request)
    workflow_id = reading.path_id(request, "id")
    order, once = await reading.body(request, RunOrder)
    # Before a contact is made on the way.
    await site.peers.call(workflows.get, Nothing(), app_id=principal.app_id, workflow_id=workflow_id)
    occasion = await _occasion(site, principal.app_id, order, once)
    run = await site.peers.call(
        workflows.start_run, occasion, app_id=principal.app_id, workflow_id=workflow_id
    )
    return answers.data(run, 201)


@describe(
    body=RunOrder, answer=Triggered, status=201, refuses=("not_found",), example=examples.TRIGGER, keyed=True
)
async def post_trigger(site: Site, request: Request) -> Response:
    """Tell that something happened elsewhere, so that workflows for it run."""
    principal = await site.principals.of(request)
    order, once = await reading.body(request, RunOrder)
    name = request.path_params["trigger"]
    if name not in PROGRAM_TRIGGERS:
        raise Refusal("not_found", f"There is no such trigger; there are {', '.join(PROGRAM_TRIGGERS)}.")
    occasion = await _occasion(site, principal.app_id, order, once)
    triggered = await site.peers.call(workflows.trigger, occasion, app_id=principal.app_id, trigger=name)
    return answers.data(triggered, 201)


@describe(query=RunListing, answer=Run, rows=True)
async def list_runs(site: Site, request: Request) -> Response:
    """List a workflow's runs, newest first."""
    principal = await site.principals.of(request)
    workflow_id = reading.path_id(request, "id")
    ask = _query(request)
    found = await site.peers.call(workflows.list_runs, ask, app_id=principal.app_id, workflow_id=workflow_id)
    return answers.page(found.rows, found.next_before)


@describe(query=RunListing, answer=Run, rows=True)
async def list_all_runs(site: Site, request: Request) -> Response:
    """List the runs of all workflows, newest first."""
    principal = await site.principals.of(request)
    found = await site.peers.call(workflows.list_all_runs, _query(request), app_id=principal.app_id)
    return answers.page(found.rows, found.next_before)


@describe(answer=Run)
async def get_run(site: Site, request: Request) -> Response:
    """Read a run: where it is, and what became of its steps."""
    principal = await site.principals.of(request)
    run_id = reading.path_id(request, "id")
    found = await site.peers.call(workflows.get_run, Nothing(), app_id=principal.app_id, run_id=run_id)
    return answers.data(found)


@describe(answer=Run, refuses=("action_not_available",))
async def retry_run(site: Site, request: Request) -> Response:
    """Retry a failed run at the step that failed."""
    principal = await site.principals.of(request)
    run_id = reading.path_id(request, "id")
    again = await site.peers.call(workflows.retry_run, Nothing(), app_id=principal.app_id, run_id=run_id)
    return answers.data(again)


def _query(request: Request) -> RunQuery:
    wanted = reading.query(request, RunListing)
    return RunQuery(wanted.limit, wanted.cursor, wanted.state)


async def _occasion(site: Site, app_id: UUID, order: RunOrder, once: Once | None) -> Occasion:
    """What the order names, found: all of it is the app's own, and a booking names its contact."""
    if order.contact_id is not None and order.contact is not None:
        raise invalid("contact", "give either contact_id or contact")
    reading.refuse_nul(order.data, "data")
    if len(order.data) > MOST_DATA:
        raise Refusal("validation_failed", f"data: has {MOST_DATA} fields at most.")
    contact_id, booking_link_id = order.contact_id, order.booking_link_id
    if order.booking_id is not None:
        booking = await site.peers.call(
            bookings.get, BookingView(), app_id=app_id, booking_id=order.booking_id
        )
        contact_id, booking_link_id = contact_id or booking.contact_id, booking.booking_link_id
    if contact_id is not None or order.contact is not None:
        wanted = Wanted(contact_id) if order.contact is None else Wanted(contact=order.contact)
        contact_id = (await site.peers.call(contacts.identify, wanted, app_id=app_id)).id
    elif order.booking_id is None:
        raise invalid("contact", "give contact_id, contact or booking_id")
    if booking_link_id is not None and order.booking_id is None:
        await site.peers.call(booking_links.get, Nothing(), app_id=app_id, booking_link_id=booking_link_id)
    return Occasion(contact_id, order.booking_id, booking_link_id, order.data, once)
