"""Workflows that tests make, and their runs."""

from typing import Any

from tests.eventually import eventually
from tests.system.client import Client
from tests.system.making import a_booking_link, a_link, an_email, book, book_with, free_times, wish

LINK = "Here is another chance: {{ single_use_url }}"
ENDED = ("done", "failed", "stopped", "skipped")


def email(**fields: Any) -> dict[str, Any]:
    """An email step to the contact."""
    return {"type": "email", "to": "contact", "subject": "Another chance", "text": LINK, **fields}


async def a_workflow(app: Client, trigger: str, *steps: dict[str, Any], **fields: Any) -> dict[str, Any]:
    body = {"name": f"On {trigger}", "trigger": trigger, "steps": list(steps) or [email()], **fields}
    made: dict[str, Any] = (await app.post("/v1/workflows", body)).data
    return made


async def without_standard_workflows(app: Client) -> None:
    """Remove what every app starts with."""
    for workflow in (await app.get("/v1/workflows?limit=200")).data:
        assert (await app.ask("DELETE", f"/v1/workflows/{workflow['id']}")).status == 200


async def a_booking(app: Client, visitor: Client, **fields: Any) -> dict[str, Any]:
    """A booking made with a single-use link, on a booking link of its own; with its `page` and `link`."""
    page = await a_booking_link(app, **fields)
    link = await a_link(app, page)
    made: dict[str, Any] = (await book_with(visitor, page, link)).data
    return {**made, "page": page, "link": link}


async def a_public_booking(app: Client, visitor: Client, **fields: Any) -> dict[str, Any]:
    """A booking by somebody who is nobody's contact."""
    page = await a_booking_link(app, **fields)
    start = (await free_times(visitor, page))[0]
    made: dict[str, Any] = (await book(visitor, page, wish(start, email=an_email(), name="Noor"))).data
    return {**made, "page": page}


async def runs_of(app: Client, workflow: dict[str, Any], query: str = "") -> list[dict[str, Any]]:
    """The workflow's runs, newest first."""
    found: list[dict[str, Any]] = (await app.get(f"/v1/workflows/{workflow['id']}/runs{query}")).data
    return found


async def ended(
    app: Client, workflow: dict[str, Any], number: int = 1, within: float = 30
) -> list[dict[str, Any]]:
    """So many runs of the workflow, once they have ended."""

    async def all_ended() -> list[dict[str, Any]]:
        found = await runs_of(app, workflow, "?limit=200")
        return found if len(found) >= number and all(run["state"] in ENDED for run in found) else []

    return await eventually(all_ended, within=within)


async def reaches(app: Client, run: dict[str, Any], state: str, within: float = 30) -> dict[str, Any]:
    """The run, once it is in this state."""

    async def there() -> dict[str, Any]:
        found = await run_now(app, run)
        return found if found["state"] == state else {}

    return await eventually(there, within=within)


async def run_now(app: Client, run: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await app.get(f"/v1/workflows/runs/{run['id']}")).data
    return found
