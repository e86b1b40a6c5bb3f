"""Letters as they arrived, found by whom they are for."""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

from icalendar import Calendar

from tests.eventually import eventually
from tests.services.workflows.mail_server import Clerk

_SINGLE_USE = re.compile(r"https?://\S+/single-use/([A-Za-z0-9_-]{43})")
_ADDRESS = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class Letter:
    """One letter, read."""

    message: EmailMessage

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        part = self.message.get_body(("plain",))
        assert part is not None
        return str(part.get_content())

    @property
    def tokens(self) -> list[str]:
        """The single-use links in it."""
        return _SINGLE_USE.findall(self.text)

    def address(self, word: str) -> str:
        """The one address in it that holds this word."""
        (found,) = [one for one in _ADDRESS.findall(self.text) if word in one]
        return str(found)

    @property
    def types(self) -> list[str]:
        return [part.get_content_type() for part in self.message.walk()]

    @property
    def invitation(self) -> Calendar:
        """The meeting for the calendar, as programs read it."""
        part = next(one for one in self.message.walk() if one.get_content_type() == "text/calendar")
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        return Calendar.from_ical(content)


class Post:
    """All mail that the clerk has taken; `clerk.answers` says what it answers from now on."""

    def __init__(self, clerk: Clerk) -> None:
        self.clerk = clerk

    def to(self, email: str, subject: str = "") -> list[Letter]:
        """What has come for this address so far, in order."""
        letters = [
            Letter(message_from_bytes(taken.content, policy=policy.default))
            for taken in self.clerk.taken
            if email in taken.recipients
        ]
        return [letter for letter in letters if subject in letter.subject]

    async def for_(self, email: str, subject: str = "", number: int = 1, within: float = 20) -> Letter:
        """The so-manieth letter for this address with this in its subject, waited for."""

        def come() -> list[Letter]:
            found = self.to(email, subject)
            return found if len(found) >= number else []

        return (await eventually(come, within=within))[number - 1]
