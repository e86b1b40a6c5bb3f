"""How many of the links made were opened, and how many were booked with."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from markupsafe import Markup

from gateway.console.charts.drawing import LINE, NARROW, WIDE, bar, figure, label, picture, sentence, share
from shared.contracts.figures import LinkTally

BAR, GAP = 14, 18
_STEP = LINE + BAR + GAP
_KINDS = ("chart-before", "chart-before", "chart-mark")


def draw(tally: LinkTally, at_least: bool = False) -> Markup:
    """The funnel as a figure; `at_least` when these are the newest of more links than were counted."""
    if not tally.minted:
        return sentence("No links yet, so there is nothing to count.")
    whole, booked = tally.minted, tally.consumed
    of = f"the newest {whole:,} links" if at_least else _links(whole)
    title = f"{booked:,} of {of} became {'a booking' if booked == 1 else 'bookings'} ({share(booked, whole)})"
    steps = (("Made", whole), ("Opened", tally.opened), ("Booked", booked))
    alternative = "; ".join(f"{name} {value:,}, {share(value, whole)}" for name, value in steps)
    pictures = [
        picture(width, 3 * _STEP - GAP, f"{title}. {alternative}.", _rows(steps, width))
        for width in (NARROW, WIDE)
    ]
    rows = [(name, f"{value:,}", share(value, whole)) for name, value in steps]
    return figure(title, pictures, (("Links", "Number", "Of those made"), rows))


def _rows(steps: tuple[tuple[str, int], ...], width: int) -> Iterator[Element]:
    whole = steps[0][1]
    for place, (kind, (name, value)) in enumerate(zip(_KINDS, steps, strict=True)):
        y = place * _STEP
        yield label("chart-name", name, 0, y, width / 3)
        yield label(
            "chart-value", f"{value:,} · {share(value, whole)}", width / 3, y, 2 * width / 3, anchor="end"
        )
        yield bar("chart-track", 0, y + LINE, width, BAR)
        if value:
            yield bar(kind, 0, y + LINE, max(1, width * value / whole), BAR)


def _links(count: int) -> str:
    return "1 link" if count == 1 else f"{count:,} links"
