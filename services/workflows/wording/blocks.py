"""A plain text seen as what it is made of, so that a page can show it: headline, facts, buttons, paragraphs.

A text needs no marks for it, and reads well as it stands: a short first line alone is the headline, lines of
`Label: value` are facts, and a paragraph of nothing but `Label: address` lines is a row of buttons.
"""

import re
from collections.abc import Collection, Iterator
from itertools import groupby
from typing import Literal

from msgspec import Struct

LONGEST_HEADLINE = 80
ADDRESS = re.compile(r"https?://[^\s<>\"'\x00-\x1f]*[^\s<>\"'\x00-\x1f.,;:!?)\]]")
_LABELLED = re.compile(rf"(?P<label>\S[^:]{{0,59}}): (?P<address>{ADDRESS.pattern})")
_FACT = re.compile(r"(?P<label>[^\W\d_][^:]{0,23}): (?P<value>\S.*)")
_BLANK = re.compile(r"\n\s*\n")


class Piece(Struct, frozen=True):
    """A stretch of text; a link when it has an address."""

    text: str
    address: str | None = None


class Block(Struct, frozen=True):
    """A paragraph: a headline, facts (pairs of label and value) or buttons; or lines of pieces."""

    kind: Literal["headline", "facts", "buttons", "lines"]
    lines: list[list[Piece]]


def blocks(text: str, links: Collection[str]) -> list[Block]:
    """The paragraphs of a text, in order; only the given addresses become links."""
    paragraphs = [part.strip().split("\n") for part in _BLANK.split(text.strip()) if part.strip()]
    return [
        _headline(lines) if not index and _is_headline(lines) else _block(lines, links)
        for index, lines in enumerate(paragraphs)
    ]


def _is_headline(lines: list[str]) -> bool:
    line = lines[0]
    return len(lines) == 1 and len(line) <= LONGEST_HEADLINE and line[-1] not in ",:" and "://" not in line


def _headline(lines: list[str]) -> Block:
    return Block("headline", [[Piece(lines[0])]])


def _block(lines: list[str], links: Collection[str]) -> Block:
    labelled = [_link(line, links) for line in lines]
    buttons = [link for link in labelled if link]
    if len(buttons) == len(lines):
        return Block("buttons", [buttons])
    facts = [_FACT.fullmatch(line) for line in lines]
    if len(lines) > 1 and all(facts) and not buttons:
        pairs = [[Piece(fact["label"]), Piece(fact["value"])] for fact in facts if fact]
        return Block("facts", pairs)
    return Block("lines", list(_lines(lines, links)))


def _lines(lines: list[str], links: Collection[str]) -> Iterator[list[Piece]]:
    """Labelled addresses that follow each other share a line."""
    for labelled, group in groupby(lines, lambda line: _link(line, links) is not None):
        if labelled:
            yield [link for line in group if (link := _link(line, links))]
        else:
            yield from (list(_pieces(line, links)) for line in group)


def _link(line: str, links: Collection[str]) -> Piece | None:
    found = _LABELLED.fullmatch(line.strip())
    return Piece(found["label"], found["address"]) if found and found["address"] in links else None


def _pieces(line: str, links: Collection[str]) -> Iterator[Piece]:
    at = 0
    for found in ADDRESS.finditer(line):
        if found[0] in links:
            yield Piece(line[at : found.start()])
            yield Piece(found[0], found[0])
            at = found.end()
    yield Piece(line[at:])
