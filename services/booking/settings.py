"""What this piece is told by its environment."""

from typing import Annotated, Literal

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
PublicUrl = Annotated[
    PeerUrl, Meta(description="the gateway's public address: visitors come back to it from paying")
]
PaymentProvider = Annotated[
    Literal["none", "sandbox", "stripe"],
    Meta(description="who takes payments: none, sandbox (for trying out), or stripe"),
]
SandboxUrl = Annotated[PeerUrl, Meta(description="where the sandbox answers")]
SandboxSecret = Annotated[
    str, Meta(pattern=r"\A\S{32,}\Z", description="shared with the sandbox: 32 characters at least")
]
StripeKey = Annotated[
    str, Meta(pattern=r"\A[sr]k_(?:test|live)_\S+\Z", description="Stripe's secret or restricted key")
]
StripeSecrets = Annotated[
    str,
    Meta(
        pattern=r"\Awhsec_[^\s,]+(?:,whsec_[^\s,]+)*\Z",
        description="signing secrets of Stripe's webhooks, with commas between",
    ),
]
StripeUrl = Annotated[PeerUrl, Meta(description="where Stripe's API answers")]


class Settings(Struct, frozen=True, kw_only=True):
    database_url: DatabaseUrl
    status_keyring: Keyring
    service_key: ServiceKey
    caller_keys: CallerKeys
    tokens_url: TokensUrl
    public_url: PublicUrl
    payment_provider: PaymentProvider = "none"
    listen: Listen = "127.0.0.1:8082"
    log_level: LogLevel = "info"
    database_pool_size: PoolSize = 10
    database_statement_cache: StatementCache = 100


class SandboxSettings(Struct, frozen=True, kw_only=True):
    """Read when the sandbox takes payments."""

    sandbox_url: SandboxUrl
    sandbox_secret: SandboxSecret


class StripeSettings(Struct, frozen=True, kw_only=True):
    """Read when Stripe takes payments."""

    stripe_key: StripeKey
    stripe_webhook_secrets: StripeSecrets
    stripe_url: StripeUrl = "https://api.stripe.com"
