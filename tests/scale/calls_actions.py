"""Every function of the actions store, called as the service calls it."""

from datetime import UTC, datetime, timedelta
from itertools import product

import asyncpg

from services.actions.sign_ins import IDLE, LIFETIME
from services.actions.store import api_keys, apps, creations, sessions, sign_in_codes, users
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
    await _sign_ins(conn, made)
    return made


async def _sign_ins(conn: "asyncpg.Connection[asyncpg.Record]", made: Calls) -> None:
    found = "select id, user_id from sessions where ended_at is null and expires_at > now() limit 1"
    [[session, user]] = await conn.fetch(found)
    code = await conn.fetchval("select id from sign_in_codes where spent_at is null limit 1")
    for app_id, number in product((LARGE, some("app", 7)), (7, 100)):
        made.add(users.ensure_user, new_id(), app_id, "Dana Reyes", f"host-{number}@example.com")
        made.add(users.first_user, app_id)
    made.add(sign_in_codes.insert_code, new_id(), user, 1, timedelta(minutes=15))
    made.add(sign_in_codes.get_code, code)
    made.add(sign_in_codes.spend_code, code, new_id())
    made.add(sign_in_codes.forget_codes, timedelta(days=30))
    made.add(sessions.insert_session, new_id(), user, 1, LIFETIME)
    made.add(sessions.see_session, session, IDLE)
    made.add(sessions.end_session, session, 1)
    made.add(sessions.end_all_sessions, session, 1)
    made.add(sessions.forget_sessions, timedelta(days=30))
