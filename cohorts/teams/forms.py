"""What is noted of an innovation team, and the date of its next step."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from cohorts.models import InnovationTeam
from cohorts.teams.actions import dated
from web.forms.fields import DayField, WordsField, column


class ProposeTeamForm(forms.Form):
    """A team that is envisaged."""

    name = WordsField(label=_("Name"), max_length=160)
    proposed_on = DayField(label=_("Proposed on"), required=False)


class TeamForm(forms.ModelForm[InnovationTeam]):
    """Posts, budget and place."""

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
        fields = ("name", "posts", "budget", "place", "notes")
        formfield_callback = column
        widgets = {"notes": forms.Textarea({"rows": 3})}


class StepForm(forms.Form):
    """The day a step was taken."""

    happened_on = DayField(label=_("Date"))


class CloseForm(StepForm):
    """The day the team closed, and why."""

    reason = WordsField(label=_("Reason"), required=False, widget=forms.Textarea({"rows": 3}), max_length=2000)


class DaysForm(forms.Form):
    """The days of the steps a team has taken, those wrongly given set right; what was known stays known."""

    reason = WordsField(label=_("Reason"), widget=forms.Textarea({"rows": 3}), max_length=2000)

    def __init__(self, data: Mapping[str, Any] | None = None, *, team: InnovationTeam) -> None:
        days = dated(team)
        super().__init__(data, initial={name: getattr(team, name) for name in days})
        for name in days:
            label = capfirst(InnovationTeam._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            self.fields[name] = DayField(label=label, required=bool(self.initial[name]))
        self.order_fields(days)
