"""What one piece offers another: a method, a path, a question and an answer."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from msgspec import Struct

Ask = TypeVar("Ask")
Answer = TypeVar("Answer")


class Nothing(Struct, frozen=True):
    """An empty question or answer."""


class Chunks(Struct, frozen=True):
    """An answer that is streamed as bytes, piece by piece, instead of being one struct."""


@dataclass(frozen=True, eq=False)
class Operation(Generic[Ask, Answer]):
    """One call across the wire; the server's route and the client's call both derive from it.

    `ask` travels as JSON, or as query parameters when the method is GET. `repeatable` says that
    sending it twice does what sending it once does, so the client may retry; an operation whose
    handler itself calls another piece is never marked so, which keeps retries in one layer.
    `callers` are the pieces that may send it.
    """

    owner: str
    method: str
    path: str
    ask: type[Ask]
    answer: type[Answer]
    callers: frozenset[str] = field(default_factory=frozenset)
    repeatable: bool = False
