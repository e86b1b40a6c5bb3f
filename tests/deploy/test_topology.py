"""The table everything starts from."""

import socket

import pytest

from deploy import ports
from deploy.failure import CannotStart
from deploy.topology import PIECES, callers_of, port_offsets


def test_every_piece_comes_after_those_it_calls() -> None:
    seen: set[str] = set()
    for piece in PIECES:
        assert set(piece.needs) <= seen
        seen.add(piece.name)


def test_tokens_is_called_by_all_but_actions_and_calls_nobody() -> None:
    assert {piece.name for piece in callers_of("tokens")} == {"booking", "workflows", "gateway"}
    assert not next(piece for piece in PIECES if piece.name == "tokens").needs


def test_no_piece_proves_itself_to_a_machine_that_is_only_stood_in_for() -> None:
    assert not [piece.name for piece in PIECES if piece.stands_in and callers_of(piece.name)]


def test_ports_of_an_installation_differ_and_gateway_has_the_asked_one() -> None:
    gateway = ports.any_free()
    assigned = ports.assign(gateway)
    assert assigned["gateway"] == gateway
    assert len(set(assigned.values())) == len(port_offsets()) > len(PIECES)


def test_piece_moves_aside_when_the_port_beside_the_gateway_is_taken() -> None:
    # Not where outgoing connections of other tests have theirs.
    gateway, beside = _free_neighbours()
    with socket.create_server(("127.0.0.1", beside)):
        assigned = ports.assign(gateway)
    assert assigned["gateway"] == gateway
    assert assigned["tokens"] != beside


def _free_neighbours() -> tuple[int, int]:
    while True:
        gateway = ports.any_free()
        beside = gateway + port_offsets()["tokens"]
        if ports.is_free(beside):
            return gateway, beside


def test_taken_port_of_the_gateway_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as occupant, pytest.raises(CannotStart, match="--port"):
        ports.assign(occupant.getsockname()[1])
