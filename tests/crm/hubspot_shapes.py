"""What HubSpot takes: bodies and properties, as its own descriptions have them.

Source: HubSpot/HubSpot-public-api-spec-collection (`PublicApiSpecs/CRM/Notes`, `Meetings`, `Contacts`, all
version 3: SimplePublicObjectInputForCreate, SimplePublicObjectInput, PublicObjectSearchRequest,
SimplePublicObjectBatchInputUpsert), and the tables of properties in HubSpot's guides to notes and meetings.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from msgspec import Meta, Struct

Operator = Literal[
    "BETWEEN",
    "CONTAINS_TOKEN",
    "EQ",
    "GT",
    "GTE",
    "HAS_PROPERTY",
    "IN",
    "LT",
    "LTE",
    "NEQ",
    "NOT_CONTAINS_TOKEN",
    "NOT_HAS_PROPERTY",
    "NOT_IN",
]
Properties = dict[str, str]


class ObjectId(Struct, forbid_unknown_fields=True):
    id: str


class AssociationSpec(Struct, forbid_unknown_fields=True):
    associationCategory: Literal["HUBSPOT_DEFINED", "INTEGRATOR_DEFINED", "USER_DEFINED", "WORK"]  # noqa: N815
    associationTypeId: int  # noqa: N815


class Associations(Struct, forbid_unknown_fields=True):
    to: ObjectId
    types: Annotated[list[AssociationSpec], Meta(min_length=1)]


class ForCreate(Struct, forbid_unknown_fields=True):
    associations: list[Associations]
    properties: Properties


class ForUpdate(Struct, forbid_unknown_fields=True):
    properties: Properties


class UpsertInput(Struct, forbid_unknown_fields=True):
    id: str
    properties: Properties
    idProperty: str  # noqa: N815
    objectWriteTraceId: str = ""  # noqa: N815


class ForUpsert(Struct, forbid_unknown_fields=True):
    inputs: Annotated[list[UpsertInput], Meta(min_length=1, max_length=100)]


class Filter(Struct, forbid_unknown_fields=True):
    operator: Operator
    propertyName: str  # noqa: N815
    value: str = ""
    highValue: str = ""  # noqa: N815
    values: list[str] = []


class FilterGroup(Struct, forbid_unknown_fields=True):
    filters: Annotated[list[Filter], Meta(min_length=1, max_length=6)]


class Search(Struct, forbid_unknown_fields=True):
    after: str
    filterGroups: Annotated[list[FilterGroup], Meta(max_length=5)]  # noqa: N815
    limit: Annotated[int, Meta(ge=1, le=200)]
    properties: list[str]
    sorts: list[str]
    query: str = ""


ASSOCIATION_TYPES = {"notes": 202, "meetings": 200}
"""The type of an association to a contact."""
_TIME = r"\A(?:\d{12,14}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)\Z"
_TEXT = r"(?s)\A.{0,65536}\Z"
PROPERTIES: Mapping[str, Mapping[str, str]] = {
    "notes": {"hs_timestamp": _TIME, "hs_note_body": _TEXT, "hubspot_owner_id": r"\d+"},
    "meetings": {
        "hs_timestamp": _TIME,
        "hs_meeting_title": _TEXT,
        "hs_meeting_body": _TEXT,
        "hs_internal_meeting_notes": _TEXT,
        "hs_meeting_location": _TEXT,
        "hs_meeting_start_time": _TIME,
        "hs_meeting_end_time": _TIME,
        "hs_meeting_outcome": r"\A(?:SCHEDULED|COMPLETED|RESCHEDULED|NO_SHOW|CANCELED)\Z",
        "hubspot_owner_id": r"\d+",
    },
}


def flaws_of(kind: str, given: Properties, custom: str | None, creating: bool) -> Iterator[str]:
    """What HubSpot would object to in the properties of a note or a meeting."""
    known = {**PROPERTIES[kind], **({custom: _TEXT} if custom else {})}
    for name, value in given.items():
        if name not in known:
            yield f"property {name} does not exist on {kind}"
        elif not re.search(known[name], value):
            yield f"{name} is {value!r}"
    if creating and "hs_timestamp" not in given:
        yield f"{kind} without hs_timestamp"
    if kind == "notes" and re.search(r"(?i)<(?!br>|/?p>|/?b>)", given.get("hs_note_body", "")):
        yield "markup that nobody meant"
