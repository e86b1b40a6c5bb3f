"""A booking's claim on a link, put to tokens over the wire and signed as the booking service signs."""

from uuid import UUID

from shared.contracts import tokens
from shared.contracts.operation import Nothing
from shared.contracts.tokens import Claim, Ruling
from shared.errors import Refusal
from tests.faults.desk import desk
from tests.faults.office import Office
from tests.faults.records import fetch

_APP = "select app_id from booking_links where id = $1"


async def consume(office: Office, link_id: UUID, booking_id: UUID) -> str:
    """Ask to consume the link: the verdict, a refusal's reason, or the code of the error, in one word."""
    claim = Claim(
        (await fetch(office.stack.dsn["booking"], _APP, office.id))[0][0], office.id, "vera@example.com"
    )
    async with desk(office.stack) as own:
        try:
            return _word(await own.peers.call(tokens.consume, claim, link_id=link_id, booking_id=booking_id))
        except Refusal as refusal:
            return refusal.code


async def fence(office: Office, link_id: UUID, booking_id: UUID) -> str:
    """Give the claim up: the verdict that stands from now on, or the code of the error."""
    async with desk(office.stack) as own:
        try:
            return _word(
                await own.peers.call(tokens.fence, Nothing(), link_id=link_id, booking_id=booking_id)
            )
        except Refusal as refusal:
            return refusal.code


def _word(ruling: Ruling) -> str:
    return ruling.reason or ruling.verdict
