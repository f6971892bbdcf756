"""Search form of the Intertransfo archive."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exchanges.archive.search import ArchiveKind
from web.forms.fields import CHOICE_ERRORS, VisibleTextField
from web.forms.filters import IgnoredValue, invalid_choices

MAX_CHARACTERS = 200


class ArchiveForm(forms.Form):
    """Filters by words, edition and kind. `editions` are pairs of slug and name."""

    q = VisibleTextField(label=_("Search"), max_length=MAX_CHARACTERS, required=False)
    edition = forms.ChoiceField(label=_("Edition"), required=False)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[("", _("All kinds")), *ArchiveKind.choices],
        required=False,
        error_messages=CHOICE_ERRORS,
    )

    def __init__(self, *args: Any, editions: list[tuple[str, str]], **kwargs: Any) -> None:
        """Create the form with the editions to choose from, as pairs of slug and name."""
        super().__init__(*args, **kwargs)
        self.fields["edition"] = forms.ChoiceField(
            label=_("Edition"),
            choices=[("", _("All editions")), *editions],
            required=False,
            error_messages=CHOICE_ERRORS,
        )

    @property
    def ignored(self) -> list[IgnoredValue]:
        """Return the values in the URL that are not among the choices of edition and kind; the search ignores them."""
        return invalid_choices(self)

    def search_arguments(self) -> dict[str, str]:
        """Return the valid values as the arguments `words`, `edition` and `kind` of `search_archive`; an invalid value
        becomes "".
        """
        self.is_valid()
        values = self.cleaned_data
        return {"words": values.get("q", ""), "edition": values.get("edition", ""), "kind": values.get("kind", "")}
