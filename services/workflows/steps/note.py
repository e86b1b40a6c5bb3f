"""The step that writes a note to the contact in a CRM."""

from functools import partial

from services.workflows.briefing import Brief
from services.workflows.crm import outbox
from services.workflows.results import Done, Result, Skipped
from services.workflows.wording import template
from services.workflows.wording.values import values
from services.workflows.works import Works
from shared.contracts.workflows import NoteInCrm


async def perform(_: Works, known: Brief, step: NoteInCrm) -> Result:
    """Write the push; it is sent, and repeated, as any other. It never holds an address of ours."""
    note = template.prepare(step.note, "text").render(values(known.facts))
    if known.contact is None:
        return Skipped("there is no contact to write to")
    write = partial(
        outbox.enqueue_step,
        app_id=known.run.app_id,
        kind=step.crm,
        push_id=known.send_id,
        contact_id=known.contact.id,
        note=note,
        at=known.facts.now,
    )
    return Done(write=write)
