"""What people look for in everything they may see."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from web.forms.filters import IgnoredValue
from web.search_sources import search_sources

FEWEST, LONGEST = 2, 200
TOO_SHORT: Final = _("Write at least two letters or digits.")
TOO_LONG: Final = _("Your search is too long: 200 characters at most. Use fewer words.")


def long_enough(words: str) -> None:
    """Raises ValidationError for signs without letters, and for a single letter."""
    if sum(letter.isalnum() for letter in words) < FEWEST:
        raise ValidationError(TOO_SHORT, code="short")


class SearchForm(forms.Form):
    """Words, and a kind of thing where one was chosen; `ignored` names a kind that does not exist."""

    use_required_attribute = False  # who sends nothing reads what can be looked for

    q = forms.CharField(
        label=_("Words, a name or a reference"),
        max_length=LONGEST,
        validators=[long_enough],
        widget=forms.TextInput(attrs={"type": "search", "data-search": "", "aria-keyshortcuts": "/"}),
        error_messages={"max_length": TOO_LONG, "required": TOO_SHORT},
    )
    kind = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, asked: QueryDict) -> None:
        given: dict[str, Any] = {"q": asked.get("q", "").strip(), "kind": asked.get("kind", "")}
        super().__init__(given if given["q"] else None)
        self.ignored: list[IgnoredValue] = []
        if given["kind"] in search_sources:
            self.chosen: str = given["kind"]
            self.initial["kind"] = self.chosen
        else:
            self.chosen = ""
            self.ignored = [IgnoredValue(_("Kind"), given["kind"])] if given["kind"] else []
            del self.fields["kind"]
