"""The operations on runs: begun by hand or by a program, looked at, retried."""

from collections.abc import Sequence
from uuid import UUID

from services.workflows import beginning, furnishing
from services.workflows.beginning import About
from services.workflows.running import may_hold, step_name
from services.workflows.store import keys, queue, runs, workflows
from services.workflows.store.runs import DoneStep, StoredRun
from services.workflows.store.workflows import Candidate
from services.workflows.works import Works
from shared.contracts.workflows import (
    PROGRAM_TRIGGERS,
    Occasion,
    Run,
    RunPage,
    RunQuery,
    StepDone,
    Triggered,
)
from shared.errors import Refusal
from shared.ids import new_id
from shared.postgres import Connection


async def start_run(works: Works, app_id: UUID, workflow_id: UUID, ask: Occasion) -> Run:
    """Run a workflow now, whatever its trigger; its condition is looked at as always."""
    own_id = new_id()

    async def work(conn: Connection) -> list[Run]:
        found = await workflows.get(conn, app_id, workflow_id)
        if found is None:
            raise Refusal("not_found")
        event_id = await keys.claim(conn, app_id, ask.once, own_id)
        if event_id == own_id:
            candidate = Candidate(found.id, found.version, found.booking_link_id, found.condition)
            about = _about(app_id, found.trigger, event_id, ask)
            await beginning.begin_each(conn, about, [candidate])
        return await _shown(conn, await runs.of_event(conn, event_id))

    return (await works.database.transact(work))[0]


async def trigger(works: Works, app_id: UUID, trigger: str, ask: Occasion) -> Triggered:
    """Begin a run of every workflow that waits for this; one whose condition on `data` fails has none."""
    if trigger not in PROGRAM_TRIGGERS:
        raise Refusal("not_found")
    own_id = new_id()

    async def work(conn: Connection) -> Triggered:
        event_id = await keys.claim(conn, app_id, ask.once, own_id)
        if event_id == own_id:
            await furnishing.furnish(conn, app_id)
            about = _about(app_id, trigger, event_id, ask)
            waiting = [
                one for one in await beginning.waiting(conn, about) if may_hold(one.condition, about.data)
            ]
            await beginning.begin_each(conn, about, waiting)
        return Triggered(event_id, trigger, await _shown(conn, await runs.of_event(conn, event_id)))

    return await works.database.transact(work)


async def list_runs(works: Works, app_id: UUID, workflow_id: UUID, ask: RunQuery) -> RunPage:
    """A page of a workflow's runs, newest first."""
    async with works.database.connection() as conn:
        if await workflows.get(conn, app_id, workflow_id) is None:
            raise Refusal("not_found")
        return await _page(conn, await runs.of_workflow(conn, workflow_id, ask), ask.limit)


async def list_all_runs(works: Works, app_id: UUID, ask: RunQuery) -> RunPage:
    """A page of the runs of all the app's workflows, newest first."""
    async with works.database.connection() as conn:
        return await _page(conn, await runs.of_app(conn, app_id, ask), ask.limit)


async def get_run(works: Works, app_id: UUID, run_id: UUID) -> Run:
    async with works.database.connection() as conn:
        return (await _shown(conn, [await _own(conn, app_id, run_id)]))[0]


async def retry_run(works: Works, app_id: UUID, run_id: UUID) -> Run:
    """Take a failed run up at the step that failed; Refusal `action_not_available` for any other."""

    async def work(conn: Connection) -> list[Run]:
        await _own(conn, app_id, run_id)
        if not await runs.retry(conn, app_id, run_id):
            raise Refusal("action_not_available", "Only a run that has failed can be retried.")
        again = await _own(conn, app_id, run_id)
        # The job that failed may not have been put away yet, and has the same name.
        await queue.enqueue(conn, [(queue.job_of(again), None)], doubled=True)
        return await _shown(conn, [again])

    return (await works.database.transact(work))[0]


def _about(app_id: UUID, trigger: str, event_id: UUID, ask: Occasion) -> About:
    return About(
        app_id=app_id,
        trigger=trigger,
        event_id=event_id,
        contact_id=ask.contact_id,
        booking_id=ask.booking_id,
        booking_link_id=ask.booking_link_id,
        data=ask.data,
    )


async def _own(conn: Connection, app_id: UUID, run_id: UUID) -> StoredRun:
    run = await runs.get(conn, run_id)
    if run is None or run.app_id != app_id:
        raise Refusal("not_found")
    return run


async def _page(conn: Connection, found: Sequence[StoredRun], limit: int) -> RunPage:
    page = found[:limit]
    return RunPage(await _shown(conn, page), page[-1].id if len(found) > limit else None)


async def _shown(conn: Connection, found: Sequence[StoredRun]) -> list[Run]:
    """Runs with their history, each step by the name that its version gave it."""
    history = await runs.steps(conn, [run.id for run in found])
    plans = {
        (run.workflow_id, run.version): await workflows.plan(conn, run.workflow_id, run.version)
        for run in found
    }
    return [
        _show(run, [step_name(step, index) for index, step in enumerate(plan.steps)], history[run.id])
        for run in found
        for plan in [plans[run.workflow_id, run.version]]
    ]


def _show(run: StoredRun, names: list[str], history: list[DoneStep]) -> Run:
    over = run.state in ("done", "stopped", "skipped")
    return Run(
        id=run.id,
        workflow_id=run.workflow_id,
        version=run.version,
        trigger=run.trigger,
        state=run.state,
        step=None if over or run.step >= len(names) else names[run.step],
        attempts=run.attempts,
        due_at=run.due_at,
        because=run.because,
        booking_id=run.booking_id,
        contact_id=run.contact_id,
        single_use_link_id=run.single_use_link_id,
        history=[_step(done) for done in history],
        created_at=run.created_at,
        finished_at=run.finished_at,
    )


def _step(done: DoneStep) -> StepDone:
    assert done.at is not None  # noqa: S101  it was read from the database
    return StepDone(
        step=done.name,
        type=done.type,
        outcome=done.outcome,
        at=done.at,
        detail=done.detail,
        single_use_link_id=done.single_use_link_id,
        message_id=done.message_id,
        delivery_id=done.delivery_id,
    )
