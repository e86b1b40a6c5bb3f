"""Templates: what they can say, and that whatever else is written in one is refused or harmless."""

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.workflows.wording.spoken import LONGEST
from services.workflows.wording.syntax import MOST_CHARACTERS
from services.workflows.wording.template import (
    LONGEST_OUTPUT,
    LONGEST_SUBJECT,
    Flawed,
    Kind,
    check,
    prepare,
)
from services.workflows.wording.values import values
from tests.services.workflows.wording_facts import a_contact, full_facts, sparse_facts

KINDS: tuple[Kind, ...] = ("subject", "text", "html", "json")

HOSTILE = [
    "{{ ''.__class__.__mro__ }}",
    "{{ ''['__class__'] }}",
    "{{ ().__class__.__bases__[0].__subclasses__() }}",
    "{{ contact.__init__ }}",
    "{{ contact.__init__.__globals__ }}",
    "{{ contact['name'] }}",
    "{{ contact.name.__class__ }}",
    "{{ contact.name.upper() }}",
    "{{ data.__class__ }}",
    "{{ data.x.__class__.__name__ }}",
    "{{ data | attr('items') }}",
    "{{ contact|attr('__init__') }}",
    "{{ self }}",
    "{{ self._TemplateReference__context }}",
    "{{ config }}",
    "{{ request.application.__globals__ }}",
    "{{ cycler.__init__.__globals__.os }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ joiner }}",
    "{{ namespace() }}",
    "{{ range(10**9) }}",
    "{{ dict() }}",
    "{{ loop.index }}",
    "{{ super() }}",
    "{{ caller() }}",
    "{{ 'a' * 10**9 }}",
    "{{ 'a' ~ 'b' }}",
    "{{ 7*7 }}",
    "{{ 9 ** 9 ** 9 ** 9 }}",
    "{{ -1 }}",
    "{{ '%s'|format(1) }}",
    "{{ '%999999999d'|format(1) }}",
    "{{ 'a'|center(1000000000) }}",
    "{{ 'a'|indent(1000000000) }}",
    "{{ contact.name|replace('', 'aaaaaaaa') }}",
    "{{ data|map('upper')|list }}",
    "{{ data|tojson|safe }}",
    "{{ contact.name|safe }}",
    "{{ '<b>'|safe }}",
    "{{ contact.name|default }}",
    "{{ contact.name|upper(1) }}",
    "{{ contact.name|default(*data) }}",
    "{{ contact.name|default(**data) }}",
    "{{ [data, now] }}",
    "{{ {'a': 1} }}",
    "{{ now is defined }}",
    "{{ 1 < 2 < 3 }}",
    "{{ '\\ud800' }}",
    "{{ '\\x00' }}",
    "{{ 0x" + "f" * 40 + " }}",
    "{{ " + "9" * 5000 + " }}",
    "{% for x in data %}{{ x }}{% endfor %}",
    "{% import 'os' as os %}",
    "{% from 'x' import y %}",
    "{% include '/etc/passwd' %}",
    "{% extends 'x' %}",
    "{% block a %}{% endblock %}",
    "{% macro a() %}{% endmacro %}",
    "{% call a() %}{% endcall %}",
    "{% set x = 1 %}",
    "{% filter upper %}{% endfilter %}",
    "{% with %}{% endwith %}",
    "{% autoescape false %}{{ contact.name }}{% endautoescape %}",
    "{% do data.clear() %}",
    "{% debug %}",
    "{% trans %}{% endtrans %}",
    "{% continue %}",
    "{%- set x = 1 -%}",
    "{% ｓet x = 1 %}",
    "{{ ｃontact.name }}",
    "{{ contact․name }}",
    "{% if now %}",
    "{% endif %}",
    "{% else %}",
    "{% if %}{% endif %}",
    "{% %}",
    "{{ }}",
    "{{",
    "{%",
    "{# now",
    "{% raw %} now",
    "{{ now",
    "{{ 'now }}",
    "{{ (now }}",
    "{{ now) }}",
]
DEEP = [
    "{{ " + "(" * 9000 + "now" + ")" * 9000 + " }}",
    "{{ " + "(" * 20 + "now" + ")" * 20 + " }}",
    "{{ " + "[" * 9000,
    "{{ " + "not " * 4900 + "now }}",
    "{{ " + "-" * 19000 + "1 }}",
    "{{ now" + ".a" * 9000 + " }}",
    "{{ now" + "|upper" * 3000 + " }}",
    "{{ now" + " and now" * 2400 + " }}",
    "{{ now" + " if now else now" * 1200 + " }}",
    "{% if now %}" * 1600,
    "{% if now %}" * 800 + "{% endif %}" * 800,
    "{% if now %}" * 200 + "{% endif %}" * 200,
    "{% for a in b %}" * 1200,
    "{% if now %}" + "{% elif now %}" * 1400 + "{% endif %}",
    "{{ now }}" * 2000,
    "{{ ({{ (" * 2400,
    "x" * (MOST_CHARACTERS + 1),
]
HARMLESS = [
    ("{% raw %}{{ x }}{% for %}{% endraw %}", "{{ x }}{% for %}"),
    ("{# {{ x }} {% for %} #}a", "a"),
    ("# for x in data:\n## y", "# for x in data:\n## y"),
    ("${x} <%= 7*7 %> #{7*7} {7*7}", "${x} <%= 7*7 %> #{7*7} {7*7}"),
    ("{{ '{{ now }}' }}", "{{ now }}"),
    ("{{ 7 == '7' }}", "no"),
    ("}} %} #}", "}} %} #}"),
]


def flaws(text: str, kind: Kind = "text") -> list[str]:
    return [str(problem) for problem in check(text, kind)]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_computes_or_reaches_further_is_refused(text: str) -> None:
    for kind in KINDS:
        assert flaws(text, kind)
        with pytest.raises(Flawed):
            prepare(text, kind)


@pytest.mark.parametrize("text", DEEP, ids=lambda text: text[:12])
def test_what_is_deep_or_endless_is_refused_soon(text: str) -> None:
    began = time.process_time()
    assert flaws(text)
    assert time.process_time() - began < 2


@pytest.mark.parametrize(("text", "said"), HARMLESS)
def test_what_only_looks_like_more_is_said_as_it_stands(text: str, said: str) -> None:
    assert prepare(text, "text").render(values(full_facts())) == said


def test_problems_name_their_line_and_say_what_to_do() -> None:
    assert flaws("a\n{% for x in y %}") == [
        "line 2: `for` is not offered: there are only `if`, `elif`, `else` and `endif`"
    ]
    assert flaws("{{ now|uper }}") == ["line 1: unknown filter `uper`: did you mean `upper`?"]
    assert flaws("a\n\n{% if now %}") == ["line 3: an `if` has no `endif`"]
    assert flaws("{{ contact.nmae }}\n{{ host.nmae }}")[1].startswith("line 2: unknown variable `host.nmae`")
    assert flaws("  ", "subject") == ["line 1: is empty"]


@pytest.mark.parametrize(
    ("test", "holds"),
    [
        ("booking.state == 'confirmed'", True),
        ("booking.state != 'confirmed'", False),
        ("booking.duration_minutes > 30", True),
        ("booking.duration_minutes <= 30", False),
        ("booking.start > now", True),
        ("booking.state in ('confirmed', 'completed')", True),
        ("booking.state not in ('confirmed', 'completed')", False),
        ("'Haddad' in contact.name", True),
        ("data.stage == 'won' and not booking.price", False),
        ("data.stage == 'lost' or booking.price", True),
        ("data.nothing", False),
        ("data.nothing == none", True),
        ("data.nothing > 3", False),
        ("booking.state > 3", False),
        ("3 in booking.state", False),
        ("'a' in data.nothing", False),
        ("booking.answers.updates == true", True),
        ("booking.answers.updates == 1", False),
        ("data.deal == data.deal", False),
    ],
)
def test_conditions_compare_without_ever_failing(test: str, holds: bool) -> None:
    text = f"{{% if {test} %}}yes{{% elif now %}}no{{% endif %}}"
    assert prepare(text, "text").render(values(full_facts())) == ("yes" if holds else "no")


def test_filters_change_what_is_said() -> None:
    said = prepare(
        "{{ contact.name|upper }} {{ host.name|lower|title }} {{ data.nothing|default('none') }}"
        " {{ booking.start|date }} {{ booking.start|time }} {{ booking.start|day }} {{ data.visit_at|date }}"
        " {{ data.stage|time }} {{ data.stage|capitalize|trim }}",
        "text",
    ).render(values(full_facts()))
    assert said == ("NOOR HADDAD Dana Reyes none 24 November 2026 10:00 Tuesday 24 November 2026 won Won")


def test_lines_that_are_left_out_leave_no_gap() -> None:
    text = "Hi,\n\n{% if booking.price %}\nIt costs {{ booking.price }}.\n{% endif %}\n\nBye"
    assert prepare(text, "text").render(values(sparse_facts())) == "Hi,\n\nBye"
    assert prepare(text, "text").render(values(full_facts())) == "Hi,\n\nIt costs €40.00.\n\nBye"


def test_a_page_shows_values_as_text() -> None:
    attack = '"><script>alert(1)</script>&'
    facts = full_facts(contact=a_contact(name=attack))
    said = prepare('<p title="{{ contact.name }}">{{ contact.name|upper }}</p>', "html").render(values(facts))
    assert "<script" not in said.lower()
    assert '<p title="&#34;&gt;&lt;script&gt;' in said


def test_a_subject_is_one_line_whatever_a_name_holds() -> None:
    facts = full_facts(contact=a_contact(name="Eve\r\nBcc: all@example.com\u2028x\x00\u202etxt.exe"))
    said = prepare("Hello\n {{ contact.name }}", "subject").render(values(facts))
    assert said == "Hello Eve Bcc: all@example.com xtxt.exe"


def test_what_values_say_is_bounded() -> None:
    long = {"data": {"text": "x" * 1_000_000, "list": ["y" * 10_000] * 1000}}
    assert len(prepare("{{ data.text }}", "text").render(long)) == LONGEST
    assert len(prepare("{{ data.list }}", "text").render(long)) == LONGEST
    assert len(prepare("{{ data.text }}" * 400, "html").render(long)) <= LONGEST_OUTPUT
    assert len(prepare("{{ data.text }}", "subject").render(long)) == LONGEST_SUBJECT


def test_numbers_that_no_computer_counts_with_are_not_said() -> None:
    assert (
        prepare("{{ data.x }}{{ data.y }}", "text").render({"data": {"x": 10**5000, "y": 2**63}})
        == f"{2**63}"
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner, max_size=5),
    max_leaves=20,
)
PIECES = st.sampled_from(
    [
        "{{", "}}", "{%", "%}", "{#", "#}", "if", "elif", "else", "endif", "for", "in", "not", "and", "or",
        "is", "==", "<", "|", "(", ")", "[", "]", ".", ",", ":", "~", "*", "-", "data.x", "contact.name",
        "contact", "now", "upper", "default", "date", "'x'", '"<b>"', "1", "1.5", "true", "none", "raw",
        "endraw", "set", "\\", "\n",
    ]
)  # fmt: skip
SOURCES = st.text() | st.lists(PIECES | st.text(max_size=3), max_size=40).map(" ".join)
USEFUL = st.lists(
    st.sampled_from(
        [
            "{{ data.x }}", "{{ data }}", "{{ contact.name|upper }}", "{{ data.x|default('<i>')|title }}",
            "{{ data.x|date }}", "{% if data.x > contact.name %}a{% else %}b{% endif %}",
            "{% if data.x in data.y %}{{ now }}{% endif %}", "{% if data.x == data.y %}=\n{% endif %}",
            "{{ data.x if not data.y else data.y|trim }}", "{{ data.x <= 3 }}",
        ]
    ),
    min_size=1,
    max_size=8,
).map("".join)  # fmt: skip
ANY = st.fixed_dictionaries(
    {}, optional={"data": JSON | st.fixed_dictionaries({"x": JSON, "y": JSON}), "contact": JSON, "now": JSON}
)


@settings(deadline=None)
@given(SOURCES, st.sampled_from(KINDS))
def test_any_text_is_taken_or_refused_with_a_reason(text: str, kind: Kind) -> None:
    problems = check(text, kind)
    if problems:
        assert all(problem.line >= 1 and problem.message for problem in problems)
    else:
        prepare(text, kind).render(values(full_facts()))


@settings(deadline=None)
@given(USEFUL, ANY, st.sampled_from(KINDS))
def test_any_values_can_be_said(text: str, any_values: dict[str, Any], kind: Kind) -> None:
    said = prepare(text, kind).render(any_values)
    assert len(said) <= LONGEST_OUTPUT
    said.encode()
    if kind == "html":
        assert "<" not in said
        assert ">" not in said
    if kind == "subject":
        assert len(said.splitlines()) <= 1
