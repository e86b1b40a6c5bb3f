"""The mailbox as its own process, and letters as Bookonce and as strangers send them."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import aiosmtplib

from deploy import ports
from deploy.processes import Process
from deploy.readiness import until_ready
from services.workflows.mail.answers import Hard, Sent, Soft
from services.workflows.mail.letter import Address, Invitation, Letter
from services.workflows.mail.post_office import MailServer, PostOffice

HOST = "127.0.0.1"
SENDER = Address("Dana Reyes", "bookings@example.com")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def a_letter(to: str, **changed: Any) -> Letter:
    """As a workflow sends it."""
    usual: dict[str, Any] = {
        "message_id": f"<{to}>",
        "sender": SENDER,
        "recipient": Address("Amara Okafor", to),
        "subject": "Your call is booked",
        "text": "See you on Tuesday: https://book.example/s/abc?a=1&b=2.\n",
        "html": '<p>See you on <a href="https://book.example/s/abc">Tuesday</a>.</p>',
    }
    return Letter(**{**usual, **changed})


def an_invitation(to: str, **changed: Any) -> Invitation:
    usual: dict[str, Any] = {
        "uid": "01956e3c@bookonce.example",
        "sequence": 2,
        "method": "REQUEST",
        "start": NOW + timedelta(days=2),
        "end": NOW + timedelta(days=2, minutes=30),
        "summary": "Intro call",
        "description": "Half an hour.",
        "organizer": SENDER,
        "attendee": Address("Amara Okafor", to),
        "url": "https://meet.example/dana",
    }
    return Invitation(**{**usual, **changed})


@dataclass
class Mailbox:
    """The process, where it answers, and where it takes in mail."""

    process: Process
    url: str
    smtp_port: int
    http: aiohttp.ClientSession

    async def deliver(self, letter: Letter, within: float = 10) -> Sent | Soft | Hard:
        """As workflows do."""
        server = MailServer(
            host=HOST, port=self.smtp_port, sender=SENDER.email, security="none", timeout=within
        )
        return await PostOffice(server).deliver(letter, NOW)

    async def throw(self, to: str, content: bytes) -> None:
        """As a stranger might."""
        async with aiosmtplib.SMTP(hostname=HOST, port=self.smtp_port, start_tls=False) as client:
            await client.sendmail("", to, content)

    async def call(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        """Status and parsed body."""
        async with self.http.request(method, self.url + path, json=body, headers=headers) as response:
            return response.status, await response.json()

    async def to(self, address: str, **query: object) -> list[Any]:
        """What was sent there, the newest first."""
        asked = "".join(f"&{name}={value}" for name, value in query.items())
        status, answer = await self.call("GET", f"/messages?to={address}{asked}")
        assert status == 200, answer
        return list(answer["messages"])

    async def page(self, path: str) -> tuple[int, str, str]:
        """Status, content security policy, and HTML."""
        async with self.http.get(self.url + path) as response:
            return response.status, response.headers["Content-Security-Policy"], await response.text()

    async def restart(self) -> None:
        """SIGKILL it, start it, wait until it is ready."""
        await self.process.kill()
        self.process.start()
        await until_ready(self.process, self.url)


@asynccontextmanager
async def running(place: Path) -> AsyncIterator[Mailbox]:
    """A mailbox whose records and log lie in `place`; killed at the end."""
    port = ports.any_free()
    smtp_port, url = ports.any_free([port]), f"http://{HOST}:{port}"
    told = {
        "LISTEN": f"{HOST}:{port}",
        "SMTP_LISTEN": f"{HOST}:{smtp_port}",
        "MAILBOX_RECORDS": str(place / "mailbox.sqlite"),
    }
    command = [sys.executable, "-m", "deploy.mailbox", "serve"]
    process = Process("mailbox", command, environment=told, log=place / "log")
    process.start()
    try:
        await until_ready(process, url)
        async with aiohttp.ClientSession() as http:
            yield Mailbox(process, url, smtp_port, http)
    finally:
        await process.kill()
