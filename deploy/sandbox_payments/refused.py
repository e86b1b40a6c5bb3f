"""A request that the sandbox does not do, and why."""


class Refused(Exception):
    """The HTTP status, a code for programs, and a sentence for people.

    402 is the final no of whoever holds the money; 503 means the same again later.
    """

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def away() -> Refused:
    """The provider does not answer for now."""
    return Refused(503, "away", "The sandbox is away. Try again later.")
