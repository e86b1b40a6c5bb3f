"""A caller that is the gateway, apps of this folder's own, and worlds in them."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from uuid import UUID

import asyncpg
import pytest

from shared.call import Peers
from shared.capability import Keyring
from shared.contracts import actions, sessions
from shared.contracts.actions import ApiKeyFields, CreateApiKey
from shared.contracts.sessions import SignIn
from shared.identity import Identity
from shared.ids import new_id
from tests.console.doorman import doorman
from tests.openapi.documents import CALLERS
from tests.openapi.message import message
from tests.openapi.world import World, a_world
from tests.stack import Server, Stack

Callers = dict[str, Identity]
MOST_WORLDS = 80


@pytest.fixture(scope="session")
async def stack(postgres: Server) -> AsyncIterator[Stack]:
    """One of this folder's own: workflows that are made of anything go on long after their test."""
    async with postgres.stack() as running:
        yield running


@pytest.fixture(scope="session")
def callers(stack: Stack) -> Callers:
    """The pieces that call others, each with its own proof."""
    return {name: Identity(name, stack.environment(name)["SERVICE_KEY"]) for name in set(CALLERS.values())}


@pytest.fixture(scope="session")
async def gateway(callers: Callers, stack: Stack) -> AsyncIterator[Peers]:
    """Asks the pieces as the gateway does."""
    peers = Peers(callers["gateway"], stack.urls)
    yield peers
    await peers.close()


@pytest.fixture(scope="session")
async def api_key(stack: Stack) -> str:
    """The key of an app that no other test looks at: what is sent here is not pretty."""
    return await stack.create_app("Described")


@pytest.fixture
async def world(stack: Stack, gateway: Peers, api_key: str) -> World:
    """One of everything, as it was made."""
    made = await a_world(gateway, api_key)
    return made | message(stack) | _unsubscribing(stack, made) | await _signing_in(stack, gateway, made)


async def _signing_in(stack: Stack, gateway: Peers, made: World) -> World:
    """A sign-in link that nobody has used, and a session that another one began."""
    async with doorman(stack) as door:
        unused, used = [(await door.path(app_id=UUID(made["app_id"]))).rpartition("/")[2] for _ in range(2)]
    begun = await gateway.call(sessions.sign_in, SignIn(used))
    return {"sign_in_token": unused, "session_token": begun.token}


@pytest.fixture
async def worlds(stack: Stack, gateway: Peers) -> Iterator[World]:
    """One after the other, each in an app of its own."""
    connection = await asyncpg.connect(stack.dsn["actions"])
    keys = []
    for app_id in [new_id() for _ in range(MOST_WORLDS)]:
        await connection.execute("insert into apps (id, name) values ($1, 'Visited')", app_id)
        key = await gateway.call(actions.create_api_key, CreateApiKey(ApiKeyFields()), app_id=app_id)
        keys.append(str(key.key))
    await connection.close()
    made = await asyncio.gather(*(a_world(gateway, key) for key in keys))
    return iter([world | message(stack) | _unsubscribing(stack, world) for world in made])


def _unsubscribing(stack: Stack, world: World) -> World:
    """The token of a mail of the world's run, which is in no answer: it is only ever mailed."""
    keyring = Keyring("unsubscribe", stack.environment("workflows")["UNSUBSCRIBE_KEYRING"])
    return {"unsubscribe_token": keyring.token(UUID(world["run_id"]), keyring.newest)}
