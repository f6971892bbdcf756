"""What is noted of an innovation team, and the date of its next step."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cohorts.models import InnovationTeam
from web.forms import DayField, WordsField, column


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
    """The day a step was taken, for steps that have one."""

    happened_on = DayField(label=_("On"))


class CloseForm(StepForm):
    """The day the team closed, and why."""

    reason = WordsField(label=_("Reason"), required=False, widget=forms.Textarea({"rows": 3}), max_length=2000)
