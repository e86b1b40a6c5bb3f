"""Mail servers on loopback: a real one that can be told what to refuse, and rude ones from a script."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HOST = "127.0.0.1"
NOTHING: Mapping[str, Any] = {}
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Taken:
    """A letter with its envelope."""

    sender: str
    recipients: list[str]
    options: list[str]
    content: bytes


@dataclass
class Clerk:
    """Takes every letter, but answers as `answers` says to MAIL, RCPT, and DATA."""

    answers: Mapping[str, str] = field(default_factory=dict)
    taken: list[Taken] = field(default_factory=list)
    port: int = 0

    async def handle_MAIL(self, *told: Any) -> str:  # noqa: N802
        _, _, envelope, envelope.mail_from, envelope.mail_options = told
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(self, *told: Any) -> str:  # noqa: N802
        _, _, envelope, address, _ = told
        envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 OK")

    async def handle_DATA(self, *told: Any) -> str:  # noqa: N802
        envelope = told[2]
        self.taken.append(
            Taken(envelope.mail_from, envelope.rcpt_tos, envelope.mail_options, envelope.content)
        )
        return self.answers.get("DATA", "250 queued as 4711")


@asynccontextmanager
async def receiving(answers: Mapping[str, Any] = NOTHING, **options: Any) -> AsyncIterator[Clerk]:
    """A real mail server; `options` are aiosmtpd's, and `implicit` is a TLS context for the first byte on."""
    clerk, implicit = Clerk(answers), options.pop("implicit", None)
    loop = asyncio.get_running_loop()

    def protocol() -> SMTP:
        return SMTP(clerk, hostname="mail.example", loop=loop, **options)

    server = await loop.create_server(protocol, HOST, 0, ssl=implicit)
    clerk.port = server.sockets[0].getsockname()[1]
    yield clerk
    server.close()


@asynccontextmanager
async def rude(talk: Talk) -> AsyncIterator[int]:
    """A server that says what `talk` says; its port."""
    talks: list[asyncio.Task[None]] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.append(asyncio.current_task())  # type: ignore[arg-type]
        try:
            await talk(reader, writer)
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(connected, HOST, 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    for task in talks:
        task.cancel()
    await asyncio.gather(*talks, return_exceptions=True)


def script(*answers: bytes, silent: bool = False, content: bool = False) -> Talk:
    """A greeting, then one answer per line; then it hangs up, or stays `silent`.

    With `content` it first reads a letter to its last byte.
    """

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for number, answer in enumerate(answers):
            if number and not await reader.readline():
                return
            writer.write(answer + b"\r\n")
        if content:
            await reader.readuntil(b"\r\n.\r\n")
        if silent:
            await reader.read()

    return talk


def only_ada(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: LoginPassword
) -> AuthResult:
    """Lets `ada` in with the password `lovelace`."""
    return AuthResult(success=(login.login, login.password) == (b"ada", b"lovelace"), handled=False)


@dataclass(frozen=True)
class Certificate:
    """A certificate of its own authority, in one file each."""

    trusted: Path
    context: ssl.SSLContext


def certificate(folder: Path, host: str = HOST, days: int = 1) -> Certificate:
    """For `host`, valid for so many days (in the past when negative)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=30))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([_subject(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    trusted, secret = folder / "certificate.pem", folder / "key.pem"
    trusted.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted, secret)
    return Certificate(trusted, context)


def _subject(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)
