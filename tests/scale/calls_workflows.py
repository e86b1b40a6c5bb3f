"""Every function of the workflows store, called as the service calls it."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any, get_args
from uuid import UUID

import asyncpg

from services.workflows.store import (
    crm_connections,
    crm_pushes,
    deliveries,
    due_deliveries,
    feeds,
    keys,
    queue,
    runs,
    unsubscribed,
    webhooks,
    workflows,
)
from services.workflows.store.crm_pushes import NewPush
from services.workflows.store.due_deliveries import Due
from services.workflows.store.queue import Job
from services.workflows.store.runs import DoneStep, NewRun
from services.workflows.store.webhooks import Sealed
from shared.contracts.crm import CrmOptions, CrmPushQuery, PushStatus
from shared.contracts.events import Event
from shared.contracts.values import Once
from shared.contracts.webhooks import Attempt, DeliveryQuery, DeliveryStatus, WebhookFields, WebhookQuery
from shared.contracts.workflows import RunQuery, RunState, Wait, WorkflowFields, WorkflowQuery
from shared.ids import new_id, new_ids
from tests.scale.calls import Calls
from tests.scale.rows import LARGE, SMALL, some

NOW = datetime.now(UTC)
FIELDS = WorkflowFields(name="Later", trigger="booking.confirmed", steps=[Wait(hours=1)])
EVENT = Event(some("event", 900_000), LARGE, "booking.confirmed", NOW, some("booking", 7))
LEASE = timedelta(seconds=60)
SEALED = Sealed(1, b"sealed")


async def calls(conn: "asyncpg.Connection[asyncpg.Record]") -> Calls:
    """What to call, with ids that are there."""
    made = Calls()
    await _workflows(conn, made)
    await _runs(conn, made)
    await _webhooks(conn, made)
    await _crm(conn, made)
    made.add(keys.claim, LARGE, None, new_id())
    for key in ("key of now", "key 200"):
        made.add(keys.claim, LARGE, Once(key, "body"), new_id())
    for ask in (unsubscribed.holds, unsubscribed.add, unsubscribed.remove):
        made.add(ask, LARGE, some("contact", 7))
    made.add(feeds.cursor, "tokens")
    made.add(feeds.move, "tokens", "here", "there")
    made.add(feeds.take, [some("event", 200_001 + n) for n in range(200)])
    made.add(feeds.forget, 1000)
    return made


async def _workflows(conn: "asyncpg.Connection[asyncpg.Record]", made: Calls) -> None:
    found = "select id from workflows where app_id = $1 and deleted_at is null order by id desc limit 100"
    ids = [row[0] for row in await conn.fetch(found, LARGE)]
    made.add(workflows.insert, new_id(), LARGE, FIELDS)
    made.add(workflows.update, ids[0], FIELDS)
    for lock in (False, True):
        made.add(workflows.get, LARGE, ids[0], lock)
    for app_id, before in product((LARGE, SMALL, some("app", 7)), (None, ids[50])):
        made.add(workflows.list_, app_id, WorkflowQuery(50, before))
        made.add(workflows.triggered, app_id, "booking.confirmed")
        made.add(workflows.count, app_id)
        made.add(workflows.know_app, app_id)
    made.add(workflows.plan, ids[0], 1)
    made.add(workflows.delete, LARGE, ids[0])


async def _runs(conn: "asyncpg.Connection[asyncpg.Record]", made: Calls) -> None:
    run = await _a_run(conn, "running")
    failed = await _a_run(conn, "failed")
    new = NewRun(
        id=new_id(),
        app_id=LARGE,
        workflow_id=run.workflow_id,
        version=1,
        trigger="booking.confirmed",
        event_id=new_id(),
        booking_id=None,
        contact_id=some("contact", 7),
        single_use_link_id=None,
        booking_link_id=None,
        event={},
        data={},
    )
    made.add(runs.insert, new)
    made.add(runs.get, run.id)
    made.add(runs.of_event, run.event_id)
    states: tuple[RunState | None, ...] = (None, *get_args(RunState))
    middle = await conn.fetchval("select id from runs order by id offset 90000 limit 1")
    for state, before in product(states, (None, middle)):
        query = RunQuery(50, before, state)
        made.add(runs.of_workflow, run.workflow_id, query)
        for app_id in (LARGE, SMALL, some("app", 7)):
            made.add(runs.of_app, app_id, query)
    made.add(runs.advance, run, 1, "running", NOW)
    made.add(runs.postpone, run, NOW, "not now")
    made.add(runs.end, run, "stopped", "no more")
    made.add(runs.retry, failed.app_id, failed.id)
    made.add(runs.note_step, run, 0, DoneStep(name="1-wait", type="wait", outcome="done"))
    made.add(runs.steps, [run.id, failed.id])
    made.add(runs.overdue, timedelta(seconds=30), 200)
    made.add(runs.depth, run.id)
    made.add(runs.recent, run.workflow_id, some("contact", 7), 50)
    made.add(runs.erase_contact, LARGE, some("contact", 7))
    made.add(runs.forget, 1000)
    made.add(queue.enqueue, [(Job(run.id, 0, 0), None), (Job(run.id, 0, 1), timedelta(hours=1))])


async def _a_run(conn: "asyncpg.Connection[asyncpg.Record]", state: str) -> Any:
    run_id = await conn.fetchval("select id from runs where state = $1 limit 1", state)
    return await runs.get(conn, run_id)  # type: ignore[arg-type]


async def _webhooks(conn: "asyncpg.Connection[asyncpg.Record]", made: Calls) -> None:
    own = some("webhook", 0)
    fields = WebhookFields("https://example.com/new", ["*"])
    for app_id in (LARGE, SMALL):
        made.add(webhooks.count, app_id)
        made.add(webhooks.list_, app_id, WebhookQuery())
        made.add(webhooks.list_, app_id, WebhookQuery(before=own))
        made.add(webhooks.subscribed, app_id, "booking.confirmed")
    made.add(webhooks.insert, new_id(), LARGE, fields, SEALED)
    made.add(webhooks.get, LARGE, own)
    made.add(webhooks.rotate, LARGE, own, SEALED, timedelta(days=1))
    made.add(webhooks.enable, LARGE, own)
    made.add(webhooks.is_active, LARGE, own)
    made.add(webhooks.failed, own)
    made.add(webhooks.succeeded, own)
    made.add(webhooks.disable, own, "gone")
    ids = [some("webhook", n) for n in range(0, 3000, 1000)]
    made.add(deliveries.insert, new_ids(3), ids, EVENT, some("contact", 7))
    made.add(deliveries.insert_step, new_id(), own, some("contact", 7), b"{}")
    middle = await conn.fetchval("select id from webhook_deliveries order by id offset 20000 limit 1")
    for status, before in product((None, *get_args(DeliveryStatus)), (None, middle)):
        made.add(deliveries.list_, own, DeliveryQuery(50, before, status))
    made.add(due_deliveries.take, 20, 4, {}, LEASE)
    made.add(due_deliveries.take, 20, 4, {own: 2}, LEASE)
    due = await _due(conn)
    made.add(deliveries.standing, due.app_id, due.id)
    made.add(deliveries.redeliver, due.app_id, due.id)
    made.add(due_deliveries.keep_body, due, b"{}")
    attempt = Attempt(NOW, 204, None, "", 12)
    made.add(due_deliveries.note, due, attempt, {"webhook-id": "1"}, "delivered", None)
    made.add(deliveries.erase, some("contact", 7))
    made.add(deliveries.forget, timedelta(days=30), 1000)
    made.add(deliveries.give_up, own)
    # Rarely done, and worth a look at all that was delivered to it.
    made.add(webhooks.delete, LARGE, own)


async def _due(conn: "asyncpg.Connection[asyncpg.Record]") -> Due:
    found = "select id, webhook_id from webhook_deliveries where status = 'pending' limit 1"
    row = await conn.fetchrow(found)
    assert row is not None
    app_id: UUID = await conn.fetchval("select app_id from webhooks where id = $1", row[1])
    return Due(
        id=row[0],
        webhook_id=row[1],
        url="https://example.com",
        sealed=SEALED,
        former=None,
        former_until=None,
        event=EVENT,
        body=None,
        erased=False,
        failures=0,
        contact_id=None,
        app_id=app_id,
    )


async def _crm(conn: "asyncpg.Connection[asyncpg.Record]", made: Calls) -> None:
    own, lease, sealed = some("connection", 0), new_id(), (1, b"sealed")
    options = CrmOptions()
    made.add(crm_connections.insert, new_id(), LARGE, "salesforce", options, sealed)
    made.add(crm_connections.get, LARGE, own)
    made.add(crm_connections.list_, LARGE)
    for kind in (None, "hubspot"):
        made.add(crm_connections.of_app, LARGE, kind)
    made.add(crm_connections.set_options, LARGE, own, options)
    made.add(crm_connections.reconnect, LARGE, own, sealed)
    made.add(crm_connections.take, lease, 60.0, 8)
    made.add(crm_connections.release, own, lease)
    made.add(crm_connections.renewed, own, 1, sealed)
    made.add(crm_connections.used, own, None)
    made.add(crm_connections.pause, own, 30.0, "too many")
    made.add(crm_connections.lose, own, 1, "revoked")
    made.add(crm_pushes.insert, new_id(), own, NewPush(new_id(), EVENT, some("contact", 7)))
    pending = await conn.fetchval("select id from crm_pushes where status = 'pending' limit 1")
    middle = await conn.fetchval("select id from crm_pushes order by id offset 20000 limit 1")
    for status, before in product((None, *get_args(PushStatus)), (None, middle)):
        made.add(crm_pushes.list_, own, CrmPushQuery(50, before, status))
    made.add(crm_pushes.retry, LARGE, pending)
    made.add(crm_pushes.exists, LARGE, pending)
    made.add(crm_pushes.due, own, 50)
    made.add(crm_pushes.begin, pending, lease, 40.0)
    made.add(crm_pushes.again, pending, 5.0, 1, "not now")
    made.add(crm_pushes.settle, pending, "done", None)
    made.add(crm_pushes.meeting, own, some("booking", 0))
    made.add(crm_pushes.keep_meeting, own, some("booking", 0), "4711")
    made.add(crm_pushes.forget_contact, some("contact", 7))
    made.add(crm_pushes.forget_old, 1000)
    made.add(crm_connections.delete, LARGE, own)
