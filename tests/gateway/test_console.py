"""What decides about requests of the console, and what surrounds its pages."""

from datetime import timedelta

import pytest

from gateway.console import destinations, frame
from gateway.console.origin import is_cross_site
from gateway.console.sign_in import lasting
from gateway.routes import CONSOLE

OURS = "https://bookonce.example"


@pytest.mark.parametrize(
    ("headers", "cross"),
    [
        ({}, False),
        ({"sec-fetch-site": "same-origin"}, False),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"sec-fetch-site": "same-site"}, True),
        ({"sec-fetch-site": "cross-site"}, True),
        ({"sec-fetch-site": "cross-site", "origin": OURS}, True),
        ({"sec-fetch-site": ""}, True),
        ({"origin": OURS, "host": "10.0.0.7:8080"}, False),
        ({"origin": "http://10.0.0.7:8080", "host": "10.0.0.7:8080"}, False),
        ({"origin": "http://10.0.0.7:8081", "host": "10.0.0.7:8080"}, True),
        ({"origin": "https://bookonce.example.evil.example", "host": "bookonce.example"}, True),
        ({"origin": "null", "host": "bookonce.example"}, True),
        ({"origin": "", "host": "bookonce.example"}, True),
    ],
)
def test_what_a_browser_says_of_another_site_is_believed(headers: dict[str, str], cross: bool) -> None:
    assert is_cross_site(headers, OURS) == cross


@pytest.mark.parametrize(
    "path", ["/calendar/bookings", "/calendar/single-use?q=a%20b&status=open", "/contacts/1"]
)
def test_a_page_of_the_console_may_be_gone_on_to(path: str) -> None:
    assert destinations.local(path) == path
    assert destinations.sign_in(path).startswith("/sign-in?next=%2F")


def test_where_one_goes_anyway_needs_no_mention() -> None:
    for path in ("", "/", "//evil.example/calendar/", destinations.HOME):
        assert destinations.sign_in(path) == "/sign-in"


def test_the_navigation_leads_only_to_pages_that_exist() -> None:
    pages = {path for method, path, _ in CONSOLE if method == "GET"}
    assert {place.path for place in frame.PLACES} <= pages
    assert destinations.HOME in pages


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-5, "1 minute"), (89, "1 minute"), (840, "14 minutes"), (5400, "90 minutes"), (43_190, "12 hours")],
)
def test_time_left_is_said_in_minutes_or_hours(seconds: int, said: str) -> None:
    assert lasting(timedelta(seconds=seconds)) == said
