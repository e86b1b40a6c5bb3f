"""One brand colour turned into tokens that stay readable in light and dark (WCAG 2.2 AA)."""

import re
from functools import lru_cache

DEFAULT = "#0f766e"
NEUTRAL = "#475569"
SURFACE = {"light": "#ffffff", "dark": "#171a21"}
READABLE = 4.5
COMFORTABLE = 5.5  # thin bright text on dark needs a little more
VISIBLE = 3.0

BLACK, WHITE = "#000000", "#ffffff"


def channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(colour: str, other: str, share: float) -> str:
    """`colour` with `share` (0 to 1) of `other` in it."""
    pairs = zip(channels(colour), channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def luminance(colour: str) -> float:
    """Relative luminance, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (value / 255 for value in channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def towards(colour: str, goal: str, against: str, wanted: float) -> str:
    """The nearest shade on the way to `goal` that reaches `wanted` contrast."""
    shades = (mix(colour, goal, step / 40) for step in range(41))
    return next((shade for shade in shades if contrast(shade, against) >= wanted), goal)


def fill(accent: str) -> dict[str, str]:
    """The accent as a background. Black or white always reaches 4.58 on any colour."""
    on = WHITE if contrast(accent, WHITE) >= READABLE else BLACK
    away = BLACK if on == WHITE else WHITE
    return {"accent": accent, "on-accent": on, "accent-hover": mix(accent, away, 0.12)}


def shades(accent: str, theme: str) -> dict[str, str]:
    """The accent as an edge that can be seen, a tint, and text that reads on surface and tint."""
    goal, tint, wanted = (BLACK, 0.09, READABLE) if theme == "light" else (WHITE, 0.2, COMFORTABLE)
    edge = towards(accent, goal, SURFACE[theme], VISIBLE)
    soft = mix(SURFACE[theme], edge, tint)
    return {"accent-edge": edge, "accent-soft": soft, "accent-ink": towards(accent, goal, soft, wanted)}


def declarations(tokens: dict[str, str]) -> str:
    return ";".join(f"--{name}:{value}" for name, value in tokens.items())


@lru_cache(maxsize=1024)
def css(accent: str | None = None) -> str:
    """Custom properties for `accent` (`#rrggbb`); anything else gives the default."""
    colour = accent if accent and re.fullmatch("#[0-9a-fA-F]{6}", accent) else DEFAULT
    light = declarations(fill(colour) | shades(colour, "light"))
    dark = declarations(shades(colour, "dark"))
    return f":root{{{light}}}@media(prefers-color-scheme:dark){{:root{{{dark}}}}}"
