"""What `services/actions` answers: whether a key is genuine, and what it permits."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from shared.contracts.booking_links import SlotQuery, Slots
from shared.contracts.bookings import Acted, Linkable, Nonce, Subject
from shared.contracts.operation import Nothing, Operation
from shared.contracts.values import Instant, Limit, Name, Once, Origin, WebAddress

OnOpen = Literal["ask", "act"]


class Credential(Struct, frozen=True):
    """An API key as the client sent it."""

    api_key: str


class Principal(Struct, frozen=True):
    """The app that a genuine key belongs to."""

    app_id: UUID
    api_key_id: UUID


class ApiKeyFields(Struct, frozen=True):
    """What an app may say of a new key."""

    name: Name | None = None


class CreateApiKey(Struct, frozen=True):
    fields: ApiKeyFields
    once: Once | None = None


class ApiKey(Struct, frozen=True):
    """An API key as it is listed; `prefix` is how it begins, `key` is there when it is made."""

    id: UUID
    name: str | None
    prefix: str
    created_at: Instant
    last_used_at: Instant | None
    key: str | UnsetType = UNSET


class ApiKeyQuery(Struct, frozen=True):
    """A page of an app's keys, newest first."""

    limit: Limit = 50
    before: UUID | None = None


class ApiKeyPage(Struct, frozen=True):
    rows: list[ApiKey]
    next_before: UUID | None


class App(Struct, frozen=True):
    """A tenant of this installation.

    `redirect_origins` is where its action links may send people afterwards; `action_links_on_open` says
    whether opening one asks first or acts at once.
    """

    id: UUID
    name: str
    created_at: Instant
    redirect_origins: list[str] = []
    action_links_on_open: OnOpen = "ask"


class AppPatch(Struct, frozen=True):
    name: Name | UnsetType = UNSET
    redirect_origins: Annotated[list[Origin], Meta(max_length=100)] | UnsetType = UNSET
    action_links_on_open: OnOpen | UnsetType = UNSET


class Presented(Struct, frozen=True):
    """An action link as somebody brought it: what its path says, and its query."""

    booking_id: str
    action: str
    signature: str
    redirect: str | None = None


class Permit(Struct, frozen=True):
    """What a genuine action link permits, and on what.

    `refusal` is the code that acting would meet now, or None; `replayed` when this link has acted
    already and the booking is still as it left it. `redirect` is where to go afterwards, if anywhere.
    """

    action: Linkable
    on_open: OnOpen
    subject: Subject
    redirect: str | None = None
    refusal: str | None = None
    replayed: bool = False


class Follow(Struct, frozen=True):
    """Do what the link says; `start` is the chosen time of a reschedule."""

    link: Presented
    start: Instant | None = None


class Followed(Struct, frozen=True):
    permit: Permit
    acted: Acted


class PresentedSlots(Struct, frozen=True):
    """Other times for the booking behind a link that may reschedule it."""

    link: Presented
    days: SlotQuery


class Wanted(Struct, frozen=True):
    """Links to make for one booking of the app."""

    booking_id: UUID
    actions: list[Linkable]


class SignMany(Struct, frozen=True):
    wanted: Annotated[list[Wanted], Meta(max_length=200)]


class Signed(Struct, frozen=True):
    """The signatures in the order they were wanted, by action."""

    signatures: list[dict[str, str]]


class ActionLinkFields(Struct, frozen=True):
    """An action link to make.

    Without `expires_at` it never expires; `redirect` becomes part of it and needs no allowed origin; `jti`
    tells it from other links of the same booking and action.
    """

    booking_id: UUID
    action: Linkable
    expires_at: Instant | None = None
    redirect: WebAddress | None = None
    jti: Nonce | None = None


class MakeActionLink(Struct, frozen=True):
    fields: ActionLinkFields
    once: Once | None = None


class SignedLink(Struct, frozen=True):
    signature: str


class CheckStep(Struct, frozen=True):
    """One thing that must hold of a signature; `detail` says what was found, in words for its maker."""

    name: str
    passed: bool
    detail: str


class CheckActionLink(Struct, frozen=True):
    """A signature to look at, and what the address around it would say, as far as that is known."""

    signature: Annotated[str, Meta(max_length=10_000)]
    booking_id: Annotated[str, Meta(max_length=200)] | None = None
    action: Annotated[str, Meta(max_length=200)] | None = None
    redirect: Annotated[str, Meta(max_length=2000)] | None = None


class Checked(Struct, frozen=True):
    """Whether the link would be accepted, and every step up to the first that failed."""

    valid: bool
    steps: list[CheckStep]


_GATEWAY = frozenset({"gateway"})
_WITH_WORKFLOWS = frozenset({"gateway", "workflows"})
_APP = "/internal/apps/{app_id}"
_KEYS = f"{_APP}/api-keys"

authenticate = Operation(
    "actions", "POST", "/internal/authenticate", Credential, Principal, _GATEWAY, repeatable=True
)
create_api_key = Operation("actions", "POST", _KEYS, CreateApiKey, ApiKey, _GATEWAY)
list_api_keys = Operation("actions", "GET", _KEYS, ApiKeyQuery, ApiKeyPage, _GATEWAY, repeatable=True)
delete_api_key = Operation("actions", "DELETE", f"{_KEYS}/{{api_key_id}}", Nothing, ApiKey, _GATEWAY)
get_app = Operation("actions", "GET", _APP, Nothing, App, _WITH_WORKFLOWS, repeatable=True)
change_app = Operation("actions", "PATCH", _APP, AppPatch, App, _GATEWAY, repeatable=True)
inspect_link = Operation("actions", "POST", "/internal/action-links/inspect", Presented, Permit, _GATEWAY)
follow_link = Operation("actions", "POST", "/internal/action-links/follow", Follow, Followed, _GATEWAY)
list_slots = Operation("actions", "POST", "/internal/action-links/slots", PresentedSlots, Slots, _GATEWAY)
sign_links = Operation(
    "actions", "POST", f"{_APP}/action-links/sign", SignMany, Signed, _WITH_WORKFLOWS, repeatable=True
)
make_link = Operation("actions", "POST", f"{_APP}/action-links", MakeActionLink, SignedLink, _GATEWAY)
check_link = Operation("actions", "POST", f"{_APP}/action-links/check", CheckActionLink, Checked, _GATEWAY)
