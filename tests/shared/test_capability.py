"""Capabilities: a token proves one id, has one spelling, and nobody without the key can make one."""

import base64
import hmac
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.capability import LENGTH, Keyring, Proof

KEY, OTHER = (base64.urlsafe_b64encode(bytes([n]) * 32).decode().rstrip("=") for n in (1, 2))
RING = Keyring("single-use-link", f"1:{KEY}")
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@given(st.uuids())
def test_a_token_proves_its_id_and_the_key_that_made_it(id: UUID) -> None:
    token = RING.token(id, 1)
    assert RING.verify(token) == Proof(id, 1)
    assert len(token) == LENGTH
    assert set(token) <= set(ALPHABET)


@given(st.uuids())
def test_a_token_is_made_as_written_down(id: UUID) -> None:
    # base64url(id ‖ HMAC-SHA256(key, purpose ‖ id)[:16]), the purpose ended by a zero byte.
    tag = hmac.digest(bytes([1]) * 32, b"single-use-link\0" + id.bytes, "sha256")[:16]
    assert RING.token(id, 1) == base64.urlsafe_b64encode(id.bytes + tag).decode().rstrip("=")


@given(st.lists(st.tuples(st.uuids(), st.sampled_from([1, 2]))))
def test_many_tokens_are_those_that_are_made_one_by_one(wanted: list[tuple[UUID, int]]) -> None:
    ring = Keyring("single-use-link", f"2:{OTHER},1:{KEY}")
    together = ring.tokens(b"".join(one.bytes for one, _ in wanted), [key_id for _, key_id in wanted])
    assert [token.decode() for token in together] == [ring.token(*one) for one in wanted]


@given(st.uuids(), st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_a_token_with_any_letter_changed_proves_nothing(id: UUID, place: int, letter: str) -> None:
    token = RING.token(id, 1)
    changed = token[:place] + letter + token[place + 1 :]
    assert (RING.verify(changed) is None) == (changed != token)


@given(st.uuids())
def test_a_token_has_one_spelling_only(id: UUID) -> None:
    token = RING.token(id, 1)
    last = ALPHABET.index(token[-1])
    for other in {ALPHABET[last ^ bits] for bits in (1, 2, 3)}:
        spelled = token[:-1] + other
        assert base64.urlsafe_b64decode(spelled + "=") == base64.urlsafe_b64decode(token + "=")
        assert RING.verify(spelled) is None
    for spelled in (f"{token}=", f" {token}", f"{token}\n", token[:20] + "\n" + token[20:], token + "A"):
        assert RING.verify(spelled) is None


@given(st.text(max_size=60) | st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH))
def test_what_was_never_made_proves_nothing(text: str) -> None:
    assert RING.verify(text) is None


@given(st.uuids())
def test_a_token_of_another_purpose_or_key_proves_nothing(id: UUID) -> None:
    for ring in (Keyring("api-key", f"1:{KEY}"), Keyring("single-use-link", f"1:{OTHER}")):
        assert ring.verify(RING.token(id, 1)) is None
    # One purpose that begins like another is another.
    assert Keyring("single-use-lin", f"1:{KEY}").verify(RING.token(id, 1)) is None


@given(st.uuids())
def test_after_a_change_of_keys_old_tokens_hold_and_new_ones_use_the_new_key(id: UUID) -> None:
    both = Keyring("single-use-link", f"2:{OTHER},1:{KEY}")
    assert both.newest == 2
    assert both.verify(RING.token(id, 1)) == Proof(id, 1)
    assert both.verify(both.token(id, both.newest)) == Proof(id, 2)
    assert both.token(id, 1) == RING.token(id, 1)
    assert RING.verify(both.token(id, 2)) is None
    with pytest.raises(KeyError):
        RING.token(id, 2)


@pytest.mark.parametrize(
    "text", ["", "1", ":", f"1{KEY}", f":{KEY}", f"one:{KEY}", "1:", "1:abc", f"1:{KEY[:-1]}", "1:é" + KEY]
)
def test_a_keyring_that_cannot_be_read_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(ValueError) as refused:
        Keyring("purpose", text)
    assert KEY[:-1] not in str(refused.value)


@pytest.mark.parametrize("number", [0, -1, 32768, 10**6])
def test_a_key_id_that_no_row_could_remember_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="32767"):
        Keyring("purpose", f"{number}:{KEY}")


def test_two_keys_of_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="same id"):
        Keyring("purpose", f"1:{KEY},1:{OTHER}")
