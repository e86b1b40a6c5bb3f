"""Which loopback ports an installation listens on."""

import random
import socket
from collections.abc import Iterable
from pathlib import Path

from deploy.failure import CannotStart
from deploy.topology import port_offsets

HOST = "127.0.0.1"
LOWEST, HIGHEST = 15_000, 65_535
TRIES = 1_000


def is_free(port: int) -> bool:
    """Whether a server could listen on `port` now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def _choices() -> range:
    # Outgoing connections take ephemeral ports: a server there could lose its own while it restarts.
    ephemeral = Path("/proc/sys/net/ipv4/ip_local_port_range")
    first, last = map(int, ephemeral.read_text().split()) if ephemeral.exists() else (49_152, HIGHEST)
    return max(range(LOWEST, first), range(last + 1, HIGHEST + 1), key=len) or range(LOWEST, HIGHEST + 1)


def any_free(taken: Iterable[int] = ()) -> int:
    """A random free port outside the ephemeral range and not among `taken`."""
    choices, taken = _choices(), set(taken)
    for _ in range(TRIES):
        port = random.choice(choices)  # noqa: S311 - spreads neighbours apart, keeps no secret
        if port not in taken and is_free(port):
            return port
    raise CannotStart("No free port was found on 127.0.0.1. Stop something that listens there and try again.")


def assign(gateway: int) -> dict[str, int]:
    """A port for each of `port_offsets`: the gateway's is `gateway` (any if 0), others near if free."""
    if gateway and not is_free(gateway):
        raise CannotStart(
            f"Port {gateway} on {HOST} is taken by another program. "
            f"Stop that program, or choose another port with --port (0 picks a free one)."
        )
    ports: dict[str, int] = {"gateway": gateway or any_free()}
    for name, offset in port_offsets().items():
        wished = gateway + offset
        if name not in ports:
            near = gateway and wished <= HIGHEST and wished not in ports.values() and is_free(wished)
            ports[name] = wished if near else any_free(ports.values())
    return ports
