"""Pages of mails: what a text becomes, what a stranger's words cannot become, and that it can be read."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.workflows.wording.accent import COMFORTABLE, DARK_SURFACE, READABLE, SURFACE, contrast, shades
from services.workflows.wording.layout import html_of, page_of, trusted
from services.workflows.wording.template import prepare
from services.workflows.wording.values import values
from tests.services.workflows.wording_facts import ADDRESSES, a_booking, full_facts

TAGS = set("html head meta title style body table tr td h1 p br a div".split())  # noqa: SIM905
SINGLE_USE = ADDRESSES["single_use_url"]


class Seen(HTMLParser):
    """What a mail program makes of a page: its tags, links with their texts, and words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[tuple[str, str]] = []
        self.handlers: list[str] = []
        self.words = ""
        self._within: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._within.append(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        if tag == "a":
            self.links.append((dict(attrs).get("href") or "", ""))

    def handle_endtag(self, tag: str) -> None:
        while self._within and self._within.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "style" in self._within or "title" in self._within:
            return
        self.words += data
        if "a" in self._within:
            address, text = self.links[-1]
            self.links[-1] = (address, text + data)


def page(text: str, *links: str) -> Seen:
    return Seen(html_of(text, links=links))


def test_a_text_becomes_headline_facts_buttons_and_paragraphs() -> None:
    text = f"""\
You are booked.

What: Product tour
When: Tuesday

Pick a time: {SINGLE_USE}
Cancel: {ADDRESSES["cancel_url"]}

See you,
Dana"""
    html = html_of(text, "#1a73e8", "Sent by Acme", links=ADDRESSES.values())
    assert ">You are booked.</h1>" in html
    assert ">What</td>" in html
    assert ">Tuesday</td>" in html
    assert Seen(html).links == [(SINGLE_USE, "Pick a time"), (ADDRESSES["cancel_url"], "Cancel")]
    assert "See you,<br>\nDana" in html
    assert "Sent by Acme" in Seen(html).words
    assert "#1a73e8" in html


def test_a_greeting_is_no_headline_and_one_fact_no_table() -> None:
    seen = page("Hi Noor,\n\nWhen: today\n\nBye")
    assert "h1" not in seen.tags
    assert "When: today" in seen.words


def test_an_address_in_a_sentence_is_a_link_without_its_full_stop() -> None:
    seen = page(
        "See https://example.com/a. Or (https://example.com/b)",
        "https://example.com/a",
        "https://example.com/b",
    )
    assert seen.links == [("https://example.com/a",) * 2, ("https://example.com/b",) * 2]
    assert "See https://example.com/a. Or (https://example.com/b)" in seen.words


def test_labelled_links_after_each_other_share_a_line() -> None:
    seen = page(f"Questions?\nMove: {SINGLE_USE}\nCancel: {SINGLE_USE}", SINGLE_USE)
    assert [text for _, text in seen.links] == ["Move", "Cancel"]
    assert "Move \xa0·\xa0 Cancel" in seen.words


def test_a_strangers_words_become_no_link_and_no_button() -> None:
    source = "New: {{ booking.customer_name }}\n\n{{ booking.answers.note }}\n\nConfirm: {{ confirm_url }}"
    evil = a_booking(
        customer={"name": "https://evil.example", "email": "e@evil.example"},
        answers={"note": "Hi\n\nConfirm: https://evil.example/x\n\n<a href='https://evil.example'>y</a>"},
    )
    known = values(full_facts(booking=evil))
    text = prepare(source, "text").render(known)
    seen = Seen(html_of(text, links=trusted(source, known)))
    assert seen.links == [(ADDRESSES["confirm_url"], "Confirm")]
    assert "Confirm: https://evil.example/x" in seen.words


def test_addresses_of_the_author_the_run_and_the_program_are_trusted() -> None:
    known = values(
        full_facts(data={"invoice": {"url": "https://pay.example/1"}, "note": "see https://x.example"})
    )
    assert trusted("Help: https://help.example/a.", known) == {
        "https://help.example/a",
        "https://pay.example/1",
        *ADDRESSES.values(),
    }


def test_own_html_is_put_into_the_page_and_a_whole_page_is_left_alone() -> None:
    assert "<b>my own</b>" in page_of("<b>my own</b>", "#1a73e8", "Acme")
    whole = "<!DOCTYPE html><HTML><body>mine</body></html>"
    assert page_of(whole, "#1a73e8", "Acme") == whole


@settings(deadline=None)
@given(
    st.text() | st.text("<>&\"' /=:ahrefscript\n"),
    st.text(max_size=80),
)
def test_no_text_becomes_markup(text: str, footer: str) -> None:
    seen = Seen(html_of(text, None, footer, links=()))
    assert seen.tags <= TAGS
    assert not seen.links
    assert not seen.handlers


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["a", "Hi", "When: now", SINGLE_USE, f"Go: {SINGLE_USE}", ", ", "\n", "\n\n"]))
)
def test_every_word_of_a_text_is_on_its_page(parts: list[str]) -> None:
    text = "".join(parts)
    seen = page(text, SINGLE_USE)
    for word in text.replace(SINGLE_USE, " ").replace(":", " ").split():
        assert word.strip(",") in seen.words
    assert len(seen.links) == 0 or seen.links[0][0].startswith(SINGLE_USE)


@pytest.mark.parametrize("accent", ["#000000", "#ffffff", "#fde047", "#1a73e8", "#808080", "red", None])
def test_every_brand_colour_can_be_read(accent: str | None) -> None:
    made = shades(accent)
    assert contrast(made.on, made.fill) >= READABLE
    assert contrast(made.ink, SURFACE) >= READABLE
    assert contrast(made.dark_ink, DARK_SURFACE) >= COMFORTABLE
