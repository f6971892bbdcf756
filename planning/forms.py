"""Forms of the plans of a residency: calculate them, record an absence, allow an exception, choose a week or a plan."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cohorts.models import Membership
from planning.enums import OF_A_WEEK, WITH_SUBJECT, Certainty, LiftableRule
from planning.models import MAX_WEEKS_APART
from planning.reading import PlanningInputs
from planning.sentences import PlanSentences, week_text
from planning.solver.problem import CLOSEST
from web.forms.fields import DayField, VisibleTextField


class CalculateForm(forms.Form):
    """The least number of weeks from one on-site week to the next."""

    weeks_apart = forms.IntegerField(
        label=_("Minimum gap between two on-site weeks, in weeks"),
        help_text=_("For example 4: time to build something between two visits."),
        min_value=CLOSEST,
        max_value=MAX_WEEKS_APART,
    )


class WeekForm(forms.Form):
    """A week, by its Monday."""

    monday = DayField(widget=forms.HiddenInput)

    def clean_monday(self) -> date:
        """Raise ValidationError for another day than a Monday."""
        monday: date = self.cleaned_data["monday"]
        if monday.weekday():
            raise forms.ValidationError(_("Choose a week by its Monday."))
        return monday


class UsePlanForm(forms.Form):
    """The form that confirms a plan; the hidden token names the plan and the drafts that the person saw."""

    version_token = forms.CharField(widget=forms.HiddenInput, max_length=16)


class AbsenceForm(forms.Form):
    """Who is away, from when to when, and whether that is certain."""

    member = forms.ModelChoiceField(
        label=_("Person of the team"), queryset=Membership.objects.none(), required=False, empty_label="—"
    )
    host = VisibleTextField(
        label=_("Or a host"),
        help_text=_("Who or what the residency needs on its site, for example the head teacher or the boarding house."),
        max_length=80,
        required=False,
    )
    first_day = DayField(label=_("First day"))
    last_day = DayField(label=_("Last day"))
    certainty = forms.ChoiceField(
        label=_("Is it certain?"),
        choices=Certainty.choices,
        initial=Certainty.AWAY,
        widget=forms.RadioSelect({"class": "seg"}),
    )

    def __init__(self, *args: Any, inputs: PlanningInputs, **kwargs: Any) -> None:
        """Create the form; the people to choose from are those of the team."""
        super().__init__(*args, **kwargs)
        keys = [member.pk for member in inputs.team.values()]
        field = self.fields["member"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
        field.queryset = Membership.objects.filter(pk__in=keys).select_related("user")
        field.label_from_instance = lambda obj: str(obj.name)  # type: ignore[method-assign]

    def clean(self) -> dict[str, Any]:
        """Raise ValidationError unless it is about either a person or a host, or if it ends before it begins."""
        values = self.cleaned_data
        if bool(values.get("member")) == bool(values.get("host")):
            self.add_error("member", _("Choose a person of the team, or write the name of a host."))
        first, last = values.get("first_day"), values.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day is before the first."))
        return values


class ExceptionForm(forms.Form):
    """A rule that plans may break, and why. Which rule comes with the address of the page."""

    rule = forms.ChoiceField(choices=LiftableRule.choices, widget=forms.HiddenInput)
    subject = forms.CharField(widget=forms.HiddenInput, max_length=80, required=False)
    monday = DayField(widget=forms.HiddenInput, required=False)
    reason = VisibleTextField(
        label=_("Reason"),
        help_text=_("Everyone who plans the residency reads it, for example “The head teacher’s deputy is there.”"),
        max_length=300,
    )

    def clean(self) -> dict[str, Any]:
        """Raise ValidationError where the rule needs a week or a subject and has none, or has one that it does not
        need.
        """
        values = self.cleaned_data
        rule, monday = values.get("rule"), values.get("monday")
        is_right = (rule in OF_A_WEEK) == bool(monday) and (rule in WITH_SUBJECT) == bool(values.get("subject"))
        if not is_right or (monday and monday.weekday()):
            raise forms.ValidationError(_("Open this page from the plans of the residency."))
        return values


def exception_label(sentences: PlanSentences, rule: str, subject: str, monday: date | None) -> str:
    """Return in words which rule an exception lifts, what it is about, and its week; "" for an unknown rule."""
    if rule not in LiftableRule.values:
        return ""
    about = sentences.discipline(subject) if rule == LiftableRule.DISCIPLINE else subject
    return " · ".join(filter(None, [str(LiftableRule(rule).label), about, week_text(monday) if monday else ""]))
