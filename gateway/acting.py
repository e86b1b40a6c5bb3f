"""What acting on a booking takes and gives, by API or by link."""

from msgspec import Struct, structs
from starlette.responses import Response

from gateway import answers
from gateway.site import Site
from gateway.visitor.book import Settling
from shared.contracts.bookings import Acted
from shared.contracts.values import Instant


class NewTime(Struct, frozen=True):
    """The new time of a reschedule; the other actions need nothing."""

    start: Instant | None = None


def settling(site: Site, acted: Acted) -> Response:
    """202 with the booking, and where to ask what became of it."""
    status_url = site.url(f"/booking-status/{acted.capability}")
    return answers.data(Settling(**structs.asdict(acted.booking), status_url=status_url), 202)


def link_address(site: Site, booking_id: object, action: str, signature: str) -> str:
    """An action link as it is sent."""
    return site.url(f"/bookings/{booking_id}/external_action/{action}?signature={signature}")
