"""The README's booking link with a price, made as it is written there, and paid."""

import re
from pathlib import Path

from tests.conftest import NewStack
from tests.readme.test_use_it import README, paste


async def test_the_paid_booking_link_of_the_readme_can_be_made_as_written(
    new_stack: NewStack, tmp_path: Path
) -> None:
    stack = await new_stack()
    section = README.read_text().partition("\n## Paid bookings\n")[2].partition("\n## ")[0]
    [typed] = re.findall(r"^```sh\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)
    pasted = await paste(f"BOOKONCE={stack.gateway} KEY={stack.api_key}\n{typed}", tmp_path)
    assert (pasted.code, [status for *_, status in pasted.called]) == (0, [201]), pasted.shown
    assert '"graph":"instant_payment"' in pasted.shown
