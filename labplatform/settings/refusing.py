"""Why production does not start: every reason at once, in words an operator can act on."""

from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.http.request import validate_host
from environs import Env

REQUIRED: Final = (
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "BASE_URL",
    "ALLOWED_HOSTS",
    "EMAIL_URL",
    "DEFAULT_FROM_EMAIL",
)
KEYS: Final = ("SECRET_KEY", "PSEUDONYM_KEY", "METRICS_TOKEN")  # drawn at random, never words
PASSWORDS: Final = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL")
SHORTEST: Final = {"SECRET_KEY": 50, "PSEUDONYM_KEY": 32, "METRICS_TOKEN": 32}
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
WORDS: Final = ("password", "postgres", "redis", "labplatform", "admin", "secret", "xxxx")
HOW: Final = 'python -c "import secrets; print(secrets.token_urlsafe(50))"'
LETTERS_LEAVE_BY: Final = "django.core.mail.backends.smtp.EmailBackend"


def refuse(env: Env, email_backend: str) -> None:
    """Raises ImproperlyConfigured with everything that is wrong, one line each."""
    if missing := [name for name in REQUIRED if not env.str(name, "")]:
        raise ImproperlyConfigured(f"Set {', '.join(missing)} before starting in production.")
    found = [*_demonstration(env), *_keys(env), *_passwords(env), *_addresses(env)]
    if email_backend != LETTERS_LEAVE_BY:
        found.append("EMAIL_URL must name a mail server (smtp://, smtp+tls://, smtp+ssl://): letters would go nowhere.")
    if found:
        raise ImproperlyConfigured("\n".join(found))


def _demonstration(env: Env) -> Iterable[str]:
    if env.bool("DEMO", False):
        yield "DEMO shows sign-ins and everybody's letters: it is refused in production."


def _keys(env: Env) -> Iterable[str]:
    """Keys that were never drawn, or are too short; old ones still sign what is under way, and are held to the same."""
    named: list[tuple[str, str]] = [(name, env.str(name, "")) for name in KEYS]
    fallbacks: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
    named += [("SECRET_KEY", key) for key in fallbacks]
    for name, key in named:
        if key and is_weak(key, shortest=SHORTEST[name]):
            yield f"{name} must be {SHORTEST[name]} random characters or more, and no placeholder. Draw one: {HOW}"


def is_weak(key: str, *, shortest: int) -> bool:
    return len(key) < shortest or len(set(key)) < FEWEST_SIGNS or _is_placeholder(key)


def _is_placeholder(word: str) -> bool:
    return any(placeholder in word.lower() for placeholder in PLACEHOLDERS)


def _passwords(env: Env) -> Iterable[str]:
    """A password in an address may be left out (a socket, a certificate), but is none that anybody would try first."""
    for name in PASSWORDS:
        password = urlsplit(env.str(name)).password
        if password and (_is_placeholder(password) or password.lower() in WORDS):
            yield f"{name} has a password everybody knows: draw one."


def _addresses(env: Env) -> Iterable[str]:
    hosts: list[str] = env.list("ALLOWED_HOSTS")
    if any("*" in host for host in hosts):
        yield "ALLOWED_HOSTS must name the hosts: '*' is refused."
    yield from _base_url(env.str("BASE_URL"), hosts)


def _base_url(address: str, hosts: Sequence[str]) -> Iterable[str]:
    """Letters lead there, and cookies are sent over TLS only."""
    parts = urlsplit(address)
    if parts.scheme != "https":
        yield "BASE_URL must begin with https://: letters lead there, and nobody signs in without TLS."
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        yield "BASE_URL must be the scheme and the host only, as in https://lab.example."
    elif not validate_host(parts.hostname, hosts):
        yield f"ALLOWED_HOSTS must name {parts.hostname}, the host of BASE_URL."
