"""Switches: how the mailbox misbehaves, for trying out what Bookonce makes of it."""

from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

Stage = Literal["recipient", "letter", "kept"]
Answer = Annotated[str, Meta(pattern=r"\A[45][0-9]{2} [ -~]{1,200}\Z")]
Times = Annotated[int, Meta(ge=0, le=1_000_000)]
Delay = Annotated[int, Meta(ge=0, le=600_000)]


class Switches(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What happens to the next letters; as they are here, all are taken at once."""

    answer: Answer | None = None
    stage: Stage = "recipient"
    times: Times | None = None
    to: str | None = None
    delay_ms: Delay = 0


class Switchboard:
    """The switches as they are now; a restart puts all back."""

    def __init__(self) -> None:
        self.positions = Switches()

    def change(self, given: dict[str, object]) -> Switches:
        """Set those that are given by name; msgspec.ValidationError when one cannot be so."""
        asked = {**msgspec.to_builtins(self.positions), **given}
        self.positions = msgspec.convert(asked, Switches)
        return self.positions

    def reset(self) -> Switches:
        """Behave well again."""
        self.positions = Switches()
        return self.positions

    def meets(self, stage: Stage, recipients: Iterable[str]) -> Switches | None:
        """What is to happen to a letter at this stage, if anything; one time less is left then."""
        now = self.positions
        idle = now.answer is None and now.delay_ms == 0
        meant = now.to is None or now.to.lower() in map(str.lower, recipients)
        if idle or stage != now.stage or now.times == 0 or not meant:
            return None
        if now.times is not None:
            self.positions = msgspec.structs.replace(now, times=now.times - 1)
        return now
