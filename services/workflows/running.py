"""A run, taken one step further: what a job does.

What was done is written down only if the run still is where the job found it, so a job that comes twice
does nothing new. Before that everything outside is done by ids that follow from the run and the step.
"""

import random
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

from msgspec import UNSET, structs
from prometheus_client import Counter

from services.workflows import relevance, retrying
from services.workflows.briefing import Brief, brief
from services.workflows.results import Done, Failed, Later, Off, Result, Skipped
from services.workflows.steps import email, note, wait, webhook
from services.workflows.store import queue, runs, workflows
from services.workflows.store.queue import Job
from services.workflows.store.runs import DoneStep, StoredRun
from services.workflows.store.workflows import Plan
from services.workflows.wording import conditions
from services.workflows.wording.values import values
from services.workflows.works import Works
from shared import deadline, telemetry
from shared.contracts.workflows import (
    CallWebhook,
    Condition,
    Email,
    NoteInCrm,
    Outcome,
    RunState,
    Step,
    Wait,
)
from shared.errors import Refusal
from shared.faults import reach
from shared.postgres import Connection

SECONDS = 45.0
"""How long one step may take, a slow mail server included."""
LATE = timedelta(seconds=30)
MOST_OVERDUE = 200
NOBODY = "there is no such endpoint or connection, or it is disabled"
PASSED = "the meeting has begun, or there is none"
_PASSING = frozenset({"unavailable", "timeout", "internal_error", "too_many_requests"})

steps_done = Counter("bookonce_workflow_steps", "Tries of steps, by what they came to", ("type", "result"))

Perform = Callable[[Works, Brief, Any], Awaitable[Result]]
PERFORM: Mapping[type, Perform] = {
    Email: email.perform,
    Wait: wait.perform,
    CallWebhook: webhook.perform,
    NoteInCrm: note.perform,
}


async def advance(works: Works, job: Job) -> None:
    """Do the step that the job is for, unless the run has gone on or ended."""
    async with works.database.connection() as conn:
        run = await runs.get(conn, job.run_id)
        if run is None or queue.job_of(run) != job or run.state not in ("running", "waiting"):
            return
        plan = await workflows.plan(conn, run.workflow_id, run.version)
    await reach("workflows.before_step")
    result = await _attempt(works, run, plan)
    await reach("workflows.after_step")

    async def work(conn: Connection) -> None:
        await _conclude(conn, run, plan, result)

    await works.database.transact(work)
    steps_done.labels(_kind(plan.steps[run.step]), type(result).__name__.lower()).inc()
    await reach("workflows.after_concluding")


async def _attempt(works: Works, run: StoredRun, plan: Plan) -> Result:
    """Do it; whoever is away or slow is asked again later, and so is what nobody foresaw."""
    try:
        async with deadline.within(SECONDS):
            return await _perform(works, run, plan)
    except Refusal as refusal:
        said = refusal.detail or refusal.code
        return Later(said) if refusal.code in _PASSING else Failed(said)
    except Exception as error:
        telemetry.log.exception("step failed", run_id=str(run.id), step=run.step)
        return Later(f"unexpected: {type(error).__name__}")


async def _perform(works: Works, run: StoredRun, plan: Plan) -> Result:
    known = await brief(works, run, plan, step_name(plan.steps[run.step], run.step))
    if run.step == 0 and plan.condition is not None and not _holds(plan.condition, values(known.facts)):
        return Off("skipped", "the condition does not hold")
    if known.booking is not None and run.trigger.startswith("booking."):
        because = relevance.outdated(run.trigger, known.booking.state)
        if because is not None:
            return Off("stopped", because)
    step = plan.steps[run.step]
    return await PERFORM[type(step)](works, known, step)


def step_name(step: Step, index: int) -> str:
    """How a step is called: by its own name, or by its place and kind."""
    return step.name or f"{index + 1}-{_kind(step)}"


def _kind(step: Step) -> str:
    return str(step.__struct_config__.tag)


async def _conclude(conn: Connection, run: StoredRun, plan: Plan, result: Result) -> None:
    match result:
        case Done():
            await _go_on(conn, run, plan, result)
        case Skipped(detail):
            await _go_on(conn, run, plan, Done(), detail)
        case Later(because, after):
            await _postpone(conn, run, plan, because, after)
        case Off(state, because):
            await runs.end(conn, run, state, because)
        case Failed(because):
            await _fail(conn, run, plan, because)


async def _go_on(
    conn: Connection, run: StoredRun, plan: Plan, result: Done, skipped: str | None = None
) -> None:
    """Note the step, and have the next one done now, or when the wait is over."""
    follows = run.step + (2 if result.skip_next else 1)
    last = follows >= len(plan.steps)
    state: RunState = "done" if last else "waiting" if result.wait else "running"
    moment = await conn.fetchval("select now() + $1::interval", result.wait or timedelta())
    if not await runs.advance(conn, run, min(follows, len(plan.steps)), state, None if last else moment):
        return
    if result.write is not None and not await result.write(conn):
        skipped = NOBODY
    done = _named(plan, run.step, "done" if skipped is None else "skipped", skipped)
    ids = {name: getattr(result, name) for name in ("single_use_link_id", "message_id", "delivery_id")}
    await runs.note_step(conn, run, run.step, structs.replace(done, **ids))
    if result.skip_next and run.step + 1 < len(plan.steps):
        await runs.note_step(conn, run, run.step + 1, _named(plan, run.step + 1, "skipped", PASSED))
    if not last:
        await queue.enqueue(conn, [(Job(run.id, follows, 0), result.wait)])


def _named(plan: Plan, step: int, outcome: Outcome, detail: str | None = None) -> DoneStep:
    one = plan.steps[step]
    return DoneStep(name=step_name(one, step), type=_kind(one), outcome=outcome, detail=detail)


async def _postpone(
    conn: Connection, run: StoredRun, plan: Plan, because: str, after: timedelta | None
) -> None:
    pause = retrying.pause(run.attempts, random.random())  # noqa: S311
    if pause is None:
        await _fail(conn, run, plan, because)
        return
    pause = max(pause, after or timedelta())
    due_at = await conn.fetchval("select now() + $1::interval", pause)
    if await runs.postpone(conn, run, due_at, because):
        await queue.enqueue(conn, [(Job(run.id, run.step, run.attempts + 1), pause)])


async def _fail(conn: Connection, run: StoredRun, plan: Plan, because: str) -> None:
    """The run stays where it is, for somebody to look at and retry."""
    if await runs.end(conn, run, "failed", because):
        await runs.note_step(conn, run, run.step, _named(plan, run.step, "failed", because))


def may_hold(condition: Condition | None, data: Mapping[str, Any]) -> bool:
    """False when it is already known from what the trigger brought that the condition does not hold."""
    if condition is None or not condition.field.startswith("data."):
        return True
    return _holds(condition, {"data": data})


def _holds(condition: Condition, known: Mapping[str, Any]) -> bool:
    if condition.contains is not UNSET:
        return conditions.holds(condition.field, "contains", condition.contains, known)
    return conditions.holds(condition.field, "equals", condition.equals, known)


async def take_up_overdue(works: Works) -> int:
    """Give runs whose job was lost another one: PgQueuer drops a job that is cancelled midway."""
    async with works.database.connection() as conn:
        late = await runs.overdue(conn, LATE, MOST_OVERDUE)
        await queue.enqueue(conn, [(queue.job_of(run), None) for run in late])
    return 0


async def forget_old(works: Works) -> int:
    """Drop what ended three months ago; returns how many."""
    async with works.database.connection() as conn:
        return await runs.forget(conn, 1000)
