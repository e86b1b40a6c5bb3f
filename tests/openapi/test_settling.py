"""A booking whose outcome is not known yet, as the document describes it: only a fault shows one."""

from typing import Any

import jsonschema_rs

from tests.conftest import NewStack
from tests.faults.doorway import book_while
from tests.faults.office import office
from tests.openapi.documents import PUBLIC, exact


def _fits(method: str, path: str, status: int, answer: Any) -> bool:
    described = exact(PUBLIC["paths"][path][method]["responses"][str(status)]["content"]["application/json"])
    schema = described["schema"] | {"components": exact(PUBLIC["components"])}
    return jsonschema_rs.validator_for(schema).is_valid(answer)


async def test_a_booking_that_waits_for_tokens_is_answered_and_asked_for_as_described(
    new_stack: NewStack,
) -> None:
    stack = await new_stack()
    async with office(stack) as fresh:
        start, [ticket] = (await fresh.starts())[0], await fresh.mint()
        answer = await book_while(fresh, ticket, start, lambda: stack.kill("tokens"))
        assert (answer.status, answer.data["state"]) == (202, "confirming")
        assert _fits("post", "/book/{slug}", 202, answer.body)
        assert not _fits("post", "/book/{slug}", 201, answer.body)
        asked = await fresh.ask("GET", answer.data["status_url"])
        assert (asked.status, asked.data["state"]) == (202, "confirming")
        assert _fits("get", "/booking-status/{capability}", 202, asked.body)
