"""Changes to rows that several people may edit at once: lock, compare with the version of the form, save."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.db.models import Model
from django.utils.translation import gettext as _

from web.errors import DomainError
from web.forms.edit_conflicts import check_version

M = TypeVar("M", bound=Model)


def lock_row(row: M) -> M:
    """Return the row as it is now in the database; it is locked until the transaction ends, so that others wait to
    change it. Raises DomainError for one that was deleted since it was read.
    """
    current_row: M | None = (
        type(row)._default_manager.select_for_update(no_key=True, of=["self"]).filter(pk=row.pk).first()
    )
    if current_row is None:
        raise DomainError(_("This item no longer exists. Someone may have removed it."))
    return current_row


def assign(row: Model, fields: Mapping[str, Any]) -> None:
    """Set the attributes of a row to the values of `fields`, by name, without saving the row."""
    for name, value in fields.items():
        setattr(row, name, value)


def change(
    row: M,
    fields: Mapping[str, Any],
    *,
    form_values: Callable[[M], Mapping[str, object]],
    version_token: str | None = None,
) -> M:
    """Save the values `fields`, by name, on the row as it is now in the database, and return it.

    `form_values` returns the values of the row's form. `version_token` is the hash of those with which the form was
    opened; None skips the check. Raises EditConflict when someone else has saved other values since.
    """
    current_row = lock_row(row)
    current_values = form_values(current_row)
    assign(current_row, fields)
    check_version(version_token, current=current_values, submitted=form_values(current_row))
    current_row.save(update_fields=list(fields))
    return current_row
