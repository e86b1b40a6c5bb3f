"""What becomes of a letter: taken, not now, or never; and nothing goes out unprotected."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from services.workflows.mail.answers import Hard, Sent, Soft
from services.workflows.mail.letter import Address, Letter, Unsendable
from services.workflows.mail.post_office import MailServer, PostOffice
from shared import telemetry
from tests.services.workflows.letters import AMARA, NOW, a_letter, an_invitation, mailboxes, read
from tests.services.workflows.mail_server import (
    HOST,
    Certificate,
    Talk,
    certificate,
    only_ada,
    receiving,
    rude,
    script,
)

BOUNCES = "bounces@example.com"
EHLO = b"250-mail.example\r\n250 SIZE 1000000"
READY = (b"220 mail.example", EHLO, b"250 OK", b"250 OK", b"354 go on")


async def deliver(port: int, letter: Letter | None = None, **changed: Any) -> Sent | Soft | Hard:
    usual: dict[str, Any] = {"host": HOST, "port": port, "sender": BOUNCES, "security": "none", "timeout": 5}
    return await PostOffice(MailServer(**{**usual, **changed})).deliver(letter or a_letter(), NOW)


@pytest.fixture
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Certificate:
    """A certificate of an authority that the system trusts."""
    made = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.trusted))
    return made


@pytest.fixture
def alarms() -> Callable[[], float]:
    """How many alarms were raised since the test began."""
    counter = telemetry.alarms.labels("mail_server")
    before = counter._value.get()
    return lambda: counter._value.get() - before


async def test_a_letter_arrives_whole_at_its_recipient_alone() -> None:
    async with receiving() as clerk:
        sent = await deliver(clerk.port, a_letter(invitation=an_invitation(), text="One\n.\n..\nTwo\n"))
    assert sent == Sent("queued as 4711")
    [taken] = clerk.taken
    assert (taken.sender, taken.recipients) == (BOUNCES, [AMARA.email])
    message = read(taken.content)
    text = message.get_body(("plain",))
    assert text is not None
    assert text.get_content().split() == ["One", ".", "..", "Two"]
    assert message["Message-ID"] == "<run-1.step-1@bookonce.example>"
    assert message["Date"].datetime == NOW


@pytest.mark.parametrize(
    ("answers", "outcome", "reason"),
    [
        ({"MAIL": "451 try later"}, Soft, "451 try later"),
        ({"RCPT": "450 greylisted"}, Soft, "450 greylisted"),
        ({"RCPT": "421 too busy"}, Soft, "421 too busy"),
        ({"DATA": "452 disk full"}, Soft, "452 disk full"),
        ({"MAIL": "550 who are you"}, Soft, "550 who are you"),
        ({"MAIL": "530 log in first"}, Soft, "530 log in first"),
        ({"RCPT": "530 log in first"}, Soft, "530 log in first"),
        ({"MAIL": "552 too much"}, Hard, "552 too much"),
        ({"RCPT": "550 no such user"}, Hard, "550 no such user"),
        ({"DATA": "554 looks like spam"}, Hard, "554 looks like spam"),
    ],
)
async def test_a_no_is_for_now_or_for_good(
    answers: dict[str, str], outcome: type[Soft | Hard], reason: str
) -> None:
    async with receiving(answers) as clerk:
        result = await deliver(clerk.port)
    assert isinstance(result, outcome)
    assert reason in result.reason


async def test_what_an_operator_must_mend_raises_an_alarm_and_what_passes_does_not(
    alarms: Callable[[], float],
) -> None:
    async with receiving({"MAIL": "451 try later"}) as clerk:
        assert await deliver(clerk.port) == Soft("the mail server says not now: 451 try later")
    assert alarms() == 0
    async with receiving({"MAIL": "550 who are you"}) as clerk:
        assert await deliver(clerk.port) == Soft("the mail server refuses us: 550 who are you", alarm=True)
    assert alarms() == 1


@pytest.mark.parametrize(
    "talk",
    [
        script(b"554 no mail here"),
        script(b"421 come back later"),
        script(b"220 mail.example", b"502 what", b"502 what"),
        script(b"hello", b"hello"),
        script(),
        script(b"220 mail.example"),
        script(*READY[:3]),
        script(*READY[:4]),
        script(*READY[:5]),
        script(*READY, content=True),
        script(*READY[:4], b"250 not what you want"),
        script(b"220 " + b"x" * 100_000),
        script(b"220 mail.example", b"250-" + b"\r\n250-".join([b"x" * 60] * 5_000) + b"\r\n250 end"),
    ],
)
async def test_server_that_is_shut_confused_or_hangs_up_may_have_a_better_day(talk: Talk) -> None:
    async with rude(talk) as port:
        assert isinstance(await deliver(port), Soft)


@pytest.mark.parametrize(
    "talk",
    [
        script(silent=True),
        script(*READY[:1], silent=True),
        script(*READY[:2], silent=True),
        script(*READY[:4], silent=True),
        script(*READY, silent=True),
        script(*READY, content=True, silent=True),
    ],
)
async def test_server_that_falls_silent_is_left_in_time(talk: Talk) -> None:
    async with rude(talk) as port:
        begun = time.monotonic()
        assert await deliver(port, timeout=0.3) == Soft("the mail server took too long")
        assert time.monotonic() - begun < 3


async def test_server_that_drips_is_left_in_time_too() -> None:
    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(b"220-\r\n")
            await writer.drain()
            await asyncio.sleep(0.05)

    async with rude(drip) as port:
        begun = time.monotonic()
        assert isinstance(await deliver(port, timeout=0.5), Soft)
        assert time.monotonic() - begun < 3


async def test_each_answer_in_time_does_not_make_all_of_them_in_time() -> None:
    async def dawdle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in READY:
            writer.write(answer + b"\r\n")
            await reader.readline()
            await asyncio.sleep(0.3)

    async with rude(dawdle) as port:
        begun = time.monotonic()
        assert await deliver(port, timeout=0.5) == Soft("the mail server took too long")
        assert time.monotonic() - begun < 0.9


async def test_a_taken_letter_is_sent_even_if_nobody_says_goodbye() -> None:
    for talk in (script(*READY, content=True), script(*READY, content=True, silent=True)):

        async def taking(
            reader: asyncio.StreamReader, writer: asyncio.StreamWriter, talk: Talk = talk
        ) -> None:
            for answer in READY:
                writer.write(answer + b"\r\n")
                await reader.readline()
            await reader.readuntil(b".\r\n")
            writer.write(b"250 taken\r\n")
            await talk(reader, writer)

        async with rude(taking) as port:
            assert await deliver(port, timeout=5) == Sent("taken")


async def test_where_nobody_listens_mail_waits() -> None:
    async with rude(script()) as port:
        pass
    assert isinstance(await deliver(port), Soft)
    assert isinstance(await deliver(25, host="no-such-host.invalid"), Soft)


async def test_letter_goes_out_encrypted_where_that_is_asked(known: Certificate) -> None:
    async with receiving(tls_context=known.context, require_starttls=True) as clerk:
        assert isinstance(await deliver(clerk.port, security="starttls"), Sent)
    async with receiving(implicit=known.context) as clerk:
        assert isinstance(await deliver(clerk.port, security="tls"), Sent)


async def test_nothing_is_sent_in_the_clear_where_encryption_is_asked(alarms: Callable[[], float]) -> None:
    async with receiving() as clerk:
        result = await deliver(clerk.port, security="starttls")
    assert isinstance(result, Soft)
    assert "STARTTLS" in result.reason
    assert alarms() == 1
    assert clerk.taken == []


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize(
    ("host", "days", "trusted"), [("mail.example", 1, True), (HOST, -1, True), (HOST, 1, False)]
)
async def test_no_letter_for_a_server_whose_certificate_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, security: str, host: str, days: int, trusted: bool
) -> None:
    made = certificate(tmp_path, host, days)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(made.trusted))
    told: dict[str, Any] = (
        {"tls_context": made.context} if security == "starttls" else {"implicit": made.context}
    )
    async with receiving(**told) as clerk:
        result = await deliver(clerk.port, security=security)
    assert isinstance(result, Soft)
    assert result.alarm
    assert "certificate" in result.reason
    assert clerk.taken == []


async def test_server_is_given_the_login_it_wants(known: Certificate) -> None:
    options: dict[str, Any] = {"tls_context": known.context, "authenticator": only_ada, "auth_required": True}
    async with receiving(**options) as clerk:
        right = await deliver(clerk.port, security="starttls", username="ada", password="lovelace")
        wrong = await deliver(clerk.port, security="starttls", username="ada", password="byron")
        none = await deliver(clerk.port, security="starttls")
    assert isinstance(right, Sent)
    for refused in (wrong, none):
        assert isinstance(refused, Soft)
        assert refused.alarm
        assert "byron" not in refused.reason
    assert len(clerk.taken) == 1


async def test_server_that_knows_no_logins_is_for_the_operator(alarms: Callable[[], float]) -> None:
    async with receiving() as clerk:
        assert isinstance(await deliver(clerk.port, username="ada", password="lovelace"), Soft)
    assert alarms() == 1
    assert clerk.taken == []


async def test_nonsense_instead_of_a_login_is_no_crash() -> None:
    async with rude(script(READY[0], b"250-mail.example\r\n250 AUTH CRAM-MD5", b"334 x")) as port:
        assert isinstance(await deliver(port, username="ada", password="lovelace"), Soft)


async def test_address_beyond_ascii_needs_a_server_that_takes_it() -> None:
    letter = a_letter(recipient=Address("Jürgen", "jürgen@bücher.example"), invitation=an_invitation())
    async with receiving(enable_SMTPUTF8=True) as clerk:
        assert isinstance(await deliver(clerk.port, letter), Sent)
    [taken] = clerk.taken
    assert taken.recipients == ["jürgen@xn--bcher-kva.example"]
    assert "SMTPUTF8" in taken.options
    assert "<jürgen@xn--bcher-kva.example>".encode() in taken.content
    async with receiving() as clerk:
        result = await deliver(clerk.port, letter)
    assert isinstance(result, Hard)
    assert "SMTPUTF8" in result.reason
    assert clerk.taken == []


async def test_domain_beyond_ascii_needs_nothing_of_the_server() -> None:
    async with receiving() as clerk:
        assert isinstance(
            await deliver(clerk.port, a_letter(recipient=Address("", "a@bücher.example"))), Sent
        )
    [taken] = clerk.taken
    assert taken.recipients == ["a@xn--bcher-kva.example"]
    assert mailboxes(taken.content, "To") == [("", "a@xn--bcher-kva.example")]


async def test_letter_that_no_server_could_send_is_refused_before_one_is_asked() -> None:
    letter = a_letter(recipient=Address("Amara", "amara@example.com\r\nRCPT TO:<eve@example.com>"))
    assert isinstance(await deliver(1, letter), Hard)


async def test_reason_quotes_neither_the_recipient_nor_what_is_secret_in_the_letter() -> None:
    link = "https://book.example/s/AZVuPBzMfgq2dK8Yx1pWnRtL3vQ9sHjE5uCbNoXyZaM"
    quoting = f"554 <{AMARA.email}>: we dislike {link} and AZVuPBzMfgq2dK8Yx1pWnRtL3vQ9sHjE5uCbNoXyZaM"
    for stage in ("RCPT", "DATA"):
        async with receiving({stage: f"{quoting} {'very ' * 60}much"}) as clerk:
            result = await deliver(clerk.port, a_letter(text=link))
        assert isinstance(result, Hard)
        assert "we dislike" in result.reason
        assert len(result.reason) < 400
        for secret in (AMARA.email, "book.example", "AZVuPBzMfgq2dK8"):
            assert secret not in result.reason


async def test_office_without_a_sender_cannot_be_opened() -> None:
    with pytest.raises(Unsendable):
        PostOffice(MailServer(host=HOST, port=25, sender="nobody"))
