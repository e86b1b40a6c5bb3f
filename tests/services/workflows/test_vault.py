"""The vault: what is sealed is read by nobody else, is bound to its row, and outlives a change of keys."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.workflows.vault import Unopened, Vault

KEY, OTHER = (base64.urlsafe_b64encode(bytes([n]) * 32).decode().rstrip("=") for n in (1, 2))
VAULT = Vault(f"1:{KEY}")


@given(st.binary(max_size=200), st.binary(max_size=40))
def test_what_was_sealed_opens_and_cannot_be_read_meanwhile(plain: bytes, about: bytes) -> None:
    key_id, sealed = VAULT.seal(plain, about)
    assert VAULT.open(key_id, sealed, about) == plain
    assert len(plain) < 4 or plain not in sealed


def test_the_same_secret_is_sealed_differently_each_time() -> None:
    assert VAULT.seal(b"secret", b"row")[1] != VAULT.seal(b"secret", b"row")[1]


@given(st.binary(min_size=1, max_size=40), st.data())
def test_what_was_changed_does_not_open(plain: bytes, data: st.DataObject) -> None:
    key_id, sealed = VAULT.seal(plain, b"row")
    place = data.draw(st.integers(0, len(sealed) - 1))
    changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
    for other in (changed, sealed[:-1], b"", sealed[:12]):
        with pytest.raises(Unopened):
            VAULT.open(key_id, other, b"row")


def test_what_is_about_another_row_does_not_open() -> None:
    key_id, sealed = VAULT.seal(b"secret", b"row")
    with pytest.raises(Unopened):
        VAULT.open(key_id, sealed, b"another row")


def test_after_a_change_of_keys_the_old_opens_and_the_new_seals() -> None:
    key_id, sealed = VAULT.seal(b"secret", b"row")
    both = Vault(f"2:{OTHER},1:{KEY}")
    assert both.open(key_id, sealed, b"row") == b"secret"
    newer_id, newer = both.seal(b"secret", b"row")
    assert newer_id == 2
    with pytest.raises(Unopened):
        VAULT.open(newer_id, newer, b"row")
    with pytest.raises(Unopened):
        Vault(f"1:{OTHER}").open(key_id, sealed, b"row")


@pytest.mark.parametrize("keyring", ["", "1:abc", f"1:{KEY}AAAA", f"1:{KEY},1:{OTHER}"])
def test_a_keyring_that_cannot_seal_is_refused_without_repeating_it(keyring: str) -> None:
    with pytest.raises(ValueError) as refused:
        Vault(keyring)
    assert KEY[:-1] not in str(refused.value)
