"""How every list is asked for, page by page."""

from uuid import UUID

from msgspec import Struct

from shared.contracts.values import Limit


class Listing(Struct, frozen=True):
    """`cursor` is the `next_cursor` of the page before."""

    limit: Limit = 50
    cursor: UUID | None = None
