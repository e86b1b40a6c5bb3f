"""The step that posts to one of the app's webhook endpoints."""

from functools import partial

import msgspec
from msgspec import structs

from services.workflows import links
from services.workflows.briefing import Brief
from services.workflows.results import Done, Result
from services.workflows.webhooks import outbox
from services.workflows.wording import payload
from services.workflows.wording.values import values
from services.workflows.works import Works
from shared.contracts.workflows import CallWebhook, SingleUse


async def perform(works: Works, known: Brief, step: CallWebhook) -> Result:
    """Write the delivery; it is sent, and repeated, as any other."""
    wanted, link = payload.variables(step.payload), None
    if "single_use_url" in wanted:
        link = await links.fresh(works, known, step.single_use or SingleUse())
    # What is kept names what it links to; the addresses themselves are put in when it is sent.
    addresses = links.markers(known, wanted, link)
    filled = payload.render(step.payload, values(structs.replace(known.facts, addresses=addresses)))
    body = msgspec.json.encode(filled)
    run = known.run
    write = partial(
        outbox.enqueue_step,
        app_id=run.app_id,
        webhook_id=step.webhook_id,
        delivery_id=known.send_id,
        body=body,
        contact_id=run.contact_id,
    )
    return Done(single_use_link_id=None if link is None else link.id, delivery_id=known.send_id, write=write)
