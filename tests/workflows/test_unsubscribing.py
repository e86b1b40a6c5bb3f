"""Mails that programs set off can be ended by whom they reach; those about one's own booking cannot."""

from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from shared.capability import Keyring
from shared.ids import new_id
from tests.eventually import eventually
from tests.faults.records import fetch
from tests.stack import Stack
from tests.system import client
from tests.system.client import Client
from tests.system.making import a_booking_link, a_contact, a_link, book_with
from tests.workflows.making import a_workflow, email, ended
from tests.workflows.post import Letter, Post

ONE_CLICK = (
    ("application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"),
    (
        "multipart/form-data; boundary=b",
        '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
    ),
)
"""Both forms in which mail programs may say it (RFC 8058, section 3.2)."""
BROWSER = {"Accept": "text/html"}
NEWS = email(subject="News", text="Hello {{ contact.first_name }}")
UNSUBSCRIBED = "the contact has unsubscribed"


def _path(letter: Letter) -> str:
    """Where its recipient unsubscribes."""
    return urlsplit(str(letter.message["List-Unsubscribe"]).strip("<>")).path


async def _trigger(app: Client, contact: dict[str, Any]) -> None:
    told = await app.post("/v1/triggers/sequence_step_due", {"contact_id": contact["id"]})
    assert told.status == 201, told.text


async def _outcome(app: Client, workflow: dict[str, Any], number: int) -> list[Any]:
    """What became of the workflow's runs, newest first: of each its step's outcome and why."""
    runs = await ended(app, workflow, number)
    return [(step["outcome"], step["detail"]) for run in runs for step in run["history"]]


async def _a_letter(app: Client, post: Post, contact: dict[str, Any]) -> tuple[dict[str, Any], Letter]:
    """A workflow on a program's trigger, and the first mail that it sends the contact."""
    workflow = await a_workflow(app, "sequence_step_due", NEWS)
    await _trigger(app, contact)
    return workflow, await post.for_(contact["email"], "News")


async def test_a_post_ends_mails_of_programs_and_only_those_of_this_app(
    other_app: Client, visitor: Client, post: Post, http: aiohttp.ClientSession, working: Stack
) -> None:
    contact = await a_contact(other_app)
    workflow, letter = await _a_letter(other_app, post, contact)
    third = client.program(http, working.gateway, await working.create_app("A third"))
    of_theirs = await a_contact(third, email=contact["email"])
    for kind, body in ONE_CLICK:
        done = await visitor.ask("POST", _path(letter), data=body, headers={"Content-Type": kind})
        assert done.data == {"app_name": "Another", "unsubscribed": True}
    await _trigger(other_app, contact)
    assert await _outcome(other_app, workflow, 2) == [("skipped", UNSUBSCRIBED), ("done", None)]
    assert len(post.to(contact["email"])) == 1
    await a_workflow(third, "sequence_step_due", NEWS)
    await _trigger(third, of_theirs)
    assert (await post.for_(contact["email"], "News", number=2)).message["From"].startswith("A third")


async def test_mails_about_bookings_offer_no_unsubscribing_and_come_to_those_who_did(
    other_app: Client, visitor: Client, post: Post
) -> None:
    page, contact = await a_booking_link(other_app), await a_contact(other_app)
    _, letter = await _a_letter(other_app, post, contact)
    assert (await visitor.post(_path(letter))).status == 200
    link = await a_link(other_app, page, contact_id=contact["id"])
    booking = (await book_with(visitor, page, link)).data
    assert (await post.for_(contact["email"], "Confirmed")).message["List-Unsubscribe"] is None
    assert (await post.for_(booking["host"]["email"], "New booking")).message["List-Unsubscribe"] is None


async def test_hosts_and_addresses_of_the_apps_own_are_written_to_whoever_unsubscribed(
    other_app: Client, visitor: Client, post: Post
) -> None:
    contact = await a_contact(other_app)
    _, letter = await _a_letter(other_app, post, contact)
    assert (await visitor.post(_path(letter))).status == 200
    mine = f"sales-{contact['id']}@example.com"
    await a_workflow(other_app, "dispatch_visit_due", {**NEWS, "to": mine})
    await other_app.post("/v1/triggers/dispatch_visit_due", {"contact_id": contact["id"]})
    assert (await post.for_(mine)).message["List-Unsubscribe"] is None


async def test_who_has_unsubscribed_gets_no_link_made_for_them_when_one_is_made(
    other_app: Client, visitor: Client, post: Post
) -> None:
    page, contact = await a_booking_link(other_app), await a_contact(other_app)
    step = email(subject="Yours", single_use={"booking_link_id": page["id"]})
    workflow = await a_workflow(other_app, "single_use_link.revoked", step)
    for number in (1, 2):
        link = await a_link(other_app, page, contact_id=contact["id"])
        assert (await other_app.post(f"/v1/single-use-links/{link['id']}/revoke")).status == 200
        if number == 1:
            assert (await visitor.post(_path(await post.for_(contact["email"], "Yours")))).status == 200
    assert await _outcome(other_app, workflow, 2) == [("skipped", UNSUBSCRIBED), ("done", None)]
    links = (await other_app.get(f"/v1/single-use-links?contact_id={contact['id']}")).data
    assert [one["source"]["channel"] for one in links].count("workflow") == 1


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_opening_the_address_changes_nothing(
    other_app: Client, visitor: Client, post: Post, method: str
) -> None:
    contact = await a_contact(other_app)
    workflow, letter = await _a_letter(other_app, post, contact)
    page = await visitor.ask(method, _path(letter), headers=BROWSER)
    assert page.status == 200
    assert page.headers["Content-Type"].startswith("text/html")
    assert ("Another" in page.text) == (method == "GET")
    await _trigger(other_app, contact)
    assert await _outcome(other_app, workflow, 2) == [("done", None)] * 2


async def test_whoever_takes_it_back_is_written_to_again(
    other_app: Client, visitor: Client, post: Post
) -> None:
    contact = await a_contact(other_app)
    workflow, letter = await _a_letter(other_app, post, contact)
    ended_page = await visitor.post(_path(letter), headers=BROWSER)
    assert f'action="{_path(letter)}/undo"' in ended_page.text
    assert 'data-state="unsubscribed"' in (await visitor.get(_path(letter), headers=BROWSER)).text
    assert 'data-state="subscribed"' in (await visitor.post(f"{_path(letter)}/undo", headers=BROWSER)).text
    await _trigger(other_app, contact)
    assert await _outcome(other_app, workflow, 2) == [("done", None)] * 2


async def test_of_an_erased_contact_it_is_not_kept_that_they_unsubscribed(
    other_app: Client, visitor: Client, post: Post, working: Stack
) -> None:
    contact = await a_contact(other_app)
    _, letter = await _a_letter(other_app, post, contact)
    assert (await visitor.post(_path(letter))).status == 200
    kept = "select from unsubscribed where contact_id = $1"
    assert len(await fetch(working.dsn["workflows"], kept, contact["id"])) == 1
    assert (await other_app.ask("DELETE", f"/v1/contacts/{contact['id']}")).status == 200

    async def forgotten() -> bool:
        return not await fetch(working.dsn["workflows"], kept, contact["id"])

    await eventually(forgotten)


async def test_a_token_that_is_forged_or_of_nothing_is_unknown(visitor: Client, working: Stack) -> None:
    environment = working.environment("workflows")
    own = Keyring("unsubscribe", environment["UNSUBSCRIBE_KEYRING"])
    of_another_purpose = Keyring("link", environment["UNSUBSCRIBE_KEYRING"])
    for keyring in (own, of_another_purpose):
        path = f"/unsubscribe/{keyring.token(new_id(), keyring.newest)}"
        for method, where in (("GET", path), ("POST", path), ("POST", f"{path}/undo")):
            assert (await visitor.ask(method, where)).refused == (404, "link_unknown")
    page = await visitor.get("/unsubscribe/nonsense", headers=BROWSER)
    assert (page.status, 'data-code="link_unknown"' in page.text) == (404, True)
