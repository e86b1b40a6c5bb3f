"""Every public address, on one screen."""

from collections.abc import Awaitable, Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import Receive, Scope, Send

from gateway import answers, assets, reference
from gateway.api import (
    action_links,
    api_keys,
    booking_links,
    bookings,
    contacts,
    crm_connections,
    orders,
    runs,
    single_use_links,
    webhooks,
    workflows,
)
from gateway.console import sign_in, sign_out
from gateway.console.contacts import contact, directory
from gateway.console.links import changing, export, link, listing
from gateway.console.making import bulk, single
from gateway.openapi import public
from gateway.site import Site
from gateway.visitor import action, book, booking_page, payments, single_use, status, unsubscribe

TABLE = (
    ("GET", "/single-use/{token}", single_use.open_single_use),
    ("GET", "/book/{slug}", booking_page.show),
    ("POST", "/book/{slug}", book.book),
    ("GET", "/book/{slug}/slots", booking_page.slots),
    ("POST", "/book/{slug}/prefill", booking_page.prefill),
    ("GET", "/booking-status/{capability}", status.show_status),
    ("GET", "/bookings/{id}/external_action/{action}", action.open_link),
    ("POST", "/bookings/{id}/external_action/{action}", action.follow_link),
    ("GET", "/bookings/{id}/external_action/reschedule_by_customer/slots", action.other_times),
    ("GET", "/unsubscribe/{unsubscribe_token}", unsubscribe.show_subscription),
    ("POST", "/unsubscribe/{unsubscribe_token}", unsubscribe.unsubscribe),
    ("POST", "/unsubscribe/{unsubscribe_token}/undo", unsubscribe.subscribe_again),
    ("POST", "/webhooks/payments/{provider}", payments.take_message),
    ("POST", "/v1/booking-links", booking_links.create),
    ("GET", "/v1/booking-links", booking_links.list_),
    ("GET", "/v1/booking-links/{id}", booking_links.get),
    ("PATCH", "/v1/booking-links/{id}", booking_links.change),
    ("POST", "/v1/contacts", contacts.create),
    ("GET", "/v1/contacts", contacts.list_),
    ("GET", "/v1/contacts/{id}", contacts.get),
    ("PATCH", "/v1/contacts/{id}", contacts.change),
    ("DELETE", "/v1/contacts/{id}", contacts.erase),
    ("POST", "/v1/single-use-links", orders.create),
    ("POST", "/v1/single-use-links/bulk", orders.create_many),
    ("GET", "/v1/single-use-links.csv", single_use_links.export),
    ("GET", "/v1/single-use-links", single_use_links.list_),
    ("GET", "/v1/single-use-links/{id}", single_use_links.get),
    ("PATCH", "/v1/single-use-links/{id}", single_use_links.change),
    ("POST", "/v1/single-use-links/{id}/revoke", single_use_links.revoke),
    ("POST", "/v1/bookings", bookings.create),
    ("GET", "/v1/bookings", bookings.list_),
    ("GET", "/v1/bookings/{id}", bookings.get),
    ("PUT", "/v1/bookings/{id}/{action}", bookings.act),
    ("POST", "/v1/action-links", action_links.create),
    ("POST", "/v1/action-links/check", action_links.check),
    ("POST", "/v1/webhooks", webhooks.create),
    ("GET", "/v1/webhooks", webhooks.list_),
    ("GET", "/v1/webhooks/{id}", webhooks.get),
    ("DELETE", "/v1/webhooks/{id}", webhooks.delete),
    ("POST", "/v1/webhooks/{id}/rotate-secret", webhooks.rotate_secret),
    ("POST", "/v1/webhooks/{id}/enable", webhooks.enable),
    ("GET", "/v1/webhooks/{id}/deliveries", webhooks.list_deliveries),
    ("POST", "/v1/webhooks/deliveries/{id}/redeliver", webhooks.redeliver),
    ("POST", "/v1/crm-connections", crm_connections.connect),
    ("GET", "/v1/crm-connections", crm_connections.list_connections),
    ("GET", "/v1/crm-connections/{id}", crm_connections.get_connection),
    ("PATCH", "/v1/crm-connections/{id}", crm_connections.reconnect),
    ("DELETE", "/v1/crm-connections/{id}", crm_connections.disconnect),
    ("GET", "/v1/crm-connections/{id}/pushes", crm_connections.list_pushes),
    ("POST", "/v1/crm-connections/pushes/{id}/retry", crm_connections.retry_push),
    ("POST", "/v1/workflows", workflows.create),
    ("GET", "/v1/workflows", workflows.list_),
    ("GET", "/v1/workflows/runs", runs.list_all_runs),
    ("GET", "/v1/workflows/runs/{id}", runs.get_run),
    ("POST", "/v1/workflows/runs/{id}/retry", runs.retry_run),
    ("GET", "/v1/workflows/{id}", workflows.get),
    ("PATCH", "/v1/workflows/{id}", workflows.change),
    ("DELETE", "/v1/workflows/{id}", workflows.delete),
    ("POST", "/v1/workflows/{id}/runs", runs.start_run),
    ("GET", "/v1/workflows/{id}/runs", runs.list_runs),
    ("POST", "/v1/triggers/{trigger}", runs.post_trigger),
    ("POST", "/v1/api-keys", api_keys.create),
    ("GET", "/v1/api-keys", api_keys.list_),
    ("DELETE", "/v1/api-keys/{id}", api_keys.delete),
    ("GET", "/v1/app", api_keys.get_app),
    ("PATCH", "/v1/app", api_keys.change_app),
)

CONSOLE = (
    ("GET", "/sign-in", sign_in.explain),
    ("GET", "/sign-in/{token}", sign_in.ask),
    ("POST", "/sign-in/{token}", sign_in.spend),
    ("POST", "/sign-out", sign_out.sign_out),
    ("POST", "/sign-out-everywhere", sign_out.sign_out_everywhere),
    ("GET", "/calendar/single-use", listing.show),
    ("GET", "/calendar/single-use/csv", export.export),
    ("GET", "/calendar/single-use/new", single.ask),
    ("POST", "/calendar/single-use/new", single.make),
    ("GET", "/calendar/single-use/new/contacts", single.choices),
    ("GET", "/calendar/single-use/bulk", bulk.ask),
    ("POST", "/calendar/single-use/bulk", bulk.check),
    ("POST", "/calendar/single-use/bulk/make", bulk.make),
    ("POST", "/calendar/single-use/bulk/part", bulk.make_part),
    ("GET", "/calendar/single-use/{id}", link.show),
    ("POST", "/calendar/single-use/{id}/extend", changing.extend),
    ("POST", "/calendar/single-use/{id}/revoke", changing.revoke),
    ("GET", "/contacts", directory.show),
    ("GET", "/contacts/{id}", contact.show),
    ("POST", "/contacts/{id}/erase", contact.erase),
)
"""Pages for hosts, in a browser; no program's business, so that the API's document does not tell of them."""


Handler = Callable[[Site, Request], Awaitable[Response]]


def routes(site: Site) -> list[BaseRoute]:
    by_path: dict[str, dict[str, Handler]] = {}
    for method, path, handler in (*TABLE, *CONSOLE):
        by_path.setdefault(path, {})[method] = handler
    return [
        *(
            Route(path, Endpoint(site, handlers), methods=list(handlers))
            for path, handlers in by_path.items()
        ),
        *reference.routes(partial(public, TABLE)),
        Mount("/static", assets.Files()),
    ]


class Endpoint:
    """All methods of one path, so that a wrong one is told the right ones."""

    def __init__(self, site: Site, handlers: dict[str, Handler]) -> None:
        self._site = site
        self._handlers = handlers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = scope["method"]
        handler = scope["endpoint"] = self._handlers["GET" if method == "HEAD" else method]
        try:
            response = await handler(self._site, Request(scope, receive, send))
        except answers.Instead as instead:
            response = instead.response
        await response(scope, receive, send)
