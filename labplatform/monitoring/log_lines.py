"""Log lines of Django and other libraries without what people typed; as JSON where structlog is installed."""

import logging
from collections.abc import MutableMapping
from typing import Any, Final

from labplatform.monitoring import redaction

PLAIN_FORMAT: Final = "{asctime} {levelname} {name} {message}"
DROPPED_FIELDS: Final = ("user_agent", "ip", "request_body", "cookies", "headers")


class RequestFilter(logging.Filter):
    """Replaces paths, hosts and origins in Django's log records by the route or by a fixed word."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Replace paths in the log record by the URL pattern, and refusals by their kind; return True, so that it is
        logged.
        """
        path = getattr(getattr(record, "request", None), "path", None)
        if record.name.startswith("django.security"):
            record.msg, record.args, record.exc_info = f"Refused: {record.name.rpartition('.')[2]}", (), None
        elif path and isinstance(record.args, tuple):
            record.args = tuple(redaction.route_of(path) if arg == path else arg for arg in record.args)
        return True


class PlainFormatter(logging.Formatter):
    """The formatter of log lines for installations without structlog."""

    def __init__(self) -> None:
        super().__init__(PLAIN_FORMAT, style="{")

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as log text without e-mail addresses, tokens and query strings."""
        return redaction.redact_text(super().format(record))


def json_formatter() -> dict[str, Any]:
    """Return the settings of the formatter that writes log lines as JSON, for Python's logging configuration.

    It configures structlog as well, so that lines from structlog and from other libraries look alike.
    """
    import structlog  # noqa: PLC0415 - there only where requirements/prod.txt is installed

    shared = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        add_facts,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    last = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        redact_line,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
    return {"()": structlog.stdlib.ProcessorFormatter, "processors": last, "foreign_pre_chain": shared}


def add_facts(_logger: Any, _name: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Return the log line with the facts of a security event in fields of their own (`fact_…`), so that they can be
    counted.

    A processor of structlog; other lines stay as they are. `_logger` and `_name` are not used.
    """
    record = line.get("_record")
    if record is not None and hasattr(record, "facts"):
        line.update({f"fact_{name}": value for name, value in record.facts.items()})
        line["event"] = record.event
    return line


def redact_line(_logger: Any, _name: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Return the log line with redacted texts and without the fields about a browser or person, such as `ip`.

    A processor of structlog that runs last; `_logger` and `_name` are not used.
    """
    redacted: MutableMapping[str, Any] = redaction.redact({key: line[key] for key in line if key not in DROPPED_FIELDS})
    return redacted
