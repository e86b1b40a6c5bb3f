"""One spelling only: base64url and JSON read so strictly that no two texts mean the same token."""

import base64
import json
from typing import Any, NoReturn

_LONGEST_INTEGER = 20


def encode(raw: bytes) -> str:
    """base64url without padding (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(segment: str) -> bytes:
    """What the segment spells; ValueError when it is empty or another segment would spell the same."""
    raw = base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    if not raw or encode(raw) != segment:
        raise ValueError("not canonical base64url without padding")
    return raw


def read_object(raw: bytes) -> dict[str, Any]:
    """A JSON object in UTF-8 that names nothing twice; ValueError in words otherwise."""
    try:
        value = json.loads(
            raw.decode(), object_pairs_hook=_unique, parse_int=_integer, parse_constant=_no_number
        )
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    except json.JSONDecodeError:
        raise ValueError("not JSON") from None
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        raise ValueError("a JSON object that names something twice")
    return read


def _integer(text: str) -> int:
    if len(text) > _LONGEST_INTEGER:
        raise ValueError("JSON with a number that is too large")
    return int(text)


def _no_number(_: str) -> NoReturn:
    raise ValueError("not JSON: NaN and Infinity are no numbers of it")
