"""Booking links: what a program may set, what is filled in, what contradicts itself."""

from typing import Any

import pytest

from tests.system.client import Client
from tests.system.ledger import Ledger
from tests.system.making import ALWAYS, a_booking_link, an_email, booking_link_fields

GIVEN: dict[str, Any] = {
    "title": "Deep dive",
    "description": "An hour.\nBring questions ☀",
    "duration_minutes": 60,
    "slot_interval_minutes": 20,
    "buffer_before_minutes": 5,
    "buffer_after_minutes": 10,
    "minimum_notice_minutes": 90,
    "maximum_days_ahead": 45,
    "schedule": {
        "timezone": "Europe/Berlin",
        "weekly": {"monday": [{"from": "09:00", "to": "12:00"}, {"from": "13:00", "to": "24:00"}]},
        "overrides": [{"date": "2030-05-01", "hours": []}],
    },
    "graph": "instant",
    "price": None,
    "hold_minutes": 15,
    "questions": [
        {"key": "topic", "label": "Topic", "type": "select", "required": True, "options": ["a", "b"]}
    ],
    "branding": {"accent_color": "#Aa00fF", "logo_url": "https://example.com/logo.png"},
    "access": "single_use_only",
    "active": False,
    "host": {"name": "Dana Reyes", "email": "dana.given@example.com"},
}
DEFAULTS = {
    "description": "",
    "duration_minutes": 30,
    "slot_interval_minutes": 30,
    "buffer_before_minutes": 0,
    "buffer_after_minutes": 0,
    "minimum_notice_minutes": 0,
    "maximum_days_ahead": 30,
    "graph": "instant",
    "price": None,
    "hold_minutes": 30,
    "questions": [],
    "branding": {"accent_color": None, "logo_url": None},
    "access": "public",
    "active": True,
}


async def test_everything_that_is_given_is_kept(app: Client) -> None:
    made = await a_booking_link(app, **GIVEN)
    assert {name: made[name] for name in GIVEN} == GIVEN
    assert made.keys() == {*GIVEN, "id", "slug", "created_at", "updated_at"}
    assert (await app.get(f"/v1/booking-links/{made['id']}")).data == made


async def test_everything_that_is_left_out_has_its_default(app: Client) -> None:
    made = await a_booking_link(app)
    assert {name: made[name] for name in DEFAULTS} == DEFAULTS
    assert made["schedule"] == {**ALWAYS, "overrides": []}


async def test_slots_begin_as_often_as_a_meeting_lasts_unless_told_otherwise(app: Client) -> None:
    assert (await a_booking_link(app, duration_minutes=50))["slot_interval_minutes"] == 50
    made = await a_booking_link(app, duration_minutes=50, slot_interval_minutes=10)
    changed = await app.patch(f"/v1/booking-links/{made['id']}", {"slot_interval_minutes": None})
    assert changed.data["slot_interval_minutes"] == 50


@pytest.mark.parametrize("name", GIVEN)
async def test_a_change_of_one_field_leaves_the_others(app: Client, name: str) -> None:
    made = await a_booking_link(app)
    changed = (await app.patch(f"/v1/booking-links/{made['id']}", {name: GIVEN[name]})).data
    assert changed[name] == GIVEN[name]
    follows = {"slot_interval_minutes"} if name == "duration_minutes" else set()
    aside = {name, "updated_at", *follows}
    assert {key: value for key, value in changed.items() if key not in aside} == {
        key: value for key, value in made.items() if key not in aside
    }
    assert changed["updated_at"] > made["updated_at"]
    assert (await app.get(f"/v1/booking-links/{made['id']}")).data == changed


async def test_a_host_is_one_row_by_email_and_carries_its_latest_name(app: Client) -> None:
    email = an_email()
    one = await a_booking_link(app, host={"name": "D. Reyes", "email": email})
    two = await a_booking_link(app, host={"name": " Dana Reyes ", "email": email.upper()})
    assert two["host"]["name"] == "Dana Reyes"
    assert (await app.get(f"/v1/booking-links/{one['id']}")).data["host"] == two["host"]


CONTRADICTIONS: list[dict[str, Any]] = [
    {"price": {"amount": 100, "currency": "EUR"}},
    {"schedule": {**ALWAYS, "timezone": "Mars/Base"}},
    {"schedule": {**ALWAYS, "timezone": "../../etc/passwd"}},
    {"schedule": {"timezone": "UTC", "weekly": {"monday": [{"from": "10:00", "to": "10:00"}]}}},
    {"schedule": {"timezone": "UTC", "weekly": {"monday": [{"from": "24:00", "to": "24:00"}]}}},
    {"schedule": {"timezone": "UTC", "weekly": {"monday": [{"from": "9:00", "to": "10:00"}]}}},
    {"schedule": {"timezone": "UTC", "weekly": {"funday": []}}},
    {
        "schedule": {
            "timezone": "UTC",
            "weekly": {"monday": [{"from": "10:00", "to": "12:00"}, {"from": "11:00", "to": "13:00"}]},
        }
    },
    {"schedule": {**ALWAYS, "overrides": [{"date": "2030-05-01", "hours": []}] * 2}},
    {"schedule": {**ALWAYS, "overrides": [{"date": "2030-02-30", "hours": []}]}},
    {"questions": [{"key": "a", "label": "A"}] * 2},
    {"questions": [{"key": "a", "label": "A", "type": "select"}]},
    {"questions": [{"key": "a", "label": "A", "options": ["x"]}]},
    {"questions": [{"key": "A", "label": "A"}]},
    {"branding": {"accent_color": "red"}},
    {"branding": {"accent_color": "#12345"}},
    {"branding": {"logo_url": "javascript:alert(1)"}},
    {"branding": {"logo_url": 'https://example.com/"onload='}},
    {"graph": "nonsense"},
    {"access": "nobody"},
    {"title": "   "},
    {"host": {"name": "Dana", "email": "dana"}},
]


@pytest.mark.parametrize("wrong", CONTRADICTIONS, ids=str)
async def test_what_contradicts_itself_is_refused_when_made_and_when_changed(
    app: Client, ledger: Ledger, wrong: dict[str, Any]
) -> None:
    made = await a_booking_link(app)
    before = await ledger.contents()
    created = await app.post("/v1/booking-links", booking_link_fields(**wrong))
    assert created.refused == (422, "validation_failed")
    (field, *_) = wrong
    assert all(error["field"].startswith(field) for error in created.json["errors"])
    changed = await app.patch(f"/v1/booking-links/{made['id']}", wrong)
    assert changed.refused == (422, "validation_failed")
    assert await ledger.contents() == before
