"""The checkout page: what is bought, and everything that a visitor may do about paying for it."""

from datetime import UTC, datetime
from typing import get_args

from starlette.requests import Request
from starlette.responses import Response

from deploy.sandbox_payments import forms, money, sessions, visitor
from deploy.sandbox_payments.html import render, see_other
from deploy.sandbox_payments.refused import Refused
from deploy.sandbox_payments.till import Till
from deploy.sandbox_payments.visitor import How

LEAVE = "leave"
HOWS: tuple[How, ...] = get_args(How)


async def show(till: Till, request: Request) -> Response:
    """The page of a session; one that is over says so."""
    session_id = request.path_params["session_id"]
    session, put_up = await till.transact(
        lambda conn, _: (sessions.get(conn, session_id), money.of_session(conn, session_id))
    )
    return render(
        "checkout.html",
        return_url=session.return_url,
        session=session,
        put_up=put_up,
        ends=f"{datetime.fromtimestamp(session.session_ends, UTC):%-d %B %Y, %H:%M} UTC",
        declined=request.query_params.get("card") == "declined",
    )


async def choose(till: Till, request: Request) -> Response:
    """Do what the pressed button says, and send the visitor on."""
    session_id = request.path_params["session_id"]
    how = (await forms.read(request)).get("how", "")
    session = await till.transact(lambda conn, _: sessions.get(conn, session_id))
    if how == LEAVE:
        return see_other(session.return_url)
    chosen = next((one for one in HOWS if one == how), None)
    if chosen is None:
        raise Refused(400, "invalid_request", "The form names no button of this page.")
    try:
        await visitor.pay(till, session_id, chosen)
    except Refused as refused:
        if refused.status != 409:
            raise
        return see_other(till.page(session_id))
    return see_other(f"{till.page(session_id)}?card=declined" if chosen == "decline" else session.return_url)
