"""Many events, and two replicas that share the work without doing it twice."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import aiohttp
import pytest

from deploy import ports
from deploy.processes import Process
from deploy.readiness import until_ready
from tests.eventually import eventually
from tests.faults.records import fetch
from tests.stack import Stack
from tests.system.client import Client
from tests.system.making import a_booking_link, an_email
from tests.workflows.making import a_workflow, email, without_standard_workflows
from tests.workflows.post import Post

MANY, FOLLOWED, TOLD = 9_500, 500, 60


@pytest.fixture
async def second(working: Stack, tmp_path: Path) -> AsyncIterator[str]:
    """Where another replica of workflows answers, over the same database."""
    port = ports.any_free()
    environment = {**working.environment("workflows"), "LISTEN": f"127.0.0.1:{port}"}
    command = [sys.executable, "-m", "services.workflows", "serve"]
    replica = Process("workflows-2", command, environment=environment, log=tmp_path / "workflows-2.log")
    replica.start()
    try:
        await until_ready(replica, f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        await replica.stop()


async def _steps_done(http: aiohttp.ClientSession, url: str) -> float:
    """How many steps a process has done since it started."""
    async with http.get(f"{url}/metrics") as response:
        lines = (await response.text()).splitlines()
    counts = [line for line in lines if line.startswith("bookonce_workflow_steps_total{")]
    return sum(float(line.rpartition(" ")[2]) for line in counts)


async def test_two_replicas_share_the_work_and_nobody_gets_a_mail_twice(
    other_app: Client, http: aiohttp.ClientSession, post: Post, working: Stack, second: str
) -> None:
    await without_standard_workflows(other_app)
    page = await a_booking_link(other_app)
    steps = (email(subject="First"), email(subject="Second", text="And that is all."))
    await a_workflow(other_app, "sequence_step_due", *steps)
    people = [an_email() for _ in range(TOLD)]
    before = [await _steps_done(http, url) for url in (working.urls["workflows"], second)]
    for address in people:
        contact = {"name": "Amara Okafor", "email": address}
        occasion = {"contact": contact, "booking_link_id": page["id"]}
        assert (await other_app.post("/v1/triggers/sequence_step_due", occasion)).status == 201

    def all_told() -> bool:
        return all(len(post.to(address)) >= 2 for address in people)

    await eventually(all_told, within=120)
    for address in people:
        assert [letter.subject for letter in post.to(address)] == ["First", "Second"]
    after = [await _steps_done(http, url) for url in (working.urls["workflows"], second)]
    shares = [now - then for now, then in zip(after, before, strict=True)]
    assert sum(shares) == 2 * TOLD
    assert min(shares) > 0


@pytest.mark.timeout(400)
async def test_ten_thousand_events_are_drained_and_each_run_keeps_its_order(
    other_app: Client, post: Post, working: Stack
) -> None:
    await without_standard_workflows(other_app)
    pages = [await a_booking_link(other_app) for _ in range(2)]
    notes = [{"type": "crm", "crm": "hubspot", "note": f"Note {number}"} for number in range(3)]
    workflow = await a_workflow(other_app, "single_use_link.created", *notes, booking_link_id=pages[1]["id"])
    for page, number in zip(pages, (MANY, FOLLOWED), strict=True):
        contacts = [{"name": "Amara Okafor", "email": an_email()} for _ in range(number)]
        bulk = {"booking_link_id": page["id"], "contacts": contacts}
        assert (await other_app.post("/v1/single-use-links/bulk", bulk)).status == 200
    told = (
        "select count(*) from events where app_id = (select app_id from events where subject_id = $1 limit 1)"
    )
    (link,) = (await other_app.get("/v1/single-use-links?limit=1")).data
    ((number,),) = await fetch(working.dsn["tokens"], told, UUID(link["id"]))
    assert number == MANY + FOLLOWED
    ended = """
        select count(*) filter (where state = 'done'), count(*) from runs where workflow_id = $1"""

    async def all_ended() -> bool:
        ((done, begun),) = await fetch(working.dsn["workflows"], ended, UUID(workflow["id"]))
        return bool(done == begun == FOLLOWED)

    await eventually(all_ended, within=300, every=0.5)
    order = """
        select array_agg(s.step order by s.at, s.step) from steps_done s join runs r on r.id = s.run_id
        where workflow_id = $1 group by run_id"""
    found = await fetch(working.dsn["workflows"], order, UUID(workflow["id"]))
    assert [row[0] for row in found] == [[0, 1, 2]] * FOLLOWED
    ((left,),) = await fetch(
        working.dsn["workflows"], "select count(*) from pgqueuer where status = 'picked'"
    )
    assert left == 0
