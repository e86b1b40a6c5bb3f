"""Forms that a page of our own has posted."""

from urllib.parse import parse_qsl

from starlette.requests import Request

from deploy.sandbox_payments.refused import Refused
from shared.serve import read_body

LARGEST_FORM = 8 * 1024


async def read(request: Request) -> dict[str, str]:
    """The fields by name; Refused when the form was posted from another site's page."""
    # Browsers say where a request comes from; the switches must not be flipped by any page that is open.
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Refused(403, "other_site", "This form can only be posted from its own page.")
    body = await read_body(request.receive, LARGEST_FORM)
    return dict(parse_qsl(body.decode("latin-1"), keep_blank_values=True))
