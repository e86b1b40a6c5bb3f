"""Action links looked at in one thread, against PyJWT's bare decode of the same links: `make bench`."""

import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import jwt

from services.actions import claims, redirects, signatures
from services.actions.signatures import Secret, Signer
from shared.ids import new_id
from tests.bench.ratios import in_turn, speed

LINKS, ROUNDS = 5_000, 7
KEYS = [Secret(f"key-{n}", f"live_api_key_{n:043}", "") for n in range(3)]
ORIGINS = ["https://example.com"]
REDIRECT = "https://example.com/thanks?from=bookonce"
Work = Callable[[str, str], object]


def ours(link: str, booking_id: str) -> object:
    """All that is pure of an examination: shape to redirect."""
    token = signatures.parse(link)
    signatures.verify(token, KEYS)
    said = claims.read(token.payload, booking_id, "cancel")
    claims.check_times(said, time.time())
    return redirects.destination(said.redirect, REDIRECT, ORIGINS)


def bare(secret: Secret, link: str, _: str) -> object:
    """What anybody would write."""
    return jwt.decode(link, secret.text, ["HS256"])


async def measure() -> None:
    """Verifications per second; PyJWT is given the one right key, ours are those of an app with three."""
    for work, secret in (("verify a link", KEYS[0]), ("verify a link, key named by kid", KEYS[2])):
        signer, ids = Signer(secret), [str(new_id()) for _ in range(LINKS)]
        links = [
            (signer.sign({"booking_id": one, "action": "cancel", "exp": 4_000_000_000}), one) for one in ids
        ]
        pairs = await in_turn(_over(ours, links), _over(partial(bare, secret), links), ROUNDS)
        speed(work, pairs, LINKS, "links", ">= 0.5")


def _over(work: Work, links: Sequence[tuple[str, str]]) -> Callable[[], Awaitable[float]]:
    async def run() -> float:
        began = time.perf_counter()
        for link, booking_id in links:
            work(link, booking_id)
        return time.perf_counter() - began

    return run
