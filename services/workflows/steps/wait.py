"""The step that waits."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from services.workflows.briefing import Brief
from services.workflows.results import Done, Result
from services.workflows.wording import waiting
from services.workflows.wording.values import zone_of
from services.workflows.wording.waiting import End, Length
from services.workflows.works import Works
from shared.contracts.workflows import Duration, Wait


async def perform(_: Works, known: Brief, step: Wait) -> Result:
    """Go on when the time has come; what was to be said before a meeting that has begun is skipped."""
    now = datetime.now(UTC)
    end = _end(known, step, now, zone_of(known.booking, known.booking_link))
    return Done(wait=max(end.at - now, now - now), skip_next=end.then == "skip")


def _end(known: Brief, step: Wait, now: datetime, zone: ZoneInfo) -> End:
    start = None if known.booking is None else known.booking.start
    if step.before_start is not None:
        return waiting.before(length(step.before_start), start, now, zone)
    if step.after_start is not None:
        return waiting.after(length(step.after_start), start, now, zone)
    return waiting.later(length(step), now, zone)


def length(said: Duration | Wait) -> Length:
    return Length(said.days, said.hours, said.minutes)
