"""The operation that counts bookings."""

from uuid import UUID

from services.booking.store import figures
from shared.contracts.figures import MOST, BookingFigures, CountBookings
from shared.errors import invalid
from shared.postgres import Database


async def count_bookings(database: Database, app_id: UUID, ask: CountBookings) -> BookingFigures:
    """What the app's bookings that match have become, the newest of them if they are too many to count."""
    try:
        async with database.connection() as conn:
            return await figures.count(conn, app_id, ask, MOST)
    except figures.UnknownZone:
        raise invalid("timezone", "must be the name of a time zone, such as Europe/Berlin") from None
