import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from types import SimpleNamespace

from gateway import assets, pages
from gateway.wording import explain

HOSTILE = "</script><script>alert(1)</script><!--\"'&"


@dataclass
class Page:
    slug: str = "intro-call"
    title: str = "Intro call"
    description: str = ""
    duration_minutes: int = 30
    host_name: str = "Dana Reyes"
    accent_color: str | None = None
    logo_url: str | None = None
    access: str = "public"
    questions: list[SimpleNamespace] = field(default_factory=list)
    price: SimpleNamespace | None = None
    host_confirms: bool = False


class Nonces(HTMLParser):
    """Collects the nonce of every inline script and style."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: set[str | None] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        assert "style" not in attributes
        assert not any(name.startswith("on") for name in attributes)
        if tag == "style" or (tag == "script" and "src" not in attributes):
            self.found.add(attributes.get("nonce"))


def dead_end(code: str, status: int, page: Page | None = None) -> str:
    explanation = explain(code, page.host_name if page else None)
    answer = pages.render(
        "problem.html", status=status, code=code, explanation=explanation, request_id="the-id", page=page
    )
    return bytes(answer.body).decode()


def test_every_page_carries_the_headers_of_the_contract() -> None:
    answer = pages.render("book.html", page=Page(), headers={"X-More": "yes"}, status=203)
    assert answer.status_code == 203
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert answer.headers["x-more"] == "yes"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_nonce_is_fresh_and_on_everything_inline() -> None:
    answers = [
        pages.render("book.html", page=Page()),
        pages.render("single_use.html", token="t", slug="s"),
    ]
    nonces = set()
    for answer in answers:
        found = Nonces(bytes(answer.body).decode()).found
        assert found == set(re.findall(r"'nonce-([\w-]+)'", answer.headers["content-security-policy"]))
        nonces |= found
    assert len(nonces) == len(answers)


def test_what_a_host_wrote_stays_text() -> None:
    question = SimpleNamespace(key="a", label=HOSTILE, type="select", required=True, options=[HOSTILE])
    page = Page(title=HOSTILE, description=HOSTILE, host_name=HOSTILE, questions=[question])
    body = bytes(pages.render("book.html", page=page).body).decode()
    assert "<script>alert" not in body
    embedded = re.search(r'<script type="application/json" id="page"[^>]*>(.*?)</script>', body, re.S)
    assert embedded is not None
    assert json.loads(embedded[1])["title"] == HOSTILE


def test_booking_page_and_its_files_stay_under_100_kb() -> None:
    body = bytes(pages.render("book.html", page=Page()).body).decode()
    files = set(re.findall(r'"/static/([^"?]+)\?', body))
    assert len(body) + sum((assets.FOLDER / name).stat().st_size for name in files) < 100_000


def test_dead_end_carries_its_code_and_names_the_host() -> None:
    body = dead_end("link_consumed", 410, Page())
    assert 'data-code="link_consumed"' in body
    assert "Ask Dana Reyes for a fresh one." in body
    assert "the-id" not in body


def test_failure_on_our_side_can_be_quoted_and_tried_again() -> None:
    body = dead_end("unavailable", 503)
    assert "the-id" in body
    assert "Try again" in body


def test_file_address_changes_with_its_content_and_imports_carry_it() -> None:
    address = assets.static("book/main.js")
    assert re.fullmatch(r"/static/book/main\.js\?v=[0-9a-f]{12}", address)
    assert assets.modules("book")["/static/book/main.js"] == address


def test_every_import_of_a_module_is_in_the_import_map() -> None:
    known = assets.modules("book")
    for file in (assets.FOLDER / "book").glob("*.js"):
        imported = re.findall(r'from "([^"]+)"', file.read_text())
        assert set(imported) <= set(known), file.name
