"""Why production does not start: every reason at once, in words an operator can act on."""

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ImproperlyConfigured
from django.http.request import validate_host
from environs import Env

from labplatform.settings.mail import SMTP, is_on_this_machine

REQUIRED: Final = (
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "PSEUDONYM_KEY",
    "ENCRYPTION_KEYS",
    "ERASURE_JOURNAL",
    "BASE_URL",
    "ALLOWED_HOSTS",
    "EMAIL_URL",
    "DEFAULT_FROM_EMAIL",
)
KEYS: Final = ("SECRET_KEY", "PSEUDONYM_KEY", "METRICS_TOKEN")  # drawn at random, never words
SHORTEST: Final = {"SECRET_KEY": 50, "PSEUDONYM_KEY": 32, "ENCRYPTION_KEYS": 32, "METRICS_TOKEN": 32}
FEWEST_SIGNS: Final = 10  # different ones: a key of one letter is long, and no key
# Parts no drawn key has: eight of one letter come once in hundreds of millions, four once in sixteen thousand.
PLACEHOLDERS: Final = (
    "change-me",
    "changeme",
    "django-insecure",
    "only-for-tests",
    "replace-me",
    "secret-key",
    "xxxxxxxx",
)
DATABASES: Final = ("DATABASE_URL", "MIGRATION_DATABASE_URL")
WORDS: Final = ("password", "passwd", "postgres", "postgresql", "redis", "labplatform", "admin", "secret", "xxxx")
SHORTEST_PASSWORD: Final = 12
FEWEST_SIGNS_OF_PASSWORD: Final = 6
NO_PASSWORD_NEEDED: Final = ("sslcert", "passfile", "service")  # parameters of a database address
HOW: Final = 'python -c "import secrets; print(secrets.token_urlsafe(50))"'
DRAW_ONE: Final = 'Draw one: python -c "import secrets; print(secrets.token_hex(24))"'


def refuse(env: Env, email: Mapping[str, Any]) -> None:
    """Raise ImproperlyConfigured with everything that is wrong, one line each; `email` has the EMAIL_… settings."""
    if missing := [name for name in REQUIRED if not env.str(name, "").strip()]:
        raise ImproperlyConfigured(f"Set {', '.join(missing)} before starting in production.")
    checks = (_demonstration, _keys, _passwords, _addresses, _journal)
    reasons = [reason for check in checks for reason in check(env)] + [*_mail(env, email)]
    if reasons:
        raise ImproperlyConfigured("\n".join(reasons))


def _demonstration(env: Env) -> Iterable[str]:
    if env.bool("DEMO", False):
        yield "DEMO shows sign-ins and everyone's e-mails: it is refused in production. Remove it."


def _keys(env: Env) -> Iterable[str]:
    """Yield a reason for each key that is a placeholder or too short; earlier keys count, because they still sign."""
    named: list[tuple[str, str]] = [(name, env.str(name, "")) for name in KEYS]
    fallbacks: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
    encryption: list[str] = env.list("ENCRYPTION_KEYS", [])
    named += [("SECRET_KEY", key) for key in fallbacks if key]
    named += [("ENCRYPTION_KEYS", key) for key in encryption]
    for name, key in named:
        if (key or name == "ENCRYPTION_KEYS") and is_weak(key, shortest=SHORTEST[name]):
            yield f"{name} must be {SHORTEST[name]} random characters or more, and no placeholder. Draw one: {HOW}"


def is_weak(key: str, *, shortest: int) -> bool:
    return len(key) < shortest or len(set(key)) < FEWEST_SIGNS or _is_placeholder(key)


def _is_placeholder(word: str) -> bool:
    return any(placeholder in word.lower() for placeholder in PLACEHOLDERS)


def _passwords(env: Env) -> Iterable[str]:
    """Yield a reason for each address whose password is missing or easy to guess (mail server: a common word)."""
    for name in DATABASES:
        if address := env.str(name, ""):
            yield from _database_password(name, urlsplit(address), env)
    redis = urlsplit(env.str("REDIS_URL"))
    if redis.password and is_guessable(unquote(redis.password), redis):
        yield f"REDIS_URL has a password that is easy to guess: set another. {DRAW_ONE}"
    mail = unquote(urlsplit(env.str("EMAIL_URL")).password or "")
    if mail and (_is_placeholder(mail) or mail.lower() in WORDS):
        yield "EMAIL_URL has a password that is easy to guess: set another at the mail server."


def _database_password(name: str, address: SplitResult, env: Env) -> Iterable[str]:
    query = parse_qs(address.query)
    password = unquote(address.password or "") or query.get("password", [""])[0] or env.str("PGPASSWORD", "")
    if password and is_guessable(password, address):
        yield f"{name} has a password that is easy to guess: set another. {DRAW_ONE}"
    elif not (password or _is_socket(address, query) or env.str("PGPASSFILE", "") or {*query} & {*NO_PASSWORD_NEEDED}):
        yield f"{name} has no password: set one, as in postgresql://user:password@host/name. {DRAW_ONE}"


def _is_socket(address: SplitResult, query: Mapping[str, Sequence[str]]) -> bool:
    """Return whether a database is reached through a Unix socket, where the server checks the user of the process."""
    host = unquote(address.netloc.rpartition("@")[2]) or query.get("host", [""])[0]
    return not host or host.startswith("/")


def is_guessable(password: str, address: SplitResult) -> bool:
    """Return whether a password is short, well known, or made of the names in its own address.

    Digits and signs before and after a word do not make it another: `Postgres-2026!` counts as `postgres`.
    """
    word = re.sub(r"[^a-z]", "", password.lower())
    names = {re.sub(r"[^a-z]", "", name.lower()) for name in (address.username, address.hostname, address.path) if name}
    return (
        len(password) < SHORTEST_PASSWORD
        or len(set(password)) < FEWEST_SIGNS_OF_PASSWORD
        or _is_placeholder(password)
        or word in {*WORDS, *names}
        or password.lower().strip() in _common_passwords()
    )


@cache
def _common_passwords() -> set[str]:
    """Return the 20,000 passwords people choose most, as Django lists them."""
    common: set[str] = CommonPasswordValidator().passwords
    return common


def _addresses(env: Env) -> Iterable[str]:
    hosts: list[str] = env.list("ALLOWED_HOSTS")
    if any("*" in host or host.strip().startswith(".") or not host.strip() for host in hosts):
        yield "ALLOWED_HOSTS must name each host in full, as in lab.example: '*' and a leading '.' let others in."
    yield from _base_url(env.str("BASE_URL"), hosts)


def _base_url(address: str, hosts: Sequence[str]) -> Iterable[str]:
    """Yield what is wrong with the address that e-mails lead to; cookies are sent over TLS only."""
    parts = urlsplit(address)
    if parts.scheme != "https":
        yield "BASE_URL must begin with https://: e-mails lead there, and nobody signs in without TLS."
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        yield "BASE_URL must be the scheme and the host only, as in https://lab.example."
    elif not validate_host(parts.hostname, hosts):
        yield f"ALLOWED_HOSTS must name {parts.hostname}, the host of BASE_URL."


def _mail(env: Env, email: Mapping[str, Any]) -> Iterable[str]:
    """Yield a reason when e-mails would not be sent, or would be sent unencrypted."""
    if email.get("EMAIL_BACKEND") != SMTP:
        yield "EMAIL_URL must name a mail server (smtp+tls://, smtp+ssl://): e-mails would go nowhere."
    elif not (_is_private(email) or env.bool("EMAIL_ALLOW_PLAIN", False)):
        yield (
            f"EMAIL_URL would send e-mails and passwords unencrypted to {email['EMAIL_HOST']}: begin it with smtp+tls://"
            " (STARTTLS) or smtp+ssl:// (TLS), or set EMAIL_ALLOW_PLAIN=true if you trust the network between."
        )


def _journal(env: Env) -> Iterable[str]:
    """Yield a reason when the journal of erasures cannot be written."""
    folder = env.str("ERASURE_JOURNAL")
    if not (os.path.isdir(folder) and os.access(folder, os.W_OK)):
        yield f"ERASURE_JOURNAL must name a folder that the application may write to, and {folder} is none: make it."


def _is_private(email: Mapping[str, Any]) -> bool:
    return email["EMAIL_USE_TLS"] or email["EMAIL_USE_SSL"] or is_on_this_machine(email["EMAIL_HOST"])
