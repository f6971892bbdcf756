"""Forms of prototypes. Field names are the names of the actions' arguments."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from files.attachments.picture_form import PICTURE_FOLD, PictureForm
from prototypes.enums import Fidelity
from prototypes.forms import day_field, text_field
from prototypes.models import Prototype
from web.forms.edit_conflicts import VersionedForm
from web.forms.fields import VisibleTextField
from web.forms.folds import Fold
from web.forms.idempotency import IdempotentForm


class PrototypeTextsForm(forms.Form):
    """What every form about a prototype asks."""

    title = VisibleTextField(label=_("Title"), max_length=160, help_text=_("Say what people see: “cardboard kiosk”."))
    fidelity = forms.TypedChoiceField(label=_("Realism"), choices=Fidelity.choices, coerce=int)
    question = text_field(_("Question the prototype answers"), rows=2, required=False)
    made_on = day_field(_("Made on"))


class NewPrototypeForm(PictureForm, PrototypeTextsForm, IdempotentForm):
    """The short form for a new version of a prototype with its picture; it replaces the latest version."""

    field_order = ["title", "fidelity", "question"]
    folds = (PICTURE_FOLD, Fold(_("The prototype is older than today"), ("made_on",)))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        """Create the form; `today` is proposed as the day the prototype was made."""
        super().__init__(*args, **kwargs)
        self.fields["made_on"].initial = today


class PrototypeForm(PrototypeTextsForm, VersionedForm):
    """All that is known of a prototype."""

    field_order = ["title", "medium", "fidelity", "question", "supersedes", "made_on", "description"]

    medium = VisibleTextField(
        label=_("Medium"), max_length=120, required=False, help_text=_("For example paper, cardboard, web.")
    )
    supersedes = forms.ModelChoiceField(
        label=_("Replaces"), queryset=Prototype.objects.none(), required=False, empty_label=_("none")
    )
    description = text_field(_("Description"), required=False)

    def __init__(self, *args: Any, earlier: QuerySet[Prototype], **kwargs: Any) -> None:
        """Create the form; `earlier` are the versions that the prototype can replace."""
        super().__init__(*args, **kwargs)
        supersedes = self.fields["supersedes"]
        assert isinstance(supersedes, forms.ModelChoiceField)  # noqa: S101 - declared above
        supersedes.queryset = earlier
