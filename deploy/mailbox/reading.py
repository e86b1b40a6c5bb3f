"""What a letter says, as far as it can be read; whatever cannot is left out, never an error."""

from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message as Mime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from msgspec import Struct

from deploy.mailbox.invitation import Invitation, read_invitation
from deploy.mailbox.records import Letter

T = TypeVar("T")
MOST_PARTS, DEEPEST = 200, 50
"""Of a letter with more lines that may begin a part, only the headers are read; deeper parts are left out."""


class Attachment(Struct, frozen=True):
    name: str
    type: str
    size: int


class Message(Struct, frozen=True, kw_only=True, rename={"sender": "from"}):
    """A letter for programs and people. `to` is the envelope's; `headers` are name and value, decoded."""

    id: str
    received_at: datetime
    sender: str
    to: list[str]
    envelope_sender: str
    subject: str
    message_id: str
    date: datetime | None
    text: str | None
    html: str | None
    calendar: str | None
    invitation: Invitation | None
    attachments: list[Attachment]
    headers: list[tuple[str, str]]


def read(letter: Letter) -> Message:
    """Everything that can be made out of it."""
    mime = _parsed(letter.content)
    headers = [(name, _decoded(value)) for name, value in mime.raw_items()]
    named = {name.lower(): value for name, value in reversed(headers)}
    parts = _parts(mime)
    calendar = _first(parts, "text/calendar")
    return Message(
        id=str(letter.number),
        received_at=datetime.fromtimestamp(letter.received_at, UTC),
        sender=named.get("from", ""),
        to=letter.recipients,
        envelope_sender=letter.sender,
        subject=named.get("subject", ""),
        message_id=named.get("message-id", ""),
        date=_attempt(lambda: parsedate_to_datetime(named["date"]), None),
        text=_first(parts, "text/plain"),
        html=_first(parts, "text/html"),
        calendar=calendar,
        invitation=None if calendar is None else _attempt(lambda: read_invitation(calendar), None),
        attachments=[_attachment(part) for part in parts if _is_attached(part)],
        headers=headers,
    )


def _parsed(content: bytes) -> Mime:
    # Python's parser takes minutes over parts by the thousand.
    if content.count(b"\n--") > MOST_PARTS:
        content = content.partition(b"\n\r\n")[0]
    return _attempt(lambda: message_from_bytes(content), Mime())


def _parts(mime: Mime, depth: int = 0) -> list[Mime]:
    inner = mime.get_payload()
    if not isinstance(inner, list) or depth == DEEPEST:
        return [mime]
    return [leaf for part in inner if isinstance(part, Mime) for leaf in _parts(part, depth + 1)]


def _is_attached(part: Mime) -> bool:
    return part.get_content_disposition() == "attachment"


def _first(parts: list[Mime], kind: str) -> str | None:
    shown = (part for part in parts if part.get_content_type() == kind and not _is_attached(part))
    return next((_text(part) for part in shown), None)


def _text(part: Mime) -> str:
    content = _content(part)
    charset = part.get_content_charset("utf-8")
    return _attempt(lambda: content.decode(charset, "replace"), content.decode("latin-1"))


def _content(part: Mime) -> bytes:
    content: object = _attempt(lambda: part.get_payload(decode=True), None)
    return content if isinstance(content, bytes) else b""


def _attachment(part: Mime) -> Attachment:
    name = _attempt(lambda: _decoded(part.get_filename() or ""), "")
    return Attachment(name, part.get_content_type(), len(_content(part)))


def _decoded(value: object) -> str:
    """A header as people read it: one line, encoded words decoded, nothing that JSON cannot hold."""
    raw = str(value)
    text = _attempt(lambda: str(make_header(decode_header(raw))), raw)
    return " ".join(text.encode("utf-8", "surrogateescape").decode("utf-8", "replace").split())


def _attempt(work: Callable[[], T], otherwise: T) -> T:
    try:
        return work()
    except Exception:
        # Nothing is certain about what strangers write, nor how Python's parsers take it.
        return otherwise
