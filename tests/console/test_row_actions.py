"""What a host does to a link: each form changes that one link, says so, and loses nothing typed."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.console.firm import LIST, Firm, said, typed
from tests.system.making import NOBODY, a_booking_link, book_with, link_now


@pytest.mark.parametrize(("until", "days"), [("7", 7), ("14", 14), ("30", 30), ("90", 90), ("never", None)])
async def test_a_link_is_let_work_longer_from_now(firm: Firm, until: str, days: int | None) -> None:
    link = await firm.link()
    done = await firm.post(f"{LIST}/{link['id']}/extend", ("until", until), ("back", f"{LIST}?status=all"))
    assert done.goes_to == f"{LIST}?status=all&done=extended&link={link['id']}#link-{link['id']}"
    now = (await link_now(firm.app, link))["expires_at"]
    if days is None:
        assert now is None
    else:
        left = datetime.fromisoformat(now) - datetime.now(UTC)
        assert timedelta(days=days, minutes=-1) < left <= timedelta(days=days)
    told = "works until it is used" if days is None else "works until"
    assert f"Extended. The link of Amara Okafor {told}" in said(await firm.host.get(done.goes_to))


async def test_a_link_may_work_to_the_end_of_a_day_of_who_asks(firm: Firm) -> None:
    link = await firm.link()
    firm.host.cookies["bookonce-zone"] = "America/New_York"
    await firm.post(f"{LIST}/{link['id']}/extend", ("until", "day"), ("day", "2099-07-04"))
    assert (await link_now(firm.app, link))["expires_at"] == "2099-07-05T04:00:00Z"


async def test_a_link_is_revoked_and_stays_so(firm: Firm) -> None:
    link = await firm.link()
    done = await firm.post(f"{LIST}/{link['id']}/revoke", ("back", LIST))
    assert "Revoked. The link of Amara Okafor opens nothing" in said(await firm.host.get(done.goes_to))
    assert (await link_now(firm.app, link))["status"] == "revoked"
    refused = await firm.post(f"{LIST}/{link['id']}/extend", ("until", "7"))
    assert refused.status == 410
    assert "Nothing was changed. This link has been revoked" in said(refused)
    assert (await firm.post(f"{LIST}/{link['id']}/revoke")).status == 303


async def test_no_address_says_of_a_link_what_is_not_so(firm: Firm) -> None:
    link = await firm.link()
    assert "Revoked." not in said(await firm.host.get(f"{LIST}?done=revoked&link={link['id']}"))
    await firm.post(f"{LIST}/{link['id']}/revoke")
    assert "Extended." not in said(await firm.host.get(f"{LIST}?done=extended&link={link['id']}"))


async def test_a_used_link_is_left_alone(firm: Firm) -> None:
    page = await a_booking_link(firm.app)
    link = await firm.link(page)
    await book_with(firm.visitor, page, link)
    before = await link_now(firm.app, link)
    for action in ("extend", "revoke"):
        refused = await firm.post(f"{LIST}/{link['id']}/{action}", ("until", "7"))
        assert refused.status == 410
        assert "This link has been used" in said(refused)
    assert await link_now(firm.app, link) == before


@pytest.mark.parametrize(
    ("until", "day", "words"),
    [
        ("day", "2020-01-01", "The day must not be over."),
        ("day", "someday", "The day must be a date"),
        ("day", "9999-12-31", "The day"),
        ("day", "", "The day must be a date"),
        ("8", "", "Choose how long it shall work."),
        ("", "", "Choose how long it shall work."),
    ],
)
async def test_an_expiry_that_cannot_be_changes_nothing_and_is_kept(
    firm: Firm, until: str, day: str, words: str
) -> None:
    link = await firm.link()
    refused = await firm.post(f"{LIST}/{link['id']}/extend", ("until", until), ("day", day))
    assert refused.status == 422
    assert words in said(refused)
    assert typed(refused)["day"] == day
    assert await link_now(firm.app, link) == link


@pytest.mark.parametrize("id", [NOBODY, "17", "%2e%2e", "new%00"])
async def test_a_link_that_is_not_there_is_said_to_be_none(firm: Firm, id: str) -> None:
    assert "There is no such link" in said(await firm.host.get(f"{LIST}/{id}"))
    assert (await firm.post(f"{LIST}/{id}/revoke")).status == 404


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/sign-in", "javascript:alert(1)", "/calendar/../x"]
)
async def test_one_comes_back_to_pages_of_the_console_only(firm: Firm, back: str) -> None:
    link = await firm.link()
    done = await firm.post(f"{LIST}/{link['id']}/revoke", ("back", back))
    assert done.goes_to.startswith(f"{LIST}?done=revoked")


async def test_a_form_whose_session_has_ended_changes_nothing_and_is_kept(firm: Firm) -> None:
    link = await firm.link()
    fields = [("until", "day"), ("day", "2099-01-01"), ("back", LIST)]
    token = firm.host.cookies.pop("bookonce")
    gone = await firm.host.post(f"{LIST}/{link['id']}/extend", [("csrf", "old"), *fields])
    assert (gone.status, gone.hidden) == (401, fields)
    firm.host.cookies["bookonce"] = token
    again = await firm.host.post(f"{LIST}/{link['id']}/extend", gone.hidden)
    assert again.status == 403
    assert await link_now(firm.app, link) == link
    assert (await firm.host.post(f"{LIST}/{link['id']}/extend", again.hidden)).status == 303
    assert (await link_now(firm.app, link))["expires_at"] == "2099-01-02T00:00:00Z"
