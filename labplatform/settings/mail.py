"""Django's mail settings from EMAIL_URL: which schemes encrypt how, and at which port they begin."""

from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from environs import Env

SMTP: Final = "django.core.mail.backends.smtp.EmailBackend"
PLAIN, STARTTLS, TLS = "", "tls", "ssl"  # the last two are also names of parameters: ?tls=true, ?ssl=true
SCHEMES: Final = {
    "smtp": PLAIN,
    "smtp+tls": STARTTLS,
    "submission": STARTTLS,
    "submit": STARTTLS,
    "smtp+ssl": TLS,
    "smtps": TLS,
    "submissions": TLS,
}
PORTS: Final = {PLAIN: 25, STARTTLS: 587, TLS: 465}
TRUE: Final = {"1", "on", "t", "true", "y", "yes"}


def mail_settings(env: Env) -> dict[str, Any]:
    """Return Django's EMAIL_… settings for the variable EMAIL_URL; without it, those of the demonstration's mailbox.

    dj-email-url reads addresses that are no mail server (`console://`, `file://`). It does not read those of mail
    servers, because it knows only some schemes and takes `smtps` for STARTTLS.
    """
    address = env.str("EMAIL_URL", "smtp://127.0.0.1:2525").strip()
    if address.partition("://")[0].lower() in SCHEMES:
        return smtp_settings(address)
    parsed: dict[str, Any] = env.dj_email_url("EMAIL_URL")
    return parsed


def smtp_settings(address: str) -> dict[str, Any]:
    """Return Django's EMAIL_… settings for the address of a mail server, such as smtp+tls://user:password@host:587.

    The scheme, or `?tls=true` or `?ssl=true`, chooses the encryption. Raises ImproperlyConfigured for an invalid host
    or port.
    """
    try:
        parts = urlsplit(address)
        given_port = parts.port
    except ValueError as error:
        raise ImproperlyConfigured("EMAIL_URL is not an address: write it as in smtp+tls://host:587.") from error
    query = parse_qs(parts.query)
    chosen = [name for name in (TLS, STARTTLS) if query.get(name, [""])[0].lower() in TRUE]
    encryption = [*chosen, SCHEMES[parts.scheme]][0]
    return {
        "EMAIL_BACKEND": SMTP,
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": given_port or PORTS[encryption],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": encryption == STARTTLS,
        "EMAIL_USE_SSL": encryption == TLS,
    }


def is_on_this_machine(host: str) -> bool:
    """Return whether a host name or IP address leads to this machine itself: “localhost” or a loopback address.

    Names are not looked up.
    """
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost"
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback
