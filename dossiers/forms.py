"""The form that asks for a dossier: for whom, which parts, in which language and format."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.enums import AUDIENCE_HELP, PARTS, PARTS_OFF_BY_DEFAULT, DossierAudience, DossierKind, Licence, Part
from dossiers.models import MAX_CHARACTERS
from web.decisions import Decision
from web.forms.fields import text_field

FORMATS = (
    ("pdf", gettext_lazy("PDF, to read and print")),
    ("odt", gettext_lazy("ODT, to change in LibreOffice or Word")),
)


class DossierForm(forms.Form):
    """The choices for a dossier; its fields have the names of the arguments of `request_dossier`."""

    audience = forms.ChoiceField(
        label=gettext_lazy("For whom?"),
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Pictures of people who have not agreed to be shown to these readers are left out."),
    )
    parts = forms.MultipleChoiceField(label=gettext_lazy("Parts"), widget=forms.CheckboxSelectMultiple)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES, widget=forms.RadioSelect)
    file_format = forms.ChoiceField(label=gettext_lazy("Format"), choices=FORMATS, widget=forms.RadioSelect)
    licence = forms.ChoiceField(
        label=gettext_lazy("Licence"),
        choices=Licence.choices,
        required=False,
        help_text=gettext_lazy("Required for the public: what others may do with the document."),
    )
    people_named = text_field(
        gettext_lazy("People to name"),
        rows=3,
        length=MAX_CHARACTERS,
        required=False,
        help_text=gettext_lazy(
            "Only people who agreed to be named, one a line, for example “Claire Martin, designer”. Without names,"
            " readers other than you see roles and numbers."
        ),
    )
    thanks = text_field(
        gettext_lazy("Thanks"),
        rows=3,
        length=MAX_CHARACTERS,
        required=False,
        help_text=gettext_lazy("For example the people of the place that hosted you. It is the last chapter."),
    )

    def __init__(
        self, *args: Any, kind: DossierKind, decisions: Mapping[DossierAudience, Decision], **kwargs: Any
    ) -> None:
        """Offer the parts of this kind of dossier, and the readers for whom the person may make one (`decisions`)."""
        super().__init__(*args, **kwargs)
        self.fields["audience"].choices = [  # type: ignore[attr-defined]
            (audience.value, f"{capfirst(str(audience.label))}{_(':')} {AUDIENCE_HELP[audience]}")
            for audience in DossierAudience
            if decisions[audience]
        ]
        self.fields["parts"].choices = [(part.value, part.label) for part in PARTS[kind]]  # type: ignore[attr-defined]
        self.fields["parts"].initial = [part for part in PARTS[kind] if part not in PARTS_OFF_BY_DEFAULT.get(kind, ())]
        self.fields["audience"].initial = DossierAudience.ME
        if not decisions[DossierAudience.PUBLIC]:
            del self.fields["licence"]
        if Part.PEOPLE not in PARTS[kind]:
            del self.fields["people_named"]

    def clean(self) -> dict[str, Any]:
        """Return the values; a dossier for the public needs a licence, and no other one has any."""
        cleaned_data = super().clean() or {}
        if cleaned_data.get("audience") != DossierAudience.PUBLIC:
            return cleaned_data | {"licence": Licence.NONE.value}
        if not cleaned_data.get("licence") and "licence" not in self.errors:
            self.add_error("licence", _("Choose the licence under which the public may use the document."))
        return cleaned_data
