"""POST of an action link: it acts once, answers alike again, and tells in one way what is not genuine."""

import time
from typing import Any

import pytest

from tests.system.client import Answer, Client
from tests.system.conftest import NewApp
from tests.system.following import (
    ACTIONS,
    HTML,
    JSON,
    LEADS_TO,
    THANKS,
    act,
    link,
    now,
    offering,
    other_time,
    place,
)
from tests.system.ledger import Ledger
from tests.system.making import NOBODY
from tests.system.refusing import properly
from tests.system.signing import key_of, sign

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
async def app(new_app: NewApp) -> Client:
    """An app that lets its links lead to one origin."""
    made = await new_app()
    await made.patch("/v1/app", {"redirect_origins": [THANKS]})
    return made


@pytest.mark.parametrize("action", ACTIONS)
async def test_it_acts_and_says_so_to_programs_and_people(app: Client, visitor: Client, action: str) -> None:
    booking = await offering(app, action)
    answer = await act(app, visitor, booking, action, headers=JSON)
    assert answer.status == 200
    assert "Action-Link-Status" not in answer.headers
    assert (answer.data["id"], answer.data["state"]) == (booking["id"], LEADS_TO[action])
    assert await now(app, booking) == answer.data
    page = await act(app, visitor, await offering(app, action), action, headers=HTML)
    assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "<h1>The booking is" in page.text
    assert "Nothing has changed" not in page.text


async def test_it_goes_on_to_the_redirect(app: Client, visitor: Client) -> None:
    for headers in (HTML, {"Accept": "*/*"}, {}):
        booking = await offering(app, "cancel")
        answer = await visitor.post(link(app, booking, "cancel", f"{THANKS}/x?y=1#z"), headers=headers)
        assert (answer.status, answer.headers["Location"]) == (303, f"{THANKS}/x?y=1#z")
        assert (await now(app, booking))["state"] == "cancelled"


async def test_a_program_that_asks_for_the_booking_gets_it_in_place_of_the_redirect(
    app: Client, visitor: Client
) -> None:
    booking = await offering(app, "cancel")
    answer = await visitor.post(link(app, booking, "cancel", THANKS), headers=JSON)
    assert (answer.status, answer.data["state"]) == (200, "cancelled")


@pytest.mark.parametrize("action", ACTIONS[:-1])
async def test_the_same_link_again_is_the_same_success_and_changes_nothing(
    app: Client, visitor: Client, ledger: Ledger, action: str
) -> None:
    booking = await offering(app, action)
    first = await visitor.post(link(app, booking, action), headers=JSON)
    before = await ledger.contents()
    for headers, redirect, status in ((JSON, None, 200), (HTML, None, 200), (HTML, THANKS, 303)):
        again = await visitor.post(link(app, booking, action, redirect), headers=headers)
        assert (again.status, again.headers["Action-Link-Status"]) == (status, "replayed")
        assert headers is HTML or again.data == first.data
    assert await ledger.contents() == before


async def test_what_the_state_no_longer_offers_is_409_and_says_what_state_that_is(
    app: Client, visitor: Client, ledger: Ledger
) -> None:
    booking = await offering(app, "cancel")
    await visitor.post(link(app, booking, "cancel"))
    before = await ledger.contents()
    for action in set(ACTIONS) - {"cancel"}:
        for method in ("POST", "GET"):
            address = link(app, booking, action)
            answer = await visitor.ask(method, address, headers=JSON)
            assert answer.refused == (409, "action_not_available")
            assert answer.json["detail"].startswith("This booking was cancelled already.")
            page = await visitor.ask(method, address, headers=HTML)
            assert page.status == 409
            assert 'data-code="action_not_available"' in page.text
            assert "This booking was cancelled already." in page.text
            assert "Location" not in page.headers
    # Another link to the same action is another action: it finds nothing left to do.
    assert (await visitor.post(link(app, booking, "cancel", jti="another"))).status == 409
    assert await ledger.contents() == before


async def test_past_its_time_it_is_410_but_for_a_minute_of_leeway(app: Client, visitor: Client) -> None:
    booking = await offering(app, "cancel")
    for method in ("GET", "POST", "HEAD"):
        late = await visitor.ask(method, link(app, booking, exp=int(time.time()) - 90), headers=JSON)
        assert late.status == 410
    assert late.text == ""
    assert (await visitor.get(link(app, booking, exp=int(time.time()) - 90))).refused == (
        410,
        "action_link_expired",
    )
    assert (await visitor.post(link(app, booking, exp=int(time.time()) - 30))).status == 200


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
async def test_a_parameter_that_is_missing_or_given_twice_is_400(
    app: Client, visitor: Client, ledger: Ledger, method: str
) -> None:
    booking = await offering(app, "cancel")
    good = link(app, booking, redirect=THANKS)
    before = await ledger.contents()
    for query in ("", f"?redirect={THANKS}", "?SIGNATURE=x", "?signatur=x"):
        assert (await visitor.ask(method, place(booking, "cancel") + query)).status == 400
    for more in ("&signature=", f"&{good.partition('?')[2].partition('&')[0]}", f"&redirect={THANKS}"):
        assert (await visitor.ask(method, good + more)).status == 400
    assert await ledger.contents() == before
    assert (await visitor.ask("HEAD", f"{good}&utm_source=mail&utm_source=twice")).status == 200


def _flawed(app: Client, other: Client, booking: dict[str, Any]) -> dict[str, str]:
    """Links that are not genuine, by what is wrong with them."""
    good, key = sign(key_of(app), booking), key_of(app)
    cancel = place(booking, "cancel")
    return {
        "another key": f"{cancel}?signature={sign(key_of(other), booking)}",
        "no token": f"{cancel}?signature=nonsense",
        "nothing": f"{cancel}?signature=",
        "another action": f"{place(booking, 'decline')}?signature={good}",
        "no action of a link": f"{place(booking, 'complete')}?signature={sign(key, booking, 'complete')}",
        "no action at all": f"{place(booking, 'pay')}?signature={good}",
        "an unknown booking": f"{place({'id': NOBODY}, 'cancel')}?signature={sign(key, {'id': NOBODY})}",
        "another booking": f"{place({'id': NOBODY}, 'cancel')}?signature={good}",
        "an id that is none": f"{place({'id': 'x'}, 'cancel')}?signature={good}",
        "another spelling": f"{place({'id': booking['id'].upper()}, 'cancel')}?signature={good}",
        "not yet": f"{cancel}?signature={sign(key, booking, nbf=int(time.time()) + 300)}",
        "cut off": f"{cancel}?signature={good[:-1]}",
        "more of it": f"{cancel}?signature={good}.x",
        "with a redirect": f"{cancel}?signature={good}x&redirect={THANKS}",
    }


def _without_id(answer: Answer) -> dict[str, Any]:
    return {name: value for name, value in answer.json.items() if name != "request_id"}


async def test_every_other_flaw_gets_the_one_same_403(
    app: Client, other_app: Client, visitor: Client, ledger: Ledger
) -> None:
    booking = await offering(app, "cancel")
    before = await ledger.contents()
    bodies, pages = [], set()
    for flaw, address in _flawed(app, other_app, booking).items():
        for method in ("GET", "POST"):
            answer = await visitor.ask(method, address, headers=JSON)
            assert properly(answer) == "action_link_invalid", flaw
            bodies.append(_without_id(answer))
            page = await visitor.ask(method, address, headers=HTML)
            assert (page.status, page.headers.get("Location")) == (403, None), flaw
            pages.add(page.text.partition("<main")[2])
    assert all(body == bodies[0] for body in bodies)
    assert len(pages) == 1
    assert await ledger.contents() == before


@pytest.mark.parametrize(
    ("body", "headers", "code"),
    [
        (b"{", {}, "invalid_request"),
        (b"[]", {}, "invalid_request"),
        (b'{"start": 1}', {}, "invalid_request"),
        (b'{"start": "soon"}', {}, "validation_failed"),
        (b'{"begin": "2030-01-01T00:00:00Z"}', {}, "invalid_request"),
        (b"start=soon", FORM, "validation_failed"),
        (b"start=&start=", FORM, "invalid_request"),
        (b"start", {"Content-Type": "text/plain"}, "unsupported_media_type"),
        (b"x" * 70_000, {}, "payload_too_large"),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused(
    app: Client, visitor: Client, ledger: Ledger, body: bytes, headers: dict[str, str], code: str
) -> None:
    booking = await offering(app, "cancel")
    before = await ledger.contents()
    answer = await visitor.post(link(app, booking), data=body, headers=headers)
    assert properly(answer) == code
    assert await ledger.contents() == before


@pytest.mark.parametrize("content", ["application/octet-stream", "text/plain", "multipart/form-data", "x"])
async def test_an_empty_body_may_be_called_anything(app: Client, visitor: Client, content: str) -> None:
    booking = await offering(app, "cancel")
    answer = await visitor.post(link(app, booking), data=b"", headers={"Content-Type": content})
    assert answer.data["state"] == "cancelled"


async def test_a_button_with_a_name_is_no_obstacle(app: Client, visitor: Client) -> None:
    booking = await offering(app, "reschedule_by_customer")
    start = await other_time(app, booking)
    data = f"start={start}&List-Unsubscribe=One-Click&go=".encode()
    answer = await visitor.post(
        link(app, booking, "reschedule_by_customer"), data=data, headers={**FORM, **JSON}
    )
    assert answer.data["state"] == "rescheduled_by_customer"


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
async def test_other_methods_are_405_and_told_which_there_are(
    app: Client, visitor: Client, ledger: Ledger, method: str
) -> None:
    booking = await offering(app, "cancel")
    before = await ledger.contents()
    answer = await visitor.ask(method, link(app, booking))
    assert answer.status == 405
    assert {name.strip() for name in answer.headers["Allow"].split(",")} == {"GET", "HEAD", "POST"}
    assert await ledger.contents() == before
