"""The README's workflows, made as they are written there, and what follows from them."""

import re
from pathlib import Path

import aiohttp

from tests.conftest import NewStack
from tests.eventually import eventually
from tests.readme.test_use_it import README, paste
from tests.system.client import program
from tests.system.making import a_booking_link


async def test_the_workflows_of_the_readme_can_be_made_as_written_and_run(
    new_stack: NewStack, tmp_path: Path
) -> None:
    stack, text = await new_stack(), README.read_text()
    section = text.partition("\n## Workflows\n")[2].partition("\n## ")[0]
    typed = "\n".join(re.findall(r"^```sh\n(.*?)^```$", section, re.DOTALL | re.MULTILINE))
    (kept,) = re.findall(r"^kept\(\).*$", text, re.MULTILINE)
    async with aiohttp.ClientSession() as http:
        app = program(http, stack.gateway, stack.api_key)
        page = await a_booking_link(app)
        named = f"BOOKONCE={stack.gateway} KEY={stack.api_key} BOOKING_LINK={page['id']}"
        pasted = await paste(f"{named}\n{kept}\n{typed}", tmp_path)
        assert pasted.code == 0, pasted.shown
        statuses = [status for *_, status in pasted.called]
        assert statuses == [201, 201, 201, 200, 200, 201, 200, 200], pasted.shown

        async def written() -> list[str]:
            runs = (await app.get("/v1/workflows/runs?state=done")).data
            return [run["trigger"] for run in runs]

        assert await eventually(written, within=30) == ["deal_stage_changed"]
