"""What a workflow may say: refused with its place when it is saved, never when it is too late."""

from typing import Any
from uuid import UUID

import pytest

from shared.call import Peers
from shared.contracts.workflows import Occasion, start_run
from shared.errors import Refusal
from shared.identity import Identity
from tests.faults.records import fetch
from tests.stack import Stack
from tests.system.client import Client
from tests.system.making import NOBODY, a_booking_link, a_contact
from tests.workflows.making import a_workflow, email, ended, reaches, runs_of
from tests.workflows.post import Post


def _fields(*steps: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"name": "Refused", "trigger": "booking.cancelled", "steps": list(steps) or [email()], **fields}


async def test_an_unknown_variable_is_refused_with_the_nearest_one_that_is_known(app: Client) -> None:
    refused = await app.post("/v1/workflows", _fields(email(text="Dear {{ contact.nmae }}")))
    assert refused.refused == (422, "validation_failed")
    (error,) = refused.json["errors"]
    assert error["field"] == "steps[0].text"
    assert "`contact.nmae`: did you mean `contact.name`?" in error["message"]


HOSTILE = [
    "{% for a in data %}{{ a }}{% endfor %}",
    "{% import 'os' as os %}",
    "{{ contact.__class__.__mro__ }}",
    "{{ ''.__class__ }}",
    "{{ 'a' * 1000000000 }}",
    "{{ range(1000000000) }}",
    "{{ contact.name",
    "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
]


@pytest.mark.parametrize("text", HOSTILE)
async def test_a_template_that_does_more_than_say_is_refused(app: Client, text: str) -> None:
    for step in (email(text=text), email(html=text), email(subject=text[:500])):
        refused = await app.post("/v1/workflows", _fields(step))
        assert refused.refused == (422, "validation_failed"), step


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        (_fields(condition={"field": "data.stage"}), "condition"),
        (_fields(condition={"field": "data.stage", "equals": 1, "contains": "a"}), "condition"),
        (_fields(condition={"field": "bookin.state", "equals": "x"}), "condition.field"),
        (_fields({"type": "wait"}), "steps[0].wait"),
        (_fields({"type": "wait", "hours": 1, "before_start": {"hours": 1}}), "steps[0].wait"),
        (_fields({"type": "wait", "days": 300, "hours": 8760}), "steps[0].wait"),
        (_fields({"type": "crm", "crm": "hubspot", "note": "{{ single_use_url }}"}), "steps[0].note"),
        (_fields({"type": "webhook", "webhook_id": NOBODY, "payload": {}}), "steps[0].webhook_id"),
        (_fields(booking_link_id=NOBODY), "booking_link_id"),
        (_fields(email(single_use={"booking_link_id": NOBODY})), "steps[0].single_use.booking_link_id"),
        (_fields(trigger="booking.happened"), "trigger"),
        (_fields(email(to="nobody")), "steps[0].to"),
        (_fields(steps=[]), "steps"),
        (_fields({"type": "letter"}), "steps[0].type"),
    ],
)
async def test_what_cannot_be_done_is_refused_with_its_place(
    app: Client, fields: dict[str, Any], place: str
) -> None:
    refused = await app.post("/v1/workflows", fields)
    assert refused.refused == (422, "validation_failed"), refused.text
    assert place in [error["field"] for error in refused.json["errors"]]


async def test_what_is_refused_changes_nothing(app: Client) -> None:
    workflow = await a_workflow(app, "booking.cancelled", active=False)
    path = f"/v1/workflows/{workflow['id']}"
    for body in ({"steps": [email(text="{{ nobody }}")]}, {"booking_link_id": NOBODY}, {"name": ""}):
        assert (await app.patch(path, body)).status == 422
    assert (await app.get(path)).data == workflow
    assert (await app.patch(path, {"step": []})).refused == (400, "invalid_request")


async def test_a_workflow_is_listed_changed_and_removed(app: Client) -> None:
    workflow = await a_workflow(app, "booking.cancelled", active=False)
    path = f"/v1/workflows/{workflow['id']}"
    assert (await app.get("/v1/workflows?limit=1")).data == [workflow]
    changed = (await app.patch(path, {"name": "Renamed", "condition": None})).data
    assert (changed["name"], changed["version"], changed["steps"]) == ("Renamed", 2, workflow["steps"])
    assert (await app.ask("DELETE", path)).data == changed
    assert (await app.get(path)).refused == (404, "not_found")
    assert workflow["id"] not in {one["id"] for one in (await app.get("/v1/workflows?limit=200")).data}


async def test_the_same_key_makes_one_workflow(app: Client) -> None:
    body = _fields(active=False)
    first, second = [await app.post("/v1/workflows", body, key="one-workflow") for _ in range(2)]
    assert first.data == second.data
    other = await app.post("/v1/workflows", {**body, "name": "Another"}, key="one-workflow")
    assert other.refused == (422, "idempotency_key_reused")


async def test_a_run_keeps_the_steps_that_it_began_with(app: Client, post: Post) -> None:
    page, contact = await a_booking_link(app), await a_contact(app)
    wait = {"type": "wait", "before_start": {"minutes": 1}}
    workflow = await a_workflow(
        app,
        "recruiting_follow_up_due",
        {"type": "wait", "minutes": 60},
        email(subject="As it was"),
        booking_link_id=page["id"],
    )
    order = {"contact_id": contact["id"], "booking_link_id": page["id"]}
    run = (await app.post(f"/v1/workflows/{workflow['id']}/runs", order)).data
    await reaches(app, run, "waiting")
    changed = {"steps": [wait, email(subject="As it is now")]}
    assert (await app.patch(f"/v1/workflows/{workflow['id']}", changed)).data["version"] == 2
    again = (await app.post(f"/v1/workflows/{workflow['id']}/runs", order)).data
    assert (run["version"], again["version"]) == (1, 2)
    # Without a booking there is nothing to wait for before its start: the step after is skipped.
    done = await reaches(app, again, "done")
    assert [step["outcome"] for step in done["history"]] == ["done", "skipped"]
    assert post.to(contact["email"]) == []


async def test_an_app_begins_with_workflows_that_it_may_remove_for_good(
    other_app: Client, visitor: Client
) -> None:
    names = {workflow["name"] for workflow in (await other_app.get("/v1/workflows?limit=200")).data}
    assert {"Confirmation", "Cancelled by the host", "Request, to the host", "Moved by the host"} <= names
    for workflow in (await other_app.get("/v1/workflows?limit=200")).data:
        assert (await other_app.ask("DELETE", f"/v1/workflows/{workflow['id']}")).status == 200
    mine = await a_workflow(other_app, "deal_stage_changed", active=False)
    assert (await other_app.get("/v1/workflows")).data == [mine]


async def test_runs_are_paged_filtered_and_only_a_failed_one_is_retried(app: Client, post: Post) -> None:
    page, contact = await a_booking_link(app), await a_contact(app)
    workflow = await a_workflow(app, "deal_stage_changed", booking_link_id=page["id"])
    order = {"contact_id": contact["id"], "booking_link_id": page["id"]}
    ids = [(await app.post(f"/v1/workflows/{workflow['id']}/runs", order)).data["id"] for _ in range(3)]
    await ended(app, workflow, 3)
    path = f"/v1/workflows/{workflow['id']}/runs"
    first = await app.get(f"{path}?limit=2")
    second = await app.get(f"{path}?limit=2&cursor={first.json['next_cursor']}")
    assert [run["id"] for run in (*first.data, *second.data)] == ids[::-1]
    assert [run["id"] for run in (await app.get(f"{path}?state=done")).data] == ids[::-1]
    assert (await app.get(f"{path}?state=failed")).data == []
    assert (await app.get("/v1/workflows/runs?limit=3&state=done")).data == [*first.data, *second.data]
    retried = await app.post(f"/v1/workflows/runs/{ids[0]}/retry")
    assert retried.refused == (409, "action_not_available")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"contact": {"name": "A", "email": "a@example.com"}, "contact_id": NOBODY}, 422),
        ({"contact_id": NOBODY}, 404),
        ({"booking_id": NOBODY}, 404),
        ({"contact": {"name": "A", "email": "a@example.com"}, "booking_link_id": NOBODY}, 404),
        ({"contact": {"name": "A", "email": "a@example.com"}, "data": {str(n): n for n in range(51)}}, 422),
        ({"contact": {"name": "A\r\nBcc: b@example.com", "email": "a@example.com"}}, 422),
    ],
)
async def test_an_occasion_is_about_somebody_who_is_there(
    app: Client, body: dict[str, Any], status: int
) -> None:
    assert (await app.post("/v1/triggers/deal_stage_changed", body)).status == status


async def test_a_trigger_that_nobody_knows_is_told_which_there_are(app: Client) -> None:
    contact = {"name": "Amara", "email": "amara@example.com"}
    refused = await app.post("/v1/triggers/nonsense", {"contact": contact})
    assert refused.refused == (404, "not_found")
    assert "sequence_step_due" in refused.json["detail"]


async def test_a_nul_in_what_may_hold_anything_is_refused(app: Client) -> None:
    contact = {"name": "Amara", "email": "amara@example.com"}
    for data, place in (({"a": ["b\0"]}, "data.a[0]"), ({"c\0": 1}, "data")):
        refused = await app.post("/v1/triggers/deal_stage_changed", {"contact": contact, "data": data})
        assert refused.refused == (422, "validation_failed")
        assert refused.json["errors"][0]["field"] == place
    condition = {"field": "data.stage", "equals": "\0"}
    assert (await app.post("/v1/workflows", _fields(condition=condition))).status == 422
    spelled = {"contact": contact, "data": {"a": r"\u0000"}}
    assert (await app.post("/v1/triggers/deal_stage_changed", spelled)).status == 201


async def test_a_nul_that_a_piece_brings_is_a_bad_value_too(app: Client, working: Stack) -> None:
    workflow = await a_workflow(app, "deal_stage_changed", active=False)
    of = "select app_id from workflows where id = $1"
    [[app_id]] = await fetch(working.dsn["workflows"], of, workflow["id"])
    gateway = Peers(Identity("gateway", working.environment("gateway")["SERVICE_KEY"]), working.urls)
    for ask in (Occasion(data={"a": "b\0"}), Occasion(data={"a": [{"c\0": 1}]})):
        with pytest.raises(Refusal) as refused:
            await gateway.call(start_run, ask, app_id=app_id, workflow_id=UUID(workflow["id"]))
        assert refused.value.code == "validation_failed"
    await gateway.close()
    assert await runs_of(app, workflow) == []
