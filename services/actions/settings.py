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
    Meta(description="keys for API keys: id:key,id:key (32 bytes, base64url); the first signs"),
]
LinkKeyring = Annotated[
    Keys,
    Meta(description="keys for the apps' hidden keys: id:key,id:key (32 bytes, base64url); the first signs"),
]
SignInKeyring = Annotated[
    Keys,
    Meta(description="keys for sign-in links: id:key,id:key (32 bytes, base64url); the first signs"),
]
SessionKeyring = Annotated[
    Keys,
    Meta(description="keys for sessions of hosts: id:key,id:key (32 bytes, base64url); the first signs"),
]
BookingUrl = Annotated[PeerUrl, Meta(description="where the booking service answers")]


class Settings(Struct, frozen=True, kw_only=True):
    database_url: DatabaseUrl
    api_key_keyring: Keyring
    action_link_keyring: LinkKeyring
    sign_in_keyring: SignInKeyring
    session_keyring: SessionKeyring
    service_key: ServiceKey
    caller_keys: CallerKeys
    booking_url: BookingUrl
    listen: Listen = "127.0.0.1:8083"
    log_level: LogLevel = "info"
    database_pool_size: PoolSize = 5
    database_statement_cache: StatementCache = 100
