"""Forms of the acts on an idea, a challenge, a test or an implementation: when, why, and what shows it."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from programmes.models import Authority
from prototypes.enums import (
    COUNTED_SCOPES,
    IDEA_REPLACED,
    AbandonedFor,
    Decision,
    IdeaState,
    ImplementationKind,
    Scope,
    StillLive,
    TrialState,
)
from prototypes.forms import MOST_OF_TITLE, day_field, precision_field, text_field
from prototypes.lineage.actions import FEWEST_PARTS
from prototypes.models import Challenge, Idea, IdeaEvent, Implementation, Trial
from prototypes.trials.meters import criterion
from prototypes.trials.success_criteria import moved_from
from web.forms.edit_conflicts import StartedForm
from web.forms.fields import WordsField
from web.text import formats

MOST_PARTS = 12


class ActForm(forms.Form):
    """What the act page gives every form: the `subject` acted on and `today`."""

    def __init__(self, *args: Any, subject: Any, today: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subject, self.today = subject, today
        if "on" in self.fields:
            self.fields["on"].initial = today

    def told(self) -> dict[str, Any]:
        """The action's arguments."""
        return dict(self.cleaned_data)


class DayForm(ActForm):
    """When it took effect; a month or a year is enough where the day is not known."""

    on = day_field(_("When"))
    precision = precision_field()


class ReasonForm(DayForm):
    reason = text_field(_("Reason"))
    field_order = ["reason", "on", "precision"]


class NoteForm(DayForm):
    reason = text_field(_("Reason"), required=False)
    field_order = ["reason", "on", "precision"]


class AbandonForm(DayForm):
    abandoned_for = forms.ChoiceField(label=_("Reason for abandonment"), choices=AbandonedFor.choices)
    reason = text_field(_("In your own words"), help_text=_("Say what the next people with this idea should know."))
    field_order = ["abandoned_for", "reason", "on", "precision"]


class StartForm(DayForm):
    evidence = text_field(_("Who takes on the idea, with evidence"), required=False)
    field_order = ["evidence", "on", "precision"]


class HandOverForm(StartForm):
    """With the package: what people write for the department, beside the work, which is added as it stands."""

    receives = text_field(
        _("What the department receives"),
        help_text=_("List what exists: the prototype, the files, people’s working time."),
    )
    watch = text_field(
        _("What to watch"), required=False, help_text=_("Say what turned out to be fragile in the tests.")
    )
    open_points = text_field(_("Open points"), required=False, help_text=_("List what has not been decided yet."))
    contact = text_field(_("Who to ask"), rows=2, help_text=_("Give roles rather than names: “the pilot”."))
    field_order = ["evidence", "receives", "watch", "open_points", "contact", "on", "precision"]

    def told(self) -> dict[str, Any]:
        said = super().told()
        return said | {"package": {name: said.pop(name) for name in ("receives", "watch", "open_points", "contact")}}


class TestsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg] # not generic at run time
    """Concluded tests by their day and what they found."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, trial: Any) -> str:
        day = formats.short_day(trial.held_on, (get_language() or "fr")[:2]) if trial.held_on else "?"
        result = _("Test of %(day)s: %(result)s") % {"day": day, "result": trial.get_result_display()}
        return " · ".join(filter(None, [str(result), str(trial.get_strength_display()), trial.hypothesis]))


class DecisionForm(DayForm):
    """Adopt or adapt, naming the concluded tests of the idea that speak for it: all of them at first."""

    decision = forms.ChoiceField(
        label=_("Decision"), choices=Decision.choices, widget=forms.RadioSelect(attrs={"class": "seg"})
    )
    tests = TestsField(label=_("Tests behind the decision"), queryset=Trial.objects.none(), required=False)
    reason = text_field(_("Reason"), required=False, help_text=_("Required if no test supports the decision."))
    field_order = ["decision", "tests", "reason", "on", "precision"]

    def __init__(self, *args: Any, subject: Idea, **kwargs: Any) -> None:
        super().__init__(*args, subject=subject, **kwargs)
        tests = self.fields["tests"]
        assert isinstance(tests, TestsField)  # noqa: S101 - declared above
        concluded = Trial.objects.filter(prototype__idea=subject, state=TrialState.CONCLUDED)
        tests.queryset = concluded.order_by("concluded_on", "pk")
        tests.initial = [trial.pk for trial in tests.queryset]
        if not tests.initial:
            del self.fields["tests"]


class SplitForm(ActForm):
    titles = text_field(_("Parts, one per line"), rows=4, help_text=_("Each part becomes an idea with its own page."))
    reason = text_field(_("Reason"), rows=2, required=False)
    on = day_field(_("When"))

    def clean_titles(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["titles"].splitlines() if line.strip()]
        if any(len(line) > MOST_OF_TITLE for line in lines):
            raise forms.ValidationError(
                _("The name of a part is too long: %(most)s characters at most. Shorten it.") % {"most": MOST_OF_TITLE},
                code="long",
            )
        if len({line.casefold() for line in lines}) < len(lines):
            raise forms.ValidationError(
                _("Two parts have the same name. Give each part a different name."), code="twice"
            )
        if not FEWEST_PARTS <= len(lines) <= MOST_PARTS:
            raise forms.ValidationError(
                _("Name between %(fewest)s and %(most)s parts, one per line.")
                % {"fewest": FEWEST_PARTS, "most": MOST_PARTS},
                code="parts",
            )
        return lines


class LockForm(StartedForm, ActForm):
    """Nothing to fill in, unless the bar is another than that of the test before on the same measure.

    It remembers what was read of the test: nobody freezes what they did not see.
    """

    moved_because = text_field(_("Why the success criterion changed"), rows=2)

    def __init__(self, *args: Any, subject: Trial, **kwargs: Any) -> None:
        super().__init__(*args, subject=subject, stands=subject.expected(), **kwargs)
        others = Trial.objects.filter(prototype__idea=subject.prototype.idea_id, locked_at__isnull=False)
        earlier = moved_from(subject, others)
        if earlier is None:
            del self.fields["moved_because"]
        else:
            self.fields["moved_because"].help_text = _(
                "The success criterion was: %(before)s. In this test it is: %(now)s."
            ) % {
                "before": criterion(earlier),
                "now": criterion(subject),
            }


class FollowUpForm(StartedForm):
    answer = forms.ChoiceField(
        label=_("Is the idea still live?"), choices=StillLive.choices, widget=forms.RadioSelect(attrs={"class": "seg"})
    )
    words = text_field(_("In a few words"), required=False, help_text=_("If the idea is no longer live, say why."))
    evidence = text_field(
        _("Evidence"), rows=2, required=False, help_text=_("Required if the idea is live, in full or in part.")
    )

    def __init__(self, *args: Any, live: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not live:
            self.fields["answer"].label = _("Is the idea live yet?")
            self.fields["words"].help_text = _("If the idea is not live, say why.")


class MergeForm(DayForm):
    """Into an idea of the same edition that lives on and that the person can see."""

    into = forms.ModelChoiceField(label=_("Idea to merge into"), queryset=Idea.objects.none())
    reason = text_field(_("Reason"), required=False)
    field_order = ["into", "reason", "on", "precision"]

    def __init__(self, *args: Any, subject: Idea, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, subject=subject, **kwargs)
        ideas = Idea.objects.visible_to(user).measured().filter(cohort__edition=subject.cohort.edition_id)
        into = self.fields["into"]
        assert isinstance(into, forms.ModelChoiceField)  # noqa: S101 - declared above
        into.queryset = (
            ideas.exclude(pk=subject.pk).exclude(state__in=["abandoned", *IDEA_REPLACED]).order_by("reference")
        )


class ImplementedForm(DayForm):
    scope = forms.ChoiceField(label=_("Scope"), choices=Scope.choices, widget=forms.RadioSelect(attrs={"class": "seg"}))
    unit = WordsField(label=_("Department or service"), max_length=160, required=False)
    evidence = text_field(
        _("Evidence"), help_text=_("Give something that anyone can check: a decision, a page, a figure.")
    )
    field_order = ["scope", "on", "precision", "unit", "evidence"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("Live since")


class LiveForm(DayForm):
    scope = forms.ChoiceField(label=_("Scope"), choices=Scope.choices)
    evidence = text_field(
        _("Evidence"), help_text=_("Give something that anyone can check: a decision, a page, a figure.")
    )


class CorrectImplementationForm(LiveForm):
    """What an implementation should have said. The day of one that the idea's event tells of is corrected there."""

    unit = WordsField(label=_("Department or service"), max_length=160, required=False)
    reason = text_field(_("What was wrong"))
    field_order = ["scope", "on", "precision", "unit", "evidence", "reason"]

    def __init__(self, *args: Any, subject: Implementation, **kwargs: Any) -> None:
        super().__init__(*args, subject=subject, **kwargs)
        for name, column in {"on": "live_on", "precision": "live_precision"}.items():
            self.fields[name].initial = getattr(subject, column)
        for name in ("scope", "unit", "evidence"):
            self.fields[name].initial = getattr(subject, name)
        self.fields["on"].label = _("Live since")
        if subject.kind != ImplementationKind.ORIGIN:
            return
        counts = subject.scope in COUNTED_SCOPES
        scope = self.fields["scope"]
        assert isinstance(scope, forms.ChoiceField)  # noqa: S101 - declared above
        scope.choices = [(value, Scope(value).label) for value in Scope if (value in COUNTED_SCOPES) == counts]
        if counts:
            del self.fields["on"], self.fields["precision"]


class ReplicationForm(ActForm):
    authority = forms.ModelChoiceField(label=_("Authority"), queryset=Authority.objects.none())
    unit = WordsField(label=_("Department or service"), max_length=160, required=False)

    def __init__(self, *args: Any, subject: Idea, today: Any, **kwargs: Any) -> None:
        super().__init__(*args, subject=subject, today=today, **kwargs)
        authority = self.fields["authority"]
        assert isinstance(authority, forms.ModelChoiceField)  # noqa: S101 - declared above
        authority.queryset = Authority.objects.living(today).exclude(pk=subject.cohort.authority_id).by_name()


class EndForm(ActForm):
    on = day_field(_("When"))
    reason = text_field(_("Reason"))


class OnlyReasonForm(ActForm):
    reason = text_field(_("Reason"))


class FramingForm(StartedForm, ActForm):
    framing = text_field(_("Framing"), rows=5, help_text=_("Say what is part of the challenge, and what is not."))

    def __init__(self, *args: Any, subject: Challenge, **kwargs: Any) -> None:
        super().__init__(*args, subject=subject, stands={"framing": subject.framing}, **kwargs)


class CorrectionForm(DayForm):
    """What an event should have said: the same on another day, another decision, or that it never happened."""

    state = forms.ChoiceField(label=_("What is right"))
    decision = forms.ChoiceField(label=_("Decision"), choices=Decision.choices)
    reason = text_field(_("What was wrong"))
    field_order = ["state", "decision", "on", "precision", "reason"]

    def __init__(self, *args: Any, subject: IdeaEvent, before: str, **kwargs: Any) -> None:
        super().__init__(*args, subject=subject, **kwargs)
        choices: list[tuple[str, Any]] = [(subject.state, _("The event happened, on this date:"))]
        if before and before != subject.state:
            text = _("The event did not happen: the idea stayed “%(state)s”")
            choices.append((before, text % {"state": IdeaState(before).label}))
        state = self.fields["state"]
        assert isinstance(state, forms.ChoiceField)  # noqa: S101 - declared above
        state.choices = choices
        for name, value in (("on", subject.effective_on), ("precision", subject.precision)):
            self.fields[name].initial = value
        self.fields["decision"].initial = subject.decision
        if not subject.decision:
            del self.fields["decision"]
