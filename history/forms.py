"""How staff narrow a history: by whom, what was done, which field, between which days."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from history.changes import Asked, Told, columns_of, parts_of
from history.entries import deed
from history.wording import label
from web.forms.fields import CHOOSE, DayInput
from web.forms.filters import IgnoredValue, refused_values
from web.history_pages import Kept

PLATFORM = "0"


class HistoryForm(forms.Form):
    """An address that names anything else narrows nothing, and says so."""

    use_required_attribute = False

    by = forms.ChoiceField(label=gettext_lazy("Who"), required=False, error_messages=CHOOSE)
    action = forms.ChoiceField(label=gettext_lazy("Action"), required=False, error_messages=CHOOSE)
    column = forms.ChoiceField(label=gettext_lazy("Field"), required=False, error_messages=CHOOSE)
    since = forms.DateField(label=pgettext_lazy("date", "From"), required=False, widget=DayInput)
    until = forms.DateField(label=gettext_lazy("Until"), required=False, widget=DayInput)

    def __init__(self, *args: Any, kept: Kept, told: Told, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who: Any = self.fields["by"]
        action: Any = self.fields["action"]
        column: Any = self.fields["column"]
        who.choices = [("", _("everyone")), *((key, name or _nameless(key)) for key, name in told.people)]
        done = sorted(((name, str(deed(name))) for name in told.actions), key=lambda pair: pair[1].casefold())
        action.choices = [("", _("any action")), *done]
        column.choices = [("", _("every field")), *_columns(kept)]

    @property
    def ignored(self) -> list[IgnoredValue]:
        return refused_values(self)

    @property
    def asked(self) -> Asked:
        """What is looked for; everything while the address makes no sense."""
        zone = timezone.get_current_timezone_name()
        return Asked(**self.cleaned_data, zone=zone) if self.is_valid() else Asked(zone=zone)


def _nameless(key: str) -> str:
    return _("the platform") if key == PLATFORM else _("person no. %(number)s") % {"number": key}


def _columns(kept: Kept) -> list[tuple[str, str]]:
    """Every field of the object and its parts, once, by its name."""
    named = {field.column: label(field) for part in parts_of(kept) for field in columns_of(part.model)}
    return sorted(named.items(), key=lambda pair: pair[1].casefold())
