"""For real programmes. Refuses to start while a secret or an address is missing, short or known to everybody."""

from accounts.openid.configuration import refuse_plain_http
from labplatform.settings import base, refusing, watched
from labplatform.settings.base import *  # noqa: F403
from labplatform.settings.base import INSTALLED_APPS, MIDDLEWARE, OIDC_PROVIDERS, env

refusing.refuse(env, base.EMAIL)

SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
ALLOWED_HOSTS: list[str] = [*env.list("ALLOWED_HOSTS"), *watched.own_addresses()]

refuse_plain_http(OIDC_PROVIDERS)

SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", r"^metrics$"]  # asked within the network, where there is no TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sessionid"  # browsers take it over https only, for this host and all of it
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrftoken"
LANGUAGE_COOKIE_SECURE = True
LANGUAGE_COOKIE_NAME = "__Host-language"
MESSAGE_STORAGE = "web.security.headers.HostStorage"
WHO_COOKIE_NAME = "__Host-who"
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", True)
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"
# Limits count by the address the proxy saw: without it everybody behind the proxy would share one limit.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", 1)

LOGGING = watched.logging_settings()
INSTALLED_APPS = [*INSTALLED_APPS, *watched.apps()]
MIDDLEWARE = watched.middleware(MIDDLEWARE)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = 10  # debug: a request is one line, when it ends
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = 20
PROMETHEUS_EXPORT_MIGRATIONS = False  # would ask the database while the application loads
watched.report_errors(env.str("SENTRY_DSN", ""), env.str("RELEASE", ""), env.float("SENTRY_TRACES", 0.0))
