"""What HubSpot's errors mean for a push.

Source: the schema `Error` of its OpenAPI descriptions; "API usage guidelines" for limits; "Handle errors in
API requests" for 423 and 477.
"""

from msgspec import Struct

from services.workflows.crm.connector import Away, NeedsReconnect, Refused, Throttled
from services.workflows.crm.http import Answer, retry_after

BURST_SECONDS = 10.0
DAY_SECONDS = 3600.0
"""The daily limit ends at midnight where the account is: it is asked again each hour."""
MIGRATION_SECONDS = 3600.0
_PASSING = frozenset({408, 423})


class _Detail(Struct):
    code: str = ""


class _Error(Struct):
    category: str = ""
    subCategory: str = ""  # noqa: N815
    correlationId: str = ""  # noqa: N815
    policyName: str = ""  # noqa: N815
    errors: list[_Detail] = []


def failure(answer: Answer) -> Exception:
    """Why there was no success, without HubSpot's message, which may quote a contact."""
    if answer.status >= 500 or answer.status in _PASSING:
        return Away()
    error = answer.read(_Error)
    if answer.status == 429:
        daily = error.policyName == "DAILY"
        return Throttled(retry_after(answer.headers, DAY_SECONDS if daily else BURST_SECONDS))
    if answer.status == 477:
        return Throttled(retry_after(answer.headers, MIGRATION_SECONDS))
    reason = _reason(answer.status, error)
    if answer.status == 403:
        return NeedsReconnect(f"HubSpot does not permit it: {reason}")
    return Refused(f"HubSpot refused it: {reason}")


def _reason(status: int, error: _Error) -> str:
    codes = [error.category, error.subCategory, *(detail.code for detail in error.errors)]
    said = ", ".join(code for code in codes if code) or f"status {status}"
    return f"{said} (correlation id {error.correlationId})" if error.correlationId else said
