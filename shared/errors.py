"""The closed list of errors that cross the wire between pieces; only the gateway shows them outside."""

from msgspec import Struct

STATUS = {
    "invalid_request": 400,
    "redirect_not_allowed": 400,
    "unauthorized": 401,
    "email_mismatch": 403,
    "link_wrong_template": 403,
    "single_use_link_required": 403,
    "action_link_invalid": 403,
    "caller_not_allowed": 403,
    "not_found": 404,
    "link_unknown": 404,
    "slot_taken": 409,
    "link_in_use": 409,
    "slug_in_use": 409,
    "action_not_available": 409,
    "link_expired": 410,
    "link_consumed": 410,
    "link_revoked": 410,
    "booking_link_inactive": 410,
    "action_link_expired": 410,
    "payload_too_large": 413,
    "unsupported_media_type": 415,
    "validation_failed": 422,
    "idempotency_key_reused": 422,
    "too_many_requests": 429,
    "internal_error": 500,
    "unavailable": 503,
    "timeout": 504,
}
"""HTTP status of each code."""


class FieldError(Struct, frozen=True):
    """One bad value: where it stands (`contact.email`) and what to do about it."""

    field: str
    message: str


class Refusal(Exception):
    """A request that was not done, and why; nothing was changed.

    `code` is a key of STATUS; `detail` is a sentence fit for the outside, or None.
    """

    def __init__(
        self, code: str, detail: str | None = None, errors: tuple[FieldError, ...] = (), retry_after: int = 0
    ) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.errors = errors
        self.retry_after = retry_after

    @property
    def status(self) -> int:
        return STATUS.get(self.code, 500)  # A newer neighbour may know more codes.


class WireError(Struct, frozen=True, omit_defaults=True):
    """How a Refusal travels between pieces."""

    code: str
    detail: str | None = None
    errors: tuple[FieldError, ...] = ()
    retry_after: int = 0


def invalid(field: str, message: str) -> Refusal:
    """A value of the right type that cannot be used."""
    return Refusal("validation_failed", errors=(FieldError(field, message),))
