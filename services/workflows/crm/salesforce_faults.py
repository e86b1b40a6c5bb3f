"""What Salesforce's errors mean for a push.

Source: "Status Codes and Error Responses" in its REST API Developer Guide.
"""

from msgspec import Struct

from services.workflows.crm.connector import Away, NeedsReconnect, Refused, Throttled
from services.workflows.crm.http import Answer, retry_after

LIMIT_SECONDS = 900.0
"""The limit is of calls within 24 hours that move on with the clock."""
_PASSING = frozenset({"UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE", "REQUEST_RUNNING_TOO_LONG"})
_NOT_PERMITTED = frozenset({"INSUFFICIENT_ACCESS", "API_DISABLED_FOR_ORG", "API_CURRENTLY_DISABLED"})


class _Error(Struct):
    errorCode: str = ""  # noqa: N815
    fields: list[str] = []


def failure(answer: Answer) -> Exception:
    """Why there was no success, without Salesforce's message, which may quote a contact."""
    if answer.status >= 500 or answer.status == 408:
        return Away()
    if answer.status == 429:
        return Throttled(retry_after(answer.headers, LIMIT_SECONDS))
    if answer.status == 300:
        return Refused("Salesforce has several records with our key")
    errors = answer.read(list[_Error])
    codes = {error.errorCode for error in errors}
    if "REQUEST_LIMIT_EXCEEDED" in codes:
        return Throttled(retry_after(answer.headers, LIMIT_SECONDS))
    if codes & _PASSING:
        return Away()
    reason = ", ".join(" ".join([error.errorCode, *error.fields]) for error in errors) or str(answer.status)
    if codes & _NOT_PERMITTED:
        return NeedsReconnect(f"Salesforce does not permit it: {reason}")
    return Refused(f"Salesforce refused it: {reason}")
