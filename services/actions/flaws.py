"""Why an action link does not hold."""

from typing import Literal

from shared.errors import Refusal

Step = Literal["shape", "header", "algorithm", "booking", "signature", "claims", "times", "redirect", "state"]
"""What must hold of an action link, in the order in which it is looked at."""


class Flaw(Exception):
    """The step that does not hold, in words for whoever made the link; the outside is told only `code`."""

    def __init__(self, step: Step, words: str, code: str = "action_link_invalid") -> None:
        super().__init__(words)
        self.step = step
        self.words = words
        self.code = code

    def refusal(self) -> Refusal:
        """What the outside is told; the same for almost all flaws."""
        return Refusal(self.code)
