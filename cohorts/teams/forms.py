"""Forms of an innovation team: proposal, details, the day of a step, corrections."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from cohorts.models import InnovationTeam
from cohorts.teams.actions import reached_day_fields
from web.forms.edit_conflicts import VersionedForm
from web.forms.fields import DayField, VisibleTextField, model_form_field


class ProposeTeamForm(forms.Form):
    """The name of an envisaged innovation team, and the day it was proposed."""

    name = VisibleTextField(label=_("Name"), max_length=160)
    proposed_on = DayField(label=_("Proposed on"), required=False)


class TeamForm(forms.ModelForm[InnovationTeam]):
    """The name, posts, budget, venue and notes of an innovation team."""

    posts = forms.DecimalField(
        label=_("Posts"),
        min_value=0,
        max_digits=5,
        decimal_places=1,
        required=False,
        help_text=_("In full-time equivalents, such as 2.5."),
    )
    budget = forms.DecimalField(
        label=_("Yearly budget (€)"), min_value=0, max_digits=12, decimal_places=2, required=False
    )

    class Meta:
        model = InnovationTeam
        fields = ("name", "posts", "budget", "venue", "notes")
        formfield_callback = model_form_field
        widgets = {"notes": forms.Textarea({"rows": 3})}


class TeamStepForm(forms.Form):
    """The day on which an innovation team took its next step."""

    happened_on = DayField(label=_("Date"))


class CloseForm(TeamStepForm):
    """The day on which an innovation team closed, and the reason."""

    reason = VisibleTextField(label=_("Reason"), required=False, widget=forms.Textarea({"rows": 3}), max_length=2000)


class DaysForm(forms.Form):
    """The days of the steps that an innovation team has taken, to be corrected, and the reason.

    A day that was recorded cannot be removed.
    """

    reason = VisibleTextField(label=_("Reason"), widget=forms.Textarea({"rows": 3}), max_length=2000)

    def __init__(self, data: Mapping[str, Any] | None = None, *, team: InnovationTeam) -> None:
        """Add a field, filled with the present day, for each step that the `team` has taken; `data` is the submission
        or None.
        """
        days = reached_day_fields(team)
        super().__init__(data, initial={name: getattr(team, name) for name in days})
        for name in days:
            label = capfirst(InnovationTeam._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            self.fields[name] = DayField(label=label, required=bool(self.initial[name]))
        self.order_fields(days)


class TeamFollowUpForm(VersionedForm):
    """What has become of an open innovation team; what is not known is left empty."""

    posts = forms.DecimalField(
        label=_("People who work in the team"),
        min_value=0,
        max_digits=5,
        decimal_places=1,
        required=False,
        help_text=_("In full-time equivalents, such as 2.5."),
    )
    budget = forms.DecimalField(
        label=_("Yearly budget (€)"), min_value=0, max_digits=12, decimal_places=2, required=False
    )
    projects = forms.IntegerField(label=_("Projects since it opened"), min_value=0, max_value=10_000, required=False)
    commissions = forms.IntegerField(
        label=_("Commissions from other departments"),
        min_value=0,
        max_value=10_000,
        required=False,
        help_text=_("How many of these projects another department of the authority asked for."),
    )
    words = VisibleTextField(
        label=_("In a few words"), required=False, widget=forms.Textarea({"rows": 3}), max_length=2000
    )
