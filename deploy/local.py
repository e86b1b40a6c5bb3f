"""Bookonce on this machine: `python -m deploy.local`; Ctrl-C stops it, the data stays."""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from deploy import ports
from deploy.data_folder import claimed
from deploy.failure import CannotStart

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STARTED_AND_STOPPED, FAILED, INTERRUPTED = 0, 1, 130


def options(arguments: list[str] | None = None) -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(
        prog="python -m deploy.local", description="Run Bookonce on this machine."
    )
    parser.add_argument(
        "--port", type=_port, default=8080, help="of the gateway; 0 picks free ports (default 8080)"
    )
    parser.add_argument(
        "--data-dir", type=Path, default=Path(".local"), help="kept between runs (default .local)"
    )
    parser.add_argument("--ready-file", type=Path, help="written when everything answers")
    parser.add_argument("--rate-limits", choices=("on", "off"), default="on")
    return parser.parse_args(arguments)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > ports.HIGHEST:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to {ports.HIGHEST}")
    return int(text)


def say(line: str) -> None:
    """One line for the person at the terminal."""
    print(line, flush=True)


async def run(chosen: argparse.Namespace) -> int:
    """Start everything, keep it alive until told to stop, stop everything."""
    _cancel_on_signal()
    outcome = INTERRUPTED
    with claimed(chosen.data_dir) as data:
        say(f"Starting Bookonce in {data.path} ...")
        ready = chosen.ready_file.resolve() if chosen.ready_file else None
        if ready is not None:
            ready.unlink(missing_ok=True)
        # Half a second of imports comes after, so that a killed run's ready file is gone at once.
        from deploy.installation import Installation
        from deploy.summary import summary

        installation = Installation(data, chosen.port, chosen.rate_limits == "on", ready)
        try:
            shown = await installation.start()
            outcome = STARTED_AND_STOPPED
            say(summary(shown, installation.gateway, installation.mailbox, data.path))
            await installation.keep_alive(shown, say)
        except asyncio.CancelledError:
            say("Stopping ...")
        finally:
            await installation.stop()
    say("Stopped.")
    return outcome


def _cancel_on_signal() -> None:
    loop, main = asyncio.get_running_loop(), asyncio.current_task()
    told: list[signal.Signals] = []

    def stop(number: signal.Signals) -> None:
        # Only the first one: a second would interrupt the orderly stop that the first began.
        if not told and main is not None:
            main.cancel()
        told.append(number)

    for number in STOP_SIGNALS:
        # Started under nohup, a closed terminal is no reason to stop.
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            loop.add_signal_handler(number, stop, number)


def main() -> int:
    """The exit status: 0 after an orderly stop, 1 when it could not start."""
    try:
        return asyncio.run(run(options()))
    except CannotStart as reason:
        print(f"\nBookonce cannot start.\n{reason}", file=sys.stderr, flush=True)
        return FAILED


if __name__ == "__main__":
    sys.exit(main())
