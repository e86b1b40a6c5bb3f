"""What goes wrong: a problem document for programs, a page with the same status and code for browsers."""

import re
from collections.abc import Awaitable, Callable

import pytest

from tests.system.client import Answer, Client
from tests.system.making import a_booking_link, a_link, book_with, free_times, wish

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
Provoke = Callable[[Client, dict[str, str]], Awaitable[Answer]]


async def _unknown_page(client: Client, accept: dict[str, str]) -> Answer:
    return await client.get("/book/no-such-page", headers=accept)


async def _unknown_link(client: Client, accept: dict[str, str]) -> Answer:
    return await client.get("/single-use/no-such-token", headers=accept)


async def _unknown_address(client: Client, accept: dict[str, str]) -> Answer:
    return await client.get("/nothing", headers=accept)


async def _wrong_method(client: Client, accept: dict[str, str]) -> Answer:
    return await client.ask("DELETE", "/book/some-page", headers=accept)


async def _no_key(client: Client, accept: dict[str, str]) -> Answer:
    return await client.get("/v1/contacts", headers=accept)


async def _not_json(client: Client, accept: dict[str, str]) -> Answer:
    return await client.post("/book/some-page", data="{", headers=accept)


async def _bad_value(client: Client, accept: dict[str, str]) -> Answer:
    return await client.post("/book/some-page", wish("2026-01-01T00:00:00Z", email="nobody"), headers=accept)


async def _no_form(client: Client, accept: dict[str, str]) -> Answer:
    sent = {**accept, "Content-Type": "application/x-www-form-urlencoded"}
    return await client.post("/book/some-page", data="a=b", headers=sent)


PROVOKED: dict[str, tuple[Provoke, int, str]] = {
    "unknown page": (_unknown_page, 404, "not_found"),
    "unknown link": (_unknown_link, 404, "link_unknown"),
    "unknown address": (_unknown_address, 404, "not_found"),
    "wrong method": (_wrong_method, 405, "method_not_allowed"),
    "no key": (_no_key, 401, "unauthorized"),
    "not json": (_not_json, 400, "invalid_request"),
    "bad value": (_bad_value, 422, "validation_failed"),
    "no form": (_no_form, 415, "unsupported_media_type"),
}


@pytest.mark.parametrize("name", PROVOKED)
@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html;q=0.5, application/json", "?", ""])
async def test_a_program_is_told_by_a_problem_document(visitor: Client, name: str, accept: str) -> None:
    provoke, status, code = PROVOKED[name]
    answer = await provoke(visitor, {"Accept": accept})
    assert answer.refused == (status, code)
    problem = answer.json
    assert problem.keys() - {"errors"} == {"type", "title", "status", "code", "detail", "request_id"}
    assert problem["status"] == status
    assert problem["request_id"] == answer.headers["X-Request-Id"]
    assert all(isinstance(problem[field], str) and problem[field] for field in ("type", "title", "detail"))


@pytest.mark.parametrize("name", PROVOKED)
@pytest.mark.parametrize("accept", [BROWSER, "text/html", "application/json;q=0.3,text/html;q=0.4"])
async def test_a_browser_gets_a_page_of_the_same_status_and_code(
    visitor: Client, name: str, accept: str
) -> None:
    provoke, status, code = PROVOKED[name]
    answer = await provoke(visitor, {"Accept": accept})
    assert answer.status == status
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert re.findall(r'<main[^>]* data-code="([^"]*)"', answer.text) == [code]


async def test_a_problem_names_each_field_and_what_to_do(app: Client) -> None:
    problem = (await app.post("/v1/contacts", {"name": "A", "email": "nobody"})).json
    assert problem["errors"] == [
        {"field": "email", "message": "must be an email address, like dana@example.com"}
    ]
    problem = (await app.post("/v1/contacts", {"name": "A"})).json
    assert problem["code"] == "invalid_request"
    assert problem["errors"] == [{"field": "email", "message": "is required"}]
    body = {"booking_link_id": "nope", "contact": {"name": "A", "email": "a@example.com", "age": 3}}
    problem = (await app.post("/v1/single-use-links", {**body, "booking_link_id": 3})).json
    assert [error["field"] for error in problem["errors"]] == ["booking_link_id"]
    assert problem["code"] == "invalid_request"


async def test_the_two_sentences_that_programs_may_show_are_word_for_word(
    app: Client, visitor: Client
) -> None:
    booking_link = await a_booking_link(app)
    link = await a_link(app, booking_link, strict_email_match=True)
    refused = await book_with(visitor, booking_link, link, email="somebody@example.com")
    assert refused.refused == (403, "email_mismatch")
    assert refused.json["detail"] == "This link is not for you."
    page = await visitor.post(
        f"/book/{booking_link['slug']}",
        wish((await free_times(visitor, booking_link))[0], single_use_token=link["token"]),
        headers={"Accept": "text/html"},
    )
    assert (page.status, "This link is not for you." in page.text) == (403, True)
