"""What the gateway is told by its environment."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from shared.environment import Listen, LogLevel, PeerUrl, ServiceKey

PublicUrl = Annotated[
    PeerUrl, Meta(description="the address that visitors and programs use, without a trailing slash")
]
Switch = Annotated[Literal["on", "off"], Meta(description="limit requests per client: on or off")]
Proxies = Annotated[
    str,
    Meta(
        pattern=r"\A[0-9a-fA-F.:/, ]*\Z",
        description="addresses or networks of proxies whose X-Forwarded-For is believed, with commas between",
    ),
]
MostRequests = Annotated[
    int, Meta(ge=1, description="requests under way at once; what comes on top is answered 503 at once")
]
TokensUrl = Annotated[PeerUrl, Meta(description="where the tokens service answers")]
BookingUrl = Annotated[PeerUrl, Meta(description="where the booking service answers")]
ActionsUrl = Annotated[PeerUrl, Meta(description="where the actions service answers")]
WorkflowsUrl = Annotated[PeerUrl, Meta(description="where the workflows service answers")]


class Settings(Struct, frozen=True, kw_only=True):
    public_url: PublicUrl
    service_key: ServiceKey
    tokens_url: TokensUrl
    booking_url: BookingUrl
    actions_url: ActionsUrl
    workflows_url: WorkflowsUrl
    listen: Listen = "127.0.0.1:8080"
    log_level: LogLevel = "info"
    rate_limits: Switch = "on"
    trusted_proxies: Proxies = ""
    most_requests: MostRequests = 500
