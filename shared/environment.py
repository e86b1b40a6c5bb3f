"""Settings of a piece, read from environment variables alone and checked before anything starts."""

import os
import sys
from collections.abc import Mapping
from typing import Annotated, NoReturn, TypeVar, get_args, get_origin, get_type_hints

import msgspec
from msgspec import NODEFAULT, Meta, Struct

Settings = TypeVar("Settings", bound=Struct)

_PORT = r"(?:6553[0-5]|655[0-2]\d|65[0-4]\d\d|6[0-4]\d{3}|[1-5]\d{4}|\d{1,4})"
_KEY = r"[A-Za-z0-9_-]{43}=?"
_KEYRING_ENTRY = r"\s*[1-9]\d{0,4}:[A-Za-z0-9_-]{43,}={0,2}\s*"
_CALLER = rf"\s*[a-z]+:{_KEY}\s*"

Listen = Annotated[
    str,
    Meta(pattern=rf"\A[^\s:]+:{_PORT}\Z|\A\[[0-9a-fA-F:]+\]:{_PORT}\Z", description="host:port to listen on"),
]
PeerUrl = Annotated[str, Meta(pattern=r"\Ahttps?://[^\s/]+\Z")]
DatabaseUrl = Annotated[
    str,
    Meta(
        pattern=r"\Apostgres(ql)?://\S+\Z",
        description="this piece's own database, as postgresql://role:password@host/name",
    ),
]
Keys = Annotated[str, Meta(pattern=rf"\A{_KEYRING_ENTRY}(?:,{_KEYRING_ENTRY})*\Z")]
"""A keyring, as shared/capability.py reads it."""
CallerKeys = Annotated[
    str,
    Meta(
        pattern=rf"\A{_CALLER}(?:,{_CALLER})*\Z",
        description="who may call: name:key,name:key with public Ed25519 keys (32 bytes, base64url)",
    ),
]
ServiceKey = Annotated[
    str,
    Meta(pattern=rf"\A{_KEY}\Z", description="this piece's private Ed25519 key (32 bytes, base64url)"),
]
LogLevel = Annotated[
    str, Meta(pattern="(?i)^(debug|info|warning|error)$", description="debug, info, warning or error")
]
PoolSize = Annotated[int, Meta(ge=1, le=500, description="database connections at most")]
StatementCache = Annotated[
    int, Meta(ge=0, le=10_000, description="prepared statements kept per connection; 0 behind PgBouncer")
]


class Unusable(Exception):
    """Some variables are missing or wrong; the text names each of them."""


def load(settings: type[Settings], environ: Mapping[str, str] = os.environ) -> Settings:
    """Read every field from the variable of its name in capitals.

    Raises Unusable naming every variable that is missing or wrong; a value is never repeated in
    the message, since it may be a secret.
    """
    values: dict[str, object] = {}
    wrong: list[str] = []
    types = get_type_hints(settings, include_extras=True)
    for field in msgspec.structs.fields(settings):
        variable = field.name.upper()
        if variable in environ:
            try:
                values[field.name] = msgspec.convert(environ[variable], types[field.name], strict=False)
            except msgspec.ValidationError:
                wrong.append(f"{variable} is wrong: expected {meaning(types[field.name])}")
        elif field.default is NODEFAULT:
            wrong.append(f"{variable} is missing: {meaning(types[field.name])}")
    if wrong:
        raise Unusable("\n".join(wrong))
    return settings(**values)


def load_or_exit(settings: type[Settings]) -> Settings:
    """As `load`, but ends the process with the message and status 2."""
    try:
        return load(settings)
    except Unusable as error:
        refuse(str(error))


def refuse(reason: str) -> NoReturn:
    """End the process before it serves, with a message for the person who started it."""
    print(f"cannot start:\n{reason}", file=sys.stderr)
    raise SystemExit(2) from None


def table(settings: type[Struct]) -> str:
    """The variables of a piece as a Markdown table, for its README."""
    types = get_type_hints(settings, include_extras=True)
    rows = ["| variable | default | meaning |", "|---|---|---|"]
    for field in msgspec.structs.fields(settings):
        default = (
            "required"
            if field.default is NODEFAULT
            else f"`{field.default}`"
            if field.default != ""
            else "none"
        )
        rows.append(f"| `{field.name.upper()}` | {default} | {meaning(types[field.name])} |")
    return "\n".join(rows)


def meaning(annotated: object) -> str:
    """The description that a field's type carries; the outermost wins."""
    if get_origin(annotated) is not Annotated:
        return ""
    texts = [
        meta.description for meta in get_args(annotated)[1:] if isinstance(meta, Meta) and meta.description
    ]
    return texts[-1] if texts else ""
