"""What happens by itself: sessions end, authorisations lapse, visitors pay too late."""

from sqlite3 import Connection

from deploy.sandbox_payments import money, sessions
from deploy.sandbox_payments.till import Till, pass_by
from shared.faults import reach


async def let_pass(till: Till) -> int:
    """End what is over."""
    passed = await till.records.transact(pass_by)
    if passed:
        await reach("sandbox.expired")
    return passed


async def pay_late(till: Till) -> int:
    """Authorise what visitors put up after their sessions had ended."""

    def work(conn: Connection, now: float) -> int:
        return len([money.put_up(conn, now, session.id) for session in sessions.late(conn)])

    paid = await till.records.transact(work)
    if paid:
        await reach("sandbox.paid")
    return paid
