"""The closed list of errors, and how one travels between pieces."""

import msgspec
import pytest

from shared.errors import STATUS, FieldError, Refusal, WireError, invalid
from tests.system.refusing import CODES


def test_every_public_code_has_the_status_of_the_contract() -> None:
    own = {"caller_not_allowed", "internal_error", "unavailable", "timeout"}
    assert {code: STATUS[code] for code in STATUS.keys() - own} == {
        code: status for code, status in CODES.items() if code != "method_not_allowed"
    }
    assert (STATUS["unavailable"], STATUS["timeout"], STATUS["internal_error"]) == (503, 504, 500)


@pytest.mark.parametrize("code", STATUS)
def test_a_refusal_has_the_status_of_its_code(code: str) -> None:
    assert Refusal(code).status == STATUS[code]


def test_a_code_that_a_newer_neighbour_knows_is_no_second_error() -> None:
    assert Refusal("code_of_tomorrow").status == 500


def test_a_bad_value_names_its_field() -> None:
    refusal = invalid("contact.email", "must be an email address")
    assert (refusal.code, refusal.status) == ("validation_failed", 422)
    assert refusal.errors == (FieldError("contact.email", "must be an email address"),)


def test_what_is_not_said_does_not_travel() -> None:
    assert msgspec.json.encode(WireError("not_found")) == b'{"code":"not_found"}'
    full = WireError("validation_failed", "Look again.", (FieldError("a", "b"),), 7)
    assert msgspec.json.decode(msgspec.json.encode(full), type=WireError) == full
