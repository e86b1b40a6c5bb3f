"""The page that a mail's plain text becomes, for every mail program, on desks and phones, light and dark."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from services.workflows.wording.accent import shades
from services.workflows.wording.blocks import ADDRESS, Block, Piece, blocks
from services.workflows.wording.values import ADDRESSES

_LETTER = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
).get_template("letter.html")


def html_of(text: str, accent: str | None = None, footer: str = "", *, links: Collection[str]) -> str:
    """The page of a rendered text, escaped as a whole; `footer` is small print below it.

    `links` are the addresses that become links and buttons (`trusted`). Others stay text: a stranger's name
    or answer shall put no button into a mail of ours.
    """
    return _page(blocks(text, links), "", accent, footer)


def page_of(html: str, accent: str | None = None, footer: str = "") -> str:
    """The same page around rendered HTML of one's own; HTML that is a whole page is left as it is."""
    if "<html" in html.lower():
        return html
    return _page([], Markup(html), accent, footer)  # noqa: S704 - the author's own, its values escaped


def trusted(source: str, values: Mapping[str, Any]) -> frozenset[str]:
    """The addresses that a template's author stands for: those in its source, the run's own, a program's."""
    own = [values[name] for name in ADDRESSES if values.get(name)]
    return frozenset([*ADDRESS.findall(source), *own, *_texts(values.get("data"), 4)])


def _texts(value: object, depth: int) -> Iterable[str]:
    if isinstance(value, str) and ADDRESS.fullmatch(value):
        yield value
    elif isinstance(value, Mapping) and depth:
        for member in value.values():
            yield from _texts(member, depth - 1)


def _page(found: list[Block], own: str, accent: str | None, footer: str) -> str:
    title = found[0].lines[0][0] if found and found[0].kind == "headline" else Piece("")
    small = [line for line in footer.splitlines() if line]
    return _LETTER.render(title=title.text, blocks=found, own=own, colour=shades(accent), footer=small)
