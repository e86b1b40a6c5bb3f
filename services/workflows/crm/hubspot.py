"""HubSpot over its CRM API, version 3, and associations version 4.

Source: HubSpot's own OpenAPI descriptions (HubSpot/HubSpot-public-api-spec-collection: CRM/Contacts, Notes,
Meetings, Associations, Auth/Oauth v3). Records made here carry our key as their last line. HubSpot has no
idempotency keys: with a `key_property` it sees to it itself that a key has one record; without, a record is
looked for after a doubt, which HubSpot's search shows within moments of its making.
"""

import html
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

from msgspec import Struct

from services.workflows.crm.access import Access, Credentials
from services.workflows.crm.connector import ContactRef, Engagement, Meeting, Outcome, Refused
from services.workflows.crm.http import Answer, Http
from services.workflows.crm.hubspot_faults import failure
from shared.contracts.crm import CrmOptions

NOTE_TO_CONTACT, MEETING_TO_CONTACT = 202, 200
"""HubSpot's own types of associations (`GET /crm/v4/associations/{from}/{to}/labels` lists them)."""
MARKED_BY = {"notes": "hs_note_body", "meetings": "hs_internal_meeting_notes"}
"""The property whose last line is our key."""
_ASSOCIATION = {"notes": NOTE_TO_CONTACT, "meetings": MEETING_TO_CONTACT}
_OUTCOME: Mapping[Outcome, str] = {"scheduled": "SCHEDULED", "moved": "RESCHEDULED", "cancelled": "CANCELED"}
_PROPERTIES = "/crm/v3/objects"
_SECOND = timedelta(seconds=1)

Properties = dict[str, str]


class _Record(Struct):
    id: str
    properties: dict[str, str | None] = {}


class _Records(Struct):
    results: list[_Record]


class HubSpot:
    """One connection to a HubSpot account."""

    def __init__(self, http: Http, url: str, access: Access, options: CrmOptions) -> None:
        self._http, self._url, self._access, self._options = http, url, access, options

    async def find_contact(self, email: str, external_ref: str | None) -> ContactRef | None:
        if self._options.contact_property is not None and external_ref:
            found = await self._contact(external_ref, self._options.contact_property)
            if found is not None:
                return found
        return await self._contact(email.strip().lower(), "email")

    async def log_engagement(self, contact: ContactRef, engagement: Engagement, doubt: bool) -> str:
        lines = [engagement.text, f"Bookonce {engagement.key}"]
        properties = {"hs_timestamp": _time(engagement.at), "hs_note_body": _rich("\n\n".join(lines))}
        return await self._put("notes", contact, str(engagement.key), engagement.at, properties, doubt)

    async def put_meeting(self, contact: ContactRef, meeting: Meeting, known: str | None, doubt: bool) -> str:
        properties = _meeting(meeting)
        if known is None and self._options.key_property is None and doubt:
            known = await self._find("meetings", contact, str(meeting.key), meeting.start)
        if known is None:
            return await self._put("meetings", contact, str(meeting.key), meeting.start, properties, False)
        await self._call(
            "PATCH", f"{_PROPERTIES}/meetings/{quote(known, safe='')}", {"properties": properties}
        )
        return known

    async def _contact(self, value: str, property: str) -> ContactRef | None:
        query = urlencode({"idProperty": property, "properties": "email"})
        path = f"{_PROPERTIES}/contacts/{quote(value, safe='')}?{query}"
        answer = await self._answer("GET", path)
        if answer.status == 404:
            return None
        return ContactRef(_good(answer).read(_Record).id)

    async def _put(
        self, kind: str, contact: ContactRef, key: str, at: datetime, properties: Properties, doubt: bool
    ) -> str:
        if self._options.key_property is not None:
            return await self._upsert(kind, contact, key, self._options.key_property, properties)
        found = await self._find(kind, contact, key, at) if doubt else None
        return found or await self._create(kind, contact, properties)

    async def _create(self, kind: str, contact: ContactRef, properties: Properties) -> str:
        types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": _ASSOCIATION[kind]}]
        made = await self._call(
            "POST",
            f"{_PROPERTIES}/{kind}",
            {"properties": properties, "associations": [{"to": {"id": contact.id}, "types": types}]},
        )
        return made.read(_Record).id

    async def _upsert(
        self, kind: str, contact: ContactRef, key: str, key_property: str, properties: Properties
    ) -> str:
        """One record for the key; what HubSpot's upsert leaves out, the association, is put after it."""
        one = {"id": key, "idProperty": key_property, "properties": properties}
        answer = await self._call("POST", f"{_PROPERTIES}/{kind}/batch/upsert", {"inputs": [one]})
        results = answer.read(_Records).results
        if answer.status == 207 or len(results) != 1:
            raise Refused("HubSpot did not take the record")
        made = results[0].id
        to = f"associations/default/contacts/{quote(contact.id, safe='')}"
        await self._call("PUT", f"/crm/v4/objects/{kind}/{quote(made, safe='')}/{to}")
        return made

    async def _find(self, kind: str, contact: ContactRef, key: str, at: datetime) -> str | None:
        """A record of this contact and moment that carries the key."""
        marked_by = MARKED_BY[kind]
        filters = [
            {"propertyName": "associations.contact", "operator": "EQ", "value": contact.id},
            {
                "propertyName": "hs_timestamp",
                "operator": "BETWEEN",
                "value": _milliseconds(at - _SECOND),
                "highValue": _milliseconds(at + _SECOND),
            },
        ]
        asked = {
            "filterGroups": [{"filters": filters}],
            "properties": [marked_by],
            "sorts": [],
            "limit": 100,
            "after": "0",
        }
        found = (await self._call("POST", f"{_PROPERTIES}/{kind}/search", asked)).read(_Records).results
        return next((one.id for one in found if key in (one.properties.get(marked_by) or "")), None)

    async def _call(self, method: str, path: str, body: object = None) -> Answer:
        return _good(await self._answer(method, path, body))

    async def _answer(self, method: str, path: str, body: object = None) -> Answer:
        async def send(credentials: Credentials) -> Answer:
            headers = {"Authorization": f"Bearer {credentials.access_token}"}
            return await self._http.send(method, self._url + path, headers, json=body)

        return await self._access.call(send)


def _good(answer: Answer) -> Answer:
    if not 200 <= answer.status < 300:
        raise failure(answer)
    return answer


def _meeting(meeting: Meeting) -> Properties:
    return {
        "hs_timestamp": _time(meeting.start),
        "hs_meeting_title": meeting.title,
        "hs_meeting_body": _rich(meeting.text),
        "hs_internal_meeting_notes": f"Bookonce {meeting.key}",
        "hs_meeting_start_time": _time(meeting.start),
        "hs_meeting_end_time": _time(meeting.end),
        "hs_meeting_outcome": _OUTCOME[meeting.outcome],
    }


def _rich(text: str) -> str:
    """Plain text as HubSpot's rich text."""
    return html.escape(text, quote=False).replace("\n", "<br>")


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _milliseconds(at: datetime) -> str:
    return str(int(at.timestamp() * 1000))
