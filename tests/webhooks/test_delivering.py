"""What happens to an app is told to its endpoints: signed, until they have taken it."""

import pytest
from standardwebhooks.webhooks import WebhookVerificationError

from tests.eventually import eventually
from tests.faults.records import fetch
from tests.webhooks.conftest import NewOffice
from tests.webhooks.office import Office, verified
from tests.webhooks.receiver import Receiver, answering, receiving


async def test_an_event_arrives_signed_and_is_listed_with_request_and_answer(
    office: Office, receiver: Receiver
) -> None:
    receiver.answers.append(answering(200, "thanks"))
    webhook = await office.webhook(receiver)
    event = await office.tell("booking.confirmed", graph="instant")
    delivery = await office.delivery(webhook, "delivered")
    [came] = receiver.received
    said = verified(webhook["secret"], came)
    assert (said["type"], said["data"]) == (
        "booking.confirmed",
        {"id": str(event.subject_id), "graph": "instant"},
    )
    assert came.id == delivery["id"]
    assert delivery["request"]["body"].encode() == came.body
    assert delivery["request"]["headers"].items() <= came.headers.items()
    [attempt] = delivery["attempts"]
    assert (attempt["status"], attempt["error"], attempt["response_body"]) == (200, None, "thanks")
    assert (delivery["event_id"], delivery["next_attempt_at"]) == (str(event.id), None)


async def test_an_endpoint_is_told_only_what_it_asked_for_and_each_event_once(office: Office) -> None:
    async with receiving() as all_, receiving() as some:
        await office.webhook(all_)
        await office.webhook(some, "booking.cancelled")
        await office.tell("booking.confirmed")
        cancelled = await office.tell("booking.cancelled")
        await office.tell_again(cancelled)
        await office.tell("booking.created")
        await eventually(lambda: len(all_.received) == 3 and len(some.received) == 1)
        [[waiting]] = await fetch(
            office.dsn, "select count(*) from webhook_deliveries where event_id = $1", cancelled.id
        )
        assert waiting == 2


async def test_no_app_is_told_of_another(office: Office, new_office: NewOffice, receiver: Receiver) -> None:
    other = await new_office()
    webhook = await office.webhook(receiver)
    async with receiving() as elsewhere:
        await other.webhook(elsewhere)
        await other.tell()
        await eventually(lambda: len(elsewhere.received) == 1)
    assert await office.deliveries(webhook) == []
    assert receiver.received == []


async def test_a_refused_delivery_comes_again_with_the_same_id_and_body(
    office: Office, receiver: Receiver
) -> None:
    receiver.answers.extend([answering(500, "oops"), answering(302, location=receiver.url)])
    webhook = await office.webhook(receiver)
    await office.tell()
    first = await office.delivery(webhook, "pending", attempts=1)
    assert first["next_attempt_at"] is not None
    await office.now(first["id"])
    await office.delivery(webhook, "pending", attempts=2)
    await office.now(first["id"])
    last = await office.delivery(webhook, "delivered", attempts=3)
    assert [one["status"] for one in last["attempts"]] == [500, 302, 204]
    assert {came.id for came in receiver.received} == {first["id"]}
    assert len({came.body for came in receiver.received}) == 1


async def test_a_delivery_is_repeated_by_hand_with_the_id_and_the_body_that_it_had(
    office: Office, receiver: Receiver
) -> None:
    webhook = await office.webhook(receiver)
    await office.tell()
    delivery = await office.delivery(webhook, "delivered")
    again = (await office.app.post(f"/v1/webhooks/deliveries/{delivery['id']}/redeliver")).data
    assert (again["id"], again["status"]) == (delivery["id"], "pending")
    await office.delivery(webhook, "delivered", attempts=2)
    first, second = receiver.received
    assert (first.id, first.body) == (second.id, second.body)


async def test_while_a_secret_is_replaced_both_sign_and_later_only_the_new_one(
    office: Office, receiver: Receiver
) -> None:
    old = await office.webhook(receiver)
    new = (await office.app.post(f"/v1/webhooks/{old['id']}/rotate-secret")).data
    await office.tell()
    delivery = await office.delivery(old, "delivered")
    for secret in (old["secret"], new["secret"]):
        verified(secret, receiver.received[0])
    await fetch(office.dsn, "update webhooks set former_until = now() where id = $1", new["id"])
    await office.app.post(f"/v1/webhooks/deliveries/{delivery['id']}/redeliver")
    await office.delivery(old, "delivered", attempts=2)
    verified(new["secret"], receiver.received[1])
    with pytest.raises(WebhookVerificationError):
        verified(old["secret"], receiver.received[1])


async def test_after_the_last_attempt_a_delivery_has_failed(office: Office, receiver: Receiver) -> None:
    receiver.answers.append(answering(500))
    webhook = await office.webhook(receiver)
    await office.tell()
    delivery = await office.delivery(webhook, "pending")
    receiver.answers.append(answering(500))
    await fetch(
        office.dsn,
        "update webhook_deliveries set failures = 8, due_at = now() where webhook_id = $1",
        webhook["id"],
    )
    failed = await office.delivery(webhook, "failed", attempts=2)
    assert failed["next_attempt_at"] is None
    assert [one["id"] for one in await office.deliveries(webhook, "?status=failed")] == [delivery["id"]]
    assert await office.deliveries(webhook, "?status=pending") == []
    assert (await office.read(webhook))["status"] == "active"


async def test_deliveries_are_listed_page_by_page(office: Office, receiver: Receiver) -> None:
    webhook = await office.webhook(receiver)
    told = [str((await office.tell()).id) for _ in range(3)]
    path = f"/v1/webhooks/{webhook['id']}/deliveries?limit=2"
    first = (await office.app.get(path)).json
    rest = (await office.app.get(f"{path}&cursor={first['next_cursor']}")).json
    listed = [one["event_id"] for one in first["data"] + rest["data"]]
    assert (listed, rest["next_cursor"]) == (told[::-1], None)
