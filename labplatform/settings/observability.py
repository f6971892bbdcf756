"""Logging, metrics and error reports, each only where its package is installed (requirements/prod.txt)."""

import socket
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from typing import Any, Final

from labplatform.monitoring import log_lines, redaction

LOG_PACKAGES: Final = ("structlog", "django_structlog")
METRICS_PACKAGES: Final = ("django_prometheus", "prometheus_client")
REQUEST_LOG_MIDDLEWARE: Final = "labplatform.monitoring.request_log.RequestLines"
METRICS_MIDDLEWARE_FIRST: Final = "django_prometheus.middleware.PrometheusBeforeMiddleware"
METRICS_MIDDLEWARE_LAST: Final = "django_prometheus.middleware.PrometheusAfterMiddleware"


def installed(packages: Sequence[str]) -> bool:
    """Return whether all these packages can be imported; nothing is imported."""
    return all(find_spec(name) for name in packages)


def apps() -> list[str]:
    """Return the Django apps for logs and metrics, those whose packages are installed; [] without any."""
    return [
        *(["django_structlog"] if installed(LOG_PACKAGES) else []),
        *(["django_prometheus"] if installed(METRICS_PACKAGES) else []),
    ]


def middleware(ours: Sequence[str]) -> list[str]:
    """Return our middleware (`ours`) within that of the packages for logs and metrics that are installed.

    So these measure and log the whole request.
    """
    before, after = ([METRICS_MIDDLEWARE_FIRST], [METRICS_MIDDLEWARE_LAST]) if installed(METRICS_PACKAGES) else ([], [])
    return [*([REQUEST_LOG_MIDDLEWARE] if installed(LOG_PACKAGES) else []), *before, *ours, *after]


def logging_settings() -> dict[str, Any]:
    """Return Django's logging settings: JSON lines where structlog is installed, else plain lines; personal data is
    redacted.
    """
    form = (
        log_lines.json_formatter()
        if installed(LOG_PACKAGES)
        else {"()": "labplatform.monitoring.log_lines.PlainFormatter"}
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"closed": {"()": "labplatform.monitoring.log_lines.RequestFilter"}},
        "formatters": {"line": form},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["closed"]}},
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {"django.server": {"handlers": [], "propagate": True}},
    }


def own_addresses() -> list[str]:
    """Return the IPv4 addresses of this machine in its network; [] when they cannot be found.

    Monitoring reads the metrics of each replica under them.
    """
    with suppress(OSError):
        return sorted(
            {str(address[4][0]) for address in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
        )
    return []


def report_errors(dsn: str, release: str, traces: float) -> None:
    """Have errors sent to Sentry at the address `dsn`, with redacted texts; do nothing when it is empty.

    `release` names this version; `traces` is the share (0–1) of requests whose duration is sent too. Raises SystemExit
    when sentry-sdk is not installed.
    """
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
        before_send=redaction.redact_event,
        before_send_transaction=redaction.redact_event,
        before_breadcrumb=redaction.redact_breadcrumb,
    )
