"""The README's calls, pasted in order into a shell by somebody who has just started Bookonce."""

import asyncio
import re
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import NewStack

README = Path(__file__).parents[2] / "README.md"
PLACE = "BOOKONCE=http://127.0.0.1:8080 KEY=live_api_key_…"
TELLING = """#!/bin/sh
exec {curl} -w '%{{stderr}}\\ncalled %{{method}} %{{url}} %{{http_code}}\\n' "$@" 2>>{calls}
"""
"""A curl that also writes down, in a file of its own, what it called and what the answer was."""
KEPT = """
echo
for name in BOOKING_LINK LINK START BOOKING API_KEY; do echo "kept $name=${!name}"; done
"""


class Pasted(NamedTuple):
    code: int
    shown: str
    called: list[tuple[str, str, int]]


def _pasted() -> str:
    """All that the section tells to type."""
    section = README.read_text().partition("\n## Use it\n")[2].partition("\n## ")[0]
    return "\n".join(re.findall(r"^```sh\n(.*?)^```$", section, re.DOTALL | re.MULTILINE))


async def paste(script: str, folder: Path) -> Pasted:
    curl, calls = folder / "curl", folder / "calls"
    calls.write_text("")
    curl.write_text(TELLING.format(curl=shutil.which("curl"), calls=calls))
    curl.chmod(0o755)
    shell = await asyncio.create_subprocess_exec(
        *("bash", "-e", "-u", "-o", "pipefail", "-c", f'PATH="{folder}:$PATH"\n{script}'),
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    shown = (await shell.communicate())[0].decode()
    called = re.findall(r"^called (\S+) (\S+) (\d+)$", calls.read_text(), re.MULTILINE)
    return Pasted(shell.returncode or 0, shown, [(method, url, int(code)) for method, url, code in called])


@pytest.fixture
async def script(new_stack: NewStack) -> str:
    """What is pasted, with the address and the key of an installation that nothing else uses."""
    stack, typed = await new_stack(), _pasted()
    assert PLACE in typed
    return typed.replace(PLACE, f"BOOKONCE={stack.gateway} KEY={stack.api_key}")


async def test_the_calls_succeed_when_pasted_in_order_and_do_what_is_said_of_them(
    script: str, tmp_path: Path
) -> None:
    expected = len(re.findall(r"\bcurl ", script))
    assert expected >= 12
    for _ in ("once", "and again, as somebody who lost the place"):
        pasted = await paste(script + KEPT, tmp_path)
        assert pasted.code == 0, pasted.shown
        assert len(pasted.called) == expected
        assert [call for call in pasted.called if call[2] not in (200, 201)] == [], pasted.shown
        ids = dict(re.findall(r"^kept (\S+)=(\S+)$", pasted.shown, re.MULTILINE))
        assert len(set(ids.values())) == 5
        for said in (
            '"status":"revoked"',
            '"state":"confirmed"',
            '"state":"cancelled"',
            '"index":1',
            "contact_email",
        ):
            assert said in pasted.shown, said
        gone = [url.rpartition("/")[2] for method, url, _ in pasted.called if method == "DELETE"]
        assert gone == [ids["API_KEY"]]
