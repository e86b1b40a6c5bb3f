"""What a handler takes and gives, said once beside it; the public OpenAPI document is made of this."""

from collections.abc import Callable
from typing import Any, TypeVar

from msgspec import Struct

Handler = TypeVar("Handler", bound=Callable[..., Any])


class Description(Struct, frozen=True, kw_only=True):
    """Structs of the query, the body and what stands under `data`; `rows` when that is a list of them.

    `settling` stands under `data` of a 202; `moved` is the status of a redirect that it may answer.
    `refuses` are the codes that this call alone knows; those that follow from what it takes go without
    saying. `keyed` calls take an Idempotency-Key. An `optional` body may be left out; so may that of a
    `form`, which may come as a form's fields too. `page`: a browser gets one, not a document. `example` is
    a body, or a query where there is no body, that works once its ids, token and start are real ones.
    """

    query: Any = None
    body: Any = None
    answer: Any = None
    rows: bool = False
    status: int = 200
    settling: Any = None
    moved: int = 0
    media_type: str = "application/json"
    refuses: tuple[str, ...] = ()
    example: dict[str, Any] | None = None
    key_needed: bool = True
    keyed: bool = False
    optional: bool = False
    form: bool = False
    page: bool = False


descriptions: dict[Callable[..., Any], Description] = {}
"""By handler."""


def describe(**said: Any) -> Callable[[Handler], Handler]:
    """Say what a handler takes and gives; its docstring is summary and description."""

    def note(handler: Handler) -> Handler:
        descriptions[handler] = Description(**said)
        return handler

    return note
