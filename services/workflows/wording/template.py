"""Templates of subjects, messages, pages and payloads: checked when saved, rendered when sent."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Literal

import jinja2
from jinja2 import nodes
from jinja2.visitor import NodeTransformer
from msgspec import Struct

from services.workflows.wording.sandbox import FOR_PAGES, FOR_PEOPLE, FOR_PROGRAMS, Sandbox
from services.workflows.wording.spoken import cut, printable
from services.workflows.wording.syntax import Problem, examine

Kind = Literal["subject", "text", "html", "json"]
"""A mail's subject, its text, its page, or a text inside a JSON payload."""

LONGEST_OUTPUT = 100_000
LONGEST_SUBJECT = 250
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SPACES = re.compile(r"\s+")
_LINE_ENDS = re.compile(r"[ \t]+\n")
_GAPS = re.compile(r"\n{3,}")


class Flawed(Exception):
    """A template that cannot be taken, and all that is wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


class Template(Struct, frozen=True):
    """A text that was checked; `variables` are the paths that it names."""

    kind: Kind
    variables: frozenset[str]
    compiled: jinja2.Template

    def render(self, values: Mapping[str, Any]) -> str:
        """The text with these values (values.py); what would exceed 100,000 characters is left out.

        Whatever the values are, this raises nothing. A page's values are escaped; a subject is one line.
        """
        pieces, room = [], LONGEST_OUTPUT
        for piece in self.compiled.generate(values):
            room -= len(piece)
            if room < 0:
                break
            pieces.append(piece)
        return _FINISH[self.kind]("".join(pieces))


def check(text: str, kind: Kind) -> list[Problem]:
    """What is wrong with a template; nothing when it can be sent."""
    problems = examine(printable(text)).problems
    if kind == "subject" and not text.strip():
        return [Problem(1, "is empty")]
    return problems


@lru_cache(maxsize=512)
def prepare(text: str, kind: Kind) -> Template:
    """A template that is ready to be rendered, as often as wanted; Flawed when it has problems."""
    examined = examine(printable(text))
    if examined.tree is None or examined.problems:
        raise Flawed(examined.problems)
    tree = _Comparisons().visit(examined.tree)
    return Template(kind, examined.variables, _SANDBOX[kind].from_string(tree))


class _Comparisons(NodeTransformer):
    """Comparisons become the sandbox's own, which hold between any two values."""

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:  # noqa: N802 - named by the visited class
        operand = node.ops[0]
        return nodes.Test(
            self.visit(node.expr),
            operand.op,
            [self.visit(operand.expr)],
            [],
            None,
            None,
            lineno=node.lineno,
            environment=node.environment,
        )


def _subject(text: str) -> str:
    """One line without direction marks, which would let a name rewrite the words around it."""
    return cut(_SPACES.sub(" ", _BIDI.sub("", text)).strip(), LONGEST_SUBJECT)


def _text(text: str) -> str:
    """Without what left-out lines leave behind."""
    return _GAPS.sub("\n\n", _LINE_ENDS.sub("\n", text)).strip("\n")


_SANDBOX: Mapping[Kind, Sandbox] = {
    "subject": FOR_PEOPLE,
    "text": FOR_PEOPLE,
    "html": FOR_PAGES,
    "json": FOR_PROGRAMS,
}
_FINISH: Mapping[Kind, Callable[[str], str]] = {
    "subject": _subject,
    "text": _text,
    "html": str,
    "json": str,
}
