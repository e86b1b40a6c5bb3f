"""Whether a link is open, and for whom."""

from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tokens import rules
from services.tokens.rules import Claimant
from shared.contracts.tokens import Captured, Ruling
from tests.services.tokens.making import CLAIMANT, CONSUMED, CONTACT, EXPIRED, NOW, REVOKED, SECOND, a_link

ADMITTED, SPENT, FENCED = Ruling("admitted"), Ruling("consumed"), Ruling("fenced")
REFUSED = Ruling("refused", "link_revoked")
ANY_RULING = (None, ADMITTED, SPENT, FENCED, REFUSED)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, "open"),
        ({"expires_at": NOW + SECOND}, "open"),
        ({"expires_at": NOW}, "expired"),
        ({"expires_at": NOW - SECOND}, "expired"),
        (CONSUMED, "consumed"),
        (REVOKED, "revoked"),
        ({**CONSUMED, **EXPIRED}, "consumed"),
        ({**REVOKED, **EXPIRED}, "revoked"),
    ],
)
def test_a_link_has_one_status(fields: dict[str, Any], status: str) -> None:
    assert rules.status(a_link(**fields), NOW) == status


@pytest.mark.parametrize(
    ("fields", "claimant", "reason"),
    [
        ({}, CLAIMANT, None),
        ({}, Claimant(), None),
        ({}, msgspec.structs.replace(CLAIMANT, app_id=UUID(int=9)), "link_unknown"),
        ({}, msgspec.structs.replace(CLAIMANT, booking_link_id=UUID(int=9)), "link_wrong_template"),
        (CONSUMED, CLAIMANT, "link_consumed"),
        (REVOKED, CLAIMANT, "link_revoked"),
        (EXPIRED, CLAIMANT, "link_expired"),
        ({}, msgspec.structs.replace(CLAIMANT, email="other@example.com"), None),
        (
            {"strict_email_match": True},
            msgspec.structs.replace(CLAIMANT, email="other@example.com"),
            "email_mismatch",
        ),
        ({"strict_email_match": True}, msgspec.structs.replace(CLAIMANT, email=""), "email_mismatch"),
        ({"strict_email_match": True}, CLAIMANT, None),
        # At the door, before anybody has said who they are.
        ({"strict_email_match": True}, Claimant(), None),
        ({**EXPIRED, "strict_email_match": True}, Claimant(email="x@example.com"), "link_expired"),
    ],
)
def test_a_claimant_is_refused_for_one_reason(
    fields: dict[str, Any], claimant: Claimant, reason: str | None
) -> None:
    assert rules.refusal(a_link(**fields), claimant, False, NOW) == reason
    ruling = Ruling("consumed") if reason is None else Ruling("refused", reason)
    if claimant.app_id is not None:
        assert rules.rule(a_link(**fields), None, claimant, "consumed", NOW) == ruling


def test_an_admitted_claim_outlives_the_expiry_and_nothing_else() -> None:
    assert rules.rule(a_link(**EXPIRED), ADMITTED, CLAIMANT, "consumed", NOW) == SPENT
    assert rules.rule(a_link(**EXPIRED), None, CLAIMANT, "admitted", NOW) == Ruling("refused", "link_expired")
    for fields, reason in ((REVOKED, "link_revoked"), (CONSUMED, "link_consumed")):
        ruling = rules.rule(a_link(**fields), ADMITTED, CLAIMANT, "consumed", NOW)
        assert ruling == Ruling("refused", reason)
    strict = a_link(strict_email_match=True, contact=Captured(CONTACT, "Erased", ""))
    assert rules.rule(strict, ADMITTED, CLAIMANT, "consumed", NOW) == Ruling("refused", "email_mismatch")


@pytest.mark.parametrize("ruling", [SPENT, FENCED, REFUSED])
@pytest.mark.parametrize("wanted", ["admitted", "consumed"])
@pytest.mark.parametrize("fields", [{}, EXPIRED, REVOKED, CONSUMED])
def test_a_final_verdict_stands_whatever_is_asked_and_whatever_became_of_the_link(
    ruling: Ruling, wanted: Any, fields: dict[str, Any]
) -> None:
    assert rules.rule(a_link(**fields), ruling, CLAIMANT, wanted, NOW) == ruling
    assert rules.fence(ruling) == ruling


def test_admitting_twice_is_admitting_once() -> None:
    for fields in ({}, EXPIRED, REVOKED):
        assert rules.rule(a_link(**fields), ADMITTED, CLAIMANT, "admitted", NOW) == ADMITTED


def test_what_was_not_final_is_closed_by_a_fence() -> None:
    assert rules.fence(None) == FENCED
    assert rules.fence(ADMITTED) == FENCED
    assert rules.rule(a_link(), rules.fence(None), CLAIMANT, "consumed", NOW) == FENCED


@given(st.emails())
def test_an_email_is_the_same_in_any_case_and_with_space_around(email: str) -> None:
    for other in (email.upper(), email.lower(), email.swapcase(), f" {email}\t\n"):
        assert rules.same_email(email, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a.b@example.com", "ab@example.com"),
        ("a+tag@example.com", "a@example.com"),
        ("a@example.com", "a@example.org"),
        ("a@example.com", "a@example.com."),
        ("a b@example.com", "ab@example.com"),
        ("", "a@example.com"),
        ("e\u0301@example.com", "e@example.com"),
    ],
)
def test_dots_tags_and_all_else_count(one: str, other: str) -> None:
    assert not rules.same_email(one, other)
    assert not rules.same_email(other, one)
