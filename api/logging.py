"""Log lines: JSON, one a line, with the fields named here and no others.

A message or a traceback may quote a note, so neither is written: an error is told by its type and its place.
"""

import logging
import sys
from collections.abc import Iterator
from types import TracebackType
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger

ALLOWED_FIELDS = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "logger",
        "method",
        "route",
        "status",
        "duration_ms",
        "request_id",
        "user_id",
        "error",
        "where",
        "version",
    }
)
# Loggers whose messages are about the server alone.
_TRUSTED_LOGGERS = ("uvicorn", "alembic")
_ROOMS = ("api", "models", "data")
_STAMP = structlog.processors.TimeStamper(fmt="iso", utc=True)
_RENDER = structlog.processors.JSONRenderer()


def keep_allowed(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    return {field: value for field, value in event.items() if field in ALLOWED_FIELDS}


def configure_logging(stream: TextIO = sys.stderr) -> None:
    """Sends structlog and the standard library's loggers through the same allow-list."""
    structlog.configure(
        processors=[structlog.processors.add_log_level, _STAMP, keep_allowed, _RENDER],
        logger_factory=structlog.WriteLoggerFactory(stream),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_StandardFormatter())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).setLevel(logging.INFO)
    logging.getLogger("uvicorn.access").disabled = True


def describe_error(error: BaseException) -> dict[str, str]:
    """The type of an error and the last place of ours that it passed, as `module:line`."""
    places = [place for place in _places(error.__traceback__) if place.split(".")[0] in _ROOMS]
    return {"error": type(error).__name__, "where": places[-1] if places else "unknown"}


def _places(traceback: TracebackType | None) -> Iterator[str]:
    while traceback is not None:
        yield f"{traceback.tb_frame.f_globals.get('__name__', 'unknown')}:{traceback.tb_lineno}"
        traceback = traceback.tb_next


class _StandardFormatter(logging.Formatter):
    """Writes a record of the standard library as the same kind of line."""

    def format(self, record: logging.LogRecord) -> str:
        event: EventDict = {"event": _message(record), "level": record.levelname.lower(), "logger": record.name}
        if record.exc_info and record.exc_info[1] is not None:
            event.update(describe_error(record.exc_info[1]))
        return str(_RENDER(None, "", _STAMP(None, "", event)))


def _message(record: logging.LogRecord) -> str:
    is_trusted = record.name.split(".")[0] in _TRUSTED_LOGGERS
    return record.getMessage() if is_trusted else "message withheld"


def get_logger() -> Any:
    return structlog.get_logger()
