"""SVG that is part of a page: shapes with classes and no styles, and the figure around them."""

from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from markupsafe import Markup

from gateway.console.charts import lettering

NARROW, WIDE = 360, 720
"""Every picture is drawn for a phone and for a desk; charts.css shows the one that fits."""
LINE = 20
"""The height of a line of text."""
_BASELINE = 14.5
Table = tuple[Sequence[str], Iterable[Sequence[str]]]
"""Headings and rows, the first cell of each of which is its heading."""


def picture(width: int, height: float, alternative: str, parts: Iterable[Element]) -> Element:
    """A whole drawing; `alternative` says in words what it shows."""
    drawn = Element(
        "svg",
        {
            "class": "chart-narrow" if width == NARROW else "chart-wide",
            "viewBox": f"0 0 {number(width)} {number(height)}",
            "role": "img",
            "aria-label": alternative,
        },
    )
    drawn.extend(parts)
    return drawn


def bar(kind: str, x: float, y: float, width: float, height: float) -> Element:
    return Element("rect", {"class": kind, **_place(x, y, width, height)})


def bars(kind: str, places: Iterable[tuple[float, float, float, float]]) -> Element:
    """Many bars as one shape, each by its left, bottom, width and height."""
    outline = "".join(
        f"M{number(x)} {number(bottom)}v-{number(height)}h{number(width)}v{number(height)}z"
        for x, bottom, width, height in places
    )
    return Element("path", {"class": kind, "d": outline})


def label(kind: str, text: str, x: float, y: float, room: float, *, anchor: str = "start") -> Element:
    """A line of text in a box of its own that nothing of it leaves, whatever its letters."""
    box = Element("svg", _place(x, y, room, LINE))
    at = {"start": 0, "middle": room / 2, "end": room}[anchor]
    words = SubElement(box, "text", {"class": kind, "x": number(at), "y": number(_BASELINE)})
    if anchor != "start":
        words.set("text-anchor", anchor)
    words.text = lettering.fitted(text, room)
    return box


def figure(title: str, pictures: Iterable[Element], table: Table, note: Element | None = None) -> Markup:
    """The pictures under what they find, with the table behind them."""
    whole = Element("figure", {"class": "chart"})
    SubElement(whole, "figcaption").text = title
    if note is not None:
        whole.append(note)
    whole.extend(pictures)
    headings, rows = table
    behind = SubElement(whole, "details")
    SubElement(behind, "summary").text = "As a table"
    room = SubElement(
        behind, "div", {"class": "chart-table", "role": "region", "aria-label": "Table", "tabindex": "0"}
    )
    _fill(SubElement(room, "table"), headings, rows)
    return _markup(whole)


def sentence(text: str) -> Markup:
    """In place of a figure when there is nothing to draw."""
    whole = Element("p", {"class": "chart-empty"})
    whole.text = text
    return _markup(whole)


def number(value: float) -> str:
    """A coordinate, to the hundredth."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def share(part: int, whole: int) -> str:
    """In percent, and neither none nor all unless it is."""
    if 0 < part < whole:
        percent = 100 * part / whole
        number = "<1" if percent < 1 else ">99" if percent > 99 else f"{percent:.0f}"
    else:
        number = "100" if part else "0"
    return f"{number}\u202f%"


def _markup(whole: Element) -> Markup:
    """Good as HTML and as XML; everything is escaped as it is written."""
    return Markup(tostring(whole, encoding="unicode", short_empty_elements=False))  # noqa: S704


def _place(x: float, y: float, width: float, height: float) -> dict[str, str]:
    return {"x": number(x), "y": number(y), "width": number(width), "height": number(height)}


def _fill(table: Element, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    head = SubElement(SubElement(table, "thead"), "tr")
    for heading in headings:
        SubElement(head, "th", {"scope": "col", "dir": "auto"}).text = lettering.plain(heading)
    body = SubElement(table, "tbody")
    for first, *others in rows:
        row = SubElement(body, "tr")
        SubElement(row, "th", {"scope": "row"}).text = first
        for cell in others:
            SubElement(row, "td").text = cell
