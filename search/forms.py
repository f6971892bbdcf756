"""The form of the search over everything."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from web.forms.filters import IgnoredValue
from web.search_sources import search_sources

MIN_SEARCH_CHARACTERS, MAX_SEARCH_CHARACTERS = 2, 200
TOO_SHORT: Final = _("Write at least two letters or digits.")
TOO_LONG: Final = _("Your search is too long: 200 characters at most. Use fewer words.")


def check_long_enough(words: str) -> None:
    """Raise ValidationError when the words to search for have fewer than two letters or digits together."""
    if sum(character.isalnum() for character in words) < MIN_SEARCH_CHARACTERS:
        raise ValidationError(TOO_SHORT, code="short")


class SearchForm(forms.Form):
    """The words to search for, and optionally one kind of object; `ignored` lists a kind that does not exist."""

    use_required_attribute = False  # an empty search shows what can be searched for

    q = forms.CharField(
        label=_("Words, a name or a reference"),
        max_length=MAX_SEARCH_CHARACTERS,
        validators=[check_long_enough],
        widget=forms.TextInput(attrs={"type": "search", "data-search": "", "aria-keyshortcuts": "/"}),
        error_messages={"max_length": TOO_LONG, "required": TOO_SHORT},
    )
    kind = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, query: QueryDict) -> None:
        """Create the form from `q` (the words) and `kind` (the slug of a kind of object) in the query string.

        Without words the form is not bound, so that it shows no error. An unknown kind is ignored and listed in
        `ignored`.
        """
        values: dict[str, Any] = {"q": query.get("q", "").strip(), "kind": query.get("kind", "")}
        super().__init__(values if values["q"] else None)
        self.ignored: list[IgnoredValue] = []
        if values["kind"] in search_sources:
            self.chosen_kind: str = values["kind"]
            self.initial["kind"] = self.chosen_kind
        else:
            self.chosen_kind = ""
            self.ignored = [IgnoredValue(_("Kind"), values["kind"])] if values["kind"] else []
            del self.fields["kind"]
