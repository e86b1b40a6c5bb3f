"""Killed at any place between taking a delivery and noting it, workflows repeats it with the same id."""

import pytest

from tests.conftest import NewStack
from tests.eventually import eventually
from tests.faults.records import fetch
from tests.webhooks.conftest import NewOffice
from tests.webhooks.receiver import Receiver

_LEASES_END = "update webhook_deliveries set due_at = now() where due_at is not null"


@pytest.mark.parametrize(("point", "copies"), [("ready", 1), ("sent", 2), ("noted", 1)])
async def test_a_delivery_survives_its_sender(
    new_stack: NewStack, new_office: NewOffice, receiver: Receiver, point: str, copies: int
) -> None:
    stack = await new_stack(workflows={"FAULTS": f"webhook.{point}:kill"})
    office = await new_office(stack)
    webhook = await office.webhook(receiver)
    await office.tell()
    assert await stack.ended("workflows") == -9
    await fetch(office.dsn, _LEASES_END)
    await stack.restart("workflows", FAULTS=None)
    delivery = await office.delivery(webhook, "delivered")
    await eventually(lambda: len(receiver.received) == copies)
    assert {(came.id, came.body) for came in receiver.received} == {
        (delivery["id"], delivery["request"]["body"].encode())
    }
