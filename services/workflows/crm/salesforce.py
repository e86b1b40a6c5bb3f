"""Salesforce over its REST API: a task for what happened, an event for a booking.

Source: "REST API Developer Guide" (query, sObject rows, upsert by external id) and the "Object Reference" of
Task and Event. Descriptions carry our key as their last line. With a `key_property` (an external id field of
activities) Salesforce itself sees to it that a key has one record; without, a record is looked for after a
doubt, among all that the contact has of the same subject.
"""

from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from msgspec import Struct

from services.workflows.crm.access import Access, Credentials
from services.workflows.crm.connector import Away, ContactRef, Engagement, Meeting
from services.workflows.crm.http import Answer, Http
from services.workflows.crm.salesforce_faults import failure
from services.workflows.crm.soql import quoted, select
from shared.contracts.crm import CrmOptions

VERSION = "v60.0"
LONGEST_SUBJECT = 255
LONGEST_DESCRIPTION = 32_000
_PREFIX = {"scheduled": "", "moved": "Moved: ", "cancelled": "Cancelled: "}

Fields = dict[str, str]


class _Made(Struct):
    id: str


class _Row(Struct):
    Id: str
    Description: str | None = None


class _Rows(Struct):
    records: list[_Row]


class Salesforce:
    """One connection to a Salesforce organisation."""

    def __init__(self, http: Http, access: Access, options: CrmOptions) -> None:
        self._http, self._access, self._options = http, access, options

    async def find_contact(self, email: str, external_ref: str | None) -> ContactRef | None:
        if self._options.contact_property is not None and external_ref:
            found = await self._person(f"{self._options.contact_property} = {quoted(external_ref)}")
            if found is not None:
                return found
        return await self._person(f"Email = {quoted(email.strip())}")

    async def log_engagement(self, contact: ContactRef, engagement: Engagement, doubt: bool) -> str:
        fields = {
            "WhoId": contact.id,
            "Subject": engagement.subject[:LONGEST_SUBJECT],
            "Description": _described(engagement.text, str(engagement.key)),
            "Status": "Completed",
            "ActivityDate": engagement.at.astimezone(UTC).date().isoformat(),
        }
        return await self._put("Task", str(engagement.key), fields, doubt)

    async def put_meeting(self, contact: ContactRef, meeting: Meeting, known: str | None, doubt: bool) -> str:
        fields = {
            "WhoId": contact.id,
            "Subject": (_PREFIX[meeting.outcome] + meeting.title)[:LONGEST_SUBJECT],
            "Description": _described(meeting.text, str(meeting.key)),
            "StartDateTime": _time(meeting.start),
            "EndDateTime": _time(meeting.end),
            "ShowAs": "Busy" if meeting.outcome == "scheduled" else "Free",
        }
        key = str(meeting.key)
        if known is None and doubt and self._options.key_property is None:
            known = await self._find("Event", key, f"StartDateTime = {_time(meeting.start)}", contact.id)
        if known is None:
            return await self._put("Event", key, fields, False)
        await self._call("PATCH", f"/sobjects/Event/{quote(known, safe='')}", fields)
        return known

    async def _person(self, condition: str) -> ContactRef | None:
        """The oldest contact that fits, else the oldest lead that is still one."""
        oldest = "ORDER BY CreatedDate LIMIT 1"
        contacts = await self._query(select("Id", "Contact", condition, ending=oldest))
        if contacts:
            return ContactRef(contacts[0].Id)
        leads = await self._query(select("Id", "Lead", condition, "IsConverted = false", ending=oldest))
        return ContactRef(leads[0].Id, "lead") if leads else None

    async def _put(self, kind: str, key: str, fields: Fields, doubt: bool) -> str:
        if self._options.key_property is not None:
            path = f"/sobjects/{kind}/{self._options.key_property}/{quote(key, safe='')}"
            return (await self._call("PATCH", path, fields)).read(_Made).id
        if doubt:
            found = await self._find(kind, key, f"Subject = {quoted(fields['Subject'])}", fields["WhoId"])
            if found is not None:
                return found
        return (await self._call("POST", f"/sobjects/{kind}", fields)).read(_Made).id

    async def _find(self, kind: str, key: str, condition: str, who: str) -> str | None:
        """A record of this contact that carries the key; a description can be read, but not be asked for."""
        newest = "ORDER BY CreatedDate DESC LIMIT 200"
        conditions = (f"WhoId = {quoted(who)}", condition)
        rows = await self._query(select("Id, Description", kind, *conditions, ending=newest))
        return next((row.Id for row in rows if key in (row.Description or "")), None)

    async def _query(self, soql: str) -> list[_Row]:
        return (await self._call("GET", f"/query?{urlencode({'q': soql})}")).read(_Rows).records

    async def _call(self, method: str, path: str, body: object = None) -> Answer:
        async def send(credentials: Credentials) -> Answer:
            if not credentials.instance_url:
                raise Away
            url = f"{credentials.instance_url}/services/data/{VERSION}{path}"
            headers = {"Authorization": f"Bearer {credentials.access_token}"}
            return await self._http.send(method, url, headers, json=body)

        answer = await self._access.call(send)
        if not 200 <= answer.status < 300:
            raise failure(answer)
        return answer


def _described(text: str, key: str) -> str:
    last = f"\n\nBookonce {key}"
    return text[: LONGEST_DESCRIPTION - len(last)] + last


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
