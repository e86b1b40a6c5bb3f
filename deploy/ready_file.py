"""The ready file: everything a program needs to use a local installation, there once everything answers."""

import json
from pathlib import Path

from deploy.demo import Demo
from deploy.files import write_privately
from deploy.pieces import Pieces


def write(path: Path, pieces: Pieces, demo: Demo) -> None:
    """Replace the file in one step; `null` stands for what does not exist yet."""
    wiring = pieces.wiring
    contents = {
        "gateway": wiring.url("gateway"),
        "api_key": demo.api_key,
        "sign_in_url": demo.sign_in_url,
        "single_use_url": demo.single_use_url,
        "mailbox": wiring.url("mailbox"),
        "services": {
            name: {"url": wiring.url(name), "pid": process.pid} for name, process in pieces.processes.items()
        },
        "databases": dict(wiring.databases),
    }
    write_privately(path, json.dumps(contents, indent=2))
