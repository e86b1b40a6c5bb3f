"""Where the mailbox is put together."""

from pathlib import Path

from starlette.routing import Router

from deploy.mailbox import api, pages
from deploy.mailbox.reception import Reception
from deploy.mailbox.records import Records
from deploy.mailbox.settings import Settings
from deploy.mailbox.switches import Switchboard
from shared.process import application

PIECE = "mailbox"


def build(settings: Settings) -> Router:
    """The whole piece as an ASGI application; ValueError when mail can be kept nowhere."""
    file = Path(settings.mailbox_records)
    if not file.parent.is_dir():
        raise ValueError("MAILBOX_RECORDS is wrong: its folder does not exist")
    records, switchboard = Records(file), Switchboard()
    reception = Reception(records, switchboard)

    async def begin() -> None:
        await records.open()
        await reception.open(settings.smtp_listen)

    async def end() -> None:
        await reception.close()
        await records.close()

    async def ready() -> None:
        await records.newest(limit=1)

    return application(PIECE, [*api.routes(records, switchboard), *pages.routes(records)], ready, begin, end)
