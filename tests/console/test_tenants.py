"""Two apps side by side: neither sees or changes anything of the other's, on any page."""

from tests.console.firm import LIST, Firm, listed, said, typed
from tests.system.making import a_booking_link, book_with, link_now


async def test_lists_and_pages_show_nothing_of_another_app(firm: Firm, other_firm: Firm) -> None:
    page = await a_booking_link(other_firm.app, title="Theirs alone")
    link = await other_firm.link(page, contact={"name": "Secret Person", "email": "secret@example.com"})
    await firm.link(contact={"name": "Mine", "email": "secret@example.com"})
    contact = link["contact"]["id"]
    for path in (
        f"{LIST}?status=all",
        f"{LIST}?status=all&contact_id={contact}",
        f"{LIST}?status=all&booking_link_id={page['id']}",
        f"{LIST}?status=all&q=secret+person",
        f"{LIST}?status=all&cursor={link['id']}",
        f"{LIST}?done=revoked&link={link['id']}",
        f"{LIST}/csv?status=all",
        f"{LIST}/csv?status=all&contact_id={contact}",
        f"{LIST}/{link['id']}",
        f"{LIST}/new",
        f"{LIST}/new?like={link['id']}",
        f"{LIST}/new?contact_id={contact}",
        f"{LIST}/new/contacts?find=secret",
        f"{LIST}/bulk",
        "/contacts",
        "/contacts?q=secret",
        f"/contacts/{contact}",
    ):
        shown = await firm.host.get(path)
        for theirs in ("Secret Person", "Theirs alone", link["token"]):
            assert theirs not in shown.text, path
    assert (await firm.host.get(f"{LIST}/{link['id']}")).status == 404
    assert (await firm.host.get(f"/contacts/{contact}")).status == 404
    assert listed(await other_firm.host.get(LIST)) == [link["id"]]


async def test_nothing_of_another_app_is_changed(firm: Firm, other_firm: Firm) -> None:
    link = await other_firm.link()
    contact = link["contact"]["id"]
    for path in (
        f"{LIST}/{link['id']}/extend",
        f"{LIST}/{link['id']}/revoke",
        f"/contacts/{contact}/erase",
    ):
        assert (await firm.post(path, ("until", "never"))).status == 404
    assert await link_now(other_firm.app, link) == link
    assert (await other_firm.app.get(f"/v1/contacts/{contact}")).data["id"] == contact


async def test_no_link_is_made_for_what_another_app_owns(firm: Firm, other_firm: Firm) -> None:
    theirs = await other_firm.link()
    mine = await a_booking_link(firm.app)
    for booking_link, contact in ((theirs["booking_link_id"], None), (mine["id"], theirs["contact"]["id"])):
        whom = [("contact", contact)] if contact else [("name", "Ada"), ("email", "ada@example.com")]
        page = await firm.post(f"{LIST}/new", ("booking_link_id", booking_link), *whom)
        assert page.status == 404
        assert "There is no such booking link or contact any more" in said(page)
        assert typed(page)["booking_link_id"] in ("", mine["id"])
    rows = ("text", "name,email\nAda,ada@example.com")
    page = await firm.post(f"{LIST}/bulk/make", ("booking_link_id", theirs["booking_link_id"]), rows)
    assert page.status == 404
    assert await firm.links() == []
    assert len(await other_firm.links()) == 1


async def test_a_consumed_row_names_no_booking_of_another_app(firm: Firm, other_firm: Firm) -> None:
    page = await a_booking_link(other_firm.app)
    link = await other_firm.link(page)
    await book_with(other_firm.visitor, page, link)
    assert listed(await firm.host.get(f"{LIST}?status=consumed")) == []
