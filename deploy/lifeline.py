"""Ties a child process to its parent's life: even a killed runner leaves nothing behind (Linux only)."""

import ctypes
import os
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1

_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


def ends_with_parent(signal: int) -> Callable[[], None]:
    """For `preexec_fn`: the kernel sends the child `signal` when the thread that starts it ends."""
    parent = os.getpid()

    def tie() -> None:
        if _prctl is not None:
            _prctl(PR_SET_PDEATHSIG, signal)
        # The parent may have died before the line above; then no signal would ever come.
        if os.getppid() != parent:
            os._exit(1)

    return tie
