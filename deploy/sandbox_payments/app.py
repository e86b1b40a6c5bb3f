"""Where the sandbox is put together."""

from functools import partial
from pathlib import Path
from sqlite3 import Connection

from starlette.routing import Router

from deploy.sandbox_payments import api, due, pages
from deploy.sandbox_payments.courier import Courier
from deploy.sandbox_payments.records import Records
from deploy.sandbox_payments.settings import Settings
from deploy.sandbox_payments.till import Till
from shared.process import application
from shared.sweep import sweep

PIECE = "sandbox_payments"
SWEEP_SECONDS = 0.2


def build(settings: Settings) -> Router:
    """The whole piece as an ASGI application; ValueError when the records can lie nowhere."""
    file = Path(settings.sandbox_records)
    if not file.parent.is_dir():
        raise ValueError("SANDBOX_RECORDS is wrong: its folder does not exist")
    till = Till(Records(file), settings.sandbox_secret, settings.public_url)
    courier = Courier(till, settings.webhook_url)

    async def close() -> None:
        await courier.close()
        await till.records.close()

    # Two sweeps: a slow receiver of webhooks holds up nothing else.
    passing = {"passed": partial(due.let_pass, till), "paid late": partial(due.pay_late, till)}
    telling = {"webhooks": courier.deliver}
    return application(
        PIECE,
        [*api.routes(till), *pages.routes(till)],
        partial(till.records.transact, _read),
        till.records.open,
        close,
        background=[partial(sweep, tasks, SWEEP_SECONDS) for tasks in (passing, telling)],
    )


def _read(conn: Connection, _: float) -> None:
    conn.execute("select 1 from switches").fetchone()
