"""What several people may write at once: a form remembers what its writer saw, so that no saved text is lost."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from datetime import date, time
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from web.errors import DomainError
from web.text import formats

if TYPE_CHECKING:
    from django.db.models import Model
    from django.forms import BaseForm
    from django_stubs_ext import StrOrPromise

MEANWHILE = gettext_lazy("Someone else saved changes since you opened this page. Join both versions, then save again.")


def fingerprint(*values: object) -> str:
    """A short mark of what stands, for forms to remember which version they started from; of nothing, none."""
    if not any(values):
        return ""
    said = "\x1f".join("" if value is None else str(value) for value in values)
    return sha256(said.encode()).hexdigest()[:16]


def by_field(row: Model, *names: str) -> dict[str, object]:
    """What a row says in some of its columns; foreign rows stand for themselves as their keys."""
    return {name: getattr(row, row._meta.get_field(name).attname) for name in names}  # type: ignore[union-attr]


class Changed(DomainError):
    """Someone else saved in the meantime; `stands` is what they saved, by the form's fields."""

    def __init__(self, message: StrOrPromise, *, stands: Mapping[str, object], field: str | None = None) -> None:
        super().__init__(message, field=field)
        self.stands = stands

    def add_to(self, form: BaseForm) -> None:
        super().add_to(form)
        if isinstance(form, StartedForm):
            form.join(self.stands)


def check_seen(
    seen: str | None,
    *,
    stands: Mapping[str, object],
    sent: Mapping[str, object],
    message: StrOrPromise = MEANWHILE,
    field: str | None = None,
) -> None:
    """Raise Changed unless the writer saw what stands (`seen` is its `fingerprint`), or sends just that.

    None is a writer who means to replace whatever stands.
    """
    if seen is not None and stands != sent and seen != fingerprint(*stands.values()):
        raise Changed(message, stands=stands, field=field)


class StartedForm(forms.Form):
    """A form that starts from what `stands`, and shows it beside what was typed when that has changed meanwhile.

    Foreign rows stand for themselves as their keys. Without `stands` it is about something new.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, stands: Mapping[str, object] | None = None, **kwargs: Any) -> None:
        if stands is not None:
            kwargs["initial"] = {**stands, "seen": fingerprint(*stands.values())}
        super().__init__(*args, **kwargs)
        self.theirs: list[tuple[StrOrPromise, str]] = []
        if stands is None:
            del self.fields["seen"]

    def join(self, stands: Mapping[str, object]) -> None:
        """What was typed stays; the next save starts from what is shown beside it."""
        data: Any = copy(self.data)  # of what was sent this can be changed, and keeps answers of several choices
        data["seen"] = fingerprint(*stands.values())
        self.data = data
        known = [(self.fields[name], value) for name, value in stands.items() if name in self.fields]
        self.theirs = [(field.label or "", _shown(field, value)) for field, value in known]


def _shown(field: forms.Field, value: object) -> str:
    """A value as the form itself says it: of a choice the words, and nothing the reader may not choose."""
    if isinstance(value, list):
        return ", ".join(filter(None, (_shown(field, one) for one in value)))
    if isinstance(field, forms.ChoiceField):
        return next((str(words) for key, words in field.choices if key == value), "")  # type: ignore[misc, union-attr]
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, date):
        return formats.short_day(value, (get_language() or "fr")[:2])
    return "" if value is None else str(value)
