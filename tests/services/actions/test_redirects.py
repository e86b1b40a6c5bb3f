"""People are sent where the link's maker signed or the app allowed, and nowhere else."""

import pytest

from services.actions import redirects
from services.actions.flaws import Flaw
from services.actions.redirects import destination

OK = ["https://ok.example", "http://localhost:3000", "https://Ünicode.example"]
EVIL = [
    "",
    "/",
    "//evil",
    "//evil.example/",
    "///evil.example",
    "/\\evil",
    "\\\\evil",
    "https:/\\evil",
    "https:\\\\ok.example",
    "https:/ok.example",
    "https:ok.example",
    "https:///ok.example",
    "https://ok.example@evil",
    "https://ok.example:pass@evil.example",
    "https://ok.example%40evil.example",
    "https://evil@ok.example",
    "https://@ok.example",
    "https://ok.example.evil",
    "https://ok.example.",
    "https://evil.ok.example",
    "https://okXexample",
    "https://ok.example\\@evil.example",
    "https://ok.example\\.evil.example",
    "https://ok.example/\\evil",
    "javascript:alert(1)",
    "javascript://ok.example/%0aalert(1)",
    "data:text/html,hello",
    "vbscript:x",
    "file:///etc/passwd",
    "ftp://ok.example",
    "ws://ok.example",
    "HTTPS://ok.example",
    "Https://ok.example",
    "http://ok.example",
    "https://ok.example\r\nSet-Cookie: a=b",
    "https://ok.example/\r\nLocation: https://evil",
    "https://ok.example/\n",
    "\thttps://ok.example",
    " https://ok.example",
    "https://ok.example ",
    "ht\ttps://ok.example",
    "java\tscript:alert(1)",
    "https://ok.exa\tmple",
    "https://ok.example/\0",
    "https://ok.example/\x7f",
    "https://ok.example/\x85",
    "https://ok.example/\u200b",
    "https://ok.example/\u2028",
    "https://ok.example/\u202e",
    "https://ok.example/\ud800",
    "https://ok.example:444",
    "https://ok.example:80",
    "https://ok.example:",
    "https://ok.example:443443",
    "https://ok.example:443@evil.example",
    "https://ok.example:٤٤٣",
    "https://оk.example",
    "https://ok。example",
    "https://ok．example",
    "https://ｏk.example",
    "https://ok.exampl\u0435",
    "https://xn--k-9ja.example",
    "https://Ünicode.example",
    "https://ünicode.example/",
    "https://[::1]/",
    "https://ok%2Eexample/",
    "http://localhost",
    "http://localhost:3001",
    "https://localhost:3000",
    "http://0x7f000001:3000",
    "https://evil/?https://ok.example",
    "https://evil/#https://ok.example",
    "https://evil?ok.example",
    "https://ok.example/" + "x" * 2000,
]


@pytest.mark.parametrize("redirect", EVIL)
def test_nobody_is_sent_anywhere_else_and_the_address_is_not_repeated(redirect: str) -> None:
    for claimed in (None, "https://signed.example/thanks"):
        with pytest.raises(Flaw) as found:
            destination(claimed, redirect, OK)
        assert (found.value.step, found.value.code) == ("redirect", "redirect_not_allowed")
        assert len(redirect) < 4 or redirect not in found.value.words


@pytest.mark.parametrize("redirect", [one for one in EVIL if redirects.origin(one) is None])
def test_not_even_when_it_is_signed(redirect: str) -> None:
    for asked in (redirect, None):
        with pytest.raises(Flaw) as found:
            destination(redirect, asked, OK)
        assert found.value.code == "redirect_not_allowed"


@pytest.mark.parametrize(
    "redirect",
    [
        "https://ok.example",
        "https://ok.example/",
        "https://ok.example/thanks?a=b&c=%20#d",
        "https://ok.example?a",
        "https://ok.example#a@b",
        "https://ok.example/a@b:c//d",
        "https://ok.example/über?ä=ö",
        "https://OK.Example/",
        "https://ok.example:443/",
        "http://localhost:3000/a",
    ],
)
def test_an_allowed_origin_may_be_gone_to_at_any_path(redirect: str) -> None:
    assert destination(None, redirect, OK) == redirect
    assert destination("https://signed.example/", redirect, OK) == redirect


def test_a_signed_address_needs_no_allowed_origin_and_is_taken_to_the_letter() -> None:
    signed = "https://signed.example/thanks?a=b"
    assert destination(signed, signed, []) == signed
    assert destination(signed, None, []) == signed
    for other in (
        "https://signed.example/thanks",
        signed + "&c=d",
        "https://signed.example/",
        signed.upper(),
    ):
        with pytest.raises(Flaw):
            destination(signed, other, OK)


def test_without_any_there_is_nowhere_to_go() -> None:
    assert destination(None, None, OK) is None


def test_an_allowed_origin_with_its_usual_port_is_the_one_without() -> None:
    assert destination(None, "https://ok.example/", ["https://ok.example:443"]) == "https://ok.example/"
    assert destination(None, "http://ok.example:80/", ["http://ok.example"]) == "http://ok.example:80/"
