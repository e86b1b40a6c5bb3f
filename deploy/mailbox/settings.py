"""What this piece is told by its environment."""

from typing import Annotated

from msgspec import Meta, Struct

from shared.environment import Listen, LogLevel

RecordsFile = Annotated[
    str, Meta(pattern=r"\A[^\s].*\Z", description="the file that mail is kept in; its folder exists")
]
SmtpListen = Annotated[Listen, Meta(description="host:port where mail is taken in, over SMTP")]


class Settings(Struct, frozen=True, kw_only=True):
    mailbox_records: RecordsFile
    smtp_listen: SmtpListen = "127.0.0.1:8087"
    listen: Listen = "127.0.0.1:8086"
    log_level: LogLevel = "info"
