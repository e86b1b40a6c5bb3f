"""Where the booking service is put together."""

import os
from collections.abc import Mapping
from functools import partial
from typing import Any

from starlette.routing import Router

from services.booking import erasures, passing, unsettled
from services.booking.api import (
    acts,
    booking_links,
    bookings,
    briefings,
    contacts,
    events,
    figures,
    pages,
    payments,
    time_lines,
)
from services.booking.desk import Desk
from services.booking.payments import due
from services.booking.payments.providers import provider
from services.booking.settings import Settings
from shared.call import Peers
from shared.capability import Keyring
from shared.contracts import booking_links as links_contract
from shared.contracts import bookings as bookings_contract
from shared.contracts import contacts as contacts_contract
from shared.contracts import events as events_contract
from shared.contracts import figures as figures_contract
from shared.contracts import time_lines as time_lines_contract
from shared.contracts.operation import Operation
from shared.identity import Callers, Identity
from shared.postgres import Database
from shared.process import application
from shared.serve import Handler, bind
from shared.sweep import sweep

PIECE = "booking"
SWEEP_SECONDS = 1.0

BY_DATABASE: dict[Operation[Any, Any], Handler] = {
    links_contract.get: booking_links.get,
    links_contract.list_: booking_links.list_,
    links_contract.get_page: pages.get_page,
    links_contract.list_slots: pages.list_slots,
    bookings_contract.get_briefing: briefings.get_briefing,
    contacts_contract.create: contacts.create,
    contacts_contract.get: contacts.get,
    contacts_contract.list_: contacts.list_,
    contacts_contract.change: contacts.change,
    contacts_contract.identify: contacts.identify,
    contacts_contract.resolve: contacts.resolve,
    contacts_contract.resolve_many: contacts.resolve_many,
    figures_contract.count_bookings: figures.count_bookings,
    time_lines_contract.trace_bookings: time_lines.trace_bookings,
    events_contract.read_booking_events: events.read_events,
}
BY_DESK: dict[Operation[Any, Any], Handler] = {
    links_contract.create: booking_links.create,
    links_contract.change: booking_links.change,
    contacts_contract.erase: contacts.erase,
    bookings_contract.book: bookings.book,
    bookings_contract.create: bookings.create,
    bookings_contract.replay: bookings.replay,
    bookings_contract.get_status: bookings.get_status,
    bookings_contract.get: bookings.get,
    bookings_contract.list_: bookings.list_,
    bookings_contract.act: acts.act,
    bookings_contract.get_subject: acts.get_subject,
    bookings_contract.list_other_times: acts.list_other_times,
    bookings_contract.take_message: payments.take_message,
}


def desk(settings: Settings, environ: Mapping[str, str] = os.environ) -> Desk:
    """What bookings need, not yet connected to anything."""
    database = Database(settings.database_url, settings.database_pool_size, settings.database_statement_cache)
    peers = Peers(Identity(PIECE, settings.service_key), {"tokens": settings.tokens_url})
    keyring = Keyring("booking-status", settings.status_keyring)
    return Desk(database, peers, keyring, provider(settings, environ), settings.public_url)


def build(settings: Settings) -> Router:
    """The whole piece as an ASGI application."""
    own = desk(settings)
    callers = Callers(PIECE, settings.caller_keys)
    routes = [
        *(
            bind(operation, partial(handler, own.database), callers)
            for operation, handler in BY_DATABASE.items()
        ),
        *(bind(operation, partial(handler, own), callers) for operation, handler in BY_DESK.items()),
    ]
    tasks = {
        "unsettled": partial(unsettled.settle_overdue, own),
        "completions": partial(passing.complete_past, own),
        "declines": partial(passing.decline_unanswered, own),
        "lapses": partial(passing.decline_lapsing, own),
        "erasures": partial(erasures.tell_tokens, own),
        "events": partial(passing.forget_events, own),
    }
    # Apart from the rest, which must not wait for a provider that is slow.
    with_provider = {
        "payments": partial(due.advance_due, own),
        "hints": partial(due.forget_hints, own),
    }
    return application(
        PIECE,
        routes,
        own.database.ready,
        own.open,
        own.close,
        background=[lambda: sweep(tasks, SWEEP_SECONDS), lambda: sweep(with_provider, SWEEP_SECONDS)],
    )
