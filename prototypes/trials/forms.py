"""Forms of tests: the plan, and what was observed and learnt."""

from collections import Counter
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cohorts.models import Session
from programmes.models import Method
from prototypes.enums import Comparator, Result, Strength, TrialDecision
from prototypes.forms import EMPTY, MAX_PARTICIPANTS, day_field, text_field
from prototypes.models import Trial
from prototypes.trials.models import PERCENT
from web.database.text_search import name_order
from web.forms.edit_conflicts import VersionedForm
from web.forms.fields import VisibleTextField, required_if
from web.forms.idempotency import IdempotentForm


class NewTrialForm(IdempotentForm):
    """What a new plan of a test needs; the rest is on the form to edit it."""

    hypothesis = text_field(
        _("Hypothesis"), rows=2, help_text=_("For example: “8 people in 10 find the right counter on their own.”")
    )
    measure = VisibleTextField(
        label=_("What you measure"), max_length=200, help_text=_("For example: “Share of people who find the counter.”")
    )
    comparator = forms.ChoiceField(label=_("Criterion"), choices=Comparator.choices)
    threshold = forms.DecimalField(label=_("Threshold"), max_digits=12, decimal_places=2)
    unit = VisibleTextField(
        label=_("Unit"),
        max_length=40,
        initial=PERCENT,
        help_text=_("With %, you count those who succeed among those who take part."),
    )
    planned_on = day_field(_("Planned on"), required=False)


class TrialForm(NewTrialForm, VersionedForm):
    """The plan of a test, written before it is run."""

    field_order = ["hypothesis", "measure", "comparator", "threshold", "unit", "method", "method_card"]

    method = text_field(_("Method"), rows=2, required=False)
    method_card = forms.ModelChoiceField(
        Method.objects.order_by(name_order("name")),
        label=_("Method from the lab’s cards"),
        required=False,
        empty_label=_("none"),
        help_text=_("If you follow one of the lab’s methods, choose it."),
    )
    session = forms.ModelChoiceField(
        label=_("During session"), queryset=Session.objects.none(), required=False, empty_label=_("none")
    )

    def __init__(self, *args: Any, sessions: QuerySet[Session], **kwargs: Any) -> None:
        """Create the form for the plan of a test; `sessions` are those of the cohort during which the test can take
        place.
        """
        super().__init__(*args, **kwargs)
        session = self.fields["session"]
        assert isinstance(session, forms.ModelChoiceField)  # noqa: S101 - declared above
        session.queryset = sessions


def counted_group(line: str) -> tuple[str, int]:
    """Return the segment and the number of people in a line such as “inhabitants 8”.

    Raises ValidationError for a line that does not end in a number of people.
    """
    segment, _space, count = line.replace(":", " ").rpartition(" ")
    if not segment.strip() or not (count.isascii() and count.isdigit() and 0 < int(count[:7]) <= MAX_PARTICIPANTS):
        raise forms.ValidationError(_("“%(line)s”: end each line with a number of people."), params={"line": line})
    return segment.strip()[:120], int(count)


class LearningForm(VersionedForm):
    """What was learnt from a concluded test; its figures stay."""

    observation = text_field(_("Observation"), required=False)
    learning = text_field(_("What did we learn?"), required=False)
    decision = forms.ChoiceField(label=_("Decision"), choices=[*EMPTY, *TrialDecision.choices], required=False)
    strength = forms.ChoiceField(label=_("Strength of evidence"), choices=[*EMPTY, *Strength.choices], required=False)


class LogForm(LearningForm):
    """What happened in a locked test; short enough to be filled in the field."""

    participants = forms.IntegerField(label=_("People"), min_value=1, max_value=MAX_PARTICIPANTS)
    successes = forms.IntegerField(label=_("Succeeded"), min_value=0, max_value=MAX_PARTICIPANTS)
    observed_value = forms.DecimalField(label=_("Observed"), max_digits=12, decimal_places=2)
    result = forms.ChoiceField(
        label=_("Is the criterion met?"),
        choices=[(Result.MET, _("Yes")), (Result.NOT_MET, _("No")), (Result.INCONCLUSIVE, _("I do not know"))],
        widget=forms.RadioSelect(attrs={"class": "seg"}),
    )
    contradiction_reason = required_if(
        text_field(_("Why does the result differ from the threshold?"), rows=2), _("required if the result differs")
    )
    held_on = day_field(_("Held on"))
    groups = text_field(
        _("Who took part"),
        required=False,
        help_text=_(
            "Write one group per line, with its number of people: “inhabitants 8”. Do not write names of people."
        ),
    )

    field_order = ["participants", "successes", "observed_value", "result", "contradiction_reason", "learning"]

    def __init__(self, *args: Any, trial: Trial, today: date | None = None, later: bool = False, **kwargs: Any) -> None:
        """Create the form to log a test: with the number of people who succeeded for a share of people, else with an
        observed value.

        `today` is proposed as the day the test was held; `later` leaves the conclusion open, so that results are
        optional.
        """
        super().__init__(*args, **kwargs)
        for name in ("result", "observed_value", "successes"):
            self.fields[name].required = not later
        del self.fields["observed_value" if trial.counts_people else "successes"]
        unit = "" if trial.counts_people else trial.unit
        if unit:
            self.fields["observed_value"].label = f"{self.fields['observed_value'].label} ({unit})"
        self.initial.pop("held_on", None)
        self.fields["held_on"].initial = trial.held_on or today

    def clean_groups(self) -> dict[str, int]:
        """Return the number of people by segment from the typed lines, such as “inhabitants 8”; equal segments are
        added up.

        Raises ValidationError for a line that does not end in a number of people.
        """
        counts: Counter[str] = Counter()
        for line in filter(None, map(str.strip, self.cleaned_data["groups"].splitlines())):
            segment, count = counted_group(line)
            counts[segment] += count
        return dict(counts)

    def run_arguments(self) -> dict[str, Any]:
        """Return what happened, as arguments of `hold_trial`: participants, successes, held_on, observation, groups."""
        names = ("participants", "successes", "held_on", "observation", "groups")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}

    def conclusion_arguments(self) -> dict[str, Any]:
        """Return what was concluded, as arguments of `conclude_trial`: observed value, result and its reason, learning,
        decision, strength.
        """
        names = ("observed_value", "result", "contradiction_reason", "learning", "decision", "strength")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}

    def partial_conclusion_arguments(self) -> dict[str, Any]:
        """Return what can be recorded although the result is left open: observed value, learning, decision and
        strength, by name.
        """
        return {
            name: value
            for name, value in self.conclusion_arguments().items()
            if name not in ("result", "contradiction_reason")
        }
