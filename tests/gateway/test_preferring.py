"""Who gets a page and who a problem document: what stands higher in Accept, and else the document."""

import pytest

from gateway.problems import prefers_html


@pytest.mark.parametrize(
    "accept",
    [
        "text/html",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "application/xhtml+xml",
        "application/json;q=0.5, text/html",
        "application/json;q=0, text/html;q=0.1",
        "text/html;level=1;q=0.9, application/problem+json;q=0.8",
        "text/html ; q=1.0 , application/json ; q=0.9",
    ],
)
def test_a_browser_gets_a_page(accept: str) -> None:
    assert prefers_html(accept)


@pytest.mark.parametrize(
    "accept",
    [
        "",
        "*/*",
        "application/json",
        "application/problem+json, text/html",
        "application/json, text/html",
        "text/html;q=0.9, application/json",
        "text/html;q=0",
        "text/html;q=",
        "text/html;q=nan",
        "text/html;q=high",
        "text/plain",
        "text/htm",
        ";,;=,",
    ],
)
def test_anybody_else_gets_a_document(accept: str) -> None:
    assert not prefers_html(accept)
