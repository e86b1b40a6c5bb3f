"""What this piece is told by its environment."""

from typing import Annotated

from msgspec import Meta, Struct

from shared.environment import CallerKeys, DatabaseUrl, Keys, Listen, LogLevel, PoolSize, StatementCache

Keyring = Annotated[
    Keys,
    Meta(description="keys for link tokens: id:key,id:key (32 bytes, base64url); the first signs"),
]


class Settings(Struct, frozen=True, kw_only=True):
    database_url: DatabaseUrl
    link_keyring: Keyring
    caller_keys: CallerKeys
    listen: Listen = "127.0.0.1:8081"
    log_level: LogLevel = "info"
    database_pool_size: PoolSize = 10
    database_statement_cache: StatementCache = 100
