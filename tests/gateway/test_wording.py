import pytest

from gateway.wording import EXPLANATIONS, FALLBACK, explain
from shared.errors import STATUS

PRIVATE = {"caller_not_allowed", "internal_error"}


def said(code: str, host_name: str | None = None) -> str:
    return " ".join(explain(code, host_name))


def test_used_link_names_whom_to_ask() -> None:
    assert said("link_consumed", "Dana Reyes") == (
        "This link has been used. It was made for one booking. Ask Dana Reyes for a fresh one."
    )
    assert said("link_consumed").endswith("Ask the person who sent it for a fresh one.")


def test_promised_sentences_are_kept() -> None:
    assert explain("link_expired").heading == "This link has expired."
    assert explain("email_mismatch").heading == "This link is not for you."


def test_every_public_code_has_words_of_its_own() -> None:
    assert set(STATUS) - PRIVATE <= set(EXPLANATIONS)


@pytest.mark.parametrize("code", sorted(EXPLANATIONS))
def test_words_are_plain_sentences_without_a_code_or_blame(code: str) -> None:
    words = said(code, "Dana Reyes")
    assert all(part.endswith(".") for part in explain(code))
    assert code not in words
    assert "{" not in words
    assert not {"invalid", "error", "illegal", "your fault", "failed"} & set(words.lower().split())


def test_unknown_code_still_says_what_to_do() -> None:
    assert explain("something_new", "Dana Reyes").heading == FALLBACK.heading
    assert "Dana Reyes" in explain("something_new", "Dana Reyes").advice


def test_detail_replaces_a_general_reason_only() -> None:
    assert explain("validation_failed", detail="The end is before the start.").text == (
        "The end is before the start."
    )
    assert explain("link_consumed", detail="internal").text == "It was made for one booking."


def test_host_name_is_never_read_as_a_template() -> None:
    assert "{sender} {0} {x.y}" in explain("link_consumed", "{sender} {0} {x.y}").advice
