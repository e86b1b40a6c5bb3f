"""Which templates are taken: texts with variables, conditions and a few filters; nothing that computes."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from itertools import accumulate, islice
from typing import NamedTuple

from jinja2 import TemplateSyntaxError, nodes
from msgspec import Struct

from services.workflows.wording.sandbox import FILTERS, FOR_PEOPLE
from services.workflows.wording.spoken import printable
from services.workflows.wording.variables import unknown, variable

MOST_CHARACTERS = 20_000
MOST_TAGS = 500
MOST_TOKENS = 50
DEEPEST_BRACKETS = 3
DEEPEST_IFS = 8
LONGEST_NUMBER = 15
MOST_PROBLEMS = 20
"""That are told at once."""

_TAGS: Mapping[str, int] = {"if": 1, "elif": 0, "else": 0, "endif": -1}
_BRACKETS: Mapping[str, int] = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
_HARMLESS = (
    nodes.Template | nodes.Output | nodes.TemplateData | nodes.Operand
    | nodes.If | nodes.CondExpr | nodes.And | nodes.Or | nodes.Not
)  # fmt: skip
_REFUSED: Mapping[type[nodes.Node], str] = {
    nodes.Call: "calls",
    nodes.Slice: "slices",
    nodes.Getitem: "brackets after a name",
    nodes.BinExpr: "sums",
    nodes.UnaryExpr: "signs before a value",
    nodes.Concat: "joints with ~",
    nodes.Dict: "dictionaries",
    nodes.Test: "tests with `is`",
}


class Problem(Struct, frozen=True):
    """What is wrong with a template, and on which of its lines, the first being 1."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"


class Examined(Struct, frozen=True):
    """A template's tree, the variables that it names, and its problems; no tree when it cannot be read."""

    tree: nodes.Template | None
    variables: frozenset[str]
    problems: list[Problem]


def examine(text: str) -> Examined:
    """Read a template; whatever the text, in time that its length bounds, and without an exception."""
    try:
        problem = _too_much(text)
        if problem:
            return Examined(None, frozenset(), [problem])
        tree = FOR_PEOPLE.parse(text)
    except TemplateSyntaxError as flaw:
        return Examined(None, frozenset(), [Problem(flaw.lineno, flaw.message or "cannot be read")])
    names: set[str] = set()
    problems = list(islice(_walk(tree, names), MOST_PROBLEMS))
    return Examined(tree, frozenset(names), problems)


def _too_much(text: str) -> Problem | None:
    """Why a text must not even reach the parser, which goes deeper with what it reads."""
    if len(text) > MOST_CHARACTERS:
        return Problem(1, f"is longer than {MOST_CHARACTERS} characters")
    depth = 0
    for count, tag in enumerate(_tags(text), 1):
        message = f"more than {MOST_TAGS} tags" if count > MOST_TAGS else _crowded(tag) or _statement(tag)
        depth += _TAGS.get(tag.name, 0)
        message = message or (f"`if` more than {DEEPEST_IFS} deep" if depth > DEEPEST_IFS else None)
        if message:
            return Problem(tag.line, message)
    return Problem(tag.line, "an `if` has no `endif`") if depth > 0 else None


class _Tag(NamedTuple):
    """What stands between `{{` or `{%` and its end; `name` is a statement's first word."""

    line: int
    statement: bool
    tokens: list[tuple[str, str]]

    @property
    def name(self) -> str:
        return self.tokens[0][1] if self.statement and self.tokens else ""


def _tags(text: str) -> Iterator[_Tag]:
    tag = None
    for line, kind, token in FOR_PEOPLE.lex(text):
        if kind in ("variable_begin", "block_begin"):
            tag = _Tag(line, kind == "block_begin", [])
        elif kind in ("variable_end", "block_end") and tag:
            yield tag
            tag = None
        elif tag and kind != "whitespace":
            tag.tokens.append((kind, token))
    if tag:
        yield tag


def _crowded(tag: _Tag) -> str | None:
    if len(tag.tokens) > MOST_TOKENS:
        return f"more than {MOST_TOKENS} words in one tag"
    if any(kind in ("integer", "float") and len(token) > LONGEST_NUMBER for kind, token in tag.tokens):
        return f"a number of more than {LONGEST_NUMBER} digits"
    depth = accumulate(_BRACKETS.get(token, 0) for kind, token in tag.tokens if kind == "operator")
    return "too many brackets inside each other" if max(depth, default=0) > DEEPEST_BRACKETS else None


def _statement(tag: _Tag) -> str | None:
    if not tag.statement or tag.name in _TAGS:
        return None
    name = f"`{tag.name[:50]}`" if tag.name else "an empty tag"
    return f"{name} is not offered: there are only `if`, `elif`, `else` and `endif`"


def _walk(node: nodes.Node, names: set[str]) -> Iterator[Problem]:
    """Problems of a node and all below it; the variables it names are put into `names`."""
    if isinstance(node, nodes.Name | nodes.Getattr):
        path = _path(node)
        if path is None:
            yield Problem(node.lineno, "only variables have parts after a dot")
        elif variable(path) is None:
            yield Problem(node.lineno, unknown(path))
        else:
            names.add(path)
        return
    message = _flaw(node)
    if message:
        yield Problem(node.lineno, message)
        return
    for child in node.iter_child_nodes():
        yield from _walk(child, names)


def _path(node: nodes.Node) -> str | None:
    if isinstance(node, nodes.Getattr):
        before = _path(node.node)
        return None if before is None else f"{before}.{node.attr}"
    return node.name if isinstance(node, nodes.Name) else None


def _flaw(node: nodes.Node) -> str | None:
    """Why this node is refused, whatever is below it."""
    match node:
        case nodes.Filter():
            return _filter_flaw(node)
        case nodes.Compare():
            return "compare two things at a time" if len(node.ops) > 1 else None
        case nodes.List() | nodes.Tuple():
            constant = all(isinstance(item, nodes.Const) for item in node.items)
            return None if constant else "lists hold plain texts and numbers only"
        case nodes.Const():
            text = node.value if isinstance(node.value, str) else ""
            return None if printable(text) == text else "a text holds a character that cannot be printed"
    if isinstance(node, _HARMLESS):
        return None
    refused = (what for kind, what in _REFUSED.items() if isinstance(node, kind))
    return f"{next(refused, 'such things')} are not offered"


def _filter_flaw(node: nodes.Filter) -> str | None:
    wanted = FILTERS.get(node.name)
    if wanted is None:
        close = get_close_matches(node.name[:50], FILTERS, n=1)
        return f"unknown filter `{node.name[:50]}`" + (f": did you mean `{close[0]}`?" if close else "")
    if len(node.args) != wanted or node.kwargs or node.dyn_args or node.dyn_kwargs:
        return f"`{node.name}` takes {'one value' if wanted else 'nothing'} in brackets"
    return None
