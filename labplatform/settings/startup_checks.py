"""Checks before production starts: all reasons to refuse it at once, in words that an operator can act on."""

import gzip
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import django
from django.core.exceptions import ImproperlyConfigured
from django.utils.http import is_same_domain
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
KEYS: Final = ("SECRET_KEY", "PSEUDONYM_KEY", "METRICS_TOKEN")  # random keys, never words
MIN_KEY_CHARACTERS: Final = {"SECRET_KEY": 50, "PSEUDONYM_KEY": 32, "ENCRYPTION_KEYS": 32, "METRICS_TOKEN": 32}
MIN_DISTINCT_CHARACTERS: Final = 10  # distinct characters: a long key of one character is no key
# Parts that random keys do not have: eight equal characters in a row come once in hundreds of millions of keys.
PLACEHOLDERS: Final = (
    "change-me",
    "changeme",
    "django-insecure",
    "only-for-tests",
    "replace-me",
    "secret-key",
    "xxxxxxxx",
)
DATABASES: Final = ("DATABASE_URL", "MIGRATION_DATABASE_URL", "REPLICA_DATABASE_URL")
GUESSABLE_WORDS: Final = (
    "password",
    "passwd",
    "postgres",
    "postgresql",
    "redis",
    "labplatform",
    "admin",
    "secret",
    "xxxx",
)
MIN_PASSWORD_CHARACTERS: Final = 12
MIN_DISTINCT_PASSWORD_CHARACTERS: Final = 6
NO_PASSWORD_NEEDED: Final = ("sslcert", "passfile", "service")  # parameters of a database address
KEY_COMMAND: Final = 'python -c "import secrets; print(secrets.token_urlsafe(50))"'
DRAW_HINT: Final = 'Draw one: python -c "import secrets; print(secrets.token_hex(24))"'


def refuse(env: Env, email: Mapping[str, Any]) -> None:
    """Raise ImproperlyConfigured with all that is wrong in the environment, one line each; return when nothing is.

    Missing variables are named first, alone. `email` has Django's EMAIL_… settings.
    """
    if missing := [name for name in REQUIRED if not env.str(name, "").strip()]:
        raise ImproperlyConfigured(f"Set {', '.join(missing)} before starting in production.")
    checks = (_demonstration_reasons, _key_reasons, _password_reasons, _host_reasons, _journal_reasons, _bucket_reasons)
    reasons = [reason for check in checks for reason in check(env)] + [*_mail_reasons(env, email)]
    if reasons:
        raise ImproperlyConfigured("\n".join(reasons))


def _demonstration_reasons(env: Env) -> Iterable[str]:
    """Yield a reason to refuse the start when the variable DEMO is on."""
    if env.bool("DEMO", False):
        yield "DEMO shows sign-ins and everyone's e-mails: it is refused in production. Remove it."


def _key_reasons(env: Env) -> Iterable[str]:
    """Yield a reason to refuse the start for each secret key that is a placeholder, too short or not random.

    Earlier keys, which are still valid, are checked too.
    """
    named: list[tuple[str, str]] = [(name, env.str(name, "")) for name in KEYS]
    fallbacks: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
    encryption: list[str] = env.list("ENCRYPTION_KEYS", [])
    named += [("SECRET_KEY", key) for key in fallbacks if key]
    named += [("ENCRYPTION_KEYS", key) for key in encryption]
    for name, key in named:
        minimum = MIN_KEY_CHARACTERS[name]
        if (key or name == "ENCRYPTION_KEYS") and is_weak(key, min_characters=minimum):
            yield f"{name} must be {minimum} random characters or more, and no placeholder. Draw one: {KEY_COMMAND}"


def is_weak(key: str, *, min_characters: int) -> bool:
    """Return whether a key is shorter than `min_characters`, has fewer than ten different characters, or is a
    placeholder.
    """
    return len(key) < min_characters or len(set(key)) < MIN_DISTINCT_CHARACTERS or _is_placeholder(key)


def _is_placeholder(word: str) -> bool:
    """Return whether a word contains one of the usual placeholders for a secret, such as “change-me”."""
    return any(placeholder in word.lower() for placeholder in PLACEHOLDERS)


def _password_reasons(env: Env) -> Iterable[str]:
    """Yield a reason to refuse the start for each database, Redis or mail server with a password that is easy to guess.

    A database must have a password, Redis need not. Of the mail server, only a common word counts.
    """
    for name in DATABASES:
        if address := env.str(name, ""):
            yield from _database_password_reasons(name, urlsplit(address), env)
    redis = urlsplit(env.str("REDIS_URL"))
    if redis.password and is_guessable(unquote(redis.password), redis):
        yield f"REDIS_URL has a password that is easy to guess: set another. {DRAW_HINT}"
    mail = unquote(urlsplit(env.str("EMAIL_URL")).password or "")
    if mail and (_is_placeholder(mail) or mail.lower() in GUESSABLE_WORDS):
        yield "EMAIL_URL has a password that is easy to guess: set another at the mail server."


def _database_password_reasons(name: str, address: SplitResult, env: Env) -> Iterable[str]:
    """Yield a reason to refuse the start when a database's password is missing or easy to guess.

    `name` is the variable with the `address`. The password may also be in PGPASSWORD; none is needed through a Unix
    socket, or with a certificate, password file or service.
    """
    query = parse_qs(address.query)
    password = unquote(address.password or "") or query.get("password", [""])[0] or env.str("PGPASSWORD", "")
    if password and is_guessable(password, address):
        yield f"{name} has a password that is easy to guess: set another. {DRAW_HINT}"
    elif not (password or _is_socket(address, query) or env.str("PGPASSFILE", "") or {*query} & {*NO_PASSWORD_NEEDED}):
        yield f"{name} has no password: set one, as in postgresql://user:password@host/name. {DRAW_HINT}"


def _is_socket(address: SplitResult, query: Mapping[str, Sequence[str]]) -> bool:
    """Return whether the database is reached through a Unix socket, whose server checks the user of the process
    instead.

    `query` holds the parameters of the address.
    """
    host = unquote(address.netloc.rpartition("@")[2]) or query.get("host", [""])[0]
    return not host or host.startswith("/")


def is_guessable(password: str, address: SplitResult) -> bool:
    """Return whether a password is short, well known, or made of names in its own address.

    Digits and signs do not make a word another: `Postgres-2026!` counts as `postgres`.
    """
    word = re.sub(r"[^a-z]", "", password.lower())
    names = {re.sub(r"[^a-z]", "", name.lower()) for name in (address.username, address.hostname, address.path) if name}
    return (
        len(password) < MIN_PASSWORD_CHARACTERS
        or len(set(password)) < MIN_DISTINCT_PASSWORD_CHARACTERS
        or _is_placeholder(password)
        or word in {*GUESSABLE_WORDS, *names}
        or _is_common(password)
    )


def _is_common(password: str) -> bool:
    """Return whether a password is among the 20,000 that people choose most, which Django lists in lower case.

    Read from the file of Django's CommonPasswordValidator, whose module would load models into beat.
    """
    path = Path(django.__file__).parent / "contrib" / "auth" / "common-passwords.txt.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return password.lower().strip() in map(str.strip, lines)


def _host_reasons(env: Env) -> Iterable[str]:
    """Yield a reason to refuse the start when ALLOWED_HOSTS lets other hosts in, and one for each error in BASE_URL."""
    hosts: list[str] = env.list("ALLOWED_HOSTS")
    if any("*" in host or host.strip().startswith(".") or not host.strip() for host in hosts):
        yield "ALLOWED_HOSTS must name each host in full, as in lab.example: '*' and a leading '.' let others in."
    yield from _base_url_reasons(env.str("BASE_URL"), hosts)


def _base_url_reasons(address: str, hosts: Sequence[str]) -> Iterable[str]:
    """Yield a reason to refuse the start for each error in BASE_URL (`address`), to which e-mails lead.

    It must be https, without a path, and its host must be in `hosts`.
    """
    parts = urlsplit(address)
    if parts.scheme != "https":
        yield "BASE_URL must begin with https://: e-mails lead there, and nobody signs in without TLS."
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        yield "BASE_URL must be the scheme and the host only, as in https://lab.example."
    elif not ("*" in hosts or any(is_same_domain(parts.hostname, host) for host in hosts)):
        yield f"ALLOWED_HOSTS must name {parts.hostname}, the host of BASE_URL."


def _mail_reasons(env: Env, email: Mapping[str, Any]) -> Iterable[str]:
    """Yield a reason to refuse the start when Django's settings `email` would send no e-mails, or send them
    unencrypted.

    Unencrypted is accepted on this machine, and with EMAIL_ALLOW_PLAIN.
    """
    if email.get("EMAIL_BACKEND") != SMTP:
        yield "EMAIL_URL must name a mail server (smtp+tls://, smtp+ssl://): e-mails would go nowhere."
    elif not (_is_encrypted_or_local(email) or env.bool("EMAIL_ALLOW_PLAIN", False)):
        yield (
            f"EMAIL_URL would send e-mails and passwords unencrypted to {email['EMAIL_HOST']}: begin it with smtp+tls://"
            " (STARTTLS) or smtp+ssl:// (TLS), or set EMAIL_ALLOW_PLAIN=true if you trust the network between."
        )


def _journal_reasons(env: Env) -> Iterable[str]:
    """Yield a reason to refuse the start when ERASURE_JOURNAL is no folder, or the application cannot write to it."""
    folder = env.str("ERASURE_JOURNAL")
    if not (os.path.isdir(folder) and os.access(folder, os.W_OK)):
        yield f"ERASURE_JOURNAL must name a folder that the application may write to, and {folder} is none: make it."


def _bucket_reasons(env: Env) -> Iterable[str]:
    """Yield a reason to refuse the start when FILES_BUCKET is set without FILES_ENDPOINT and keys, or the endpoint is
    not HTTPS and not on this machine.
    """
    if not env.str("FILES_BUCKET", ""):
        return
    needed = ("FILES_ENDPOINT", "FILES_ACCESS_KEY", "FILES_SECRET_KEY")
    if missing := [name for name in needed if not env.str(name, "")]:
        yield f"FILES_BUCKET needs {', '.join(missing)}."
        return
    address = urlsplit(env.str("FILES_ENDPOINT"))
    if address.scheme != "https" and not is_on_this_machine(address.hostname or ""):
        yield "FILES_ENDPOINT must begin with https://: the files would travel unencrypted."


def _is_encrypted_or_local(email: Mapping[str, Any]) -> bool:
    """Return whether e-mails are sent encrypted (TLS or STARTTLS), or to a mail server on this machine."""
    return email["EMAIL_USE_TLS"] or email["EMAIL_USE_SSL"] or is_on_this_machine(email["EMAIL_HOST"])
