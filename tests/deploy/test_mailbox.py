"""The local mailbox: what was mailed can be read by programs, now and after a restart."""

import asyncio
import re
import time

import pytest

from services.workflows.mail.answers import Hard, Sent, Soft
from tests.deploy.mailbox import NOW, Mailbox, a_letter, an_invitation


async def test_a_letter_is_there_with_all_its_parts(mailbox: Mailbox) -> None:
    to = "whole@example.com"
    assert await mailbox.deliver(a_letter(to, invitation=an_invitation(to), subject="Grüße")) == Sent("kept")
    [message] = await mailbox.to(to)
    assert message["from"] == '"Dana Reyes" <bookings@example.com>'
    assert (message["to"], message["envelope_sender"]) == ([to], "bookings@example.com")
    assert (message["subject"], message["message_id"]) == ("Grüße", f"<{to}>")
    assert message["date"] == NOW.isoformat().replace("+00:00", "Z")
    assert "https://book.example/s/abc?a=1&b=2" in message["text"]
    assert '<a href="https://book.example/s/abc">' in message["html"]
    assert message["calendar"].startswith("BEGIN:VCALENDAR")
    invitation = message["invitation"]
    assert (invitation["method"], invitation["sequence"]) == ("REQUEST", 2)
    assert invitation["start"] == "2026-03-03T12:00:00Z"
    assert [each["name"] for each in message["attachments"]] == ["invite.ics"]
    assert ["Auto-Submitted", "auto-generated"] in message["headers"]
    assert await mailbox.call("GET", f"/messages/{message['id']}") == (200, message)


async def test_raw_letter_is_what_came_and_nothing_a_browser_would_run(mailbox: Mailbox) -> None:
    content = b"Subject: raw\r\n\r\n<script>alert(1)</script>\r\n..\r\n"
    await mailbox.throw("raw@example.com", content)
    [message] = await mailbox.to("raw@example.com")
    async with mailbox.http.get(f"{mailbox.url}/messages/{message['id']}/raw") as response:
        assert (await response.read()).endswith(content)
        assert response.content_type == "text/plain"
        assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_mail_is_found_by_recipient_and_by_what_came_before(mailbox: Mailbox) -> None:
    for number in (1, 2, 3):
        await mailbox.deliver(a_letter("Many@example.com", subject=str(number)))
    found = await mailbox.to("many@EXAMPLE.com")
    assert [each["subject"] for each in found] == ["3", "2", "1"]
    later = await mailbox.to("many@example.com", after=found[2]["id"])
    assert [each["subject"] for each in later] == ["3", "2"]
    assert [each["subject"] for each in await mailbox.to("many@example.com", limit=1)] == ["3"]
    assert await mailbox.to("nobody@example.com") == []
    _, everything = await mailbox.call("GET", "/messages")
    assert {"1", "2", "3"} <= {each["subject"] for each in everything["messages"]}


async def test_who_waits_is_told_at_once_and_not_of_other_mail(mailbox: Mailbox) -> None:
    waiting = asyncio.create_task(mailbox.to("awaited@example.com", wait_ms=20_000))
    await mailbox.deliver(a_letter("other@example.com"))
    assert not waiting.done()
    begun = time.monotonic()
    await mailbox.deliver(a_letter("awaited@example.com"))
    [message] = await waiting
    assert message["to"] == ["awaited@example.com"]
    assert time.monotonic() - begun < 10


async def test_who_waits_in_vain_is_told_nothing_in_time(mailbox: Mailbox) -> None:
    begun = time.monotonic()
    assert await mailbox.to("never@example.com", wait_ms=300) == []
    assert 0.3 <= time.monotonic() - begun < 10


async def test_mail_outlives_a_kill_and_its_ids_are_not_used_again(mailbox: Mailbox) -> None:
    await mailbox.deliver(a_letter("kept@example.com"))
    before = await mailbox.to("kept@example.com")
    await mailbox.restart()
    assert await mailbox.to("kept@example.com") == before
    assert (await mailbox.call("DELETE", "/messages"))[1]["deleted"] >= 1
    assert (await mailbox.call("GET", "/messages"))[1] == {"messages": []}
    await mailbox.deliver(a_letter("kept@example.com"))
    [after] = await mailbox.to("kept@example.com")
    assert int(after["id"]) > int(before[0]["id"])


async def test_nobody_else_on_the_machine_may_read_the_file(mailbox: Mailbox) -> None:
    await mailbox.deliver(a_letter("private@example.com"))
    folder = mailbox.process.log.parent
    kept = [file for file in folder.iterdir() if re.fullmatch(r"mailbox\.sqlite(-\w+)?", file.name)]
    assert len(kept) >= 2
    assert all(file.stat().st_mode & 0o077 == 0 for file in kept), kept


@pytest.mark.parametrize(
    ("switches", "first", "kept"),
    [
        ({"answer": "451 later"}, Soft, 1),
        ({"answer": "550 no such user"}, Hard, 1),
        ({"answer": "452 full", "stage": "letter"}, Soft, 1),
        ({"answer": "554 spam", "stage": "letter"}, Hard, 1),
        ({"answer": "451 lost", "stage": "kept"}, Soft, 2),
    ],
)
async def test_letters_are_refused_as_often_as_it_is_told(
    mailbox: Mailbox, switches: dict[str, object], first: type[Soft | Hard], kept: int
) -> None:
    to = f"{kept}{switches['answer']}".replace(" ", "-") + "@example.com"
    await mailbox.call("PUT", "/switches", {**switches, "times": 1, "to": to})
    assert isinstance(await mailbox.deliver(a_letter("bystander@example.com")), Sent)
    assert isinstance(await mailbox.deliver(a_letter(to)), first)
    assert isinstance(await mailbox.deliver(a_letter(to)), Sent)
    assert len({each["message_id"] for each in await mailbox.to(to)}) == 1
    assert len(await mailbox.to(to)) == kept


async def test_mailbox_is_slow_when_it_is_told(mailbox: Mailbox) -> None:
    await mailbox.call("PUT", "/switches", {"delay_ms": 60_000, "to": "slow@example.com"})
    assert isinstance(await mailbox.deliver(a_letter("slow@example.com"), within=0.3), Soft)
    await mailbox.call("DELETE", "/switches")
    assert isinstance(await mailbox.deliver(a_letter("slow@example.com")), Sent)


@pytest.mark.parametrize(
    "switches",
    [
        {"answer": "250 fine"},
        {"answer": "550 a\r\n250 b"},
        {"stage": "never"},
        {"loud": True},
        {"times": -1},
        5,
    ],
)
async def test_switch_that_cannot_be_so_is_refused_and_changes_nothing(
    mailbox: Mailbox, switches: object
) -> None:
    assert (await mailbox.call("PUT", "/switches", switches))[0] == 400
    assert (await mailbox.call("GET", "/switches"))[1]["answer"] is None


@pytest.mark.parametrize("query", ["after=-1", "limit=0", "limit=many", "wait_ms=999999", "form=a@b.com"])
async def test_question_that_cannot_be_answered_is_refused(mailbox: Mailbox, query: str) -> None:
    assert (await mailbox.call("GET", f"/messages?{query}"))[0] == 400


@pytest.mark.parametrize("id", ["0", "-1", "x", "9" * 18, "9" * 40, "²"])
async def test_mail_that_is_not_there_is_not_found(mailbox: Mailbox, id: str) -> None:
    assert (await mailbox.call("GET", f"/messages/{id}"))[0] == 404
    assert (await mailbox.page(f"/mail/{id}"))[0] == 404


@pytest.mark.parametrize(
    ("host", "status"),
    [("evil.example:8086", 421), ("localhost:8086", 200), ("[::1]", 200), ("mailbox", 200)],
)
async def test_name_that_a_stranger_could_point_here_reads_no_mail(
    mailbox: Mailbox, host: str, status: int
) -> None:
    for path in ("/messages", "/"):
        async with mailbox.http.get(mailbox.url + path, headers={"Host": host}) as response:
            assert response.status == status
