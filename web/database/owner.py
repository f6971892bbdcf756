"""Connect as the database role that owns the tables (`MIGRATION_DATABASE_URL`); the application's role owns nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

CREDENTIALS = ("USER", "PASSWORD", "HOST", "PORT", "NAME")


def app_role(connection: BaseDatabaseWrapper) -> str:
    """Return the name of the database role as which the application's connection signs in."""
    return str(connection.settings_dict["USER"])


@contextmanager
def as_owner(connection: BaseDatabaseWrapper) -> Iterator[bool]:
    """Connect inside the block as the role that owns the tables; yield True when that is another role than before.

    Yields False where MIGRATION_DATABASE_URL is not set or names the same role. Where only host or port differ (a
    direct connection past a pooler), it connects there and yields False. The connection is closed and opened again
    before and after.
    """
    owner = settings.MIGRATION_DATABASE
    if not owner:
        yield False
        return
    credentials = {name: connection.settings_dict[name] for name in CREDENTIALS}
    if all(credentials[name] == owner[name] for name in ("USER", "HOST", "PORT")):
        yield False
        return
    _sign_in(connection, {name: owner[name] for name in CREDENTIALS})
    try:
        yield credentials["USER"] != owner["USER"]
    finally:
        _sign_in(connection, credentials)


def _sign_in(connection: BaseDatabaseWrapper, credentials: dict[str, object]) -> None:
    """Close the connection, so that its next use opens it with these credentials (user, password, host, port, name)."""
    connection.close()
    connection.settings_dict.update(credentials)
