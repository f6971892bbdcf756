"""The form for a new token."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from api.enums import SCOPES, Area, Permission, scope
from api.refusals import NO_SCOPE
from api.v1.files import AREAS
from web.forms.fields import VisibleTextField, with_named_empty_choice

NOTHING: Final = ("", _("nothing"))
FILES_OF_AREAS: Final = _(
    "Only files of what the token may read. For the documents of agreements, also choose “Costs and funders”."
)
FILES_OF_NOTHING: Final = _("The token opens no file yet. Also choose what the files belong to.")
AREAS_WITH_FILES: Final = frozenset(AREAS.values())
VALIDITY: Final = (
    ("30", _("30 days")),
    ("90", _("90 days")),
    ("365", _("one year")),
)


class TokenForm(forms.Form):
    """A new token: what it is for, how long it is valid, and what it may do in each area."""

    name = VisibleTextField(
        label=_("What it is for"), max_length=80, help_text=_("For example: our dashboard, or a script on my computer.")
    )
    days = forms.TypedChoiceField(label=_("Valid for"), choices=VALIDITY, coerce=int, initial="90")
    is_service = forms.BooleanField(
        label=_("It belongs to a service account"),
        required=False,
        help_text=_("A program of the lab. All administrators of the lab see the token, and can revoke it."),
    )

    def __init__(self, *args: Any, for_administrator: bool, **kwargs: Any) -> None:
        """Create the form with a choice for each area; only administrators of the lab have service accounts."""
        super().__init__(*args, **kwargs)
        if not for_administrator:
            del self.fields["is_service"]
        for area in Area:
            permissions = [each for each in Permission if scope(area, each) in SCOPES]
            choices = [NOTHING, *((each.value, each.label) for each in permissions)]
            help_text = FILES_OF_AREAS if area == Area.FILES else ""
            field = forms.ChoiceField(label=area.label, choices=choices, help_text=help_text)
            self.fields[area.value] = with_named_empty_choice(field)

    def clean(self) -> dict[str, Any]:
        """Return the values; refuse a token that may do nothing, also one for the files of nothing."""
        values = super().clean() or {}
        chosen = [area for area in Area if values.get(area)]
        if not self.errors and not chosen:
            raise forms.ValidationError(NO_SCOPE)
        if Area.FILES in chosen and not AREAS_WITH_FILES.intersection(chosen):
            self.add_error(Area.FILES.value, FILES_OF_NOTHING)
        return values

    def action_arguments(self) -> dict[str, Any]:
        """Return the values as arguments of the action: the areas become scopes."""
        scopes = [scope(area, Permission(value)) for area in Area if (value := self.cleaned_data[area])]
        values = {name: value for name, value in self.cleaned_data.items() if name not in Area.values}
        return {**values, "scopes": scopes}
