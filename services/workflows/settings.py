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

DirectUrl = Annotated[
    str,
    Meta(
        pattern=r"\A(?:postgres(?:ql)?://\S+)?\Z",
        description="the same database past any PgBouncer, for LISTEN; DATABASE_URL where there is none",
    ),
]
VaultKeyring = Annotated[
    Keys,
    Meta(description="keys that seal secrets at rest: id:key,id:key (32 bytes, base64url); the first seals"),
]
UnsubscribeKeyring = Annotated[
    Keys,
    Meta(description="keys for unsubscribing: id:key,id:key (32 bytes, base64url); the first signs"),
]
TokensUrl = Annotated[PeerUrl, Meta(description="where the tokens service answers")]
BookingUrl = Annotated[PeerUrl, Meta(description="where the booking service answers")]
ActionsUrl = Annotated[PeerUrl, Meta(description="where the actions service answers")]
PublicUrl = Annotated[PeerUrl, Meta(description="the gateway's public address, for links in messages")]
SmtpHost = Annotated[str, Meta(pattern=r"\A\S+\Z", description="the mail server")]
SmtpPort = Annotated[int, Meta(ge=1, le=65_535, description="its port")]
SmtpSecurity = Annotated[
    Literal["none", "starttls", "tls"],
    Meta(description="none, starttls (refused where it is not offered) or tls"),
]
SmtpUsername = Annotated[
    str, Meta(pattern=r"\A[^\x00-\x1f\x7f]*\Z", description="for a mail server that asks who is there")
]
SmtpPassword = Annotated[
    str, Meta(pattern=r"\A[^\x00-\x1f\x7f]*\Z", description="the password that goes with it")
]
MailFrom = Annotated[
    str,
    Meta(
        pattern=r"\A[^@\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+\Z",
        description="sender: Name <address>, or an address",
    ),
]
PrivateAddresses = Annotated[
    Literal["refuse", "allow"],
    Meta(description="whether webhooks may go to loopback and private addresses: refuse or allow"),
]
HubspotUrl = Annotated[PeerUrl, Meta(description="where HubSpot's API answers")]
SalesforceLoginUrl = Annotated[PeerUrl, Meta(description="where Salesforce gives access tokens")]


class Settings(Struct, frozen=True, kw_only=True):
    database_url: DatabaseUrl
    vault_keyring: VaultKeyring
    unsubscribe_keyring: UnsubscribeKeyring
    service_key: ServiceKey
    caller_keys: CallerKeys
    tokens_url: TokensUrl
    booking_url: BookingUrl
    actions_url: ActionsUrl
    public_url: PublicUrl
    smtp_host: SmtpHost
    mail_from: MailFrom
    smtp_port: SmtpPort = 587
    smtp_security: SmtpSecurity = "starttls"
    smtp_username: SmtpUsername = ""
    smtp_password: SmtpPassword = ""
    webhook_private_addresses: PrivateAddresses = "refuse"
    hubspot_url: HubspotUrl = "https://api.hubapi.com"
    salesforce_login_url: SalesforceLoginUrl = "https://login.salesforce.com"
    listen: Listen = "127.0.0.1:8084"
    log_level: LogLevel = "info"
    database_pool_size: PoolSize = 10
    database_statement_cache: StatementCache = 100
    direct_database_url: DirectUrl = ""
