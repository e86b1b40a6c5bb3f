"""An endpoint that wants no more, or has failed for days, is left alone, and the app's others are told."""

import pytest

from tests.eventually import eventually
from tests.webhooks.office import Office, verified
from tests.webhooks.receiver import Receiver, answering, receiving


async def test_an_endpoint_that_is_gone_is_disabled_at_once_and_the_others_are_told(
    office: Office, receiver: Receiver
) -> None:
    receiver.answers.append(answering(410))
    webhook = await office.webhook(receiver, "booking.confirmed")
    async with receiving() as other:
        witness = await office.webhook(other, "webhook.disabled")
        await office.tell()
        await eventually(lambda: len(other.received) == 1)
        said = verified(witness["secret"], other.received[0])
    assert (said["type"], said["data"]) == ("webhook.disabled", {"id": webhook["id"], "because": "gone"})
    now = await office.read(webhook)
    assert (now["status"], now["disabled_because"]) == ("disabled", "gone")
    assert (await office.delivery(webhook, "failed"))["attempts"][0]["status"] == 410


@pytest.mark.parametrize(("hours", "status"), [(119, "active"), (120, "disabled")])
async def test_an_endpoint_is_disabled_after_five_days_without_a_success(
    office: Office, receiver: Receiver, hours: int, status: str
) -> None:
    receiver.answers.extend([answering(500), answering(500)])
    webhook = await office.webhook(receiver)
    await office.tell()
    delivery = await office.delivery(webhook, "pending")
    await office.has_failed_for(webhook, hours)
    await office.now(delivery["id"])
    await office.delivery(webhook, "failed" if status == "disabled" else "pending", attempts=2)
    now = await office.read(webhook)
    assert now["status"] == status
    assert (now["disabled_because"] == "failing") == (status == "disabled")


async def test_one_success_begins_the_days_anew(office: Office, receiver: Receiver) -> None:
    webhook = await office.webhook(receiver)
    await office.has_failed_for(webhook, 200)
    await office.tell()
    await office.delivery(webhook, "delivered")
    receiver.answers.append(answering(500))
    await office.tell()
    await eventually(lambda: len(receiver.received) == 2)
    await eventually(lambda: _failed(office, webhook))
    assert (await office.read(webhook))["status"] == "active"


async def _failed(office: Office, webhook: dict[str, str]) -> bool:
    return any(one["attempts"] for one in await office.deliveries(webhook, "?status=pending"))


async def test_a_disabled_endpoint_is_told_nothing_until_it_is_enabled(
    office: Office, receiver: Receiver
) -> None:
    receiver.answers.append(answering(410))
    webhook = await office.webhook(receiver)
    await office.tell()
    delivery = await office.delivery(webhook, "failed")
    again = f"/v1/webhooks/deliveries/{delivery['id']}/redeliver"
    assert (await office.app.post(again)).refused == (409, "action_not_available")
    await office.tell()
    assert len(await office.deliveries(webhook)) == 1
    enabled = (await office.app.post(f"/v1/webhooks/{webhook['id']}/enable")).data
    assert (enabled["status"], enabled["disabled_at"]) == ("active", None)
    await office.app.post(again)
    await office.delivery(webhook, "delivered", attempts=2)
    assert len(receiver.received) == 2
