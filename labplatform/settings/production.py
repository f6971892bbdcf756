"""Settings for production. Refuse to start while a secret or an address is missing, short or publicly known."""

from accounts.openid.configuration import refuse_plain_http
from labplatform.settings import base, observability, startup_checks
from labplatform.settings.base import *  # noqa: F403
from labplatform.settings.base import INSTALLED_APPS, MIDDLEWARE, OIDC_PROVIDERS, env

startup_checks.refuse(env, base.EMAIL)

SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
ALLOWED_HOSTS: list[str] = [*env.list("ALLOWED_HOSTS"), *observability.own_addresses()]

refuse_plain_http(OIDC_PROVIDERS)

SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", r"^metrics$"]  # requested inside the network, without TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sessionid"  # the prefix binds the cookie to https, this host and path /
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrftoken"
LANGUAGE_COOKIE_SECURE = True
LANGUAGE_COOKIE_NAME = "__Host-language"
MESSAGE_STORAGE = "web.security.headers.HostStorage"
WHO_COOKIE_NAME = "__Host-who"
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", True)
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"
# Rate limits count by the client address from the proxy; otherwise everyone would share one limit.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", 1)

LOGGING = observability.logging_settings()
INSTALLED_APPS = [*INSTALLED_APPS, *observability.apps()]
MIDDLEWARE = observability.middleware(MIDDLEWARE)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = 10  # debug: a request is one line, when it ends
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = 20
PROMETHEUS_EXPORT_MIGRATIONS = False  # would query the database while the application loads
observability.report_errors(env.str("SENTRY_DSN", ""), env.str("RELEASE", ""), env.float("SENTRY_TRACES", 0.0))
