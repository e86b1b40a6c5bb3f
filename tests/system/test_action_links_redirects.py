"""Where an action link may lead: what leads elsewhere is refused before anything changes."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.system.client import Client
from tests.system.conftest import NewApp
from tests.system.following import HTML, link, offering, place
from tests.system.ledger import Ledger
from tests.system.refusing import properly
from tests.system.signing import key_of, sign

OK = "https://ok.example"
EVIL = [
    "",
    "//evil",
    "/\\evil",
    "https:/\\evil",
    "https://ok.example@evil",
    "https://ok.example.evil",
    "https://evil\\@ok.example",
    "javascript:alert(1)",
    "JaVaScRiPt://ok.example/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "https://ok.example\r\nSet-Cookie: evil=1",
    "https://ok.example/\r\n\r\n<script>evil()</script>",
    "\thttps://ok.example/evil",
    "java\tscript:alert(1)",
    " https://ok.example/evil",
    "HTTPS://ok.example/evil",
    "http://ok.example/evil",
    "https://ok.example:444/evil",
    "https://оk.example/evil",
    "https://ok。example/evil",
    "https://ok.example%00.evil",
    "/bookings/evil",
]


@pytest.fixture(scope="module")
async def app(new_app: NewApp) -> Client:
    """An app that allows one origin."""
    made = await new_app()
    await made.patch("/v1/app", {"redirect_origins": [OK], "action_links_on_open": "act"})
    return made


@pytest.fixture(scope="module")
async def booking(app: Client) -> dict[str, Any]:
    """One that every test finds as it was made."""
    return await offering(app, "cancel")


@pytest.mark.parametrize("redirect", EVIL)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_nobody_is_sent_anywhere_else_and_nothing_changes(
    app: Client, visitor: Client, ledger: Ledger, booking: dict[str, Any], method: str, redirect: str
) -> None:
    before = await ledger.contents()
    signature = sign(key_of(app), booking)
    address = f"{place(booking, 'cancel')}?signature={signature}&redirect={quote(redirect, safe='')}"
    problem = await visitor.ask(method, address)
    page = await visitor.ask(method, address, headers=HTML)
    assert properly(problem) == "redirect_not_allowed"
    assert (page.status, 'data-code="redirect_not_allowed"' in page.text) == (400, True)
    for answer in (problem, page):
        assert not {"Location", "Refresh", "Set-Cookie"} & set(answer.headers)
        assert "evil" not in answer.text
        assert signature not in answer.text
    assert await ledger.contents() == before


@pytest.mark.parametrize("redirect", [one for one in EVIL if one.startswith(("java", "data", "//", "/\\"))])
async def test_not_even_when_it_is_signed(
    app: Client, visitor: Client, ledger: Ledger, booking: dict[str, Any], redirect: str
) -> None:
    before = await ledger.contents()
    signature = sign(key_of(app), booking, redirect=redirect)
    for method in ("GET", "POST"):
        answer = await visitor.ask(method, f"{place(booking, 'cancel')}?signature={signature}")
        assert properly(answer) == "redirect_not_allowed"
    assert await ledger.contents() == before


@pytest.mark.parametrize(
    "redirect", [OK, f"{OK}/", f"{OK}?a=b&c=d#e", f"{OK}:443/x", "https://OK.Example/x", f"{OK}/über?ä=ö"]
)
async def test_an_allowed_origin_is_gone_to_at_any_path(app: Client, visitor: Client, redirect: str) -> None:
    answer = await visitor.post(link(app, await offering(app, "cancel"), redirect=redirect), headers=HTML)
    assert answer.status == 303
    assert answer.headers["Location"] == quote(redirect, safe=":/?#=&")


async def test_the_page_that_asks_lets_its_form_lead_there(new_app: NewApp, visitor: Client) -> None:
    app = await new_app()
    await app.patch("/v1/app", {"redirect_origins": ["http://localhost:3000"]})
    booking = await offering(app, "cancel")
    for redirect, sources in (
        (None, "'self'"),
        ("http://localhost:3000/x", "'self' http://localhost:3000 https:"),
    ):
        page = await visitor.get(link(app, booking, redirect=redirect), headers=HTML)
        assert f"; form-action {sources};" in page.headers["Content-Security-Policy"]
