"""Lists show what is asked for and nothing else."""

from urllib.parse import quote

from tests.system.client import Client
from tests.system.conftest import NewApp
from tests.system.making import a_booking_link, a_contact, a_link, book, free_times, wish


async def test_bookings_are_filtered_by_state_link_contact_and_start(app: Client) -> None:
    booking_link = await a_booking_link(app)
    times = await free_times(app, booking_link)
    link = await a_link(app, booking_link)
    mine = {"email": link["contact"]["email"], "single_use_token": link["token"]}
    first = (await book(app, booking_link, wish(times[0], **mine))).data
    second = (await book(app, booking_link, wish(times[4]))).data
    await app.put(f"/v1/bookings/{second['id']}/cancel")

    async def found(query: str) -> set[str]:
        rows = (await app.get(f"/v1/bookings?booking_link_id={booking_link['id']}{query}")).data
        return {row["id"] for row in rows}

    both = {first["id"], second["id"]}
    assert await found("") == both
    assert await found("&state=confirmed") == {first["id"]}
    assert await found("&state=cancelled") == {second["id"]}
    assert await found("&state=declined") == set()
    assert await found(f"&contact_id={link['contact']['id']}") == {first["id"]}
    assert await found(f"&start_from={times[1]}") == {second["id"]}
    assert await found(f"&start_to={times[4]}") == {first["id"]}
    assert await found(f"&start_from={times[0]}&start_to={times[5]}") == both


async def test_single_use_links_are_filtered_by_status_booking_link_and_contact(app: Client) -> None:
    one, two = await a_booking_link(app), await a_booking_link(app)
    contact = await a_contact(app)
    opened = await a_link(app, one, contact_id=contact["id"])
    revoked = await a_link(app, one)
    await app.post(f"/v1/single-use-links/{revoked['id']}/revoke")
    elsewhere = await a_link(app, two, contact_id=contact["id"])

    async def found(query: str) -> set[str]:
        return {row["id"] for row in (await app.get(f"/v1/single-use-links?{query}")).data}

    assert await found(f"booking_link_id={one['id']}") == {opened["id"], revoked["id"]}
    assert await found(f"booking_link_id={one['id']}&status=open") == {opened["id"]}
    assert await found(f"booking_link_id={one['id']}&status=revoked") == {revoked["id"]}
    assert await found(f"booking_link_id={one['id']}&status=consumed") == set()
    assert await found(f"contact_id={contact['id']}") == {opened["id"], elsewhere["id"]}


async def test_single_use_links_are_searched_by_captured_name_and_email_without_case(new_app: NewApp) -> None:
    app = await new_app()
    page = await a_booking_link(app)
    umlaut = await a_link(app, page, contact={"name": "Änne Öz", "email": "first@example.com"})
    literal = await a_link(app, page, contact={"name": "100%_\\", "email": "second@example.com"})
    other = await a_link(app, page, contact={"name": "田中", "email": "third@example.com"})
    everything = {umlaut["id"], literal["id"], other["id"]}

    async def found(q: str) -> set[str]:
        listed = (await app.get(f"/v1/single-use-links?q={quote(q)}")).data
        exported = (await app.get(f"/v1/single-use-links.csv?q={quote(q)}")).text.splitlines()[1:]
        ids = [row["id"] for row in listed]
        assert [line.partition(",")[0] for line in exported] == ids
        return set(ids)

    assert await found("äNNE ö") == {umlaut["id"]}
    assert await found("SECOND@Example") == {literal["id"]}
    assert await found("中") == {other["id"]}
    for text in ("%", "_", "\\", "100%_\\"):
        assert await found(text) == {literal["id"]}
    for text in ("1_0", "se%nd", "nobody", "null"):
        assert await found(text) == set()
    for text in ("", "@example.com"):
        assert await found(text) == everything
    await app.patch(f"/v1/contacts/{umlaut['contact']['id']}", {"name": "Anna", "email": "new@example.com"})
    assert await found("new@") == set()
    assert await found("öz") == {umlaut["id"]}
    await app.ask("DELETE", f"/v1/contacts/{umlaut['contact']['id']}")
    assert await found("öz") == set()


async def test_contacts_are_searched_by_name_and_email_without_case(new_app: NewApp) -> None:
    app = await new_app()
    mei = await a_contact(app, name="Mei Tanaka", email="first@example.com")
    null = await a_contact(app, name="Jonas Null", email="100%@example.com")

    async def found(q: str) -> set[str]:
        return {row["id"] for row in (await app.get(f"/v1/contacts?q={q}")).data}

    assert await found("tanaka") == {mei["id"]}
    assert await found("FIRST%40") == {mei["id"]}
    assert await found("null") == {null["id"]}
    assert await found("%25") == {null["id"]}
    assert await found("_") == set()
    assert await found("example.com") == {mei["id"], null["id"]}
