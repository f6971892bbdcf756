"""For real programmes. Refuses to start while a secret or an address is missing."""

from django.core.exceptions import ImproperlyConfigured

from accounts.openid.configured import refuse_plain_http
from labplatform.settings.base import *  # noqa: F403
from labplatform.settings.base import OIDC_PROVIDERS, env

REQUIRED = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "BASE_URL", "ALLOWED_HOSTS", "EMAIL_URL", "DEFAULT_FROM_EMAIL")

if missing := [name for name in REQUIRED if not env.str(name, "")]:
    raise ImproperlyConfigured(f"Set {', '.join(missing)} before starting in production.")

if env.bool("DEMO", False):
    raise ImproperlyConfigured("DEMO shows sign-ins and everybody's letters: it is refused in production.")

SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS")
if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts: '*' is refused.")

refuse_plain_http(OIDC_PROVIDERS)

SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sessionid"  # browsers take it over https only, for this host and all of it
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrftoken"
LANGUAGE_COOKIE_SECURE = True
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", True)
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"
