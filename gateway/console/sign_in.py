"""`/sign-in`: how to get a link, and what one does; a page asks, and its button spends it."""

from datetime import UTC, datetime, timedelta

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway import problems, reading
from gateway.console import cookies, destinations, frame
from gateway.console.forms import refuse_other_sites
from gateway.problems import DeadEnd
from gateway.site import Site
from gateway.wording import Explanation
from shared.contracts import sessions
from shared.contracts.sessions import SignedIn, SignIn, SignInLink
from shared.errors import Refusal

_ASK = (
    "Ask whoever runs Bookonce for you for a new one. On your own machine, start it again and it prints one."
)
OVER = {
    "link_consumed": Explanation("This sign-in link has been used.", "Each one signs in once.", _ASK),
    "link_expired": Explanation(
        "This sign-in link has expired.", "It works for a short time after it is made.", _ASK
    ),
    "link_unknown": Explanation(
        "We do not know this sign-in link.",
        "Part of the address may have been lost on the way, as happens when a long link is copied.",
        _ASK,
    ),
}


class Asking(Struct, frozen=True):
    """`next` is the page that somebody was going to."""

    next: str = ""
    out: str = ""


async def explain(site: Site, request: Request) -> Response:
    """How to get a sign-in link; whoever is signed in already goes on."""
    asked = reading.query(request, Asking)
    going_to = destinations.local(asked.next)
    if await site.hosts.find(request) is not None:
        return RedirectResponse(going_to, 303)
    page = frame.bare("console/sign_in_how.html", out=bool(asked.out))
    if going_to != destinations.HOME:
        cookies.put_next(page, going_to)
    return page


async def ask(site: Site, request: Request) -> Response:
    """Whom the link would sign in; changes nothing, however often it is opened."""
    try:
        offer = await site.peers.call(sessions.inspect_sign_in, SignInLink(request.path_params["token"]))
    except Refusal as refusal:
        return _over(request, refusal)
    left = lasting(offer.expires_at - datetime.now(UTC))
    return frame.bare("console/sign_in.html", offer=offer, left=left)


def lasting(left: timedelta) -> str:
    """How long that is, as one says it: in minutes, or hours where there are several."""
    minutes = max(1, round(left.total_seconds() / 60))
    number, unit = (round(minutes / 60), "hour") if minutes > 90 else (minutes, "minute")
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


async def spend(site: Site, request: Request) -> Response:
    """Sign in with the link, and go where one was going; a session that the browser had before ends."""
    refuse_other_sites(site, request)
    token = request.path_params["token"]
    site.limits.check_token(token)
    try:
        made = await site.peers.call(sessions.sign_in, SignIn(token, site.hosts.cookie.read(request)))
    except Refusal as refusal:
        return _over(request, refusal)
    return _welcome(site, request, made)


def _welcome(site: Site, request: Request, made: SignedIn) -> Response:
    response = RedirectResponse(cookies.read_next(request), 303)
    seconds = int((made.session.expires_at - datetime.now(UTC)).total_seconds())
    site.hosts.cookie.put(response, made.token, seconds)
    cookies.clear_next(response)
    return response


def _over(request: Request, refusal: Refusal) -> Response:
    """A link that signs nobody in, and what to do now; anything else is for others to tell."""
    if refusal.code not in OVER:
        raise refusal
    words = OVER[refusal.code]
    if not problems.prefers_html(request.headers.get("accept", "")):
        raise DeadEnd(Refusal(refusal.code, words.heading), None, words)
    return frame.bare("console/sign_in_over.html", status=refusal.status, code=refusal.code, words=words)
