"""Slugs: one page each, across the installation, former ones included."""

from tests.system.client import Client
from tests.system.making import a_booking_link, a_link, an_email, book_with, booking_link_fields


def _slug() -> str:
    return f"page-{an_email().partition('@')[0]}"


async def test_a_former_slug_redirects_for_good(app: Client, visitor: Client) -> None:
    first, second, third = _slug(), _slug(), _slug()
    booking_link = await a_booking_link(app, slug=first)
    for slug in (second, third):
        await app.patch(f"/v1/booking-links/{booking_link['id']}", {"slug": slug})
    for former in (first, second):
        for method in ("GET", "HEAD"):
            answer = await visitor.ask(method, f"/book/{former}")
            assert (answer.status, answer.headers["Location"]) == (301, f"/book/{third}")
        tagged = await visitor.get(f"/book/{former}?utm_source=mail&name=Amara%20O%26")
        assert tagged.headers["Location"] == f"/book/{third}?utm_source=mail&name=Amara%20O%26"
    assert (await visitor.get(f"/book/{third}")).status == 200


async def test_a_redirect_leads_nowhere_else_whatever_host_is_claimed(app: Client, visitor: Client) -> None:
    booking_link = await a_booking_link(app)
    former = booking_link["slug"]
    await app.patch(f"/v1/booking-links/{booking_link['id']}", {"slug": _slug()})
    for host in ("evil.example", "[", "evil.example/x?", "a b"):
        answer = await visitor.get(f"/book/{former}?x=1", headers={"Host": host})
        assert answer.status in (301, 400), host
        assert answer.headers.get("Location", "/book/").startswith("/book/"), host
    for path in (f"/book/{former}/", f"//evil.example/book/{former}", "/v1/contacts/"):
        answer = await visitor.get(path, headers={"Host": "evil.example"})
        assert "evil.example" not in answer.headers.get("Location", ""), path


async def test_everything_a_page_does_works_by_its_former_slug(app: Client, visitor: Client) -> None:
    booking_link = await a_booking_link(app)
    link = await a_link(app, booking_link)
    await app.patch(f"/v1/booking-links/{booking_link['id']}", {"slug": _slug()})
    asked = {"single_use_token": link["token"]}
    assert (await visitor.post(f"/book/{booking_link['slug']}/prefill", asked)).status == 200
    assert (await book_with(visitor, booking_link, link)).status == 201


async def test_a_slug_that_is_or_was_anothers_is_refused(app: Client) -> None:
    former, current = _slug(), _slug()
    one = await a_booking_link(app, slug=former)
    await app.patch(f"/v1/booking-links/{one['id']}", {"slug": current})
    other = await a_booking_link(app)
    for slug in (former, current):
        made = await app.post("/v1/booking-links", booking_link_fields(slug=slug))
        assert made.refused == (409, "slug_in_use")
        changed = await app.patch(f"/v1/booking-links/{other['id']}", {"slug": slug, "title": "New"})
        assert changed.refused == (409, "slug_in_use")
    assert (await app.get(f"/v1/booking-links/{other['id']}")).data == other


async def test_a_page_may_take_its_own_former_slug_back(app: Client, visitor: Client) -> None:
    first, second = _slug(), _slug()
    booking_link = await a_booking_link(app, slug=first)
    for slug in (second, first):
        changed = await app.patch(f"/v1/booking-links/{booking_link['id']}", {"slug": slug})
        assert changed.data["slug"] == slug
    assert (await visitor.get(f"/book/{first}")).status == 200
    assert (await visitor.get(f"/book/{second}")).headers["Location"] == f"/book/{first}"


async def test_without_a_slug_each_page_gets_one_of_its_own(app: Client, visitor: Client) -> None:
    titles = ("Intro call", "Intro call", "Käse & Brot", "日本語", "x" * 200, "-" * 30)
    slugs = [(await a_booking_link(app, title=title))["slug"] for title in titles]
    assert len(set(slugs)) == len(titles)
    assert slugs[0].startswith("intro-call-")
    for slug in slugs:
        assert (await visitor.get(f"/book/{slug}")).status == 200


async def test_a_slug_is_lower_case_letters_digits_and_hyphens(app: Client) -> None:
    for slug in ("A", "a b", "a--b", "-a", "a-", "ä", "", "a/b", "a" * 101, "a\n"):
        made = await app.post("/v1/booking-links", booking_link_fields(slug=slug))
        assert made.refused == (422, "validation_failed"), slug
    assert (await a_booking_link(app, slug="a" * 80 + _slug()))["slug"].startswith("aaa")
