"""Fields the forms of this app share."""

from typing import Any

from django import forms

from web.database.lengths import MOST_LETTERS
from web.forms.fields import WordsField


class ReasonField(WordsField):
    """A reason in a few lines."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
        super().__init__(**({"max_length": MOST_LETTERS} | kwargs))
