"""The step that sends a mail."""

from datetime import UTC, datetime
from uuid import UUID

from msgspec import structs

from services.workflows import links, unsubscribing
from services.workflows.briefing import Brief
from services.workflows.mail.answers import Hard, Sent, Soft
from services.workflows.mail.letter import Address, Invitation, Letter
from services.workflows.results import Done, Failed, Later, Off, Result, Skipped
from services.workflows.wording import layout, template
from services.workflows.wording.values import Facts, values
from services.workflows.works import Works
from shared.contracts.workflows import Email, SingleUse
from shared.faults import reach


async def perform(works: Works, known: Brief, step: Email) -> Result:
    """Make what the text needs, write the letter, post it; the same letter however often it is tried."""
    recipient = _recipient(known, step.to)
    if recipient is None:
        return Off("stopped", f"there is no address of the {step.to} to write to")
    if await unsubscribing.is_unwanted(works, known.run, step):
        return Skipped("the contact has unsubscribed")
    parts = [template.prepare(step.subject, "subject"), template.prepare(step.text, "text")]
    if step.html is not None:
        parts.append(template.prepare(step.html, "html"))
    wanted = frozenset().union(*(part.variables for part in parts))
    facts, link_id = await _complete(works, known, step, wanted)
    letter = _letter(works, known, step, recipient, facts)
    outcome = await works.post_office.deliver(letter, datetime.now(UTC))
    await reach("workflows.after_mail")
    match outcome:
        case Sent():
            return Done(single_use_link_id=link_id, message_id=letter.message_id)
        case Soft(reason):
            return Later(reason)
        case Hard(reason):
            return Failed(reason)


async def _complete(
    works: Works, known: Brief, step: Email, wanted: frozenset[str]
) -> tuple[Facts, UUID | None]:
    """The facts with every address that the texts name, and the id of the link made for them."""
    addresses, link_id = await links.addresses(works, known, wanted), None
    if "single_use_url" in wanted:
        link = await links.fresh(works, known, step.single_use or SingleUse())
        addresses["single_use_url"], link_id = links.url(works, link), link.id
    return structs.replace(known.facts, addresses=addresses), link_id


def _letter(works: Works, known: Brief, step: Email, recipient: Address, facts: Facts) -> Letter:
    filled = values(facts)
    text = template.prepare(step.text, "text").render(filled)
    if step.html is None:
        own = layout.trusted(step.text, filled)
        html = layout.html_of(text, _accent(known), known.facts.app_name, links=own)
    else:
        html = template.prepare(step.html, "html").render(filled)
        html = layout.page_of(html, _accent(known), known.facts.app_name)
    return Letter(
        message_id=f"<{known.send_id}@{works.sender.email.rpartition('@')[2]}>",
        sender=Address(known.facts.app_name or works.sender.name, works.sender.email),
        recipient=recipient,
        reply_to=_reply_to(known, step),
        subject=template.prepare(step.subject, "subject").render(filled),
        text=text,
        html=html,
        invitation=_invitation(known, step, recipient, facts),
        unsubscribe=unsubscribing.address(works, known.run, step),
        unsubscribe_one_click=True,
    )


def _recipient(known: Brief, to: str) -> Address | None:
    """Whom it goes to; of a strict link's booking, the address that the link is bound to."""
    booking, contact, link = known.booking, known.contact, known.link
    if to == "customer" and booking is not None:
        bound = link is not None and link.strict_email_match and link.contact.email
        return _address(booking.customer.name, bound or booking.customer.email)
    if to == "host":
        host = booking.host if booking is not None else known.booking_link and known.booking_link.host
        return _address(host.name, host.email) if host else None
    if to in ("customer", "contact"):
        if contact is not None:
            return _address(contact.name, contact.email)
        return _recipient(known, "customer") if booking is not None else None
    return Address("", to)


def _address(name: str, email: str) -> Address | None:
    return Address(name, email) if email else None


def _reply_to(known: Brief, step: Email) -> Address | None:
    """Host and customer answer each other, not the machine."""
    if known.booking is None or not known.booking.customer.email:
        return None
    host, customer = known.booking.host, known.booking.customer
    return Address(customer.name, customer.email) if step.to == "host" else Address(host.name, host.email)


def _accent(known: Brief) -> str | None:
    return known.booking_link.branding.accent_color if known.booking_link is not None else None


def _invitation(known: Brief, step: Email, recipient: Address, facts: Facts) -> Invitation | None:
    """The meeting for the calendar: one for a whole chain of moves, each message above the last."""
    briefing = known.briefing
    if step.invitation is None or briefing is None or not briefing.booking.customer.email:
        return None
    booking, cancelled = briefing.booking, step.invitation == "cancel"
    return Invitation(
        uid=f"{briefing.meeting_id}@bookonce",
        sequence=2 * briefing.moves + cancelled,
        method="CANCEL" if cancelled else "REQUEST",
        start=booking.start,
        end=booking.end,
        summary=f"{briefing.booking_link.title}: {booking.host.name} and {booking.customer.name}",
        description=briefing.booking_link.description,
        organizer=Address(booking.host.name, booking.host.email),
        attendee=recipient,
        url=facts.addresses.get("reschedule_url") if step.to != "host" else None,
    )
