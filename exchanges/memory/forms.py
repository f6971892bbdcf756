"""What people look for in the exchange memory."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exchanges.memory.search import Remembered
from web.forms.fields import CHOOSE, WordsField
from web.forms.filters import IgnoredValue, refused_choices

LONGEST = 200


class MemoryForm(forms.Form):
    """Narrows by words, edition and kind. `editions` are pairs of slug and name."""

    q = WordsField(label=_("Search"), max_length=LONGEST, required=False)
    edition = forms.ChoiceField(label=_("Edition"), required=False)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[("", _("All kinds")), *Remembered.choices],
        required=False,
        error_messages=CHOOSE,
    )

    def __init__(self, *args: Any, editions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["edition"] = forms.ChoiceField(
            label=_("Edition"), choices=[("", _("All editions")), *editions], required=False, error_messages=CHOOSE
        )

    @property
    def ignored(self) -> list[IgnoredValue]:
        return refused_choices(self)

    def asked(self) -> dict[str, str]:
        """What is right of it, as arguments of `remembered`."""
        self.is_valid()
        given = self.cleaned_data
        return {"words": given.get("q", ""), "edition": given.get("edition", ""), "kind": given.get("kind", "")}
