"""Every function of the actions store, called as the service calls it."""

from datetime import UTC, datetime
from itertools import product

import asyncpg

from services.actions import store
from shared.contracts.actions import ApiKeyQuery
from shared.contracts.values import Once
from shared.ids import new_id
from tests.scale.calls import Calls
from tests.scale.rows import LARGE, SMALL, some

NOW = datetime.now(UTC)


async def calls(conn: "asyncpg.Connection[asyncpg.Record]") -> Calls:
    """What to call, with ids that are there."""
    found = "select id from api_keys where app_id = $1 and revoked_at is null order by id desc limit 100"
    ids = [row[0] for row in await conn.fetch(found, LARGE)]
    made = Calls()
    made.add(store.insert_app, new_id(), "A new app")
    made.add(store.get_app, LARGE)
    made.add(store.rename_app, LARGE, "Renamed")
    made.add(store.insert_key, new_id(), LARGE, 1, "A new key")
    made.add(store.get_key, ids[0])
    for app_id, before in product((LARGE, SMALL, some("app", 7)), (None, ids[50])):
        made.add(store.list_keys, app_id, ApiKeyQuery(50, before))
    made.add(store.revoke_key, LARGE, ids[0])
    made.add(store.touch_keys, dict.fromkeys(ids, NOW))
    made.add(store.claim_creation, LARGE, Once("key of now", "body"), new_id())
    made.add(store.find_creation, LARGE, "key 100")
    return made
