"""Every app starts with the standard workflows, and may change or remove them."""

from uuid import UUID

from services.workflows.store import workflows
from services.workflows.wording import defaults
from shared.ids import new_id
from shared.postgres import Connection


async def furnish(conn: Connection, app_id: UUID) -> None:
    """Give an app that is new here its standard workflows, once."""
    if await workflows.know_app(conn, app_id):
        for fields in defaults.WORKFLOWS:
            await workflows.insert(conn, new_id(), app_id, fields)
