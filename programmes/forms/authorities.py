"""Forms for authorities, their admins, and calendar periods."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from programmes.authorities.siren import is_siren
from programmes.forms.rows import RowForm
from programmes.models import Authority, CalendarPeriod
from web.dates.zones import TIME_ZONES
from web.forms.fields import NO_CHOICE, NameField, VisibleTextField, model_form_field, required_if
from web.mailboxes import MailboxField


class AuthorityForm(RowForm[Authority]):
    """The facts of an authority."""

    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=[(zone, place) for zone, place in TIME_ZONES.items()], initial="Europe/Paris"
    )
    siren = VisibleTextField(
        label=_("SIREN"),
        max_length=20,
        required=False,
        help_text=_("Nine digits, with or without spaces. See annuaire-entreprises.data.gouv.fr."),
    )

    class Meta:
        model = Authority
        fields: ClassVar[list[str]] = [
            "name",
            "kind",
            "kind_label",
            "siren",
            "insee_code",
            "seat",
            "latitude",
            "longitude",
            "school_zone",
            "holiday_subdivision",
            "time_zone",
            "language",
            "dissolved_on",
            "successor",
            "source",
        ]
        formfield_callback = model_form_field
        help_texts = {
            "kind_label": _("If no kind in the list fits, write the word people use."),
            "seat": _("Write the name of the town. Journeys to and from the authority are calculated from it."),
            "latitude": _("In degrees, such as 48.11; used for distances between cohorts. It can be left empty."),
            "insee_code": _("For example 44109 for a municipality, 44 for a county, 52 for a region."),
            "school_zone": _(
                "Leave empty to take it from the INSEE code. Corsica and the overseas territories have no"
                " zone: add their school holidays to the periods of the calendar."
            ),
            "holiday_subdivision": _("Leave empty to take it from the INSEE code."),
            "language": _("Invitations to its cohorts are written in this language, unless you choose another."),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        successors = Authority.objects.exclude(pk=self.instance.pk).by_name()
        self.fields["successor"] = forms.ModelChoiceField(
            successors, label=_("Succeeded by"), required=False, empty_label=NO_CHOICE
        )
        self.order_fields(self._meta.fields)

    def clean_siren(self) -> str | None:
        """Return the SIREN without spaces, None when empty; raises ValidationError unless its nine digits are valid."""
        number = "".join(str(self.cleaned_data["siren"]).split())
        if number and not is_siren(number):
            raise forms.ValidationError(_("This is not a SIREN number: check its nine digits."))
        return number or None


class OfficialListForm(forms.Form):
    """What lab staff type to find an authority in the official list."""

    search = VisibleTextField(label=_("Name or SIREN number"), max_length=80, required=False)


class AdminForm(forms.Form):
    """The address of a person to make an admin of an authority, and the name and language of one without an account."""

    email = MailboxField(label=_("E-mail address"), max_length=254)
    full_name = required_if(
        NameField(label=_("Name"), max_length=150), _("required if nobody has an account with this address")
    )
    language = forms.ChoiceField(
        label=_("Language of their e-mails"), choices=[("", _("not known")), *settings.LANGUAGES], required=False
    )


class PeriodForm(RowForm[CalendarPeriod]):
    """The facts of a calendar period."""

    class Meta:
        model = CalendarPeriod
        fields: ClassVar[list[str]] = ["name", "kind", "starts_on", "ends_on", "school_zone", "holiday_subdivision"]
        formfield_callback = model_form_field
        help_texts = {
            "school_zone": _("Leave empty for all zones."),
            "holiday_subdivision": _("Leave empty for the whole territory."),
        }
