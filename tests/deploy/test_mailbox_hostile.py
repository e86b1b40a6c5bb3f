"""Mail by somebody who means harm: it is refused or shown as what it is, and does nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiosmtplib
import pytest
from playwright.async_api import Page, expect

from tests.browser.launch import HABITS, chromium
from tests.deploy.mailbox import Mailbox, a_letter, an_invitation

MARKUP = """<html>
<head><base href="{elsewhere}"><meta http-equiv="refresh" content="0;url={elsewhere}refresh">
<LiNK/rel="preconnect" href="{elsewhere}"><link rel="prefetch" href="{elsewhere}prefetch">
<link rel="stylesheet" href="{elsewhere}style"><style>@import "{elsewhere}import";
body {{ background: url({elsewhere}background) }}</style></head><body onload="top.hacked = 1">
<script>top.location = "{elsewhere}"; top.hacked = 1</script>
<img src="{elsewhere}pixel" onerror="top.hacked=1"><svg onload="top.hacked=1"></svg>
<iframe src="{elsewhere}frame"></iframe><object data="{elsewhere}object"></object>
<video src="{elsewhere}video"></video><form action="{elsewhere}form"><button>Send</button></form>
<a href="javascript:opener.hacked=1">run</a> <a href="{elsewhere}top" target="_top">top</a>
<p>Still readable</p></body></html>"""
BROKEN = {
    "empty": b"",
    "no-headers": b"\r\n\r\njust text\r\n",
    "no-end": b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\n<p>hi',
    "no-boundary": b"Content-Type: multipart/alternative\r\n\r\n--x\r\n\r\nhi\r\n",
    "charset": b"Content-Type: text/plain; charset=klingon\r\n\r\n\xff\xfe hi\r\n",
    "charset-nul": b'Content-Type: text/plain; charset="a\\\x01b"\r\n\r\nhi\r\n',
    "charset-codec": b"Content-Type: text/plain; charset=base64\r\n\r\nhi\r\n",
    "base64": b"Content-Transfer-Encoding: base64\r\n\r\n!!!not base64\r\n",
    "words": b"Subject: =?utf-8?b?####?= =?klingon?q?hi?= =?utf-8?q?=0d=0aBcc:?=\r\n\r\nhi",
    "bytes": b"From: \xff\xfe <\x80@x>\r\nSubject: \xc3\x28\r\n\r\n\xff",
    "date": b"Date: Thu, 99 Foo 99999 99:99:99 +9999\r\nDate: never\r\n\r\nhi\r\n",
    "calendar": b"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:never\r\n",
    "deep": b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (depth, depth)
        for depth in range(3_000)
    ),
    "many-parts": b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + b"--b\r\n\r\nx\r\n" * 20_000,
    "long-header": b"Subject: " + b"word\r\n " * 100_000 + b"\r\n\r\nhi\r\n",
    "many-headers": b"".join(b"X-%d: y\r\n" % number for number in range(20_000)) + b"\r\nhi\r\n",
    "controls": b"Subject: a\x00b\x1b[31m\r\n\r\n\x00\x1b[31mhi\r\n",
}


@pytest.mark.parametrize("kind", BROKEN)
async def test_broken_letter_is_kept_and_shown_as_far_as_it_goes(mailbox: Mailbox, kind: str) -> None:
    to = f"{kind}@example.com"
    await mailbox.throw(to, BROKEN[kind])
    [message] = await mailbox.to(to)
    assert message["to"] == [to]
    assert (await mailbox.page(f"/mail/{message['id']}"))[0] == 200
    assert (await mailbox.page(f"/?to={to}"))[0] == 200


async def test_letter_of_ten_megabytes_is_refused_and_the_next_one_is_taken(mailbox: Mailbox) -> None:
    with pytest.raises(aiosmtplib.SMTPResponseException) as refused:
        await mailbox.throw("large@example.com", b"Subject: large\r\n\r\n" + b"x" * 76 + b"\r\n" * 5_000_000)
    assert refused.value.code == 552
    await mailbox.deliver(a_letter("large@example.com"))
    assert len(await mailbox.to("large@example.com")) == 1


async def test_what_is_not_html_is_escaped_on_every_page(mailbox: Mailbox) -> None:
    to = "escaped@example.com"
    nasty = '"><script>alert(1)</script>'
    letter = a_letter(
        to, subject=nasty, text=f"{nasty} https://e.example/{nasty} javascript:alert(1)", html=None
    )
    await mailbox.deliver(letter)
    [message] = await mailbox.to(to)
    for path in (f"/?to={to}", f"/mail/{message['id']}"):
        _, policy, page = await mailbox.page(path)
        assert "<script" not in page
        assert "script-src" not in policy
        assert "default-src 'none'" in policy
    assert '<a href="https://e.example/" target="_blank" rel="noopener noreferrer">' in page
    assert 'href="javascript' not in page


@asynccontextmanager
async def elsewhere() -> AsyncIterator[tuple[str, list[object]]]:
    """A stranger's server, and who connected to it, if only to say nothing."""
    heard: list[object] = []

    async def connected(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(writer.get_extra_info("peername"))
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", heard
    server.close()


async def _look_at(page: Page, url: str) -> None:
    await page.goto(url)
    frame = page.frame_locator("iframe")
    await expect(frame.get_by_text("Still readable")).to_be_visible()
    for click in (
        frame.get_by_text("top", exact=True),
        frame.get_by_text("run", exact=True),
        frame.get_by_role("button", name="Send"),
    ):
        await click.click()
    await page.wait_for_load_state("networkidle")
    await expect(frame.get_by_text("Still readable")).to_be_visible()


async def test_html_by_a_stranger_runs_nothing_and_fetches_nothing(mailbox: Mailbox) -> None:
    to = "hostile@example.com"
    async with elsewhere() as (url, heard), chromium() as browser:
        await mailbox.deliver(a_letter(to, html=MARKUP.format(elsewhere=url)))
        [message] = await mailbox.to(to)
        page = await (await browser.new_context(**HABITS)).new_page()
        await _look_at(page, shown := f"{mailbox.url}/mail/{message['id']}")
        assert page.url == shown
        assert await page.evaluate("window.hacked") is None
        # Opened by itself it is as harmless as in its frame.
        await page.goto(f"{shown}/html")
        await expect(page.get_by_text("Still readable")).to_be_visible()
        await page.wait_for_load_state("networkidle")
        assert page.url == f"{shown}/html"
    assert heard == []


async def test_links_open_in_a_tab_that_knows_nothing_of_the_mailbox(mailbox: Mailbox) -> None:
    to = "links@example.com"
    target = f"{mailbox.url}/healthz"
    letter = a_letter(to, html=f'<a href="{target}">In HTML</a>', text=target, invitation=an_invitation(to))
    await mailbox.deliver(letter)
    async with chromium() as browser:
        context = await browser.new_context(**HABITS)
        page = await context.new_page()
        await page.goto(mailbox.url)
        await page.get_by_label("Sent to").fill(to)
        await page.get_by_role("button", name="Show").click()
        await page.get_by_role("link", name="Your call is booked").click()
        await expect(page.get_by_role("region", name="Invitation")).to_contain_text(
            "Tue 3 Mar 2026, 12:00 UTC"
        )
        await page.get_by_text("Text", exact=True).click()
        for link in (
            page.frame_locator("iframe").get_by_role("link", name="In HTML"),
            page.locator("pre").get_by_role("link", name=target),
        ):
            async with context.expect_page() as opened:
                await link.click()
            tab = await opened.value
            await expect(tab).to_have_url(target)
            assert await tab.evaluate("[window.opener, document.referrer]") == [None, ""]
