"""A figure read back: its pictures, and in each what is drawn where."""

import re
from typing import NamedTuple
from xml.etree.ElementTree import Element, fromstring

ALLOWED = {"class", "viewBox", "role", "aria-label", "x", "y", "width", "height", "d", "text-anchor"}
"""What an element of a picture may say: nothing that a content security policy forbids."""


class Box(NamedTuple):
    kind: str
    x: float
    y: float
    width: float
    height: float
    text: str = ""

    def meets(self, other: "Box") -> bool:
        """Whether the two share more than an edge."""
        apart = (
            self.x + self.width <= other.x + 0.01
            or other.x + other.width <= self.x + 0.01
            or self.y + self.height <= other.y + 0.01
            or other.y + other.height <= self.y + 0.01
        )
        return not apart


class Figure:
    """A figure as the page holds it; reading it fails where it is not well-formed."""

    def __init__(self, markup: str) -> None:
        self.root: Element = fromstring(markup)  # noqa: S314  our own

    @property
    def pictures(self) -> list[Element]:
        return self.root.findall("svg")

    @property
    def title(self) -> str:
        return "".join(self.root.find("figcaption").itertext())  # type: ignore[union-attr]

    @property
    def table(self) -> list[list[str]]:
        return [["".join(cell.itertext()) for cell in row] for row in self.root.iter("tr")]


def labels(picture: Element) -> list[Box]:
    """The boxes that words are drawn in."""
    return [
        Box(words.get("class", ""), *_place(box), words.text or "")
        for box in picture.findall("svg")
        for words in box.findall("text")
    ]


def bars(picture: Element) -> list[Box]:
    """Every bar, also those that are drawn as one shape."""
    found = [Box(one.get("class", ""), *_place(one)) for one in picture.iter("rect")]
    for path in picture.iter("path"):
        for part in path.get("d", "").split("M")[1:]:
            matched = re.fullmatch(r"(\S+) (\S+)v-(\S+)h(\S+)v\3z", part)
            assert matched, part
            x, bottom, height, width = map(float, matched.groups())
            found.append(Box(path.get("class", ""), x, bottom - height, width, height))
    return found


def faults(picture: Element) -> list[str]:
    """What a picture must not hold: styles, scripts, labels over one another, anything outside it."""
    _, _, width, height = map(float, picture.get("viewBox", "").split())
    words, shapes = labels(picture), bars(picture)
    said = [f"{one.tag} {name}" for one in picture.iter() for name in one.attrib if name not in ALLOWED]
    said += [one.tag for one in picture.iter() if one.tag not in ("svg", "rect", "path", "text")]
    said += [
        f"{one} meets {other}"
        for place, one in enumerate(words)
        for other in (*words[:place], *shapes)
        if one.meets(other)
    ]
    said += [
        f"{one} is outside"
        for one in (*words, *shapes)
        if min(one.x, one.y) < -0.01 or one.x + one.width > width + 0.01 or one.y + one.height > height + 0.01
    ]
    return said


def _place(one: Element) -> tuple[float, float, float, float]:
    x, y, width, height = (float(one.get(name, "nan")) for name in ("x", "y", "width", "height"))
    return x, y, width, height
