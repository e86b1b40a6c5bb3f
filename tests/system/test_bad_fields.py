"""Every field of every body with every wrong type and every hostile text."""

import copy
import json
from collections.abc import Iterator
from typing import Any

from tests.system.client import Client
from tests.system.ledger import Ledger
from tests.system.making import a_booking_link, a_contact, an_email, booking_link_fields, free_times, wish
from tests.system.refusing import properly

Path = tuple[str | int, ...]
TYPES: tuple[Any, ...] = (None, True, 7, 7.5, "text", ["a"], {"a": 1})
TEXTS = ("a\0b", "\0", "x" * 60_000, "\ud800", "a\udfffb")
NULLABLE = {
    "slug", "price", "slot_interval_minutes", "accent_color", "logo_url", "phone", "external_ref", "source",
    "channel", "workflow_id", "run_id", "step", "campaign", "expires_at", "expires_in_days", "contact_id",
    "single_use_token", "topic", "agree",
}  # fmt: skip
OPEN = {"answers", "topic", "agree"}
"""What may hold more than one type; tests of answers look there."""


def _places(value: Any, place: Path = ()) -> Iterator[tuple[Path, Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*place, key), inner
        yield from _places(inner, (*place, key))


def _with(body: dict[str, Any], place: Path, value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(body)
    inner: Any = changed
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    return changed


def _wrong(body: dict[str, Any]) -> Iterator[tuple[Path, Any]]:
    for place, good in _places(body):
        for value in TYPES:
            fits = type(value) is type(good) or (value is None and place[-1] in NULLABLE)
            if not fits and not OPEN & set(place):
                yield place, value
        for text in TEXTS if isinstance(good, str) else ():
            yield place, text


async def _refuses(
    app: Client, ledger: Ledger, method: str, path: str, body: dict[str, Any], hostile: list[tuple[Path, Any]]
) -> None:
    before = await ledger.contents()
    assert hostile
    for place, value in hostile:
        data = json.dumps(_with(body, place, value))
        answer = await app.ask(method, path, data=data)
        assert properly(answer) in ("invalid_request", "validation_failed"), (place, repr(value)[:40])
    assert await ledger.contents() == before, "something was changed by what was refused"


def _booking_link_body() -> dict[str, Any]:
    return booking_link_fields(
        slug="some-slug",
        description="text",
        schedule={
            "timezone": "UTC",
            "weekly": {"monday": [{"from": "09:00", "to": "10:00"}]},
            "overrides": [{"date": "2030-01-01", "hours": [{"from": "09:00", "to": "10:00"}]}],
        },
        duration_minutes=30,
        slot_interval_minutes=30,
        buffer_before_minutes=1,
        buffer_after_minutes=1,
        minimum_notice_minutes=1,
        maximum_days_ahead=1,
        hold_minutes=1,
        graph="instant",
        price={"amount": 1, "currency": "EUR"},
        questions=[{"key": "k", "label": "l", "type": "select", "required": True, "options": ["o"]}],
        branding={"accent_color": "#123456", "logo_url": "https://example.com/l.png"},
        access="public",
        active=True,
    )


async def test_no_field_of_a_booking_link_takes_what_it_should_not(app: Client, ledger: Ledger) -> None:
    body = _booking_link_body()
    await _refuses(app, ledger, "POST", "/v1/booking-links", body, list(_wrong(body)))


async def test_no_change_of_a_booking_link_takes_what_it_should_not(app: Client, ledger: Ledger) -> None:
    made = await a_booking_link(app)
    body = _booking_link_body()
    await _refuses(app, ledger, "PATCH", f"/v1/booking-links/{made['id']}", body, list(_wrong(body)))


async def test_no_object_takes_a_field_that_it_does_not_know(app: Client, ledger: Ledger) -> None:
    body = _booking_link_body()
    objects = [(), *(place for place, value in _places(body) if isinstance(value, dict))]
    before = await ledger.contents()
    for place in objects:
        for name in ("surprise", "id", "__class__", "a\0b", "", "x" * 50_000):
            data = json.dumps(_with(body, (*place, name), 1))
            answer = await app.post("/v1/booking-links", data=data)
            assert properly(answer) in ("invalid_request", "validation_failed"), (place, name[:40])
            # A weekday that is none is a bad value; any other unknown name is no field at all.
            if place[-1:] != ("weekly",):
                (error,) = answer.json["errors"]
                assert error["message"] == "is not a known field"
    assert await ledger.contents() == before


async def test_no_field_of_a_contact_takes_what_it_should_not(app: Client, ledger: Ledger) -> None:
    body = {"name": "Mei", "email": an_email(), "phone": "1", "external_ref": "2"}
    await _refuses(app, ledger, "POST", "/v1/contacts", body, list(_wrong(body)))
    made = await a_contact(app)
    changed = {**body, "email": an_email()}
    await _refuses(app, ledger, "PATCH", f"/v1/contacts/{made['id']}", changed, list(_wrong(changed)))


async def test_no_field_of_a_link_takes_what_it_should_not(app: Client, ledger: Ledger) -> None:
    an_id = (await a_contact(app))["id"]
    body = {
        "booking_link_id": (await a_booking_link(app))["id"],
        "contact": {"name": "Mei", "email": an_email()},
        "expires_at": "2099-01-01T00:00:00Z",
        "strict_email_match": True,
        "source": {"channel": "c", "workflow_id": an_id, "run_id": an_id, "step": "s", "campaign": "c"},
    }
    await _refuses(app, ledger, "POST", "/v1/single-use-links", body, list(_wrong(body)))
    by_id = {name: value for name, value in body.items() if name not in ("contact", "expires_at")}
    by_id |= {"contact_id": an_id, "expires_in_days": 3}
    hostile = [(place, value) for place, value in _wrong(by_id) if place != ("contact_id",) or value]
    await _refuses(app, ledger, "POST", "/v1/single-use-links", by_id, hostile)


async def test_no_field_of_a_booking_takes_what_it_should_not(
    app: Client, visitor: Client, ledger: Ledger
) -> None:
    questions = [{"key": "topic", "label": "T"}, {"key": "agree", "label": "A", "type": "checkbox"}]
    page = await a_booking_link(app, questions=questions)
    body = wish((await free_times(visitor, page))[0], answers={"topic": "t", "agree": True})
    hostile = [
        *_wrong(body),
        *((("answers", "topic"), value) for value in (7, 7.5, ["a"], {"a": 1}, True)),
        *((("answers", "agree"), value) for value in (7, 7.5, ["a"], {"a": 1}, "yes")),
        *((("answers",), value) for value in (None, True, 7, 7.5, "text", ["a"], {"a": 1}, {"a": "b"})),
        *((("answers", key), "text") for key in ("", "\0", "x" * 300, "\ud800", "__proto__")),
    ]
    await _refuses(visitor, ledger, "POST", f"/book/{page['slug']}", body, hostile)
    assert (await visitor.post(f"/book/{page['slug']}", body)).status == 201
