"""Mail that does not go out: tried again when it may, shown when it cannot, and never with another link."""

from typing import Any

import pytest

from services.workflows.running import LATE
from tests.eventually import eventually
from tests.faults.records import fetch
from tests.stack import Stack
from tests.system.client import Client
from tests.system.making import a_booking_link, a_contact
from tests.workflows.making import a_workflow, reaches, run_now
from tests.workflows.post import Post

# A job that its worker has done with and not put away yet; nobody takes it for lost.
NOT_PUT_AWAY = """
    insert into pgqueuer (priority, entrypoint, dedupe_key, payload, status, heartbeat)
    values (0, 'step', $1, convert_to($1, 'utf8'), 'picked', now() + interval '1 hour')"""


async def _run(app: Client, contact: dict[str, Any], *steps: dict[str, Any]) -> dict[str, Any]:
    page = await a_booking_link(app)
    workflow = await a_workflow(app, "deal_stage_changed", *steps, booking_link_id=page["id"], active=False)
    order = {"contact_id": contact["id"], "booking_link_id": page["id"]}
    begun: dict[str, Any] = (await app.post(f"/v1/workflows/{workflow['id']}/runs", order)).data
    return begun


async def test_a_mail_that_is_not_taken_now_goes_out_later_with_the_same_link(
    app: Client, post: Post
) -> None:
    contact = await a_contact(app)
    post.clerk.answers = {"DATA": "451 come back later"}
    run = await _run(app, contact)
    # Refused after it was read: the clerk has seen what it would have said.
    first = await post.for_(contact["email"])
    waiting = await run_now(app, run)
    assert waiting["state"] == "running"
    post.clerk.answers = {}
    done = await reaches(app, run, "done")
    letters = post.to(contact["email"])
    assert len(letters) >= 2
    assert {letter.message_id for letter in letters} == {first.message_id}
    assert {token for letter in letters for token in letter.tokens} == set(first.tokens)
    assert done["history"][0]["message_id"] == first.message_id


async def test_a_mail_that_is_refused_for_good_fails_the_run_and_may_be_retried_by_hand(
    app: Client, post: Post
) -> None:
    contact = await a_contact(app)
    post.clerk.answers = {"RCPT": "550 no such mailbox"}
    failed = await reaches(app, await _run(app, contact), "failed")
    assert "550 no such mailbox" in failed["because"]
    assert failed["step"] == "1-email"
    assert failed["history"][0]["outcome"] == "failed"
    listed = (await app.get(f"/v1/workflows/{failed['workflow_id']}/runs?state=failed")).data
    assert [run["id"] for run in listed] == [failed["id"]]
    post.clerk.answers = {}
    again = await app.post(f"/v1/workflows/runs/{failed['id']}/retry")
    assert again.data["state"] == "running"
    done = await reaches(app, failed, "done")
    assert [step["outcome"] for step in done["history"]] == ["done"]
    assert len(post.to(contact["email"])) == 1


async def test_a_run_is_retried_at_once_though_its_last_job_is_not_put_away_yet(
    app: Client, post: Post, working: Stack
) -> None:
    contact = await a_contact(app)
    post.clerk.answers = {"RCPT": "550 no such mailbox"}
    failed = await reaches(app, await _run(app, contact), "failed")
    key = f"{failed['id']}:0:0"

    async def put_away() -> bool:
        return not await fetch(working.dsn["workflows"], "select from pgqueuer where dedupe_key = $1", key)

    await eventually(put_away)
    await fetch(working.dsn["workflows"], NOT_PUT_AWAY, key)
    post.clerk.answers = {}
    await app.post(f"/v1/workflows/runs/{failed['id']}/retry")
    await reaches(app, failed, "done", within=LATE.total_seconds() / 2)
    await fetch(working.dsn["workflows"], "delete from pgqueuer where dedupe_key = $1", key)


async def test_a_mail_server_that_is_away_loses_nothing(app: Client, post: Post, working: Stack) -> None:
    contact = await a_contact(app)
    await working.restart("workflows", SMTP_PORT="1")
    run = await _run(app, contact)

    async def tried() -> bool:
        return "cannot be reached" in ((await run_now(app, run))["because"] or "")

    await eventually(tried, within=20)
    await working.restart("workflows", SMTP_PORT=str(post.clerk.port))
    assert (await reaches(app, run, "done"))["history"][0]["outcome"] == "done"
    assert len(post.to(contact["email"])) == 1


async def test_after_a_day_of_trying_the_run_has_failed(app: Client, post: Post, working: Stack) -> None:
    contact = await a_contact(app)
    post.clerk.answers = {"RCPT": "450 busy"}
    run = await _run(app, contact)

    async def postponed() -> bool:
        return bool((await run_now(app, run))["attempts"] >= 1)

    await eventually(postponed, within=20)
    # Instead of waiting for a day: it is the last try that comes next.
    turn = "update runs set attempts = 10, due_at = now() - interval '1 minute' where id = $1"
    await fetch(working.dsn["workflows"], turn, run["id"])
    failed = await reaches(app, run, "failed", within=60)
    assert "450" in failed["because"]
    assert (await app.post(f"/v1/workflows/runs/{run['id']}/retry")).status == 200


@pytest.mark.parametrize("piece", ["tokens", "booking", "actions"])
async def test_a_piece_that_is_away_is_waited_for(
    app: Client, post: Post, working: Stack, piece: str
) -> None:
    contact = await a_contact(app)
    post.clerk.answers = {"DATA": "451 not yet"}
    run = await _run(app, contact)
    first = await post.for_(contact["email"])
    await working.kill(piece)
    post.clerk.answers = {}

    async def missed() -> bool:
        return (await run_now(app, run))["because"] in ("unavailable", "timeout")

    if piece == "booking":
        await eventually(missed, within=20)
    await working.restart(piece)
    await reaches(app, run, "done", within=60)
    assert {letter.message_id for letter in post.to(contact["email"])} == {first.message_id}
