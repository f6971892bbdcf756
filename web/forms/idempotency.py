"""A form that is sent twice creates one row: its key, and the row that the first submission created."""

from copy import copy
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django import forms
from django.db.models import Model, QuerySet
from django_stubs_ext import StrOrPromise

from web.errors import DomainError

M = TypeVar("M", bound=Model)


class IdempotentForm(forms.Form):
    """A form that creates one row, even when it is sent twice."""

    idempotency_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Create the form; each time it is shown, its hidden field gets a new idempotency key."""
        super().__init__(*args, **kwargs)
        self.fields["idempotency_key"].initial = uuid4

    def renew(self) -> None:
        """Give a sent form a new idempotency key and keep its values, so that sending it again creates another row."""
        data: Any = copy(self.data)  # a copy can be changed, and keeps the values of multiple choices
        data["idempotency_key"] = str(uuid4())
        self.data = data

    def action_arguments(self) -> dict[str, Any]:
        """Return the values of a valid form as arguments of its action, with the form's key.

        A form that changes a row, and so has a version token, creates nothing: its key is left out.
        """
        left_out = "idempotency_key" if "version_token" in self.fields else ""
        return {name: value for name, value in self.cleaned_data.items() if name != left_out}


def find_earlier_submission(
    rows: QuerySet[M], idempotency_key: UUID | None, *, message: StrOrPromise, **fields: Any
) -> M | None:
    """Return the row among `rows` that the same form, with this `idempotency_key`, created before; None if there is
    none.

    Raises DomainError when its values differ from the `fields` sent now, so that nothing typed is lost. `message` has
    the placeholder %(row)s for the row.
    """
    existing = rows.filter(idempotency_key=idempotency_key).first() if idempotency_key else None
    if existing and any(getattr(existing, name) != value for name, value in fields.items()):
        raise DomainError(message % {"row": existing})
    return existing
