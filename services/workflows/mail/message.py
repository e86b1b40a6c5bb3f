"""A letter as the message that travels: headers and parts (RFC 5322, RFC 2046).

The invitation stands twice, as calendar programs want it: beside text and HTML, where Gmail and Outlook look
for it, and as a file for all others.
"""

from datetime import datetime
from email.headerregistry import Address as Mailbox
from email.message import EmailMessage

from services.workflows.mail.folding import LINE_END, HeaderPolicy
from services.workflows.mail.header_values import checked, link, message_id, one_line, readable
from services.workflows.mail.invitation import calendar
from services.workflows.mail.letter import Address, Letter

ONE_CLICK = "List-Unsubscribe=One-Click"
_POLICY = HeaderPolicy(linesep=LINE_END, cte_type="7bit")
"""Any server takes bodies of seven bits; whether it takes more is not known before it is asked."""


def compose(letter: Letter, now: datetime) -> EmailMessage:
    """The message, dated `now`; Unsendable when an address, a link or a time in it is none."""
    message = EmailMessage(_POLICY)
    message["Message-ID"] = message_id(letter.message_id)
    message["Date"] = now
    message["From"] = _mailbox(letter.sender)
    message["To"] = _mailbox(letter.recipient)
    if letter.reply_to is not None:
        message["Reply-To"] = _mailbox(letter.reply_to)
    message["Subject"] = one_line(letter.subject)
    message["Auto-Submitted"] = "auto-generated"
    _add_unsubscribe(message, letter)
    _add_parts(message, letter, now)
    return message


def _mailbox(address: Address) -> Mailbox:
    known = checked(address)
    local, _, domain = known.email.rpartition("@")
    return Mailbox(known.name, local, domain)


def _add_unsubscribe(message: EmailMessage, letter: Letter) -> None:
    if letter.unsubscribe is None:
        return
    message["List-Unsubscribe"] = f"<{link(letter.unsubscribe)}>"
    if letter.unsubscribe_one_click and letter.unsubscribe.startswith("https://"):
        message["List-Unsubscribe-Post"] = ONE_CLICK


def _add_parts(message: EmailMessage, letter: Letter, now: datetime) -> None:
    message.set_content(readable(letter.text))
    if letter.html is not None:
        message.add_alternative(readable(letter.html), subtype="html")
    if letter.invitation is not None:
        content = calendar(letter.invitation, now)
        method = {"method": letter.invitation.method}
        message.add_alternative(content, subtype="calendar", params=method)
        message.add_attachment(
            content.encode(), "application", "ics", filename="invite.ics", params={"name": "invite.ics"}
        )
