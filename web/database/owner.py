"""The owner of the tables, who migrates: `MIGRATION_DATABASE_URL`, where the application's own role owns nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

SIGN_IN = ("USER", "PASSWORD", "HOST", "PORT", "NAME")


def app_role(connection: BaseDatabaseWrapper) -> str:
    """As whom the connection signs in."""
    return str(connection.settings_dict["USER"])


@contextmanager
def as_owner(connection: BaseDatabaseWrapper) -> Iterator[bool]:
    """Inside, the connection is the owner's; says whether that is another. Where none is set, nothing changes."""
    owner = settings.MIGRATION_DATABASE
    if not owner:
        yield False
        return
    mine = {name: connection.settings_dict[name] for name in SIGN_IN}
    if mine["USER"] == owner["USER"]:
        yield False
        return
    _sign_in(connection, {name: owner[name] for name in SIGN_IN})
    try:
        yield True
    finally:
        _sign_in(connection, mine)


def _sign_in(connection: BaseDatabaseWrapper, given: dict[str, object]) -> None:
    connection.close()
    connection.settings_dict.update(given)
