"""What may stand in a header: names and subjects are made harmless, addresses and links refused.

A name comes from a visitor and a subject from a template: for a stray character in them nobody should miss
their mail. An address or a link that had to be changed would be another one.
"""

import re

import idna

from services.workflows.mail.letter import Address, Unsendable

LONGEST_LOCAL_PART, LONGEST_ADDRESS = 64, 254
"""In octets: RFC 5321, 4.5.3.1."""
LONGEST_LINK = 900
"""A header line cannot be broken inside a link, and ends at 998 (RFC 5322, 2.1.1)."""

_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_REORDERING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_ATOM = r"[^\x00-\x20\x7f-\xa0()<>\[\]:;@\\,.\"\s\u2028\u2029\ud800-\udfff]+"
_LOCAL_PART = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LINK = re.compile(r"https?://[!#-;=?-~]+")
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9._+=/-]{1,200}@[A-Za-z0-9.-]{1,200}>")


def one_line(text: str) -> str:
    """A name or subject without line breaks, control characters, or what makes text run backwards.

    Nor does it hold encoded words (RFC 2047): they would be read as what they stand for.
    """
    return " ".join(_BREAKS.sub(" ", _REORDERING.sub("", text)).replace("=?", "= ?").split())


def readable(text: str) -> str:
    """A body without characters that no mail may hold; lines stay lines."""
    return _UNPRINTABLE.sub("", text)


def mailbox(email: str) -> str:
    """The address with its domain as DNS knows it (IDNA 2008); what stands before the @ stays as it is.

    Unsendable when it is none. Quoted local parts and domain literals count as none.
    """
    local, _, domain = email.strip(" ").rpartition("@")
    if not _LOCAL_PART.fullmatch(local) or len(local.encode()) > LONGEST_LOCAL_PART:
        raise Unsendable("an address is not one that mail can be sent to")
    try:
        address = f"{local}@{idna.encode(domain, uts46=True, std3_rules=True).decode()}"
    except idna.IDNAError:
        raise Unsendable("the domain of an address is none") from None
    if len(address.encode()) > LONGEST_ADDRESS:
        raise Unsendable("an address is too long")
    return address


def checked(address: Address) -> Address:
    """Name and mailbox as they may be sent."""
    return Address(one_line(address.name), mailbox(address.email))


def link(url: str) -> str:
    """The web address, when it is one in ASCII without spaces or angle brackets; else Unsendable."""
    if not _LINK.fullmatch(url) or len(url) > LONGEST_LINK:
        raise Unsendable("a link is no web address")
    return url


def message_id(given: str) -> str:
    if not _MESSAGE_ID.fullmatch(given):
        raise Unsendable("the Message-ID is none")
    return given
