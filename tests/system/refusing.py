"""What every refusal has to be: a code of the public table, and not a word about the inside."""

import re

from tests.system.client import Answer

CODES = {
    "invalid_request": 400,
    "redirect_not_allowed": 400,
    "unauthorized": 401,
    "email_mismatch": 403,
    "link_wrong_template": 403,
    "single_use_link_required": 403,
    "action_link_invalid": 403,
    "not_found": 404,
    "link_unknown": 404,
    "method_not_allowed": 405,
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
}
"""Status of each public code, written down again so that the code's own table is not its witness."""

INSIDE = re.compile(
    r"Traceback|File \"|\.py\b|asyncpg|psycopg|msgspec|starlette|uvicorn|Error\b|Exception"
    r"|(?i:\bselect\b.*\bfrom\b|insert into|\bupdate\b.*\bset\b|constraint|relation \")"
    r"|127\.0\.0\.1|localhost|/internal|/(?:home|root|usr|opt|tmp|var)/|site-packages|postgres|services\.|shared\."
)


def properly(answer: Answer) -> str:
    """The code of a refusal that gives nothing away; anything else fails the test."""
    assert 400 <= answer.status < 500, (answer.status, answer.text[:500])
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["X-Request-Id"]
    problem = answer.json
    assert CODES.get(problem["code"]) == answer.status == problem["status"]
    leaked = INSIDE.search(answer.text)
    assert leaked is None, leaked
    assert len(answer.text) < 4096
    code: str = problem["code"]
    return code
