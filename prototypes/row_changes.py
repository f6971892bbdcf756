"""How a row is changed that several people may have open: locked, compared with what a form started from, saved."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.db.models import Model

from web.forms.edit_conflicts import check_seen

M = TypeVar("M", bound=Model)


def locked(row: M) -> M:
    """The row as it is now; others wait."""
    found: M = type(row)._default_manager.select_for_update(no_key=True, of=["self"]).get(pk=row.pk)
    return found


def say(row: Model, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        setattr(row, name, value)


def change(
    row: M, fields: Mapping[str, Any], *, said: Callable[[M], Mapping[str, object]], seen: str | None = None
) -> M:
    """Save `fields` on the row as it is now; `said` reads from a row what its form starts from.

    Raises `Changed` when someone else saved meanwhile, unless the writer saw that (`seen`, its `fingerprint`).
    """
    now = locked(row)
    stands = said(now)
    say(now, fields)
    check_seen(seen, stands=stands, sent=said(now))
    now.save(update_fields=list(fields))
    return now
