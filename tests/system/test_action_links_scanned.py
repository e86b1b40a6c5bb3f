"""Mail scanners and previews open every link of a message, some many times: nothing changes."""

import asyncio

from tests.system.client import Client
from tests.system.following import ACTIONS, HTML, link, offering
from tests.system.ledger import Ledger

SCANNERS = (
    {"User-Agent": "Mozilla/5.0 (compatible; Barracuda Sentinel)"},
    {"User-Agent": "Mozilla/5.0", "Sec-Fetch-Dest": "document", "Sec-Fetch-User": "?1", **HTML},
    {"Accept": "*/*", "Sec-Purpose": "prefetch;prerender"},
    {"Accept": "image/*"},
)


async def test_whatever_opens_the_links_of_a_message_changes_nothing(
    app: Client, visitor: Client, ledger: Ledger
) -> None:
    waiting, confirmed = await offering(app, "confirm"), await offering(app, "cancel")
    bookings = {action: waiting if action in ("confirm", "decline") else confirmed for action in ACTIONS}
    addresses = [link(app, booking, action) for action, booking in bookings.items()]
    before = await ledger.contents()
    answers = await asyncio.gather(
        *(
            visitor.ask(method, address, headers=headers)
            for address in addresses
            for headers in SCANNERS
            for method in ("GET", "HEAD")
        ),
        *(visitor.get(addresses[0], headers=HTML) for _ in range(50)),
    )
    assert {answer.status for answer in answers} == {200}
    assert await ledger.contents() == before
