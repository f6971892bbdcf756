"""The filter of a history: actor, action, field and days."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from history.changes import HistoryChoices, HistoryQuery, columns_of, parts_of
from history.entries import action_label
from history.wording import column_label
from web.forms.fields import CHOICE_ERRORS, DayInput
from web.forms.filters import IgnoredValue, invalid_values
from web.history_pages import HistoryKind

PLATFORM = "0"


class HistoryForm(forms.Form):
    """The filter of one object's history; invalid values in the URL are ignored and listed."""

    use_required_attribute = False

    by = forms.ChoiceField(label=gettext_lazy("Who"), required=False, error_messages=CHOICE_ERRORS)
    action = forms.ChoiceField(label=gettext_lazy("Action"), required=False, error_messages=CHOICE_ERRORS)
    column = forms.ChoiceField(label=gettext_lazy("Field"), required=False, error_messages=CHOICE_ERRORS)
    since = forms.DateField(label=pgettext_lazy("date", "From"), required=False, widget=DayInput)
    until = forms.DateField(label=gettext_lazy("Until"), required=False, widget=DayInput)

    def __init__(self, *args: Any, history: HistoryKind, choices: HistoryChoices, **kwargs: Any) -> None:
        """Create the filter; `choices` holds the people and actions in the object's history, `history` gives the fields
        to choose from.
        """
        super().__init__(*args, **kwargs)
        by: Any = self.fields["by"]
        action: Any = self.fields["action"]
        column: Any = self.fields["column"]
        by.choices = [("", _("everyone")), *((key, name or _name_without_account(key)) for key, name in choices.people)]
        labels = ((name, str(action_label(name))) for name in choices.actions)
        action.choices = [("", _("any action")), *sorted(labels, key=lambda pair: pair[1].casefold())]
        column.choices = [("", _("every field")), *_columns(history)]

    @property
    def ignored(self) -> list[IgnoredValue]:
        """Return the filters whose value in the URL is invalid, with that value; the page says they are ignored."""
        return invalid_values(self)

    @property
    def query(self) -> HistoryQuery:
        """Return the filter of the history; one that lets every line through when a value in the URL is invalid."""
        zone = timezone.get_current_timezone_name()
        return HistoryQuery(**self.cleaned_data, zone=zone) if self.is_valid() else HistoryQuery(zone=zone)


def _name_without_account(key: str) -> str:
    """Return the text for an actor without a name: “the platform” for the key "0", else “person no. 7”."""
    return _("the platform") if key == PLATFORM else _("person no. %(number)s") % {"number": key}


def _columns(history: HistoryKind) -> list[tuple[str, str]]:
    """Return the choices of the filter by field: name and label of every field of the object and of the rows that
    belong to it.

    A name occurs once; they are sorted by label.
    """
    labels = {field.column: column_label(field) for part in parts_of(history) for field in columns_of(part.model)}
    return sorted(labels.items(), key=lambda pair: pair[1].casefold())
