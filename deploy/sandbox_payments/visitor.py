"""What a visitor may do on the checkout page, or a test in their place."""

from sqlite3 import Connection
from typing import Literal

from deploy.sandbox_payments import money, sessions
from deploy.sandbox_payments.sessions import Session
from deploy.sandbox_payments.till import Till
from shared.faults import reach

How = Literal["pay", "decline", "late"]


async def pay(till: Till, session_id: str, how: How) -> Session:
    """Put up the money, have the card declined, or put it up too late; the session afterwards.

    Refused when the session has ended. Paying for what is paid already changes nothing.
    """

    def work(conn: Connection, now: float) -> Session:
        if how == "pay" and sessions.get(conn, session_id).status != "paid":
            money.put_up(conn, now, sessions.still_open(conn, session_id).id)
        elif how == "decline":
            sessions.decline(conn, now, session_id)
        elif how == "late":
            sessions.choose_late(conn, session_id)
        return sessions.get(conn, session_id)

    session = await till.transact(work)
    if how == "pay":
        await reach("sandbox.paid")
    return session
