"""The page where whoever tries out the sandbox flips its switches."""

import re
from typing import Any, get_type_hints

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from deploy.sandbox_payments import forms, switches
from deploy.sandbox_payments.html import render, see_other
from deploy.sandbox_payments.switches import Switches
from deploy.sandbox_payments.till import Till
from shared.environment import meaning

SESSION = re.compile(r"cs_sandbox_[0-9a-f]{32}")
TYPES = get_type_hints(Switches, include_extras=True)
FIELDS = msgspec.structs.fields(Switches)


class Line(Struct, frozen=True):
    """One switch: a box to tick, or a value to type."""

    name: str
    about: str
    ticked: bool | None
    value: str


async def show(till: Till, request: Request) -> Response:
    """Every switch as it is; the way back leads to the session that the visitor came from."""
    positions = await till.transact(lambda conn, _: switches.read(conn))
    return _page(positions, _session(request.query_params.get("session", "")), None)


async def flip(till: Till, request: Request) -> Response:
    """Set all switches as the form has them."""
    form = await forms.read(request)
    session = _session(form.get("session", ""))
    try:
        asked = msgspec.convert(_asked(form), Switches, strict=False)
    except msgspec.ValidationError as error:
        positions = await till.transact(lambda conn, _: switches.read(conn))
        return _page(positions, session, str(error))
    await till.transact(lambda conn, _: switches.write(conn, asked))
    back = f"?session={session}" if session else ""
    return see_other(f"{till.public_url}/developer{back}")


def _page(positions: Switches, session: str, flaw: str | None) -> Response:
    lines = [_line(field.name, getattr(positions, field.name)) for field in FIELDS]
    return render("developer.html", status=400 if flaw else 200, lines=lines, session=session, flaw=flaw)


def _line(name: str, value: Any) -> Line:
    ticked = value if isinstance(value, bool) else None
    return Line(name, meaning(TYPES[name]), ticked, "" if value is None else str(value))


def _asked(form: dict[str, str]) -> dict[str, object]:
    """The switches as a form spells them: a box that is not ticked is not sent, and nothing typed is None."""
    return {
        field.name: field.name in form
        if isinstance(field.default, bool)
        else form.get(field.name, "").strip() or None
        for field in FIELDS
    }


def _session(given: str) -> str:
    return given if SESSION.fullmatch(given) else ""
