"""Forms of the acts on an idea, a challenge, a test or an implementation: when, why, and what shows it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programmes.models import Authority
from prototypes.enums import Decision, IdeaState, Scope
from prototypes.forms import day_field, precision_field, text_field
from prototypes.models import Idea, IdeaEvent


class ActForm(forms.Form):
    """What the act page gives every form: the `subject` acted on and `today`."""

    def __init__(self, *args: Any, subject: Any, today: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subject, self.today = subject, today
        if "on" in self.fields:
            self.fields["on"].initial = today


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


class HandOverForm(DayForm):
    evidence = text_field(_("Who takes it on, and what shows it"), required=False)
    field_order = ["evidence", "on", "precision"]


class DecisionForm(DayForm):
    decision = forms.ChoiceField(
        label=_("Decision"), choices=Decision.choices, widget=forms.RadioSelect(attrs={"class": "seg"})
    )
    reason = text_field(_("Reason"), required=False, help_text=_("Needed when no test of the idea is concluded."))
    field_order = ["decision", "reason", "on", "precision"]


class MergeForm(DayForm):
    """Into an idea of the same edition that lives on and that the person can see."""

    into = forms.ModelChoiceField(label=_("Into which idea"), queryset=Idea.objects.none())
    reason = text_field(_("Reason"), required=False)
    field_order = ["into", "reason", "on", "precision"]

    def __init__(self, *args: Any, subject: Idea, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, subject=subject, **kwargs)
        ideas = Idea.objects.visible_to(user).measured().filter(cohort__edition=subject.cohort.edition_id)
        into = self.fields["into"]
        assert isinstance(into, forms.ModelChoiceField)  # noqa: S101 - declared above
        into.queryset = ideas.exclude(pk=subject.pk).exclude(state__in=["abandoned", "merged"]).order_by("reference")


class ImplementedForm(DayForm):
    scope = forms.ChoiceField(label=_("Scope"), choices=Scope.choices, widget=forms.RadioSelect(attrs={"class": "seg"}))
    unit = forms.CharField(label=_("Department or service"), max_length=160, required=False)
    evidence = text_field(_("Evidence"), help_text=_("A decision, a page, a figure: what anyone can check."))
    field_order = ["scope", "on", "precision", "unit", "evidence"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("Live since")


class LiveForm(DayForm):
    scope = forms.ChoiceField(label=_("Scope"), choices=Scope.choices)
    evidence = text_field(_("Evidence"), help_text=_("A decision, a page, a figure: what anyone can check."))


class ReplicationForm(ActForm):
    authority = forms.ModelChoiceField(label=_("Authority"), queryset=Authority.objects.none())
    unit = forms.CharField(label=_("Department or service"), max_length=160, required=False)

    def __init__(self, *args: Any, subject: Idea, today: Any, **kwargs: Any) -> None:
        super().__init__(*args, subject=subject, today=today, **kwargs)
        authority = self.fields["authority"]
        assert isinstance(authority, forms.ModelChoiceField)  # noqa: S101 - declared above
        authority.queryset = Authority.objects.living(today).exclude(pk=subject.cohort.authority_id).order_by("name")


class EndForm(ActForm):
    on = day_field(_("When"))
    reason = text_field(_("Reason"))


class OnlyReasonForm(ActForm):
    reason = text_field(_("Reason"))


class FramingForm(ActForm):
    framing = text_field(_("Framing"), rows=5, help_text=_("What is part of it, and what is not."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["framing"].initial = self.subject.framing


class CorrectionForm(DayForm):
    """What an event should have said: the same on another day, another decision, or that it never happened."""

    state = forms.ChoiceField(label=_("What is right"))
    decision = forms.ChoiceField(label=_("Decision"), choices=Decision.choices)
    reason = text_field(_("What was wrong"))
    field_order = ["state", "decision", "on", "precision", "reason"]

    def __init__(self, *args: Any, subject: IdeaEvent, before: str, **kwargs: Any) -> None:
        super().__init__(*args, subject=subject, **kwargs)
        choices: list[tuple[str, Any]] = [(subject.state, _("It happened, on this day:"))]
        if before and before != subject.state:
            text = _("It did not happen: the idea stayed “%(state)s”")
            choices.append((before, text % {"state": IdeaState(before).label}))
        state = self.fields["state"]
        assert isinstance(state, forms.ChoiceField)  # noqa: S101 - declared above
        state.choices = choices
        for name, value in (("on", subject.effective_on), ("precision", subject.precision)):
            self.fields[name].initial = value
        self.fields["decision"].initial = subject.decision
        if not subject.decision:
            del self.fields["decision"]
