"""What this piece is told by its environment."""

from typing import Annotated

from msgspec import Meta, Struct

from shared.environment import Listen, LogLevel, PeerUrl

SandboxSecret = Annotated[
    str,
    Meta(
        pattern=r"\A\S{32,}\Z",
        description="shared with booking: opens the API and signs webhooks; 32 characters at least",
    ),
]
RecordsFile = Annotated[
    str, Meta(pattern=r"\A[^\s].*\Z", description="the file that everything is kept in; its folder exists")
]
OwnUrl = Annotated[PeerUrl, Meta(description="the sandbox's own public address, for its checkout pages")]
WebhookUrl = Annotated[
    str,
    Meta(
        pattern=r"\Ahttps?://[^\s/]+/\S*\Z",
        description="where webhooks are sent: the gateway's /webhooks/payments/sandbox",
    ),
]


class Settings(Struct, frozen=True, kw_only=True):
    sandbox_secret: SandboxSecret
    sandbox_records: RecordsFile
    public_url: OwnUrl
    webhook_url: WebhookUrl
    listen: Listen = "127.0.0.1:8085"
    log_level: LogLevel = "info"
