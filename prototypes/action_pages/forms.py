"""Forms of the actions on ideas, challenges, tests and implementations: date, reason and evidence."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programmes.models import Authority
from prototypes.enums import (
    COUNTED_SCOPES,
    IDEA_REPLACED,
    AbandonReason,
    FollowUpAnswer,
    IdeaDecision,
    IdeaState,
    ImplementationKind,
    ImplementationScope,
    TrialState,
)
from prototypes.forms import MAX_TITLE_LENGTH, day_field, precision_field, text_field
from prototypes.lineage.actions import MIN_PARTS
from prototypes.models import Challenge, Idea, IdeaEvent, Implementation, Trial
from prototypes.trials.meters import criterion
from prototypes.trials.success_criteria import previous_test_with_other_criterion
from web.forms.edit_conflicts import VersionedForm
from web.forms.fields import VisibleTextField
from web.text import formats
from web.text.language import active_language

MAX_PARTS = 12


class ActionForm(forms.Form):
    """The base of all action forms. The page passes the row as `subject`, and `today`."""

    def __init__(self, *args: Any, subject: Any, today: Any, **kwargs: Any) -> None:
        """Create the form for an action on the row `subject`; `today`, the local date of its authority, is proposed as
        the date.
        """
        super().__init__(*args, **kwargs)
        self.subject, self.today = subject, today
        if "on" in self.fields:
            self.fields["on"].initial = today

    def action_arguments(self) -> dict[str, Any]:
        """Return the arguments for the action from the values of a valid form, by name; the page adds the row, `by` and
        the time.
        """
        return dict(self.cleaned_data)


class EffectiveDateForm(ActionForm):
    """The date on which the change took effect; a month or a year is enough where the day is not known."""

    on = day_field(_("When"))
    precision = precision_field()


class DatedReasonForm(EffectiveDateForm):
    reason = text_field(_("Reason"))
    field_order = ["reason", "on", "precision"]


class OptionalReasonForm(EffectiveDateForm):
    reason = text_field(_("Reason"), required=False)
    field_order = ["reason", "on", "precision"]


class AbandonForm(EffectiveDateForm):
    abandoned_for = forms.ChoiceField(label=_("Reason for abandonment"), choices=AbandonReason.choices)
    reason = text_field(_("In your own words"), help_text=_("Say what the next people with this idea should know."))
    field_order = ["abandoned_for", "reason", "on", "precision"]


class StartImplementingForm(EffectiveDateForm):
    evidence = text_field(_("Who takes on the idea, with evidence"), required=False)
    field_order = ["evidence", "on", "precision"]


class HandOverForm(StartImplementingForm):
    """The hand-over of an idea, with the texts of its package. The work done so far is added to the package."""

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

    def action_arguments(self) -> dict[str, Any]:
        """Return the arguments for the action, with the four texts for the department as one dictionary, `package`.

        Its keys are receives, watch, open_points and contact.
        """
        arguments = super().action_arguments()
        return arguments | {
            "package": {name: arguments.pop(name) for name in ("receives", "watch", "open_points", "contact")}
        }


class SupportingTestsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg] # not generic at run time
    """Concluded tests, labelled with their day, result and hypothesis."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, trial: Any) -> str:
        """Return the label of a concluded test: day (“?” if unknown), result, strength of evidence and hypothesis."""
        day = formats.short_day(trial.held_on, active_language()) if trial.held_on else "?"
        result = _("Test of %(day)s: %(result)s") % {"day": day, "result": trial.get_result_display()}
        return " · ".join(filter(None, [str(result), str(trial.get_strength_display()), trial.hypothesis]))


class DecisionForm(EffectiveDateForm):
    """The decision to adopt or adapt an idea, and the concluded tests behind it; all tests are ticked at first."""

    decision = forms.ChoiceField(
        label=_("Decision"), choices=IdeaDecision.choices, widget=forms.RadioSelect(attrs={"class": "seg"})
    )
    tests = SupportingTestsField(label=_("Tests behind the decision"), queryset=Trial.objects.none(), required=False)
    reason = text_field(_("Reason"), required=False, help_text=_("Required if no test supports the decision."))
    field_order = ["decision", "tests", "reason", "on", "precision"]

    def __init__(self, *args: Any, subject: Idea, **kwargs: Any) -> None:
        """Offer the concluded tests of the idea `subject`, all ticked; when it has none, the form does not ask for
        tests.
        """
        super().__init__(*args, subject=subject, **kwargs)
        tests = self.fields["tests"]
        assert isinstance(tests, SupportingTestsField)  # noqa: S101 - declared above
        concluded = Trial.objects.filter(prototype__idea=subject, state=TrialState.CONCLUDED)
        tests.queryset = concluded.order_by("concluded_on", "pk")
        tests.initial = [trial.pk for trial in tests.queryset]
        if not tests.initial:
            del self.fields["tests"]


class SplitForm(ActionForm):
    titles = text_field(_("Parts, one per line"), rows=4, help_text=_("Each part becomes an idea with its own page."))
    reason = text_field(_("Reason"), rows=2, required=False)
    on = day_field(_("When"))

    def clean_titles(self) -> list[str]:
        """Return the titles of the parts, one for each line that was typed.

        Raises ValidationError for a title that is too long or given twice, and for fewer than 2 or more than 12 parts.
        """
        lines = [line.strip() for line in self.cleaned_data["titles"].splitlines() if line.strip()]
        if any(len(line) > MAX_TITLE_LENGTH for line in lines):
            raise forms.ValidationError(
                _("The name of a part is too long: %(most)s characters at most. Shorten it.")
                % {"most": MAX_TITLE_LENGTH},
                code="long",
            )
        if len({line.casefold() for line in lines}) < len(lines):
            raise forms.ValidationError(
                _("Two parts have the same name. Give each part a different name."), code="twice"
            )
        if not MIN_PARTS <= len(lines) <= MAX_PARTS:
            raise forms.ValidationError(
                _("Name between %(fewest)s and %(most)s parts, one per line.")
                % {"fewest": MIN_PARTS, "most": MAX_PARTS},
                code="parts",
            )
        return lines


class LockForm(VersionedForm, ActionForm):
    """The lock of a test. It asks for a reason only if the previous test of the same measure had another criterion.

    The form holds the version of the test that was read, so that nobody locks a text they have not seen.
    """

    criterion_change_reason = text_field(_("Why the success criterion changed"), rows=2)

    def __init__(self, *args: Any, subject: Trial, **kwargs: Any) -> None:
        """Create the form to lock the test `subject`, and keep the version of its plan that the person reads.

        It asks for a reason only when an earlier locked test of the idea with the same measure had another success
        criterion.
        """
        super().__init__(*args, subject=subject, current=subject.plan_values(), **kwargs)
        others = Trial.objects.filter(prototype__idea=subject.prototype.idea_id, locked_at__isnull=False)
        earlier = previous_test_with_other_criterion(subject, others)
        if earlier is None:
            del self.fields["criterion_change_reason"]
        else:
            self.fields["criterion_change_reason"].help_text = _(
                "The success criterion was: %(before)s. In this test it is: %(now)s."
            ) % {
                "before": criterion(earlier),
                "now": criterion(subject),
            }


class FollowUpForm(VersionedForm):
    answer = forms.ChoiceField(
        label=_("Is the idea still live?"),
        choices=FollowUpAnswer.choices,
        widget=forms.RadioSelect(attrs={"class": "seg"}),
    )
    words = text_field(_("In a few words"), required=False, help_text=_("If the idea is no longer live, say why."))
    evidence = text_field(
        _("Evidence"), rows=2, required=False, help_text=_("Required if the idea is live, in full or in part.")
    )

    def __init__(self, *args: Any, live: bool, **kwargs: Any) -> None:
        """Create the form; it asks whether the idea is “still” live if `live` is True, else if it is live “yet”."""
        super().__init__(*args, **kwargs)
        if not live:
            self.fields["answer"].label = _("Is the idea live yet?")
            self.fields["words"].help_text = _("If the idea is not live, say why.")

    def action_arguments(self) -> dict[str, Any]:
        """Return the values of a valid form as arguments of the action that records the answer."""
        return dict(self.cleaned_data)


class MergeForm(EffectiveDateForm):
    """The merge of an idea into a running idea of the same edition that the person can see."""

    into = forms.ModelChoiceField(label=_("Idea to merge into"), queryset=Idea.objects.none())
    reason = text_field(_("Reason"), required=False)
    field_order = ["into", "reason", "on", "precision"]

    def __init__(self, *args: Any, subject: Idea, user: Any, **kwargs: Any) -> None:
        """Offer the ideas into which `subject` can be merged: ideas of its edition that `user` may read, by reference.

        Left out are `subject` itself, published facts, and ideas that are abandoned, merged or split.
        """
        super().__init__(*args, subject=subject, **kwargs)
        ideas = Idea.objects.visible_to(user).measured().filter(cohort__edition=subject.cohort.edition_id)
        into = self.fields["into"]
        assert isinstance(into, forms.ModelChoiceField)  # noqa: S101 - declared above
        into.queryset = (
            ideas.exclude(pk=subject.pk).exclude(state__in=["abandoned", *IDEA_REPLACED]).order_by("reference")
        )


class ImplementedForm(EffectiveDateForm):
    scope = forms.ChoiceField(
        label=_("Scope"), choices=ImplementationScope.choices, widget=forms.RadioSelect(attrs={"class": "seg"})
    )
    unit = VisibleTextField(label=_("Department or service"), max_length=160, required=False)
    evidence = text_field(
        _("Evidence"), help_text=_("Give something that anyone can check: a decision, a page, a figure.")
    )
    field_order = ["scope", "on", "precision", "unit", "evidence"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Create the form; its date is labelled “Live since”."""
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("Live since")


class LiveForm(EffectiveDateForm):
    scope = forms.ChoiceField(label=_("Scope"), choices=ImplementationScope.choices)
    evidence = text_field(
        _("Evidence"), help_text=_("Give something that anyone can check: a decision, a page, a figure.")
    )


class CorrectImplementationForm(LiveForm):
    """The corrected facts of an implementation. A date that comes from an event of the idea is corrected there."""

    unit = VisibleTextField(label=_("Department or service"), max_length=160, required=False)
    reason = text_field(_("What was wrong"))
    field_order = ["scope", "on", "precision", "unit", "evidence", "reason"]

    def __init__(self, *args: Any, subject: Implementation, **kwargs: Any) -> None:
        """Create the form with the recorded facts of the implementation `subject`.

        In the idea's own authority a partial scope stays partial, and a full or adapted one stays full or adapted; for
        the latter there is no date, which is corrected on the event of the idea instead.
        """
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
        scope.choices = [
            (value, ImplementationScope(value).label)
            for value in ImplementationScope
            if (value in COUNTED_SCOPES) == counts
        ]
        if counts:
            del self.fields["on"], self.fields["precision"]


class ReplicationForm(ActionForm):
    authority = forms.ModelChoiceField(label=_("Authority"), queryset=Authority.objects.none())
    unit = VisibleTextField(label=_("Department or service"), max_length=160, required=False)

    def __init__(self, *args: Any, subject: Idea, today: Any, **kwargs: Any) -> None:
        """Offer all authorities not dissolved on the day `today`, by name, except that of the idea `subject`."""
        super().__init__(*args, subject=subject, today=today, **kwargs)
        authority = self.fields["authority"]
        assert isinstance(authority, forms.ModelChoiceField)  # noqa: S101 - declared above
        authority.queryset = Authority.objects.living(today).exclude(pk=subject.cohort.authority_id).by_name()


class EndImplementationForm(ActionForm):
    on = day_field(_("When"))
    reason = text_field(_("Reason"))


class ReasonOnlyForm(ActionForm):
    reason = text_field(_("Reason"))


class FramingForm(VersionedForm, ActionForm):
    framing = text_field(_("Framing"), rows=5, help_text=_("Say what is part of the challenge, and what is not."))

    def __init__(self, *args: Any, subject: Challenge, **kwargs: Any) -> None:
        """Create the form with the framing that the challenge `subject` has now, to detect when someone else changes
        it.
        """
        super().__init__(*args, subject=subject, current={"framing": subject.framing}, **kwargs)


class CorrectionForm(EffectiveDateForm):
    """The correction of an event: another date, another decision, or that the event never happened."""

    state = forms.ChoiceField(label=_("What is right"))
    decision = forms.ChoiceField(label=_("Decision"), choices=IdeaDecision.choices)
    reason = text_field(_("What was wrong"))
    field_order = ["state", "decision", "on", "precision", "reason"]

    def __init__(self, *args: Any, subject: IdeaEvent, before: str, **kwargs: Any) -> None:
        """Create the form to correct the event `subject` of an idea, filled with its date and decision.

        `before` is the state the idea had before the event ("" for the first event), offered as “the event did not
        happen”.
        """
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
