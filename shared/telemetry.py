"""What a piece says about itself: JSON logs on standard output, and Prometheus metrics."""

import logging
import sys
from contextvars import ContextVar

import msgspec
import structlog
from prometheus_client import REGISTRY, Counter, Gauge, Histogram, generate_latest

request_id: ContextVar[str] = ContextVar("request_id", default="")

seconds = Histogram(
    "bookonce_request_seconds",
    "Time to answer, by operation and status.",
    ["operation", "status"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
calls = Counter(
    "bookonce_calls_total", "Calls to other pieces, by operation and outcome.", ["operation", "outcome"]
)
swept = Counter("bookonce_swept_total", "Pieces of due work done by the sweep.", ["task"])
alarms = Counter("bookonce_alarms_total", "Things a person must look at.", ["alarm"])
started = Gauge("bookonce_started", "1 for the piece and version that runs here.", ["piece"])

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


# Without the values of local variables: tokens and names are among them.
_TRACEBACKS = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)


def configure(piece: str, level: str) -> None:
    """Set up logging for the process; call once, before serving."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _TRACEBACKS,
            structlog.processors.JSONRenderer(serializer=_encode),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_level(level)),
        logger_factory=structlog.BytesLoggerFactory(sys.stdout.buffer),
        cache_logger_on_first_use=True,
    )
    started.labels(piece).set(1)


def exposition() -> bytes:
    """All metrics in Prometheus' text format."""
    return generate_latest(REGISTRY)


def _encode(event: object, **_: object) -> bytes:
    return msgspec.json.encode(event, enc_hook=str)


def _level(name: str) -> int:
    level = logging.getLevelNamesMapping().get(name.upper())
    if level is None:
        raise ValueError(f"{name!r} is not a log level: use debug, info, warning or error")
    return level
