"""The workflows process dies between an event and its mail: the mail comes, with the one link made for it."""

import pytest

from tests.faults.records import fetch
from tests.stack import Stack
from tests.system.client import Client
from tests.workflows.making import a_booking, a_workflow, email, ended
from tests.workflows.post import Post

POINTS = [
    "workflows.before_taking",
    "workflows.after_taking",
    "workflows.before_step",
    "workflows.after_mint",
    "workflows.after_mail",
    "workflows.after_step",
    "workflows.after_concluding",
]
_MINTED = """
    select count(*) from scheduling_single_use_links
    where workflow_id = $1 and contact_email = $2"""


@pytest.mark.parametrize("point", POINTS)
async def test_a_kill_loses_no_mail_and_changes_no_link(
    app: Client, visitor: Client, post: Post, working: Stack, point: str
) -> None:
    booking = await a_booking(app, visitor)
    address = booking["link"]["contact"]["email"]
    await post.for_(address, "Confirmed")
    workflow = await a_workflow(
        app,
        "booking.no_show_marked",
        email(to="customer", subject="Sorry"),
        email(to="customer", subject="The end", text="Bye"),
        booking_link_id=booking["page"]["id"],
    )
    await working.restart("workflows", FAULTS=f"{point}:kill")
    assert (await app.put(f"/v1/bookings/{booking['id']}/no_show")).status == 200
    assert await working.ended("workflows", within=30) == -9
    await working.restart("workflows", FAULTS=None)
    (run,) = await ended(app, workflow, within=60)
    assert run["state"] == "done", run
    letters = post.to(address, "Sorry")
    assert letters, "the mail was lost"
    assert len({letter.message_id for letter in letters}) == 1
    assert len({letter.tokens[0] for letter in letters}) == 1
    assert len({letter.message_id for letter in post.to(address, "The end")}) == 1
    minted = await fetch(working.dsn["tokens"], _MINTED, workflow["id"], address)
    assert minted[0][0] == 1
    if point not in ("workflows.after_mail", "workflows.after_step"):
        assert len(letters) == 1
    await app.patch(f"/v1/workflows/{workflow['id']}", {"active": False})
