"""What goes wrong, told to the outside: a problem document (RFC 9457), or a page for a browser."""

from typing import Annotated

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response

from gateway import pages, wording
from gateway.visitor.view import Named, PageView
from gateway.wording import Explanation
from shared import telemetry
from shared.errors import STATUS, FieldError, Refusal

HIDDEN = {"caller_not_allowed"}
"""Codes that mean something between pieces only."""

CODES = [*sorted(STATUS.keys() - HIDDEN), "method_not_allowed"]
Code = Annotated[str, Meta(extra_json_schema={"enum": CODES})]

TO_PROGRAMS = {"unauthorized": "There is no genuine API key with this request."}
"""What a program reads where a person would be told something else."""


class DeadEnd(Refusal):
    """A refusal on a booking page that is known, so that the page can name the host.

    `explanation` stands in the place of the code's own words.
    """

    def __init__(
        self, refusal: Refusal, page: PageView | Named | None, explanation: Explanation | None = None
    ) -> None:
        super().__init__(refusal.code, refusal.detail, refusal.errors, refusal.retry_after)
        self.page = page
        self.explanation = explanation


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a request was not done (RFC 9457); nothing was changed."""

    type: str
    title: str
    status: int
    code: Code
    detail: str
    request_id: str
    errors: tuple[FieldError, ...] = ()


def respond(
    request: Request, refusal: Refusal, status: int, headers: dict[str, str] | None = None
) -> Response:
    """The refusal in the form that the client prefers."""
    if refusal.code in HIDDEN:
        refusal, status = Refusal("internal_error"), 500
    code = refusal.code
    headers = _headers(refusal, status) | (headers or {})
    page, own = (refusal.page, refusal.explanation) if isinstance(refusal, DeadEnd) else (None, None)
    explanation = own or wording.explain(code, page.host_name if page else None, refusal.detail)
    request_id = telemetry.request_id.get()
    if prefers_html(request.headers.get("accept", "")):
        return pages.render(
            "problem.html",
            status=status,
            headers=headers,
            code=code,
            explanation=explanation,
            request_id=request_id,
            page=page,
        )
    problem = problem_of(refusal, status, request_id)
    return Response(msgspec.json.encode(problem), status, headers, "application/problem+json")


def problem_of(refusal: Refusal, status: int, request_id: str) -> Problem:
    """The refusal as a program reads it."""
    code = refusal.code
    detail = refusal.detail or _say(refusal.errors) or TO_PROGRAMS.get(code, wording.explain(code).heading)
    title = code.replace("_", " ").capitalize()
    return Problem(f"urn:bookonce:problem:{code}", title, status, code, detail, request_id, refusal.errors)


def prefers_html(accept: str) -> bool:
    """Whether text/html stands higher in the Accept header than JSON (RFC 9110, section 12.5.1)."""
    weights = _weights(accept)
    return weights["html"] > weights["json"]


def prefers_json(accept: str) -> bool:
    """Whether JSON is named there, and stands higher than text/html."""
    weights = _weights(accept)
    return weights["json"] > weights["html"]


def _weights(accept: str) -> dict[str, float]:
    weights = {"html": 0.0, "json": 0.0}
    for part in accept.split(","):
        kind, _, parameters = part.partition(";")
        weight = _quality(parameters)
        if kind.strip() in ("text/html", "application/xhtml+xml"):
            weights["html"] = max(weights["html"], weight)
        elif kind.strip() in ("application/json", "application/problem+json"):
            weights["json"] = max(weights["json"], weight)
    return weights


def _quality(parameters: str) -> float:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def _headers(refusal: Refusal, status: int) -> dict[str, str]:
    headers = {}
    if status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="Bookonce API", charset="UTF-8"'
    if status in (429, 503):
        headers["Retry-After"] = str(max(refusal.retry_after, 1))
    return headers


def _say(errors: tuple[FieldError, ...]) -> str:
    return "; ".join(f"{error.field} {error.message}" for error in errors)
