import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from gateway import accent

TOKENS = (Path(accent.__file__).parent / "static" / "tokens.css").read_text()

colours = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")


@given(colours)
def test_text_on_any_accent_is_readable(colour: str) -> None:
    fill = accent.fill(colour)
    assert accent.contrast(fill["on-accent"], fill["accent"]) >= 4.5
    assert accent.contrast(fill["on-accent"], fill["accent-hover"]) >= 4.5


@given(colours, st.sampled_from(["light", "dark"]))
def test_any_accent_as_text_is_readable_on_surface_and_tint(colour: str, theme: str) -> None:
    shades = accent.shades(colour, theme)
    assert accent.contrast(shades["accent-ink"], accent.SURFACE[theme]) >= 4.5
    assert accent.contrast(shades["accent-ink"], shades["accent-soft"]) >= 4.5
    assert accent.contrast(shades["accent-edge"], accent.SURFACE[theme]) >= 3


def test_contrast_is_that_of_wcag() -> None:
    assert round(accent.contrast("#000000", "#ffffff"), 2) == 21
    assert round(accent.contrast("#777777", "#ffffff"), 2) == 4.48


def test_surfaces_are_those_of_the_stylesheet() -> None:
    assert re.findall(r"--surface: (#\w+)", TOKENS) == [accent.SURFACE["light"], accent.SURFACE["dark"]]


def test_anything_but_a_colour_gives_the_default() -> None:
    assert accent.css(None) == accent.css("red;}body{display:none") == accent.css(accent.DEFAULT)
