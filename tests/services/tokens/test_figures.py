"""What tokens counts is what there is: links by what became of them, for every filter and in every zone."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from services.tokens import sweeping
from services.tokens.api import claims, figures, minting
from services.tokens.api import links as api
from services.tokens.links import Links
from services.tokens.store import figures as store
from shared.contracts.figures import DAYS, LARGEST, CountLinks, LinkFigures, LinkTally
from shared.contracts.tokens import Captured, Claim, Link, Mint, MintMany, Open, Source
from shared.errors import Refusal
from shared.ids import new_id

PAGES = (new_id(), new_id())
CAMPAIGNS = (None, "spring", "autumn")
FATES = ("open", "opened", "consumed", "expired", "revoked")


@pytest.fixture
async def shelf(links: Links) -> list[Link]:
    """Links of two pages and three campaigns, of every fate, in an app of their own."""
    app_id = new_id()
    # One link without a campaign, two of the next, three of the last.
    each = [campaign for n, campaign in enumerate(CAMPAIGNS, 1) for _ in range(n)]
    made = [
        await _fated(links, await _mint(links, app_id, page, campaign), fate)
        for page, campaign, fate in product(PAGES, each, FATES)
    ]
    await sweeping.write_openings(links)
    return [await api.get_link(links, app_id, link.id) for link in made]


async def _mint(links: Links, app_id: UUID, page: UUID, campaign: str | None = None) -> Link:
    contact = Captured(new_id(), "Zoe", f"zoe-{new_id()}@example.com")
    return await minting.mint(links, Mint(app_id, page, "intro", contact, source=Source(campaign=campaign)))


async def _fated(links: Links, link: Link, fate: str) -> Link:
    if fate == "opened":
        await api.open_link(links, Open(link.token, counts=True))
    if fate == "consumed":
        await claims.consume(
            links, link.id, new_id(), Claim(link.app_id, link.booking_link_id, link.contact.email)
        )
    if fate == "revoked":
        await api.revoke(links, link.app_id, link.id)
    if fate == "expired":
        await _change(links, link, "expires_at = now()")
    return link


async def _change(links: Links, link: Link, change: str, *values: object) -> None:
    async with links.database.connection() as conn:
        await conn.execute(f"update scheduling_single_use_links set {change} where id = $1", link.id, *values)


def _tally(links: Iterable[Link]) -> LinkTally:
    """The same, told in Python."""
    found = list(links)
    statuses = [link.status for link in found]
    opened = sum(link.opened_count > 0 or link.status == "consumed" for link in found)
    each = [statuses.count(status) for status in ("open", "consumed", "expired", "revoked")]
    return LinkTally(len(found), opened, *each)


async def _count(links: Links, app_id: UUID, **wanted: Any) -> LinkFigures:
    return await figures.count_links(links, app_id, CountLinks(**wanted))


async def test_links_are_counted_by_what_became_of_them(links: Links, shelf: list[Link]) -> None:
    counted = await _count(links, shelf[0].app_id)
    assert counted.total == _tally(shelf) == LinkTally(60, 24, 24, 12, 12, 12)
    assert not counted.at_least
    by_campaign = {one.campaign: one.tally for one in counted.campaigns}
    assert by_campaign == {
        name: _tally(link for link in shelf if link.source.campaign == name) for name in CAMPAIGNS
    }
    assert [one.campaign for one in counted.campaigns] == ["autumn", "spring", None]
    assert {one.booking_link_id: one.tally for one in counted.booking_links} == {
        page: _tally(link for link in shelf if link.booking_link_id == page) for page in PAGES
    }


async def test_what_is_filtered_is_what_is_counted(links: Links, shelf: list[Link]) -> None:
    app_id, middle, email = shelf[0].app_id, shelf[30].created_at, shelf[7].contact.email
    filters: list[tuple[dict[str, Any], Any]] = [
        ({"status": "expired"}, lambda link: link.status == "expired"),
        ({"booking_link_id": PAGES[1]}, lambda link: link.booking_link_id == PAGES[1]),
        (
            {"campaign": "autumn", "status": "consumed"},
            lambda link: (link.source.campaign, link.status) == ("autumn", "consumed"),
        ),
        ({"created_from": middle}, lambda link: link.created_at >= middle),
        ({"created_to": middle}, lambda link: link.created_at < middle),
        ({"q": email.upper()}, lambda link: link.contact.email == email),
        ({"contact_id": shelf[7].contact.id}, lambda link: link.contact.email == email),
        ({"campaign": "never"}, lambda _: False),
    ]
    for wanted, matches in filters:
        assert (await _count(links, app_id, **wanted)).total == _tally(filter(matches, shelf)), wanted


async def test_a_day_is_that_of_the_zone_asked_for(links: Links) -> None:
    app_id = new_id()
    late, later = [await _mint(links, app_id, PAGES[0]) for _ in range(2)]
    await _fated(links, later, "consumed")
    await _change(links, late, "created_at = $2", datetime(2030, 3, 1, 22, 30, tzinfo=UTC))
    await _change(links, later, "created_at = $2", datetime(2030, 3, 1, 23, 30, tzinfo=UTC))

    async def days(zone: str) -> list[tuple[date, int, int]]:
        counted = await _count(links, app_id, timezone=zone)
        return [(one.day, one.tally.minted, one.tally.consumed) for one in counted.days]

    assert await days("UTC") == [(date(2030, 3, 1), 2, 1)]
    assert await days("Europe/Berlin") == [(date(2030, 3, 1), 1, 0), (date(2030, 3, 2), 1, 1)]


async def test_a_zone_that_nobody_knows_is_refused(links: Links) -> None:
    link = await _mint(links, new_id(), PAGES[0])
    with pytest.raises(Refusal) as refused:
        await _count(links, link.app_id, timezone="Mars/Olympus")
    assert refused.value.errors[0].field == "timezone"


async def test_nothing_is_counted_as_nothing_and_nobody_sees_another_apps_links(
    links: Links, shelf: list[Link]
) -> None:
    assert await _count(links, new_id()) == LinkFigures(LinkTally(), [], [], [])


async def test_of_too_many_links_the_newest_are_counted_and_that_is_said(links: Links) -> None:
    app_id = new_id()
    for campaign in ("older", "newer"):
        people = [Captured(new_id(), "Zoe", "zoe@example.com") for _ in range(30)]
        await minting.mint_many(
            links, MintMany(app_id, PAGES[0], "intro", people, source=Source(campaign=campaign))
        )
    async with links.database.connection() as conn:
        short = await store.count(conn, app_id, CountLinks(), 40)
        whole = await store.count(conn, app_id, CountLinks(), 61)
    assert (short.total.minted, short.at_least) == (40, True)
    assert [(one.campaign, one.tally.minted) for one in short.campaigns] == [("newer", 30), ("older", 10)]
    assert (whole.total.minted, whole.at_least) == (60, False)


async def test_of_many_campaigns_the_largest_are_told_apart(links: Links) -> None:
    app_id = new_id()
    for n in range(LARGEST + 5):
        people = [Captured(new_id(), "Zoe", "zoe@example.com") for _ in range(n + 1)]
        await minting.mint_many(
            links, MintMany(app_id, PAGES[0], "intro", people, source=Source(campaign=f"campaign {n}"))
        )
    counted = await _count(links, app_id)
    assert [one.tally.minted for one in counted.campaigns] == list(range(LARGEST + 5, 5, -1))


async def test_of_many_days_the_newest_are_told_apart_in_their_order(links: Links) -> None:
    app_id = new_id()
    people = [Captured(new_id(), "Zoe", "zoe@example.com") for _ in range(DAYS + 2)]
    await minting.mint_many(links, MintMany(app_id, PAGES[0], "intro", people))
    spread = """
        update scheduling_single_use_links as l
        set created_at = timestamptz '2029-01-01 12:00Z' + place * interval '1 day'
        from (
            select id, row_number() over (order by id) as place
            from scheduling_single_use_links where app_id = $1) as p
        where l.id = p.id"""
    async with links.database.connection() as conn:
        await conn.execute(spread, app_id)
    days = [one.day for one in (await _count(links, app_id)).days]
    assert days == [date(2029, 1, 4) + timedelta(days=n) for n in range(DAYS)]
