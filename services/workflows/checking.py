"""Whether a workflow can be saved: everything that can be said against it, with its place."""

from collections.abc import Iterator
from uuid import UUID

from msgspec import UNSET

from services.workflows.steps.wait import length
from services.workflows.store import webhooks
from services.workflows.wording import conditions, payload, template, waiting
from services.workflows.wording.template import Kind
from services.workflows.wording.values import ADDRESSES
from services.workflows.works import Works
from shared.contracts import booking_links
from shared.contracts.operation import Nothing
from shared.contracts.workflows import CallWebhook, Condition, Email, NoteInCrm, Step, Wait, WorkflowFields
from shared.errors import FieldError, Refusal, invalid


async def check(works: Works, app_id: UUID, fields: WorkflowFields) -> None:
    """Refusal `validation_failed` naming every fault of the texts, or the first thing that is not there."""
    wrong = [*_condition(fields.condition)]
    for index, step in enumerate(fields.steps):
        wrong += [FieldError(f"steps[{index}].{place}", why) for place, why in _step(step)]
    if wrong:
        raise Refusal("validation_failed", errors=tuple(wrong[:50]))
    await _check_what_is_named(works, app_id, fields)


def _condition(condition: Condition | None) -> Iterator[FieldError]:
    if condition is None:
        return
    if (condition.equals is UNSET) == (condition.contains is UNSET):
        yield FieldError("condition", "give either equals or contains")
    why = conditions.check(condition.field)
    if why is not None:
        yield FieldError("condition.field", why)


def _step(step: Step) -> Iterator[tuple[str, str]]:
    match step:
        case Email():
            yield from _text("subject", step.subject, "subject")
            yield from _text("text", step.text, "text")
            if step.html is not None:
                yield from _text("html", step.html, "html")
        case Wait():
            yield from _wait(step)
        case CallWebhook():
            yield from ((f"payload.{where}", str(why)) for where, why in payload.check(step.payload))
        case NoteInCrm():
            yield from _note(step)


def _text(place: str, text: str, kind: Kind) -> Iterator[tuple[str, str]]:
    yield from ((place, str(problem)) for problem in template.check(text, kind))


def _note(step: NoteInCrm) -> Iterator[tuple[str, str]]:
    problems = list(_text("note", step.note, "text"))
    yield from problems
    if not problems and template.prepare(step.note, "text").variables & set(ADDRESSES):
        yield "note", "must not hold links: whoever reads the CRM could use them"


def _wait(step: Wait) -> Iterator[tuple[str, str]]:
    for_a_while = step.minutes + step.hours + step.days > 0
    if for_a_while + (step.before_start is not None) + (step.after_start is not None) != 1:
        yield "wait", "give either minutes, hours and days, or before_start, or after_start"
        return
    why = waiting.check(length(step.before_start or step.after_start or step))
    if why is not None:
        yield "wait", why


async def _check_what_is_named(works: Works, app_id: UUID, fields: WorkflowFields) -> None:
    named = {"booking_link_id": fields.booking_link_id}
    for index, step in enumerate(fields.steps):
        options = step.single_use if isinstance(step, Email | CallWebhook) else None
        if options is not None:
            named[f"steps[{index}].single_use.booking_link_id"] = options.booking_link_id
    for place, link_id in named.items():
        if link_id is not None:
            await _check_booking_link(works, app_id, place, link_id)
    for index, step in enumerate(fields.steps):
        if isinstance(step, CallWebhook):
            async with works.database.connection() as conn:
                if await webhooks.get(conn, app_id, step.webhook_id) is None:
                    raise invalid(f"steps[{index}].webhook_id", "is not one of your webhook endpoints")


async def _check_booking_link(works: Works, app_id: UUID, place: str, link_id: UUID) -> None:
    try:
        await works.peers.call(booking_links.get, Nothing(), app_id=app_id, booking_link_id=link_id)
    except Refusal as refusal:
        if refusal.code != "not_found":
            raise
        raise invalid(place, "is not one of your booking links") from None
