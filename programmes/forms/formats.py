"""Forms for programmes and the numbers of a format version."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from programmes.forms.rows import RowForm
from programmes.models import Format, Programme
from web.forms.fields import VisibleTextField, model_form_field


class ProgrammeForm(RowForm[Programme]):
    """The facts of a programme."""

    class Meta:
        model = Programme
        fields: ClassVar[list[str]] = ["family", "name_fr", "name_en", "summary_fr", "summary_en", "source"]
        formfield_callback = model_form_field
        help_texts = {"source": _("Write where the programme is described, for people who want to read more.")}


class FormatForm(RowForm[Format]):
    """The numbers of a format version."""

    class Meta:
        model = Format
        fields: ClassVar[list[str]] = [
            "label",
            "months",
            "onsite_weeks",
            "sessions",
            "days_per_session",
            "seats",
            "day_allowance",
            "first_prototype_months",
            "exchange_interval_months",
            "exchange_days",
            "required_disciplines",
            "criteria_fr",
            "criteria_en",
            "source",
        ]
        formfield_callback = model_form_field
        help_texts = {
            "label": _("Write what distinguishes this version, such as “18 months, ten authorities”."),
            "onsite_weeks": _("For residencies. Write 0 if nobody stays on site for whole weeks."),
            "required_disciplines": _(
                "Disciplines that a cohort’s residents must cover, separated by commas, for example"
                " “design, sociology”. Write them as in the list of members. Leave empty when nothing is"
                " required."
            ),
            "criteria_fr": _(
                "What members rate from 1 to 5 when they choose challenges together, separated by commas. Word each"
                " one so that a high rating is favourable to the challenge. Leave empty if challenges are not rated."
            ),
            "criteria_en": _("The same criteria in the same order."),
            "seats": _("Number of civil servants in one cohort. Each cohort can change its own number."),
            "day_allowance": _("Working days each member may give. Leave empty if nothing is agreed."),
            "first_prototype_months": _("Counted from the start of the cohort. Leave empty if there is no target."),
            "exchange_interval_months": _("Leave empty if cohorts do not meet."),
        }


class StarterForm(FormatForm):
    """The names of a programme and the numbers of its first format version, filled in from a known format."""

    name_fr = VisibleTextField(label=_("Name in French"), max_length=120)
    name_en = VisibleTextField(label=_("Name in English"), max_length=120)
    field_order = ["name_fr", "name_en"]


class NewFormatForm(FormatForm):
    """The numbers of a new format version.

    `version` is the version number the page showed, so that submitting the form twice creates one version.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=9999)
