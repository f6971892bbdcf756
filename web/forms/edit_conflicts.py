"""Detect that someone else saved a row while a person was editing it, so that no saved text is lost."""

from collections.abc import Mapping
from copy import copy
from datetime import date, time
from hashlib import sha256
from typing import Any

from django import forms
from django.db.models import Model
from django.forms import BaseForm
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from web.errors import DomainError
from web.text import formats
from web.text.language import active_language

SAVED_BY_SOMEONE_ELSE = gettext_lazy(
    "Someone else saved changes since you opened this page. Join both versions, then save again."
)


def fingerprint(*values: object) -> str:
    """Return a short hash of values, which a form keeps as its version token to notice that someone else saved.

    "" when all values are empty.
    """
    if not any(values):
        return ""
    text = "\x1f".join("" if value is None else str(value) for value in values)
    return sha256(text.encode()).hexdigest()[:16]


def column_values(row: Model, *names: str) -> dict[str, object]:
    """Return the stored values of the fields `names` of a row, by field name; of a foreign key, the other row's key."""
    return {name: getattr(row, row._meta.get_field(name).attname) for name in names}  # type: ignore[union-attr]


class EditConflict(DomainError):
    """Someone else saved a row since the form on it was opened; `current` holds the saved values by form field."""

    def __init__(self, message: StrOrPromise, *, current: Mapping[str, object], field: str | None = None) -> None:
        super().__init__(message, field=field)
        self.current = current

    def add_to(self, form: BaseForm) -> None:
        """Show the message in the form, with the values that someone else saved next to those that were typed."""
        super().add_to(form)
        if isinstance(form, VersionedForm):
            form.show_conflict(self.current)


def check_version(
    version_token: str | None,
    *,
    current: Mapping[str, object],
    submitted: Mapping[str, object],
    message: StrOrPromise = SAVED_BY_SOMEONE_ELSE,
    field: str | None = None,
) -> None:
    """Raise EditConflict when someone else saved since the form was opened: `current` are the values saved now.

    `version_token` is the `fingerprint` of the values in the form as it was opened; None skips the check, for a writer
    who replaces whatever is saved. No conflict when `submitted`, the values sent, are the saved ones. `message` and
    `field` are those of the error.
    """
    if version_token is not None and current != submitted and version_token != fingerprint(*current.values()):
        raise EditConflict(message, current=current, field=field)


class VersionedForm(forms.Form):
    """A form on a row that shows what someone else has saved since it was opened, next to what was typed.

    `current` holds the values to start from, by form field; a foreign key is the key of the other row. Without
    `current` the form creates a new row.
    """

    version_token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, current: Mapping[str, object] | None = None, **kwargs: Any) -> None:
        """Create the form; `current` are the saved values to start from, by field, of which it keeps a version token.

        Without `current` the form creates a row and has no version token.
        """
        if current is not None:
            kwargs["initial"] = {**current, "version_token": fingerprint(*current.values())}
        super().__init__(*args, **kwargs)
        self.conflicting_values: list[tuple[StrOrPromise, str]] = []
        if current is None:
            del self.fields["version_token"]

    def show_conflict(self, current: Mapping[str, object]) -> None:
        """List the values that are saved now (`current`, by field) next to what was typed.

        The form gets a new version token, so that sending it again replaces them.
        """
        data: Any = copy(self.data)  # a copy can be changed, and keeps fields with several values
        data["version_token"] = fingerprint(*current.values())
        self.data = data
        fields = [(self.fields[name], value) for name, value in current.items() if name in self.fields]
        self.conflicting_values = [(field.label or "", _display_text(field, value)) for field, value in fields]


def _display_text(field: forms.Field, value: object) -> str:
    """Return a value as text, as its form field shows it: the label of a choice, “Yes” or “No”, a date or time.

    Lists are joined with commas. "" for None, and for a choice that is not offered.
    """
    if isinstance(value, list):
        return ", ".join(filter(None, (_display_text(field, item) for item in value)))
    if isinstance(field, forms.ChoiceField):
        return next((str(label) for key, label in field.choices if key == value), "")  # type: ignore[misc, union-attr]
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, date):
        return formats.short_day(value, active_language())
    return "" if value is None else str(value)
