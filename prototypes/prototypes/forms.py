"""Forms of prototypes; their fields carry the names of the actions' arguments."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from prototypes.enums import Fidelity
from prototypes.forms import EntryForm, day_field, text_field
from prototypes.models import Prototype
from web.forms.edit_conflicts import StartedForm
from web.forms.fields import WordsField


class PrototypeForm(StartedForm, EntryForm):
    title = WordsField(label=_("Title"), max_length=160, help_text=_("Say what people see: “cardboard kiosk”."))
    medium = WordsField(
        label=_("Medium"), max_length=120, required=False, help_text=_("For example paper, cardboard, web.")
    )
    fidelity = forms.TypedChoiceField(label=_("Realism"), choices=Fidelity.choices, coerce=int)
    question = text_field(_("Question the prototype answers"), rows=2, required=False)
    supersedes = forms.ModelChoiceField(
        label=_("Replaces"), queryset=Prototype.objects.none(), required=False, empty_label=_("none")
    )
    made_on = day_field(_("Made on"))
    description = text_field(_("Description"), required=False)

    def __init__(self, *args: Any, earlier: QuerySet[Prototype], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        supersedes = self.fields["supersedes"]
        assert isinstance(supersedes, forms.ModelChoiceField)  # noqa: S101 - declared above
        supersedes.queryset = earlier
        self.fields["made_on"].initial = today
