"""Workflows that set each other off, or themselves, come to an end that somebody is told of."""

import json
from typing import Any

from tests.eventually import eventually
from tests.stack import Stack
from tests.system.client import Client
from tests.system.making import a_booking_link, a_link
from tests.webhooks.receiver import receiving
from tests.workflows.making import a_workflow, email, ended, without_standard_workflows
from tests.workflows.post import Post


async def test_a_workflow_that_its_own_link_sets_off_is_stopped_and_an_endpoint_told(
    other_app: Client, post: Post
) -> None:
    await without_standard_workflows(other_app)
    page = await a_booking_link(other_app)
    workflow = await a_workflow(other_app, "single_use_link.created", email())
    async with receiving() as receiver:
        hook = {"url": receiver.url, "events": ["workflow.stopped"]}
        assert (await other_app.post("/v1/webhooks", hook)).status == 201
        link = await a_link(other_app, page)
        runs = await ended(other_app, workflow, 2)
        assert [run["state"] for run in runs] == ["stopped", "done"]
        assert runs[0]["because"] == "the workflow was set off by a link of its own"
        (told,) = await eventually(lambda: receiver.received)
    body = json.loads(told.body)
    assert body["type"] == "workflow.stopped"
    assert body["data"]["workflow_id"] == workflow["id"]
    assert len(post.to(link["contact"]["email"])) == 1


async def test_two_workflows_that_set_off_each_other_come_to_an_end(
    other_app: Client, post: Post, working: Stack
) -> None:
    await without_standard_workflows(other_app)
    page = await a_booking_link(other_app)
    one = await a_workflow(other_app, "single_use_link.created", email(subject="One"), name="One")
    two = await a_workflow(other_app, "single_use_link.created", email(subject="Two"), name="Two")
    link = await a_link(other_app, page)

    async def found() -> list[dict[str, Any]]:
        return [
            run
            for workflow in (one, two)
            for run in (await other_app.get(f"/v1/workflows/{workflow['id']}/runs?limit=200")).data
        ]

    async def both_ways_ended() -> bool:
        because = [run["because"] for run in await found()]
        return because.count("more than 5 runs have led to one another") == 2

    # One sets off two, which sets off one, and the other way round: six runs each.
    await eventually(both_ways_ended, within=60)
    runs = await found()
    assert {run["state"] for run in runs} == {"done", "stopped"}
    assert len([run for run in runs if run["state"] == "done"]) == 12
    assert len(post.to(link["contact"]["email"])) == 12
