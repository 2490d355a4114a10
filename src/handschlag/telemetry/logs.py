"""Structured logs whose fields are allow-listed: what is not named here cannot reach a log file."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Literal, TextIO

import structlog

if TYPE_CHECKING:
    from structlog.typing import EventDict, FilteringBoundLogger, Processor, WrappedLogger

# Ids, counts, durations and the places of the program. A name, a number, a text, a key or a token has no field to stand in.
ALLOWED_FIELDS = frozenset(
    {
        "event", "level", "timestamp", "logger", "room",
        "account", "device", "envelope", "attempt", "company", "event_id", "subscription", "trace_id",
        "code", "status", "method", "route", "kind", "category", "reason", "error", "where",
        "count", "bytes", "waiting", "seconds", "attempts", "retry_in", "port", "url", "database", "signal", "version",
    }
)  # fmt: skip


def _keep_allowed_fields(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    dropped = [field for field in event if field not in ALLOWED_FIELDS and not field.startswith("_")]
    for field in dropped:
        del event[field]
    return event


def _name_the_error(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Write an exception as its class and the places it came through: its text may quote what somebody wrote."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        places = []
        trace = error.__traceback__
        while trace is not None:
            code = trace.tb_frame.f_code
            places.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}")
            trace = trace.tb_next
        event["where"] = " ".join(places[-8:])
    return event


def configure(
    *, form: Literal["json", "console"] | None = None, level: str = "INFO", stream: TextIO | None = None
) -> None:
    """Send all logs, the libraries' too, through the allow list to `stream` (standard error if none is given).

    Without a form, a person at a terminal gets lines to read, everything else one JSON object a line.
    """
    stream = stream or sys.stderr
    form = form or ("console" if stream.isatty() else "json")
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _name_the_error,
        _keep_allowed_fields,
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer(colors=False)
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_hide_foreign_text, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("aiohttp.access").disabled = True
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _hide_foreign_text(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Keep of a library's message its unformatted text alone: its arguments may be a request."""
    record = event.get("_record")
    if isinstance(record, logging.LogRecord):
        event["event"] = str(record.msg)[:120]
        if record.exc_info:
            event["exc_info"] = record.exc_info[1]
    return event


def get_logger(name: str) -> FilteringBoundLogger:
    """Return the logger of a part of the program, named as its module."""
    logger: FilteringBoundLogger = structlog.get_logger(name)
    return logger
