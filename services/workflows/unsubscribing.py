"""Which mails a contact can do without, and the address that ends them (RFC 2369, RFC 8058)."""

from services.workflows.store import unsubscribed
from services.workflows.store.runs import StoredRun
from services.workflows.works import Works
from shared.contracts.workflows import Email


def applies(run: StoredRun, step: Email) -> bool:
    """Not to mails about a booking that somebody made, nor to hosts and addresses that the app wrote down."""
    about_booking = run.trigger.startswith("booking.") and run.booking_id is not None
    return run.contact_id is not None and step.to in ("contact", "customer") and not about_booking


async def is_unwanted(works: Works, run: StoredRun, step: Email) -> bool:
    """Whether its contact has unsubscribed from such mails."""
    if run.contact_id is None or not applies(run, step):
        return False
    async with works.database.connection() as conn:
        return await unsubscribed.holds(conn, run.app_id, run.contact_id)


def address(works: Works, run: StoredRun, step: Email) -> str | None:
    """Where the contact unsubscribes; None for a mail that it does not apply to."""
    if not applies(run, step):
        return None
    keyring = works.unsubscribe_keyring
    return f"{works.public_url}/unsubscribe/{keyring.token(run.id, keyring.newest)}"
