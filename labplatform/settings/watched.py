"""What watches an installation: each part only where its package is installed (requirements/prod.txt)."""

import socket
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from typing import Any, Final

from labplatform.monitoring import log_lines, redaction

STRUCTURED: Final = ("structlog", "django_structlog")
FIGURES: Final = ("django_prometheus", "prometheus_client")
FIRST: Final = "labplatform.monitoring.request_log.RequestLines"
BEFORE: Final = "django_prometheus.middleware.PrometheusBeforeMiddleware"
AFTER: Final = "django_prometheus.middleware.PrometheusAfterMiddleware"


def installed(packages: Sequence[str]) -> bool:
    return all(find_spec(name) for name in packages)


def apps() -> list[str]:
    """Theirs, where they are installed."""
    return [
        *(["django_structlog"] if installed(STRUCTURED) else []),
        *(["django_prometheus"] if installed(FIGURES) else []),
    ]


def middleware(ours: Sequence[str]) -> list[str]:
    """Ours between theirs: what they measure and write is the whole of a request."""
    before, after = ([BEFORE], [AFTER]) if installed(FIGURES) else ([], [])
    return [*([FIRST] if installed(STRUCTURED) else []), *before, *ours, *after]


def logging_settings() -> dict[str, Any]:
    """One JSON object a line with structlog, plain lines without; no names, addresses and tokens in either."""
    form = log_lines.as_json() if installed(STRUCTURED) else {"()": "labplatform.monitoring.log_lines.Plain"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"closed": {"()": "labplatform.monitoring.log_lines.Closed"}},
        "formatters": {"line": form},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["closed"]}},
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {"django.server": {"handlers": [], "propagate": True}},
    }


def own_addresses() -> list[str]:
    """Of this machine within its network: what watches each replica asks for it by number."""
    with suppress(OSError):
        return sorted({str(found[4][0]) for found in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)})
    return []


def report_errors(dsn: str, release: str, traces: float) -> None:
    """Send errors to Sentry where a DSN says so; nothing of a request but its route goes along."""
    if not dsn:
        return
    if not installed(["sentry_sdk"]):
        raise SystemExit("SENTRY_DSN is set, and sentry-sdk is not installed: install requirements/prod.txt.")
    import sentry_sdk  # noqa: PLC0415 - there only where requirements/prod.txt is installed
    from sentry_sdk.integrations.django import DjangoIntegration  # noqa: PLC0415

    sentry_sdk.init(
        dsn=dsn,
        release=release or None,
        traces_sample_rate=traces,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        server_name="labplatform",
        integrations=[DjangoIntegration(transaction_style="function_name")],
        before_send=redaction.event,
        before_send_transaction=redaction.event,
        before_breadcrumb=redaction.breadcrumb,
    )
