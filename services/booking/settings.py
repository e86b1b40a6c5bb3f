"""What this piece is told by its environment."""

from typing import Annotated

from msgspec import Meta, Struct

from shared.environment import (
    CallerKeys,
    DatabaseUrl,
    Keys,
    Listen,
    LogLevel,
    PeerUrl,
    PoolSize,
    ServiceKey,
    StatementCache,
)

Keyring = Annotated[
    Keys,
    Meta(description="keys for status URLs: id:key,id:key (32 bytes, base64url); the first signs"),
]
TokensUrl = Annotated[PeerUrl, Meta(description="where the tokens service answers")]


class Settings(Struct, frozen=True, kw_only=True):
    database_url: DatabaseUrl
    status_keyring: Keyring
    service_key: ServiceKey
    caller_keys: CallerKeys
    tokens_url: TokensUrl
    listen: Listen = "127.0.0.1:8082"
    log_level: LogLevel = "info"
    database_pool_size: PoolSize = 10
    database_statement_cache: StatementCache = 100
