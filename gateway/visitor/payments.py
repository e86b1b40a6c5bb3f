"""`POST /webhooks/payments/{provider}`: what a payment provider has to tell, handed on as it came."""

from starlette.requests import Request
from starlette.responses import Response

from gateway import answers
from gateway.describe import describe
from gateway.site import Site
from shared.contracts import bookings
from shared.contracts.bookings import Message
from shared.contracts.operation import Nothing
from shared.errors import Refusal
from shared.serve import read_body

LARGEST_MESSAGE = 256 * 1024
LONGEST_NAME = 50


@describe(answer=Nothing, refuses=("invalid_request", "payload_too_large"), key_needed=False)
async def take_message(site: Site, request: Request) -> Response:
    """Take a payment provider's webhook.

    One that is forged, stale or of another account is refused, and changes nothing.
    """
    provider = request.path_params["provider"]
    if len(provider) > LONGEST_NAME or not provider.isalnum():
        raise Refusal("not_found")
    try:
        body = (await read_body(request.receive, LARGEST_MESSAGE)).decode()
    except UnicodeDecodeError:
        raise Refusal("invalid_request", "The body is not UTF-8.") from None
    signatures = {name: value for name, value in request.headers.items() if name.endswith("-signature")}
    await site.peers.call(bookings.take_message, Message(signatures, body), provider=provider)
    return answers.data(Nothing())
