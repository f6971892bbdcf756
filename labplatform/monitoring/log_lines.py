"""Lines of the log: what Django and others write, without what people typed; as JSON where structlog is installed."""

import logging
from collections.abc import MutableMapping
from typing import Any, Final

from labplatform.monitoring import redaction

PLAIN: Final = "{asctime} {levelname} {name} {message}"
NEVER: Final = ("user_agent", "ip", "request_body", "cookies", "headers")


class Closed(logging.Filter):
    """Django quotes paths, hosts and origins as they were sent: a route and a word stand in their place."""

    def filter(self, record: logging.LogRecord) -> bool:
        path = getattr(getattr(record, "request", None), "path", None)
        if record.name.startswith("django.security"):
            record.msg, record.args, record.exc_info = f"Refused: {record.name.rpartition('.')[2]}", (), None
        elif path and isinstance(record.args, tuple):
            record.args = tuple(redaction.route_of(path) if arg == path else arg for arg in record.args)
        return True


class Plain(logging.Formatter):
    """For installations without structlog."""

    def __init__(self) -> None:
        super().__init__(PLAIN, style="{")

    def format(self, record: logging.LogRecord) -> str:
        return redaction.text(super().format(record))


def as_json() -> dict[str, Any]:
    """The formatter, as `logging` is told; what structlog and what others write comes out alike."""
    import structlog  # noqa: PLC0415 - there only where requirements/prod.txt is installed

    shared = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        facts,
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
        only_ours,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
    return {"()": structlog.stdlib.ProcessorFormatter, "processors": last, "foreign_pre_chain": shared}


def facts(_logger: Any, _name: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """What `web.security.log.note` says stands as fields of its own, to be counted by."""
    record = line.get("_record")
    if record is not None and hasattr(record, "facts"):
        line.update({f"fact_{name}": value for name, value in record.facts.items()})
        line["event"] = record.event
    return line


def only_ours(_logger: Any, _name: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The last word on every line: nothing of a browser or a person but the number."""
    told: MutableMapping[str, Any] = redaction.everything({key: line[key] for key in line if key not in NEVER})
    return told
