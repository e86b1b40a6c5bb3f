"""Opening an action link: it asks, and acts at once only where the app wants that and a person comes by."""

from collections.abc import Mapping

import pytest

from tests.system.client import Client
from tests.system.conftest import NewApp
from tests.system.following import ACTIONS, HTML, LEADS_TO, THANKS, act, link, now, offering, place
from tests.system.ledger import Ledger
from tests.system.signing import key_of, sign

NOBODY_COMES_BY = (
    {"Sec-Purpose": "prefetch"},
    {"Sec-Purpose": "prefetch;prerender"},
    {"Purpose": "prefetch"},
    {"Purpose": "preview"},
    *({"Sec-Fetch-Dest": kind} for kind in ("empty", "image", "iframe", "script", "")),
)
"""What browsers say when they load ahead, or for something else than the window."""
BUTTONS = {
    "confirm": ("Confirm this booking?", "Confirm the booking"),
    "decline": ("Decline this booking?", "Decline the booking"),
    "cancel": ("Cancel this booking?", "Cancel the booking"),
    "cancel_by_customer": ("Cancel this booking?", "Cancel the booking"),
    "reschedule_by_customer": ("Choose a new time", "Move the booking"),
}


@pytest.fixture(scope="module")
async def asking(new_app: NewApp) -> Client:
    app = await new_app()
    await app.patch("/v1/app", {"redirect_origins": [THANKS]})
    return app


@pytest.fixture(scope="module")
async def acting(new_app: NewApp) -> Client:
    app = await new_app()
    await app.patch("/v1/app", {"redirect_origins": [THANKS], "action_links_on_open": "act"})
    return app


@pytest.mark.parametrize("action", ACTIONS)
async def test_by_default_it_asks_with_one_button_and_changes_nothing(
    asking: Client, visitor: Client, ledger: Ledger, action: str
) -> None:
    booking = await offering(asking, action)
    before = await ledger.contents()
    page = await visitor.get(link(asking, booking, action), headers=HTML)
    assert page.status == 200
    question, button = BUTTONS[action]
    assert f"<h1>{question}</h1>" in page.text
    assert page.text.count(f">{button}</button>") == (2 if action == "reschedule_by_customer" else 1)
    assert page.text.count('<form method="post"') + page.text.count('<form class="stage" method="post"') == 1
    for told in ("Intro call", "Dana Reyes", "Amara", "Berlin time (GMT+", "Nothing has changed yet."):
        assert told in page.text
    assert "Action-Link-Status" not in page.headers
    assert await ledger.contents() == before


@pytest.mark.parametrize("action", ACTIONS[:-1])
async def test_where_the_app_wants_it_opening_acts(acting: Client, visitor: Client, action: str) -> None:
    for redirect in (None, f"{THANKS}/bye"):
        booking = await offering(acting, action)
        answer = await visitor.get(
            link(acting, booking, action, redirect), headers={**HTML, "Sec-Fetch-Dest": "document"}
        )
        assert answer.status == (302 if redirect else 200)
        assert answer.headers.get("Location") == redirect
        assert (await now(acting, booking))["state"] == LEADS_TO[action]
        again = await visitor.get(link(acting, booking, action, redirect), headers=HTML)
        assert (again.status, again.headers.get("Location")) == (answer.status, redirect)
        assert again.headers["Action-Link-Status"] == "replayed"


@pytest.mark.parametrize("headers", NOBODY_COMES_BY, ids=str)
@pytest.mark.parametrize("action", ["confirm", "cancel_by_customer"])
async def test_even_there_nothing_happens_while_nobody_comes_by(
    acting: Client, visitor: Client, ledger: Ledger, action: str, headers: Mapping[str, str]
) -> None:
    booking = await offering(acting, action)
    before = await ledger.contents()
    page = await visitor.get(link(acting, booking, action, THANKS), headers={**HTML, **headers})
    assert (page.status, page.headers.get("Location")) == (200, None)
    assert BUTTONS[action][0] in page.text
    assert await ledger.contents() == before


@pytest.mark.parametrize("action", ACTIONS)
async def test_head_never_acts_and_answers_as_the_page_that_asks(
    asking: Client, acting: Client, visitor: Client, ledger: Ledger, action: str
) -> None:
    for app in (asking, acting):
        booking = await offering(app, action)
        before = await ledger.contents()
        head = await visitor.ask("HEAD", link(app, booking, action, THANKS), headers=HTML)
        assert (head.status, head.text) == (200, "")
        assert head.headers["Content-Type"] == "text/html; charset=utf-8"
        assert await ledger.contents() == before


async def test_a_link_to_another_time_asks_for_one_in_either_setting(
    acting: Client, visitor: Client, ledger: Ledger
) -> None:
    booking = await offering(acting, "reschedule_by_customer")
    before = await ledger.contents()
    page = await visitor.get(link(acting, booking, "reschedule_by_customer"), headers=HTML)
    assert (page.status, page.text.count('type="radio"')) == (200, 48)
    assert await ledger.contents() == before


@pytest.mark.parametrize("action", ACTIONS[:-1])
async def test_a_link_that_has_acted_shows_what_it_did(asking: Client, visitor: Client, action: str) -> None:
    booking = await offering(asking, action)
    done = await act(asking, visitor, booking, action, headers=HTML)
    shown = await visitor.get(link(asking, booking, action), headers=HTML)
    assert (done.status, shown.status) == (200, 200)
    assert shown.headers["Action-Link-Status"] == "replayed"
    heading = done.text.split("<h1>")[1].split("</h1>")[0]
    assert f"<h1>{heading}</h1>" in shown.text
    assert "<form" not in shown.text


async def test_a_signed_redirect_is_where_opening_leads(acting: Client, visitor: Client) -> None:
    leads = "https://anywhere.example/thanks?a=b&c=%20d"
    booking = await offering(acting, "cancel")
    signature = sign(key_of(acting), booking, redirect=leads)
    answer = await visitor.get(f"{place(booking, 'cancel')}?signature={signature}", headers=HTML)
    assert (answer.status, answer.headers["Location"]) == (302, leads)
