"""Forms of prototypes. Field names are the names of the actions' arguments."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from prototypes.enums import Fidelity
from prototypes.forms import IdempotentForm, day_field, text_field
from prototypes.models import Prototype
from web.forms.edit_conflicts import VersionedForm
from web.forms.fields import VisibleTextField


class PrototypeForm(VersionedForm, IdempotentForm):
    title = VisibleTextField(label=_("Title"), max_length=160, help_text=_("Say what people see: “cardboard kiosk”."))
    medium = VisibleTextField(
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
        """Create the form; `earlier` are the versions that the prototype can replace, `today` is proposed as the day it
        was made.
        """
        super().__init__(*args, **kwargs)
        supersedes = self.fields["supersedes"]
        assert isinstance(supersedes, forms.ModelChoiceField)  # noqa: S101 - declared above
        supersedes.queryset = earlier
        self.fields["made_on"].initial = today
