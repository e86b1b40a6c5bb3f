"""One brand colour as a mail needs it: as a fill that text stands on, and as text on white and on black."""

import re
from functools import lru_cache

from msgspec import Struct

DEFAULT = "#0f766e"
SURFACE, DARK_SURFACE = "#ffffff", "#171a21"
READABLE = 4.5
"""Contrast of text, https://www.w3.org/TR/WCAG22/#contrast-minimum."""
COMFORTABLE = 5.5
"""The same for thin bright text on dark."""

_BLACK, _WHITE = "#000000", "#ffffff"


class Shades(Struct, frozen=True):
    """`on` is read on `fill`; `ink` and `dark_ink` are read on a light and on a dark mail."""

    fill: str
    on: str
    ink: str
    dark_ink: str


@lru_cache(maxsize=1024)
def shades(accent: str | None) -> Shades:
    """The shades of `#rrggbb`; of the house's own colour when it is anything else."""
    fill = accent if accent and re.fullmatch("#[0-9a-fA-F]{6}", accent) else DEFAULT
    on = _WHITE if contrast(fill, _WHITE) >= READABLE else _BLACK
    ink = _towards(fill, _BLACK, SURFACE, READABLE)
    return Shades(fill, on, ink, _towards(fill, _WHITE, DARK_SURFACE, COMFORTABLE))


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _towards(colour: str, goal: str, against: str, wanted: float) -> str:
    """The nearest shade on the way to `goal` that reaches `wanted` contrast `against` a surface."""
    steps = (_mixed(colour, goal, step / 40) for step in range(41))
    return next((shade for shade in steps if contrast(shade, against) >= wanted), goal)


def _channels(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]


def _mixed(colour: str, other: str, share: float) -> str:
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(one + (two - one) * share):02x}" for one, two in pairs)


def _luminance(colour: str) -> float:
    """Relative luminance, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    values = [channel / 255 for channel in _channels(colour)]
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
