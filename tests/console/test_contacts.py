"""A contact's page: every touch and what came of it, in order; and nothing of them once they are erased."""

import re
from typing import Any

import pytest

from tests.console.firm import LIST, Firm, said, words
from tests.console.host import Page
from tests.eventually import eventually
from tests.system.making import NOBODY, a_booking_link, a_contact, book_with, free_times

TEXT = "Choose a time: {{ single_use_url }}"


def _told(page: Page) -> list[str]:
    """The lines of the time line, newest first."""
    assert page.status == 200, page.text
    found = re.findall(
        r'<li data-kind="[a-z_]+"><span class="at">[^<]*</span>(.*?)</li>', page.text, re.DOTALL
    )
    return [words(line) for line in found]


async def _sent(firm: Firm, page: dict[str, Any], contact: dict[str, Any]) -> dict[str, Any]:
    """A run of a workflow that mailed the contact a link; the workflow it was."""
    step = {
        "type": "email",
        "name": "another chance",
        "to": "contact",
        "subject": "Again",
        "text": TEXT,
        "single_use": {"campaign": "second try"},
    }
    fields = {"name": "After <a> deal", "trigger": "deal_stage_changed", "steps": [step], "active": False}
    workflow: dict[str, Any] = (await firm.app.post("/v1/workflows", fields)).data
    order = {"contact_id": contact["id"], "booking_link_id": page["id"]}
    run = (await firm.app.post(f"/v1/workflows/{workflow['id']}/runs", order)).data

    async def done() -> bool:
        return bool((await firm.app.get(f"/v1/workflows/runs/{run['id']}")).data["state"] == "done")

    await eventually(done, within=30)
    return workflow


async def test_the_time_line_tells_which_touch_won_the_booking(firm: Firm) -> None:
    page, contact = await a_booking_link(firm.app, title="Tour"), await a_contact(firm.app)
    by_hand = await firm.link(page, contact_id=contact["id"], source={"campaign": "first try"})
    await firm.app.post(f"/v1/single-use-links/{by_hand['id']}/revoke")
    workflow = await _sent(firm, page, contact)
    [link] = await firm.links("&status=open")
    await firm.visitor.ask("GET", f"/book/{page['slug']}", headers={"Accept": "text/html"})
    booking = (await book_with(firm.visitor, page, link)).data
    other = (await free_times(firm.visitor, page))[5]
    moved = (await firm.app.ask("PUT", f"/v1/bookings/{booking['id']}/reschedule", {"start": other})).data
    ended = (await firm.app.ask("PUT", f"/v1/bookings/{moved['rescheduled_to'] or moved['id']}/cancel")).data
    assert ended["state"] == "cancelled"

    shown = await firm.host.get(f"/contacts/{contact['id']}")
    told = _told(shown)
    origin = "by workflow “After <a> deal”, step another chance, campaign “second try”"
    starts = [line.partition(" for ")[0] for line in told]
    assert starts[0] == "Cancelled by a program Link 2"
    assert starts[1] == "Moved"
    assert starts[2] == "Booked"
    assert told[2].endswith(f"{origin} Link 2")
    assert f"Link made {origin} Link 2" in told
    sent = told.index("Link sent by email step another chance Link 2")
    assert sent < told.index(f"Link made {origin} Link 2")
    assert told[-2:] == ["Link revoked Link 1", "Link made campaign “first try” Link 1"]
    assert "<a> deal" not in shown.text

    await firm.app.ask("DELETE", f"/v1/workflows/{workflow['id']}")
    later = _told(await firm.host.get(f"/contacts/{contact['id']}"))
    assert any("Link made by a workflow, step another chance" in line for line in later)


async def test_open_links_are_there_to_be_copied_and_revoked(firm: Firm) -> None:
    contact = await a_contact(firm.app)
    path = f"/contacts/{contact['id']}"
    assert "Nothing yet." in said(await firm.host.get(path))
    link = await firm.link(contact_id=contact["id"])
    shown = await firm.host.get(path)
    assert f'data-copy="{link["url"]}"' in shown.text
    assert f"{LIST}/new?contact_id={contact['id']}" in shown.text
    done = await firm.post(f"{LIST}/{link['id']}/revoke", ("back", path))
    assert done.goes_to.startswith(path)
    back = await firm.host.get(done.goes_to)
    assert "Revoked. The link of Amara Okafor" in said(back)
    assert link["url"] not in back.text


async def test_very_many_moments_are_cut_and_that_is_said(firm: Firm) -> None:
    page, contact = await a_booking_link(firm.app), await a_contact(firm.app)
    rows = [{"contact_id": contact["id"]}] * 150
    await firm.app.post("/v1/single-use-links/bulk", {"booking_link_id": page["id"], "contacts": rows})
    shown = await firm.host.get(f"/contacts/{contact['id']}")
    assert len(_told(shown)) == 100
    assert "Older links and bookings are not shown." in said(shown)
    assert len(shown.text.encode()) < 60_000


async def test_an_erased_contact_is_gone_from_every_page_and_counts_stay(firm: Firm) -> None:
    page = await a_booking_link(firm.app)
    whom = {"name": "Erika Mustermann", "email": "erika@example.com"}
    used, unused = [await firm.link(page, contact=whom) for _ in range(2)]
    await book_with(firm.visitor, page, used, name="Erika Mustermann")
    contact = used["contact"]["id"]
    assert "Erika" in said(await firm.host.get(f"{LIST}?status=all"))
    erased = await firm.post(f"/contacts/{contact}/erase")
    assert erased.goes_to == "/contacts?done=erased"
    assert "Erased." in said(await firm.host.get(erased.goes_to))
    for path in (
        f"{LIST}?status=all",
        f"{LIST}/{used['id']}",
        f"{LIST}/{unused['id']}",
        f"{LIST}/csv?status=all",
        f"{LIST}/new?like={used['id']}",
        f"/contacts/{contact}",
        "/contacts?q=erika",
    ):
        text = (await firm.host.get(path)).text.replace("q=erika", "").replace('value="erika"', "")
        assert "erika" not in text.lower(), path
    assert "All 2" in said(await firm.host.get(f"{LIST}?status=all"))
    assert "There is no such contact" in said(await firm.host.get(f"/contacts/{contact}"))
    assert (await firm.post(f"/contacts/{contact}/erase")).status == 404
    assert (await firm.app.get(f"/v1/single-use-links/{unused['id']}")).data["status"] == "revoked"


async def test_contacts_are_listed_page_by_page_and_searched(firm: Firm) -> None:
    assert "Nobody yet" in said(await firm.host.get("/contacts"))
    page = await a_booking_link(firm.app)
    rows = [{"name": f"Person {n}", "email": f"person{n}@example.com"} for n in range(70)]
    await firm.app.post("/v1/single-use-links/bulk", {"booking_link_id": page["id"], "contacts": rows})
    first = await firm.host.get("/contacts?q=person")
    older = re.search(r'href="([^"]*)" rel="next"', first.text)
    assert older is not None
    second = await firm.host.get(older[1].replace("&amp;", "&"))
    found = re.findall(r"/contacts/([0-9a-f-]{36})", first.text + second.text)
    assert found == [one["id"] for one in (await firm.app.get("/v1/contacts?limit=200")).data]
    assert "No contact has this" in said(await firm.host.get("/contacts?q=nobody+at+all"))


@pytest.mark.parametrize(
    "query", [f"?q={'x' * 1000}", "?q=%00", "?cursor=17", "?q=a&q=b", "?done=" + "x" * 50]
)
async def test_a_search_that_cannot_be_made_says_so(firm: Firm, query: str) -> None:
    page = await firm.host.get(f"/contacts{query}")
    assert page.status in (400, 422)
    assert "This " in said(page)


@pytest.mark.parametrize("id", [NOBODY, "17", "%2e%2e"])
async def test_nobody_is_said_to_be_nobody(firm: Firm, id: str) -> None:
    page = await firm.host.get(f"/contacts/{id}")
    assert page.status == 404
    assert "There is no such contact" in said(page)


async def test_signing_in_leads_back_to_contacts(firm: Firm) -> None:
    firm.host.cookies.clear()
    for path in ("/contacts", "/contacts?q=ada", f"/contacts/{NOBODY}"):
        sent = await firm.host.get(path)
        await firm.host.get(sent.goes_to)
        again = await firm.host.post(await firm.sign_in_path())
        assert again.goes_to == path
        firm.host.cookies.clear()
