"""Every function of the actions store, called as the service calls it."""

from datetime import UTC, datetime
from itertools import product

import asyncpg

from services.actions.store import api_keys, apps, creations
from shared.contracts.actions import ApiKeyQuery, AppPatch
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
    made.add(apps.insert_app, new_id(), "A new app")
    made.add(apps.get_app, LARGE)
    made.add(apps.change_app, LARGE, AppPatch("Renamed", ["https://example.com"]))
    for app_id in (LARGE, SMALL, some("app", 7)):
        made.add(apps.get_signatories, app_id)
    made.add(api_keys.insert_key, new_id(), LARGE, 1, "A new key")
    made.add(api_keys.get_key, ids[0])
    for app_id, before in product((LARGE, SMALL, some("app", 7)), (None, ids[50])):
        made.add(api_keys.list_keys, app_id, ApiKeyQuery(50, before))
    made.add(api_keys.revoke_key, LARGE, ids[0])
    made.add(api_keys.touch_keys, dict.fromkeys(ids, NOW))
    made.add(creations.claim_creation, LARGE, Once("key of now", "body"), new_id())
    made.add(creations.find_creation, LARGE, "key 100")
    for once in (Once("key of now", "body"), Once("key 100", "body")):
        made.add(creations.claim_link, LARGE, once)
    return made
