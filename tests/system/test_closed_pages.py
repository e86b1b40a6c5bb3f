"""Pages that do not take every booking: closed ones, and those for single-use links only."""

from tests.system.client import Client
from tests.system.making import a_booking_link, a_link, an_email, book, book_with, free_times, wish

DAY = "from=2030-01-01&to=2030-01-02&timezone=UTC"


async def test_a_closed_page_is_gone_and_says_so(app: Client, visitor: Client) -> None:
    booking_link = await a_booking_link(app, title="Office <hours>")
    link = await a_link(app, booking_link)
    times = await free_times(visitor, booking_link)
    closed = await app.patch(f"/v1/booking-links/{booking_link['id']}", {"active": False})
    assert closed.data["active"] is False

    slug, gone = booking_link["slug"], (410, "booking_link_inactive")
    assert (await visitor.get(f"/book/{slug}")).refused == gone
    page = await visitor.get(f"/book/{slug}", headers={"Accept": "text/html"})
    assert page.status == 410
    assert 'data-code="booking_link_inactive"' in page.text
    assert "Office &lt;hours&gt;" in page.text
    assert (await visitor.get(f"/book/{slug}/slots?{DAY}")).refused == gone
    assert (await book(visitor, booking_link, wish(times[0]))).refused == gone
    with_link = wish(times[0], single_use_token=link["token"])
    assert (await book(visitor, booking_link, with_link)).refused == gone
    body = {"booking_link_id": booking_link["id"], "contact": {"name": "Mei", "email": an_email()}}
    assert (await app.post("/v1/single-use-links", body)).refused == gone

    await app.patch(f"/v1/booking-links/{booking_link['id']}", {"active": True})
    assert (await visitor.get(f"/book/{slug}")).status == 200
    assert (await book(visitor, booking_link, with_link)).status == 201


async def test_a_page_for_links_only_shows_its_times_but_books_with_a_token_alone(
    app: Client, visitor: Client
) -> None:
    booking_link = await a_booking_link(app, access="single_use_only")
    link = await a_link(app, booking_link)
    assert (await visitor.get(f"/book/{booking_link['slug']}")).status == 200
    times = await free_times(visitor, booking_link)
    assert times
    for extra in ({}, {"single_use_token": None}):
        refused = await book(visitor, booking_link, wish(times[0], **extra))
        assert refused.refused == (403, "single_use_link_required")
    unknown = await book(visitor, booking_link, wish(times[0], single_use_token=""))
    assert unknown.refused == (404, "link_unknown")
    assert (await book_with(visitor, booking_link, link)).status == 201


async def test_a_token_of_another_template_books_nothing_anywhere_but_at_home(
    app: Client, visitor: Client
) -> None:
    home = await a_booking_link(app)
    link = await a_link(app, home)
    for access in ("public", "single_use_only"):
        away = await a_booking_link(app, access=access)
        times = await free_times(visitor, away)
        refused = await book(visitor, away, wish(times[0], single_use_token=link["token"]))
        assert refused.refused == (403, "link_wrong_template")
        asked = {"single_use_token": link["token"]}
        prefill = await visitor.post(f"/book/{away['slug']}/prefill", asked)
        assert prefill.refused == (403, "link_wrong_template")
        assert times[0] in await free_times(visitor, away)
        assert (await app.get(f"/v1/bookings?booking_link_id={away['id']}")).data == []
    assert (await book_with(visitor, home, link)).status == 201


async def test_prefill_tells_whom_the_link_is_for(app: Client, visitor: Client) -> None:
    booking_link = await a_booking_link(app)
    link = await a_link(app, booking_link, strict_email_match=True, expires_at="2099-01-01T00:00:00Z")
    asked = {"single_use_token": link["token"]}
    answer = await visitor.post(f"/book/{booking_link['slug']}/prefill", asked)
    assert answer.data == {
        "name": link["contact"]["name"],
        "email": link["contact"]["email"],
        "strict_email_match": True,
        "expires_at": "2099-01-01T00:00:00Z",
    }
    assert (await visitor.post("/book/no-such-page/prefill", asked)).refused == (404, "not_found")
