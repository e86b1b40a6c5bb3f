"""Why an installation cannot start, in words for the person who started it."""

from pathlib import Path

SHOWN_LINES = 20


class CannotStart(Exception):
    """The message says what happened and what to do; it is shown without a traceback."""


def with_log(message: str, log: Path) -> CannotStart:
    """The failure of a program whose log says more: the message, then the log's last lines."""
    return CannotStart(f"{message} The end of {log}:\n{_end(log)}")


def _end(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()[-SHOWN_LINES:] if log.exists() else []
    return "\n".join(f"    {line}" for line in lines) or "    (it wrote nothing)"
