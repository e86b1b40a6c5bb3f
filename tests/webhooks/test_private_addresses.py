"""Unless the operator allows it, no webhook reaches an address of this network, whatever its name says."""

from uuid import UUID

from tests.conftest import NewStack
from tests.faults.records import fetch
from tests.webhooks.conftest import NewOffice
from tests.webhooks.receiver import Receiver

_MOVE = "update webhooks set url = $2 where id = $1"


async def test_a_name_that_resolves_to_this_machine_is_never_connected_to(
    new_stack: NewStack, new_office: NewOffice, receiver: Receiver
) -> None:
    stack = await new_stack(workflows={"WEBHOOK_PRIVATE_ADDRESSES": "refuse"})
    office = await new_office(stack)
    assert (await office.app.post("/v1/webhooks", {"url": receiver.url, "events": ["*"]})).refused == (
        422,
        "validation_failed",
    )
    body = {"url": "https://hooks.example.com/", "events": ["*"]}
    webhook = (await office.app.post("/v1/webhooks", body)).data
    # As if the name, good when it was looked at, now resolved to this machine.
    inside = receiver.url.replace("127.0.0.1", "localhost")
    await fetch(office.dsn, _MOVE, UUID(webhook["id"]), inside)
    await office.tell()
    [attempt] = (await office.delivery(webhook, "pending"))["attempts"]
    assert (attempt["status"], attempt["error"]) == (None, "its address is not a public one")
    assert receiver.received == []
