"""Forms about the content of an exchange."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.models import User
from cohorts.models import Cohort
from exchanges.content.enums import (
    MAX_COMMITMENT_CHARACTERS,
    MAX_MINUTES_CHARACTERS,
    SCALE,
    CommitmentState,
    ContributionKind,
)
from exchanges.models import Contribution, Minutes, ProgrammeItem, Question
from prototypes.models import Idea
from web.forms.edit_conflicts import VersionedForm
from web.forms.fields import DayField, VisibleTextField, required_if, text_field

EMPTY_CHOICE = ("", "—")


def _model_choice(
    label: StrOrPromise, rows: QuerySet[Any], choices: Sequence[tuple[int, str]], **options: Any
) -> "forms.ModelChoiceField[Any]":
    """Return a choice field for rows that were read already, given as pairs of key and label (`choices`).

    On submission it queries only the row that is chosen, from `rows`. A required field with one choice has no empty
    choice. `options` go to Django's ModelChoiceField.
    """
    field = forms.ModelChoiceField(label=label, queryset=rows.filter(pk__in=[pk for pk, _name in choices]), **options)
    field.choices = choices if len(choices) == 1 and field.required else [EMPTY_CHOICE, *choices]
    return field


def cohort_choices(cohorts: Sequence[Cohort]) -> list[tuple[int, str]]:
    """Return the cohorts as pairs of key and name, for a choice field."""
    return [(cohort.pk, cohort.name) for cohort in cohorts]


def idea_choices(ideas: Sequence[Idea]) -> list[tuple[int, str]]:
    """Return the ideas as pairs of key and label (“PDL-003 · title”), for a choice field."""
    return [(idea.pk, f"{idea.reference} · {idea.title}") for idea in ideas]


class QuestionForm(VersionedForm):
    """The text of a question. For an existing question the form detects edits made by others."""

    text = text_field(
        _("Question"), help_text=_("The cohorts read the question before they come. Each cohort answers it.")
    )

    def __init__(self, *args: Any, question: Question | None = None, **kwargs: Any) -> None:
        """Create the form, empty for a new question (None), or with the text of an existing one."""
        super().__init__(*args, current=question.form_values() if question else None, **kwargs)


class ContributionForm(forms.Form):
    """A contribution. `questions`, `cohorts` and `ideas` are those the person may choose from."""

    cohort = forms.ModelChoiceField(label=_("Cohort"), queryset=Cohort.objects.none())
    kind = forms.ChoiceField(label=_("Kind"), choices=ContributionKind.choices)
    question = forms.ModelChoiceField(label=_("Question"), queryset=Question.objects.none(), required=False)
    text = text_field(_("Text"), help_text=_("Everyone in the edition can read this text."))
    idea = forms.ModelChoiceField(label=_("Idea"), queryset=Idea.objects.none(), required=False)

    def __init__(
        self,
        *args: Any,
        cohorts: Sequence[Cohort],
        questions: Sequence[Question],
        ideas: Sequence[Idea],
        **kwargs: Any,
    ) -> None:
        """Create the form with the cohorts, questions and ideas to choose from.

        Without questions or ideas their field is left out.
        """
        super().__init__(*args, **kwargs)
        question_choices = [(question.pk, question.text) for question in questions]
        self.fields["cohort"] = _model_choice(_("Cohort"), Cohort.objects.all(), cohort_choices(cohorts))
        self.fields["question"] = required_if(
            _model_choice(_("Question"), Question.objects.all(), question_choices, required=False),
            _("required for an answer; leave empty otherwise"),
        )
        self.fields["idea"] = _idea_field(ideas)
        if not questions:
            del self.fields["question"]
        if not ideas:
            del self.fields["idea"]

    def clean(self) -> dict[str, Any]:
        """Return the checked values.

        Adds an error to an answer without a question, and to another kind of contribution with a question.
        """
        values = super().clean() or {}
        if (
            values.get("kind") == ContributionKind.ANSWER
            and not values.get("question")
            and "question" not in self.errors
        ):
            field = "question" if "question" in self.fields else "kind"
            self.add_error(field, _("Choose the question that the contribution answers, or another kind."))
        if values.get("question") and values.get("kind") not in (None, ContributionKind.ANSWER):
            self.add_error(
                "kind",
                _(
                    "Only an answer can be linked to a question. Choose the kind “answer to a question”, or no"
                    " question."
                ),
            )
        return values


class ChangeContributionForm(VersionedForm):
    """The text of a contribution and the idea it cites; cohort and kind cannot change."""

    text = text_field(_("Text"), help_text=_("Everyone in the edition can read this text."))
    idea = forms.ModelChoiceField(label=_("Idea"), queryset=Idea.objects.none(), required=False)

    def __init__(self, *args: Any, contribution: Contribution, ideas: Sequence[Idea], **kwargs: Any) -> None:
        """Create the form with the values of the contribution; `ideas` are those that it can cite, without any the
        field is empty.
        """
        super().__init__(*args, current=contribution.form_values(), **kwargs)
        self.fields["idea"] = _idea_field(ideas)


def _idea_field(ideas: Sequence[Idea]) -> "forms.ModelChoiceField[Any]":
    """Return the optional choice field for the idea that a contribution cites; the choices are these ideas."""
    return _model_choice(
        _("Idea"),
        Idea.objects.all(),
        idea_choices(ideas),
        required=False,
        help_text=_("Everyone sees the idea’s reference. Only people who can read the idea see its page."),
    )


class MatchForm(forms.Form):
    """An offer and a request of another cohort."""

    offer = forms.ModelChoiceField(label=_("Offer"), queryset=Contribution.objects.none())
    request = forms.ModelChoiceField(label=_("Request"), queryset=Contribution.objects.none())

    def __init__(self, *args: Any, contributions: Sequence[Contribution], **kwargs: Any) -> None:
        """Create the form with the offers and the requests among these contributions as choices of its two fields."""
        super().__init__(*args, **kwargs)
        for name, label in (("offer", _("Offer")), ("request", _("Request"))):
            choices = [(row.pk, f"{row.cohort.name} · {row.text[:80]}") for row in contributions if row.kind == name]
            self.fields[name] = _model_choice(label, Contribution.objects.all(), choices)


class ProgrammeItemForm(VersionedForm):
    day = forms.ChoiceField(label=_("Day"))
    starts_at = forms.TimeField(label=_("From"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    ends_at = forms.TimeField(label=_("To"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    title = VisibleTextField(label=_("What"), max_length=200)
    venue = VisibleTextField(label=_("Venue"), max_length=120, required=False)
    speaker = forms.ModelChoiceField(label=_("Lead cohort"), queryset=Cohort.objects.none(), required=False)
    parallel = forms.BooleanField(
        label=_("In parallel"),
        help_text=_("Tick if this part takes place at the same time as another one."),
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        days: Sequence[tuple[int, str]],
        cohorts: Sequence[Cohort],
        item: ProgrammeItem | None = None,
        **kwargs: Any,
    ) -> None:
        """Create the form for a new part of the programme, or with the values of the existing `item`.

        `days` are the choices of the day as pairs of number and label, `cohorts` those of the cohort that leads the
        part.
        """
        super().__init__(*args, current=item.form_values() if item else None, **kwargs)
        self.fields["day"] = forms.TypedChoiceField(label=_("Day"), choices=days, coerce=int)
        self.fields["speaker"] = _model_choice(
            _("Lead cohort"), Cohort.objects.all(), cohort_choices(cohorts), required=False
        )


class MinutesForm(VersionedForm):
    """The text of the minutes. The form detects edits made by others."""

    text = text_field(
        _("Minutes"),
        rows=16,
        length=MAX_MINUTES_CHARACTERS,
        help_text=_("Write what was said, learned and decided. Everyone in the edition can read the minutes."),
    )

    def __init__(self, *args: Any, minutes: Minutes | None, **kwargs: Any) -> None:
        """Create the form with the text of the existing minutes, empty for None."""
        super().__init__(*args, current={"text": minutes.text if minutes else ""}, **kwargs)


class CommitmentForm(forms.Form):
    owner = forms.ModelChoiceField(label=_("Who"), queryset=User.objects.none())
    what = text_field(
        _("What"),
        rows=2,
        length=MAX_COMMITMENT_CHARACTERS,
        help_text=_(
            "Write one action that others can check, for example “Send our interview guide to the other cohorts”."
        ),
    )
    due_on = DayField(label=pgettext_lazy("commitment", "Due date"))

    def __init__(self, *args: Any, owners: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        """Create the form; `owners` are the people who may be named as owner, as pairs of key and name."""
        super().__init__(*args, **kwargs)
        self.fields["owner"] = _model_choice(_("Who"), User.objects.all(), owners)


class CloseCommitmentForm(forms.Form):
    """The outcome of a commitment: kept or dropped."""

    outcome = forms.ChoiceField(
        label=_("Outcome of the commitment"),
        choices=[(CommitmentState.FULFILLED, _("It is done")), (CommitmentState.DROPPED, _("It will not be done"))],
        initial=CommitmentState.FULFILLED,
        widget=forms.RadioSelect(attrs={"class": "seg"}),
    )
    reason = text_field(
        _("Reason"),
        rows=2,
        length=MAX_COMMITMENT_CHARACTERS,
        required=False,
        help_text=_("If it will not be done, write why."),
    )


def _scale(label: StrOrPromise, help_text: StrOrPromise) -> forms.TypedChoiceField:
    """Return the field of a feedback form for a question answered on a scale from 1 to 5, shown as five buttons."""
    return forms.TypedChoiceField(
        label=label,
        help_text=help_text,
        choices=[(step, str(step)) for step in SCALE],
        coerce=int,
        widget=forms.RadioSelect(attrs={"class": "seg"}),
    )


class FeedbackForm(forms.Form):
    useful = _scale(_("Was it useful for your work?"), _("1 not at all, 5 very much."))
    time_together = _scale(_("Was there time to talk with the other cohorts?"), _("1 far too little, 5 enough."))
    organisation = _scale(_("Were you well received?"), _("1 not at all, 5 very well."))
    keep = text_field(_("What should the next host keep?"), rows=3, length=2000, required=False)
    change = text_field(_("What should the next host change?"), rows=3, length=2000, required=False)
