"""Which links the list shows: kept in its address, so that it can be reloaded, bookmarked and sent on."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from msgspec import Struct, field
from starlette.requests import Request

from gateway import reading
from gateway.console import times
from gateway.console.links import PATH
from shared.contracts.tokens import LinkFilter
from shared.contracts.values import Label
from shared.errors import FieldError, Refusal, invalid

Shown = Literal["open", "consumed", "expired", "revoked", "all"]
YEARS = range(2000, 2200)


class Filters(Struct, frozen=True):
    """`since` and `until` are days of who looks, both included; `cursor` leads to older links."""

    status: Shown = "open"
    booking_link_id: UUID | None = None
    contact_id: UUID | None = None
    campaign: Label | None = None
    since: date | None = field(name="from", default=None)
    until: date | None = field(name="to", default=None)
    q: Label | None = None
    cursor: UUID | None = None

    def address(self, path: str = PATH, **changes: Any) -> str:
        """Where a page with these filters is, some of them changed; without a cursor unless one is told."""
        wanted = msgspec.structs.replace(self, **({"cursor": None} | changes))
        query = {
            one.encode_name: str(getattr(wanted, one.name))
            for one in msgspec.structs.fields(Filters)
            if getattr(wanted, one.name) not in (None, one.default)
        }
        return f"{path}?{urlencode(query)}" if query else path

    @property
    def narrowed(self) -> bool:
        """Whether anything but the status is asked for."""
        return msgspec.structs.replace(self, status="open", cursor=None) != Filters()

    def wanted(self, zone: str) -> LinkFilter:
        """As tokens understands it; Refusal for days that are none."""
        if self.since is not None and self.until is not None and self.since > self.until:
            raise invalid("to", "must not be before the first day")
        return LinkFilter(
            None if self.status == "all" else self.status,
            self.booking_link_id,
            self.contact_id,
            self.campaign,
            _edge("from", self.since, times.begins, zone),
            _edge("to", self.until, times.ends, zone),
            self.q,
        )


def read(request: Request) -> Filters:
    """What the address asks for; a field left empty asks for nothing. Refusal that names all bad ones."""
    given = typed(request)
    wrong = tuple(error for pair in given for error in _wrong(pair))
    if wrong:
        raise Refusal("validation_failed", errors=wrong)
    return reading.fields(given, Filters)


def _wrong(pair: tuple[str, str]) -> tuple[FieldError, ...]:
    try:
        reading.fields([pair], Filters)
    except Refusal as refusal:
        return refusal.errors
    return ()


def typed(request: Request) -> list[tuple[str, str]]:
    """The filters as they stand in the address, good or bad."""
    given = ((name, value.strip()) for name, value in request.query_params.multi_items())
    return [(name, value) for name, value in given if value]


def complaints(errors: tuple[FieldError, ...]) -> Mapping[str, str]:
    """What is wrong, by field, in words."""
    return {error.field: error.message for error in errors}


def _edge(name: str, day: date | None, edge: Any, zone: str) -> datetime | None:
    if day is None:
        return None
    if day.year not in YEARS:
        raise invalid(name, f"must lie between {YEARS[0]} and {YEARS[-1]}")
    instant: datetime = reading.utc(edge(day, zone), name)
    return instant
