"""What `services/booking` answers about booking links: what can be booked, and which times are free."""

from datetime import date
from typing import Annotated, Literal, get_args
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType, defstruct, field
from msgspec.structs import fields

from shared.contracts.operation import Nothing, Operation
from shared.contracts.values import (
    Clock,
    Color,
    Email,
    Instant,
    Limit,
    Name,
    Once,
    Slug,
    Text,
    WebAddress,
    Zone,
)

Graph = Literal["instant", "confirm_decline", "instant_payment", "confirm_decline_payment"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Access = Literal["public", "single_use_only"]
Buffer = Annotated[int, Meta(ge=0, le=1440)]


class Host(Struct, frozen=True):
    """Whose time is booked; one row per app and email."""

    name: Name
    email: Email


class Hours(Struct, frozen=True):
    """One open window of a day, wall-clock times in the schedule's zone; `to` may be 24:00."""

    opens: Clock = field(name="from")
    closes: Clock = field(name="to")


Weekly = Annotated[
    dict[Weekday, Annotated[list[Hours], Meta(max_length=48)]],
    Meta(extra_json_schema={"propertyNames": {"enum": get_args(Weekday)}}),
]


class Override(Struct, frozen=True):
    """The hours of one date, in place of its weekday's."""

    date: date
    hours: Annotated[list[Hours], Meta(max_length=48)]


class Schedule(Struct, frozen=True):
    """When a host can be booked, in an IANA zone."""

    timezone: Zone
    weekly: Weekly
    overrides: Annotated[list[Override], Meta(max_length=1000)] = []


class Price(Struct, frozen=True):
    """What a booking costs: minor units and an ISO 4217 code."""

    amount: Annotated[int, Meta(ge=1, le=99_999_999)]
    currency: Annotated[str, Meta(pattern=r"\A[A-Z]{3}\Z")]


class Question(Struct, frozen=True):
    """Something the visitor is asked; `options` are a select's choices."""

    key: Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9_]{0,62}\Z")]
    label: Name
    type: Literal["text", "textarea", "select", "checkbox", "phone"] = "text"
    required: bool = False
    options: Annotated[list[Name], Meta(max_length=100)] = []


class Branding(Struct, frozen=True):
    accent_color: Color | None = None
    logo_url: WebAddress | None = None


class BookingLinkFields(Struct, frozen=True, kw_only=True):
    """What an app may set on a booking link; minutes are whole, `slug` is random when absent."""

    title: Name
    host: Host
    schedule: Schedule
    slug: Slug | None = None
    description: Text = ""
    duration_minutes: Annotated[int, Meta(ge=1, le=1440)] = 30
    slot_interval_minutes: Annotated[int, Meta(ge=1, le=1440)] | None = None
    buffer_before_minutes: Buffer = 0
    buffer_after_minutes: Buffer = 0
    minimum_notice_minutes: Annotated[int, Meta(ge=0, le=525_600)] = 0
    maximum_days_ahead: Annotated[int, Meta(ge=1, le=730)] = 30
    graph: Graph = "instant"
    price: Price | None = None
    hold_minutes: Annotated[int, Meta(ge=1, le=1440)] = 30
    questions: Annotated[list[Question], Meta(max_length=50)] = []
    branding: Branding = Branding()
    access: Access = "public"
    active: bool = True


BookingLinkPatch: type[Struct] = defstruct(
    "BookingLinkPatch",
    [(f.encode_name, f.type | UnsetType, UNSET) for f in fields(BookingLinkFields)],
    frozen=True,
)
"""Any of the fields of a booking link; what is absent stays as it is."""


class CreateBookingLink(Struct, frozen=True):
    fields: BookingLinkFields
    once: Once | None = None


class BookingLink(Struct, frozen=True, kw_only=True):
    """A booking link as its owner knows it."""

    id: UUID
    slug: str
    title: str
    description: str
    duration_minutes: int
    slot_interval_minutes: int
    buffer_before_minutes: int
    buffer_after_minutes: int
    minimum_notice_minutes: int
    maximum_days_ahead: int
    schedule: Schedule
    graph: Graph
    price: Price | None
    hold_minutes: int
    questions: list[Question]
    branding: Branding
    access: Access
    active: bool
    host: Host
    created_at: Instant
    updated_at: Instant


class Page(Struct, frozen=True):
    """What a visitor may see of a booking link; `slug` is the current one."""

    id: UUID
    slug: str
    title: str
    description: str
    duration_minutes: int
    host_name: str
    questions: list[Question]
    branding: Branding
    access: Access
    active: bool
    price: Price | None
    graph: Graph = "instant"


class SlotQuery(Struct, frozen=True):
    """Days first and last, both included, counted in `timezone`."""

    first: date
    last: date
    timezone: Zone


class Slots(Struct, frozen=True):
    timezone: str
    slots: list[Instant]


class PageQuery(Struct, frozen=True):
    """A page of rows, newest first: those with an id below `before`."""

    limit: Limit = 50
    before: UUID | None = None


class BookingLinkPage(Struct, frozen=True):
    rows: list[BookingLink]
    next_before: UUID | None


_GATEWAY = frozenset({"gateway"})
_WITH_WORKFLOWS = frozenset({"gateway", "workflows"})
_LINKS = "/internal/apps/{app_id}/booking-links"
_PAGE = "/internal/pages/{slug}"

create = Operation("booking", "POST", _LINKS, CreateBookingLink, BookingLink, _GATEWAY)
get = Operation(
    "booking", "GET", f"{_LINKS}/{{booking_link_id}}", Nothing, BookingLink, _WITH_WORKFLOWS, repeatable=True
)
list_ = Operation("booking", "GET", _LINKS, PageQuery, BookingLinkPage, _GATEWAY, repeatable=True)
change = Operation(
    "booking", "PATCH", f"{_LINKS}/{{booking_link_id}}", BookingLinkPatch, BookingLink, _GATEWAY
)
get_page = Operation("booking", "GET", _PAGE, Nothing, Page, _GATEWAY, repeatable=True)
list_slots = Operation("booking", "GET", f"{_PAGE}/slots", SlotQuery, Slots, _GATEWAY, repeatable=True)
