"""Header lines. Python's own folding tears long names and links apart: 3.11 puts blanks into both."""

from email.header import Header
from email.headerregistry import Address as Mailbox
from email.policy import EmailPolicy
from email.utils import quote
from typing import Any

LINE_END = "\r\n"
LONGEST_WORD = 60
"""Longer words travel encoded, and so can be broken anywhere."""


class HeaderPolicy(EmailPolicy):
    """Names and subjects beyond ASCII as encoded words (RFC 2047), addresses and links as they are."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        """One header with its line end."""
        match name.lower():
            case "subject":
                text = _words(str(value), name)
            case "from" | "to" | "reply-to":
                text = _mailbox(value.addresses[0], name)
            case "message-id" | "list-unsubscribe":
                text = str(value)
            case _:
                return super().fold_binary(name, value)
        return f"{name}: {text}{LINE_END}".encode()


def _mailbox(mailbox: Mailbox, header: str) -> str:
    email, name = mailbox.addr_spec, mailbox.display_name
    if not name:
        return email
    plain = name.isascii() and len(name) <= LONGEST_WORD
    return f'"{quote(name)}" <{email}>' if plain else f"{_encoded(name, header)}{LINE_END} <{email}>"


def _words(text: str, header: str) -> str:
    if text.isascii() and max(map(len, text.split()), default=0) <= LONGEST_WORD:
        return Header(text, "us-ascii", header_name=header).encode(linesep=LINE_END)
    return _encoded(text, header)


def _encoded(text: str, header: str) -> str:
    return Header(text, "utf-8", header_name=header).encode(linesep=LINE_END)
