"""What `services/tokens` answers: whether a single-use link is open, and which booking consumed it."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from shared.contracts.operation import Chunks, Nothing, Operation
from shared.contracts.values import Instant, Label, Limit, Once, Slug

Status = Literal["open", "consumed", "expired", "revoked"]
Verdict = Literal["admitted", "consumed", "refused", "fenced"]


class Source(Struct, frozen=True):
    """Where a link came from; a booking made with it carries the same."""

    channel: Label | None = None
    workflow_id: UUID | None = None
    run_id: UUID | None = None
    step: Label | None = None
    campaign: Label | None = None


class Captured(Struct, frozen=True):
    """The contact as captured when the link was made; the email is empty once erased."""

    id: UUID
    name: str
    email: str


class Mint(Struct, frozen=True):
    """Ask for a fresh link. `expires_at`: absent means 30 days from now, None means never."""

    app_id: UUID
    booking_link_id: UUID
    slug: Slug
    contact: Captured
    expires_at: Instant | None | UnsetType = UNSET
    expires_in_days: Annotated[int, Meta(ge=1, le=3650)] | None = None
    strict_email_match: bool = False
    source: Source = Source()
    once: Once | None = None


class Link(Struct, frozen=True):
    """A single-use link as its owner knows it; `token` is recreated, never stored."""

    id: UUID
    app_id: UUID
    token: str
    status: Status
    booking_link_id: UUID
    slug: str
    contact: Captured
    strict_email_match: bool
    expires_at: Instant | None
    created_at: Instant
    consumed_at: Instant | None
    consumed_by_booking_id: UUID | None
    revoked_at: Instant | None
    source: Source
    opened_count: int = 0
    first_opened_at: Instant | None = None
    last_opened_at: Instant | None = None


class Open(Struct, frozen=True):
    """A token as a visitor brought it, and the email they book with when they already do.

    `counts` when a person opened it: a bare fetch, as a mail scanner makes, does not.
    """

    token: str
    email: str | None = None
    counts: bool = False


class Opened(Struct, frozen=True):
    """The link behind a token; `refusal` is the code a booking would meet now, None when it is open."""

    link: Link
    refusal: str | None


class MintMany(Struct, frozen=True):
    """Ask for one fresh link per contact, otherwise alike."""

    app_id: UUID
    booking_link_id: UUID
    slug: Slug
    contacts: Annotated[list[Captured], Meta(max_length=10_000)]
    expires_at: Instant | None | UnsetType = UNSET
    expires_in_days: Annotated[int, Meta(ge=1, le=3650)] | None = None
    strict_email_match: bool = False
    source: Source = Source()
    once: Once | None = None


class MintReplay(Struct, frozen=True):
    """Ask what an idempotency key has already made."""

    once: Once


class Made(Struct, frozen=True):
    """What is a new link's own, beside its contact."""

    id: UUID
    token: str


class MintedMany(Struct, frozen=True):
    """New links in the order of their contacts: each as `pattern`, but for what is its own.

    `links` in place of these when the idempotency key had made them before.
    """

    links: list[Link] = []
    pattern: Link | None = None
    made: list[Made] = []


class Minted(Struct, frozen=True):
    """Links in the order of their contacts; none when nothing was made yet."""

    links: list[Link]


class LinkFilter(Struct, frozen=True):
    """Which of an app's links; a time from is included, a time to is not.

    `q` is looked for in the captured name and email, whatever its case.
    """

    status: Status | None = None
    booking_link_id: UUID | None = None
    contact_id: UUID | None = None
    campaign: Label | None = None
    created_from: Instant | None = None
    created_to: Instant | None = None
    q: Label | None = None


class LinkQuery(LinkFilter, frozen=True):
    """A page of an app's links, newest first."""

    limit: Limit = 50
    before: UUID | None = None


class LinkExport(LinkFilter, frozen=True):
    """All of an app's links that match, as CSV; `address` goes before each token."""

    address: str = ""


class ChangeExpiry(Struct, frozen=True):
    """A new expiry for a link that is open or expired; None means never."""

    expires_at: Instant | None


class LinkPage(Struct, frozen=True):
    links: list[Link]
    next_before: UUID | None


class Erased(Struct, frozen=True):
    """Whether any link still named the contact; asked again, none does."""

    changed: bool


class Claim(Struct, frozen=True):
    """A booking's claim on a link, with all that the decision needs; the email is empty once erased."""

    app_id: UUID
    booking_link_id: UUID
    email: Annotated[str, Meta(max_length=254)]


class Ruling(Struct, frozen=True):
    """The recorded verdict; `reason` is an error code and given for `refused` alone."""

    verdict: Verdict
    reason: str | None = None


class ConsumedQuery(Struct, frozen=True):
    """Claims that consumed their link, in the order of link ids, for the auditor."""

    after: UUID | None = None
    limit: Annotated[int, Meta(ge=1, le=1000)] = 500


class ConsumedClaim(Struct, frozen=True):
    link_id: UUID
    booking_id: UUID
    link_names: UUID | None
    """What the link's own row says consumed it."""


class ConsumedPage(Struct, frozen=True):
    claims: list[ConsumedClaim]


_GATEWAY = frozenset({"gateway"})
_BOOKING = frozenset({"booking"})
_WITH_WORKFLOWS = frozenset({"gateway", "workflows"})
_OWN = "/internal/apps/{app_id}/links"
_CLAIM = "/internal/links/{link_id}/claims/{booking_id}"

mint = Operation("tokens", "POST", "/internal/links", Mint, Link, _WITH_WORKFLOWS)
replay_mint = Operation("tokens", "POST", f"{_OWN}/replay", MintReplay, Minted, _GATEWAY, repeatable=True)
mint_many = Operation("tokens", "POST", "/internal/links/bulk", MintMany, MintedMany, _GATEWAY)
open_link = Operation("tokens", "POST", "/internal/links/open", Open, Opened, _GATEWAY, repeatable=True)
get_link = Operation("tokens", "GET", f"{_OWN}/{{link_id}}", Nothing, Link, _WITH_WORKFLOWS, repeatable=True)
list_links = Operation("tokens", "GET", _OWN, LinkQuery, LinkPage, _GATEWAY, repeatable=True)
export_links = Operation("tokens", "GET", f"{_OWN}/csv", LinkExport, Chunks, _GATEWAY)
change_expiry = Operation(
    "tokens", "PATCH", f"{_OWN}/{{link_id}}", ChangeExpiry, Link, _GATEWAY, repeatable=True
)
revoke = Operation("tokens", "POST", f"{_OWN}/{{link_id}}/revoke", Nothing, Link, _GATEWAY, repeatable=True)
admit = Operation("tokens", "PUT", f"{_CLAIM}/admission", Claim, Ruling, _BOOKING, repeatable=True)
consume = Operation("tokens", "PUT", _CLAIM, Claim, Ruling, _BOOKING, repeatable=True)
fence = Operation("tokens", "PUT", f"{_CLAIM}/fence", Nothing, Ruling, _BOOKING, repeatable=True)
erase_contact = Operation(
    "tokens",
    "DELETE",
    "/internal/apps/{app_id}/contacts/{contact_id}",
    Nothing,
    Erased,
    _BOOKING,
    repeatable=True,
)
list_consumed = Operation(
    "tokens", "GET", "/internal/claims/consumed", ConsumedQuery, ConsumedPage, _BOOKING, repeatable=True
)
