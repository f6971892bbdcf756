"""Form fields that several features of this app share."""

from typing import Any

from django import forms

from web.database.lengths import MAX_CHARACTERS
from web.forms.fields import VisibleTextField


class ReasonField(VisibleTextField):
    """A text field of a few lines for a reason."""

    def __init__(self, **kwargs: Any) -> None:
        """Make the field three lines high and limit it to the usual number of characters, unless `kwargs` (of a Django
        field) say otherwise.
        """
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
        super().__init__(**({"max_length": MAX_CHARACTERS} | kwargs))
