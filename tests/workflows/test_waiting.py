"""Waits survive restarts, keep to the meeting's start, and end when the meeting does."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.eventually import eventually
from tests.faults.records import fetch
from tests.stack import Stack
from tests.system.client import Client
from tests.system.making import a_booking_link, a_contact, a_link, book, free_times, wish
from tests.workflows.making import a_workflow, email, reaches, run_now, runs_of
from tests.workflows.post import Post

REMINDER = email(to="customer", subject="Soon", text="See you at {{ booking.time }}")
BEFORE = {"type": "wait", "before_start": {"minutes": 30}}


async def _pass_time(stack: Stack, run: dict[str, Any]) -> None:
    """Turn the clock of one run instead of waiting for its end."""
    turn = "update runs set due_at = now() where id = $1"
    await fetch(stack.dsn["workflows"], turn, run["id"])
    job = "update pgqueuer set execute_after = now() where status = 'queued' and dedupe_key like $1 || ':%'"
    await fetch(stack.dsn["workflows"], job, run["id"])
    wake = "select pg_notify('ch_pgqueuer', '{}')"
    await fetch(stack.dsn["workflows"], wake)


async def _a_booking_in_some_days(app: Client, visitor: Client) -> dict[str, Any]:
    """So far ahead that no reminder is due yet, whenever the test runs."""
    page = await a_booking_link(app)
    link = await a_link(app, page)
    start = (await free_times(app, page))[-1]
    body = wish(start, email=link["contact"]["email"], single_use_token=link["token"])
    made: dict[str, Any] = (await book(visitor, page, body)).data
    return {**made, "link": link}


async def _waiting(app: Client, workflow: dict[str, Any]) -> dict[str, Any]:
    async def there() -> list[dict[str, Any]]:
        return await runs_of(app, workflow, "?state=waiting")

    found: list[dict[str, Any]] = await eventually(there)
    return found[0]


async def test_a_wait_survives_a_restart_and_a_lost_job(app: Client, post: Post, working: Stack) -> None:
    page, contact = await a_booking_link(app), await a_contact(app)
    wait = {"type": "wait", "days": 2}
    workflow = await a_workflow(app, "deal_stage_changed", wait, email(), booking_link_id=page["id"])
    order = {"contact_id": contact["id"], "booking_link_id": page["id"]}
    begun = (await app.post(f"/v1/workflows/{workflow['id']}/runs", order)).data
    run = await reaches(app, begun, "waiting")
    due = datetime.fromisoformat(run["due_at"])
    assert timedelta(days=1, hours=22) < due - datetime.now(UTC) < timedelta(days=2, hours=2)
    await working.restart("workflows")
    assert await run_now(app, run) == run
    # As if PgQueuer had dropped its job: the sweep gives it another once it is late.
    await fetch(working.dsn["workflows"], "delete from pgqueuer where dedupe_key like $1 || ':%'", run["id"])
    late = "update runs set due_at = now() - interval '31 seconds' where id = $1"
    await fetch(working.dsn["workflows"], late, run["id"])
    await reaches(app, run, "done")
    assert len(post.to(contact["email"])) == 1


async def test_a_reminder_waits_for_the_time_before_the_meeting(
    app: Client, visitor: Client, post: Post, working: Stack
) -> None:
    workflow = await a_workflow(app, "booking.confirmed", BEFORE, REMINDER)
    booking = await _a_booking_in_some_days(app, visitor)
    run = await _waiting(app, workflow)
    start = datetime.fromisoformat(booking["start"])
    assert abs(datetime.fromisoformat(run["due_at"]) - (start - timedelta(minutes=30))) < timedelta(seconds=5)
    await _pass_time(working, run)
    await reaches(app, run, "done")
    assert len(post.to(booking["link"]["contact"]["email"], "Soon")) == 1
    await app.patch(f"/v1/workflows/{workflow['id']}", {"active": False})


async def test_nobody_is_reminded_of_a_meeting_that_was_called_off(
    app: Client, visitor: Client, post: Post, working: Stack
) -> None:
    workflow = await a_workflow(app, "booking.confirmed", BEFORE, REMINDER)
    booking = await _a_booking_in_some_days(app, visitor)
    run = await _waiting(app, workflow)
    assert (await app.put(f"/v1/bookings/{booking['id']}/cancel")).status == 200
    await _pass_time(working, run)
    stopped = await reaches(app, run, "stopped")
    assert stopped["because"] == "the booking is cancelled by now"
    assert post.to(booking["link"]["contact"]["email"], "Soon") == []
    await app.patch(f"/v1/workflows/{workflow['id']}", {"active": False})
