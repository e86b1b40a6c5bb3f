"""What a request brings, decoded into structs or refused with the place and the reason."""

import base64
import hashlib
import re
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import parse_qsl
from uuid import UUID

import msgspec
from msgspec import Struct
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from shared.contracts.values import MEANING, NO_NUL, VISIBLE_ASCII, Once
from shared.errors import FieldError, Refusal, invalid
from shared.serve import read_body, read_query

LARGEST_BODY = 64 * 1024
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
WITH_FILES = "multipart/form-data"
Decoded = TypeVar("Decoded", bound=Struct)
_TRIMMED = {"name", "email", "title"}
_WRONG_TYPE = re.compile(r"Expected `[^`]+`, got `[^`]+`|Object (missing required|contains unknown) field")
_PLACE = re.compile(r" - at (?:`key` in )?`\$([^`]*)`\Z")
_PATTERN = re.compile(r"Expected `str` matching regex (.+)", re.DOTALL)
_WORDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
_PLAIN = (
    (re.compile(r"Expected `str` of length >= \d+"), "must not be empty"),
    (re.compile(r"Expected `(?:str|array|object)` of length <= (\d+)"), "must not be longer than {0}"),
    (re.compile(r"Expected `int` >= (-?\d+)"), "must be at least {0}"),
    (re.compile(r"Expected `int` <= (-?\d+)"), "must be at most {0}"),
    (
        re.compile(r"Expected `datetime` with a timezone component"),
        "must say its offset, like 2026-11-23T09:00:00Z",
    ),
    (
        re.compile(r"Invalid RFC3339 encoded datetime"),
        "must be a time in RFC 3339, like 2026-11-23T09:00:00Z",
    ),
    (re.compile(r"Invalid RFC3339 encoded date"), "must be a date, like 2026-11-23"),
    (re.compile(r"Invalid UUID"), "must be a UUID"),
    (re.compile(r"Invalid enum value"), "must be one of the known values"),
)


async def body(
    request: Request, kind: type[Decoded], largest: int = LARGEST_BODY
) -> tuple[Decoded, Once | None]:
    """The JSON body as a struct, trimmed, and its idempotency key when it has one."""
    _expect(request, JSON)
    ask, sent = _decoded(await _raw(request, largest), kind)
    return trim(ask), _once(request, sent)


async def body_if_any(request: Request, kind: type[Decoded], form: bool = False) -> Decoded:
    """The body as a struct of things that may all be left out; as a form's fields too where that is taken.

    Of a form what is not known is ignored: buttons have names.
    """
    raw = await _raw(request, LARGEST_BODY)
    if not raw:
        return kind()
    if not form or _media_type(request) != FORM:
        _expect(request, JSON)
        return _decoded(raw, kind)[0]
    return fields(_pairs(raw.decode("latin-1")), kind)


async def form(request: Request, largest: int = LARGEST_BODY) -> list[tuple[str, str]]:
    """The fields of a form, as typed and in its order; a file as base64; none where nothing was sent."""
    raw = await _raw(request, largest)
    if _media_type(request) == WITH_FILES:
        return await _parts(request, raw)
    if raw:
        _expect(request, FORM)
    return _pairs(raw.decode("latin-1"))


async def _parts(request: Request, raw: bytes) -> list[tuple[str, str]]:
    async def whole() -> AsyncGenerator[bytes, None]:
        yield raw

    parser = MultiPartParser(request.headers, whole(), max_files=1, max_fields=100, max_part_size=len(raw))
    try:
        parts = (await parser.parse()).multi_items()
    except MultiPartException as error:
        raise Refusal("invalid_request", error.message) from None
    return [
        (name, part if isinstance(part, str) else base64.b64encode(await part.read()).decode())
        for name, part in parts
    ]


def fields(given: list[tuple[str, str]], kind: type[Decoded]) -> Decoded:
    """A form's known fields as a struct; unknown ones are ignored, known ones come once."""
    return _read_pairs(given, kind, "A field is given twice.")


def query(request: Request, kind: type[Decoded]) -> Decoded:
    """The known query parameters as a struct; unknown ones are ignored, known ones come once."""
    text = request.scope["query_string"].decode("latin-1")
    return _read_pairs(_pairs(text), kind, "A query parameter is given twice.")


def _pairs(text: str) -> list[tuple[str, str]]:
    return parse_qsl(text, keep_blank_values=True)


def _read_pairs(sent: list[tuple[str, str]], kind: type[Decoded], twice: str) -> Decoded:
    known = {field.encode_name for field in msgspec.structs.fields(kind)}
    given = [(name, value) for name, value in sent if name in known]
    if len({name for name, _ in given}) < len(given):
        raise Refusal("invalid_request", twice)
    try:
        return read_query(dict(given), kind)
    except msgspec.ValidationError as error:
        raise explain(str(error)) from None


def path_id(request: Request, name: str) -> UUID:
    """An id in the path; what cannot be an id does not exist."""
    try:
        return UUID(request.path_params[name])
    except ValueError:
        raise Refusal("not_found") from None


def utc(value: datetime, field: str) -> datetime:
    """The instant in UTC; refused where its offset leads out of the calendar."""
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise invalid(field, "is outside the calendar") from None


def trim(ask: Decoded) -> Decoded:
    """The struct with names and emails freed of the space around them."""
    changed: dict[str, Any] = {}
    for name in ask.__struct_fields__:
        value = getattr(ask, name)
        if isinstance(value, Struct):
            changed[name] = trim(value)
        elif name in _TRIMMED and isinstance(value, str) and value != value.strip():
            changed[name] = value.strip()
    return msgspec.structs.replace(ask, **changed) if changed else ask


def _decoded(raw: bytes, kind: type[Decoded]) -> tuple[Decoded, object]:
    """JSON as a struct, and as it was sent."""
    try:
        ask, sent = msgspec.json.decode(raw, type=kind), msgspec.json.decode(raw)
        _refuse_unknown_fields(sent, ask)
        return ask, sent
    except msgspec.ValidationError as error:
        raise explain(str(error)) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise Refusal("invalid_request", "The body is not valid JSON.") from None


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", JSON).partition(";")[0].strip().lower()


def _expect(request: Request, media_type: str) -> None:
    if _media_type(request) != media_type:
        raise Refusal("unsupported_media_type", f"Send the body as {media_type}.")


async def _raw(request: Request, largest: int) -> bytes:
    length = request.headers.get("content-length", "0")
    if length.isdigit() and int(length) > largest:
        raise Refusal("payload_too_large")
    return await read_body(request.receive, largest)


def _refuse_unknown_fields(sent: Any, read: object, place: str = "") -> None:
    """Only here: between pieces, a newer neighbour may say more than this one understands."""
    if read == sent:
        return  # A struct is never equal to what it was read from, so there is none in it.
    if isinstance(read, Struct):
        known = {field.encode_name: getattr(read, field.name) for field in msgspec.structs.fields(read)}
        if read.__struct_config__.tag_field is not None:
            known[read.__struct_config__.tag_field] = read.__struct_config__.tag
        for name, value in sent.items():
            if name not in known:
                field = FieldError(f"{place}{name[:100]}", "is not a known field")
                raise Refusal("invalid_request", errors=(field,))
            _refuse_unknown_fields(value, known[name], f"{place}{name}.")
    elif isinstance(read, list):
        for index, item in enumerate(read):
            _refuse_unknown_fields(sent[index], item, f"{place.rstrip('.')}[{index}].")
    elif isinstance(read, dict):
        for name, item in read.items():
            _refuse_unknown_fields(sent[name], item, f"{place}{name}.")


def refuse_nul(sent: Any, place: str) -> None:
    """In what may hold anything: no database keeps a NUL in a text."""
    if isinstance(sent, str) and "\0" in sent:
        raise invalid(place, MEANING[NO_NUL])
    if isinstance(sent, dict):
        for name, value in sent.items():
            refuse_nul(name, place)
            refuse_nul(value, f"{place}.{name}")
    elif isinstance(sent, list):
        for index, value in enumerate(sent):
            refuse_nul(value, f"{place}[{index}]")


def _once(request: Request, sent: object) -> Once | None:
    keys = request.headers.getlist("idempotency-key")
    if not keys:
        return None
    if len(keys) > 1 or not re.match(VISIBLE_ASCII, keys[0]):
        raise Refusal(
            "invalid_request", "Idempotency-Key is given once, with 1 to 255 visible ASCII characters."
        )
    same = msgspec.json.encode(sent, order="sorted")
    return Once(keys[0], hashlib.sha256(same).hexdigest())


def explain(message: str) -> Refusal:
    """A decoder's complaint as a problem: 400 for a wrong type or shape, 422 for a bad value."""
    found = _PLACE.search(message)
    reason = message[: found.start()] if found else message
    field = (found[1].lstrip(".") if found else "") or "body"
    code = "invalid_request" if _WRONG_TYPE.match(reason) else "validation_failed"
    named = re.match(r"Object (?:missing required|contains unknown) field `([^`]+)`", reason)
    if named:
        field = named[1] if field == "body" else f"{field}.{named[1]}"
    return Refusal(code, errors=(FieldError(field, _plain(reason)),))


def _plain(reason: str) -> str:
    pattern = _PATTERN.match(reason)
    if pattern:
        written = {repr(known): words for known, words in MEANING.items()}
        return written.get(pattern[1], "is not written as it must be")
    if reason.startswith("Object missing required"):
        return "is required"
    if reason.startswith("Object contains unknown"):
        return "is not a known field"
    types = re.match(r"Expected `([^`]+)`, got `([^`]+)`", reason)
    if types:
        wanted = " or ".join(_WORDS.get(kind.strip(), kind.strip()) for kind in types[1].split("|"))
        return f"must be {wanted}, not {_WORDS.get(types[2], types[2])}"
    for shape, words in _PLAIN:
        match = shape.match(reason)
        if match:
            return words.format(*(group.strip("'") for group in match.groups()))
    return reason.replace("`", "")
