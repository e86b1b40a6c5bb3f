"""What a mail server's answer means for a letter, by RFC 5321, 4.2.1 and 4.3.2.

4yz is "not now". 5yz about the recipient or the content is final: the same letter will not get through. 5yz
about us (greeting, EHLO, STARTTLS, AUTH, the sender) is for an operator to mend, so the letter waits.
"""

import re
import ssl

import aiosmtplib
from msgspec import Struct

LONGEST_ANSWER = 300
FAULTS = (aiosmtplib.SMTPException, OSError)
"""Whatever a delivery raises."""
LOGIN_WANTED = frozenset({530, 534, 535, 538})
"""RFC 4954, 6: these speak of us, whatever command they answer."""
TOO_LARGE = 552
_QUOTED = re.compile(r"\w+://\S+|[\w.~+/=-]{32,}", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


class Sent(Struct, frozen=True):
    """The server has taken the letter; its words may help to find it there again."""

    answer: str


class Soft(Struct, frozen=True):
    """Not now: the same letter, with the same Message-ID, later.

    It may have been taken even so, when the server fell silent after the last byte. With `alarm` it will
    fail until an operator mends something, for every letter alike.
    """

    reason: str
    alarm: bool = False


class Hard(Struct, frozen=True):
    """Never: neither this letter nor this address will do."""

    reason: str


def meaning(fault: Exception, recipient: str) -> Soft | Hard:
    """What one of FAULTS makes of the letter."""
    match fault:
        case aiosmtplib.SMTPRecipientsRefused():
            return _refused(fault.recipients[0], recipient)
        case aiosmtplib.SMTPResponseException():
            return _refused(fault, recipient)
        case aiosmtplib.SMTPNotSupported():
            return Hard("an address goes beyond ASCII, and the mail server has no SMTPUTF8")
        case TimeoutError():
            return Soft("the mail server took too long")
    if isinstance(fault, ssl.SSLError) or isinstance(fault.__cause__, ssl.SSLError):
        return Soft("no secure connection to the mail server could be made: see its certificate", alarm=True)
    if type(fault) is aiosmtplib.SMTPException:
        return Soft(on_one_line(fault.message, recipient), alarm=True)
    return Soft("the mail server cannot be reached, or broke off")


def _refused(fault: aiosmtplib.SMTPResponseException, recipient: str) -> Soft | Hard:
    reason = f"{fault.code} {on_one_line(fault.message, recipient)}"
    if not 500 <= fault.code <= 599:
        return Soft(f"the mail server says not now: {reason}")
    if isinstance(fault, aiosmtplib.SMTPAuthenticationError) or fault.code in LOGIN_WANTED:
        return Soft(f"the mail server does not take our login: {reason}", alarm=True)
    match fault:
        case aiosmtplib.SMTPRecipientRefused():
            return Hard(f"the mail server refuses the recipient: {reason}")
        case aiosmtplib.SMTPDataError():
            return Hard(f"the mail server refuses the letter: {reason}")
        case aiosmtplib.SMTPSenderRefused() if fault.code == TOO_LARGE:
            return Hard(f"the letter is too large for the mail server: {reason}")
    return Soft(f"the mail server refuses us: {reason}", alarm=True)


def on_one_line(message: str, recipient: str) -> str:
    """A server's words without what they may quote: the recipient, links, secrets in them."""
    line = _CONTROLS.sub(" ", message)
    for quoted in (recipient, recipient.rpartition("@")[0]):
        line = re.sub(rf"(?<![\w.+-]){re.escape(quoted)}(?![\w+-])", "…", line, flags=re.IGNORECASE)
    return _QUOTED.sub("…", line).strip()[:LONGEST_ANSWER]
