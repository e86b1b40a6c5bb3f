"""Contacts: people by name and email, one of each email in an app."""

from tests.system.client import Client
from tests.system.ledger import Ledger
from tests.system.making import a_contact, an_email


async def test_everything_that_is_given_is_kept(app: Client) -> None:
    email = an_email()
    given = {"name": "Mei Tanaka 田中", "email": email, "phone": "+81 3 1234", "external_ref": "crm:42"}
    made = await a_contact(app, **given)
    assert {name: made[name] for name in given} == given
    assert made.keys() >= {*given, "id", "created_at", "updated_at"}
    assert (await app.get(f"/v1/contacts/{made['id']}")).data == made


async def test_names_and_emails_are_freed_of_the_space_around_them(app: Client) -> None:
    email = an_email()
    made = await a_contact(app, name="\u2003Mei Tanaka  ", email=f" {email}\t")
    assert (made["name"], made["email"]) == ("Mei Tanaka", email)


async def test_a_change_of_one_field_leaves_the_others(app: Client) -> None:
    made = await a_contact(app, phone="1", external_ref="2")
    changes: tuple[tuple[str, str | None], ...] = (
        ("name", "Renamed"), ("email", an_email()), ("phone", None), ("external_ref", "3"),
    )  # fmt: skip
    for field, value in changes:
        changed = (await app.patch(f"/v1/contacts/{made['id']}", {field: value})).data
        assert changed == {**made, field: value, "updated_at": changed["updated_at"]}
        assert changed["updated_at"] > made["updated_at"]
        made = changed
    unchanged = (await app.patch(f"/v1/contacts/{made['id']}", {})).data
    assert {**unchanged, "updated_at": made["updated_at"]} == made


async def test_an_email_is_one_contacts_whatever_its_case(app: Client, ledger: Ledger) -> None:
    one, two = await a_contact(app), await a_contact(app)
    before = await ledger.contents()
    again = {"name": "Another", "email": one["email"].upper()}
    assert (await app.post("/v1/contacts", again)).refused == (422, "validation_failed")
    taken = await app.patch(f"/v1/contacts/{two['id']}", {"email": one["email"]})
    assert taken.refused == (422, "validation_failed")
    assert [error["field"] for error in taken.json["errors"]] == ["email"]
    assert await ledger.contents() == before
    kept = await app.patch(f"/v1/contacts/{one['id']}", {"email": one["email"].upper()})
    assert kept.data["email"] == one["email"].upper()


async def test_a_contact_without_name_or_email_is_refused(app: Client, ledger: Ledger) -> None:
    before = await ledger.contents()
    for body, refused in (
        ({"name": "Mei"}, (400, "invalid_request")),
        ({"email": an_email()}, (400, "invalid_request")),
        ({"name": None, "email": an_email()}, (400, "invalid_request")),
        ({"name": " ", "email": an_email()}, (422, "validation_failed")),
        ({"name": "a\nb", "email": an_email()}, (422, "validation_failed")),
        ({"name": "x" * 201, "email": an_email()}, (422, "validation_failed")),
        ({"name": "Mei", "email": "mei"}, (422, "validation_failed")),
        ({"name": "Mei", "email": "mei@a@b"}, (422, "validation_failed")),
        ({"name": "Mei", "email": "mei tanaka@example.com"}, (422, "validation_failed")),
        ({"name": "Mei", "email": "a" * 250 + "@example.com"}, (422, "validation_failed")),
        ({"name": "Mei", "email": an_email(), "vip": True}, (400, "invalid_request")),
        ({"name": "Mei", "email": an_email(), "id": "mine"}, (400, "invalid_request")),
    ):
        assert (await app.post("/v1/contacts", body)).refused == refused, body
    assert await ledger.contents() == before
