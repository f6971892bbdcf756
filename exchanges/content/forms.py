"""What people fill in about the content of an exchange."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.models import User
from cohorts.models import Cohort
from exchanges.content.enums import MOST_OF_A_COMMITMENT, MOST_OF_MINUTES, SCALE, CommitmentState, ContributionKind
from exchanges.models import Contribution, Minutes, ProgrammeItem, Question
from prototypes.models import Idea
from web.forms.edit_conflicts import StartedForm
from web.forms.fields import DayField, WordsField, needed_if, text_field

NONE = ("", "—")


def _among(
    label: StrOrPromise, rows: QuerySet[Any], choices: Sequence[tuple[int, str]], **options: Any
) -> "forms.ModelChoiceField[Any]":
    """A choice among rows read already: it asks the database only for the one chosen."""
    field = forms.ModelChoiceField(label=label, queryset=rows.filter(pk__in=[pk for pk, _name in choices]), **options)
    field.choices = choices if len(choices) == 1 and field.required else [NONE, *choices]
    return field


def named_cohorts(cohorts: Sequence[Cohort]) -> list[tuple[int, str]]:
    return [(cohort.pk, cohort.name) for cohort in cohorts]


def named_ideas(ideas: Sequence[Idea]) -> list[tuple[int, str]]:
    return [(idea.pk, f"{idea.reference} · {idea.title}") for idea in ideas]


class QuestionForm(StartedForm):
    """A question, and which wording of it the writer started from."""

    text = text_field(
        _("Question"), help_text=_("The cohorts read the question before they come. Each cohort answers it.")
    )

    def __init__(self, *args: Any, question: Question | None = None, **kwargs: Any) -> None:
        super().__init__(*args, stands=question.said() if question else None, **kwargs)


class ContributionForm(forms.Form):
    """What a cohort brings; `questions`, `cohorts` and `ideas` are those the person may choose."""

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
        super().__init__(*args, **kwargs)
        asked = [(question.pk, question.text) for question in questions]
        self.fields["cohort"] = _among(_("Cohort"), Cohort.objects.all(), named_cohorts(cohorts))
        self.fields["question"] = needed_if(
            _among(_("Question"), Question.objects.all(), asked, required=False),
            _("required for an answer; leave empty otherwise"),
        )
        self.fields["idea"] = _idea_field(ideas)
        if not questions:
            del self.fields["question"]
        if not ideas:
            del self.fields["idea"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("kind") == ContributionKind.ANSWER and not given.get("question") and "question" not in self.errors:
            field = "question" if "question" in self.fields else "kind"
            self.add_error(field, _("Choose the question that the contribution answers, or another kind."))
        if given.get("question") and given.get("kind") not in (None, ContributionKind.ANSWER):
            self.add_error(
                "kind",
                _(
                    "Only an answer can be linked to a question. Choose the kind “answer to a question”, or no"
                    " question."
                ),
            )
        return given


class ChangeContributionForm(StartedForm):
    """The text and the idea cited; cohort and kind stay."""

    text = text_field(_("Text"), help_text=_("Everyone in the edition can read this text."))
    idea = forms.ModelChoiceField(label=_("Idea"), queryset=Idea.objects.none(), required=False)

    def __init__(self, *args: Any, contribution: Contribution, ideas: Sequence[Idea], **kwargs: Any) -> None:
        super().__init__(*args, stands=contribution.said(), **kwargs)
        self.fields["idea"] = _idea_field(ideas)


def _idea_field(ideas: Sequence[Idea]) -> "forms.ModelChoiceField[Any]":
    return _among(
        _("Idea"),
        Idea.objects.all(),
        named_ideas(ideas),
        required=False,
        help_text=_("Everyone sees the idea’s reference. Only people who can read the idea see its page."),
    )


class MatchForm(forms.Form):
    """An offer and a request of another cohort."""

    offer = forms.ModelChoiceField(label=_("Offer"), queryset=Contribution.objects.none())
    request = forms.ModelChoiceField(label=_("Request"), queryset=Contribution.objects.none())

    def __init__(self, *args: Any, contributions: Sequence[Contribution], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (("offer", _("Offer")), ("request", _("Request"))):
            of_kind = [(row.pk, f"{row.cohort.name} · {row.text[:80]}") for row in contributions if row.kind == name]
            self.fields[name] = _among(label, Contribution.objects.all(), of_kind)


class ProgrammeItemForm(StartedForm):
    day = forms.ChoiceField(label=_("Day"))
    starts_at = forms.TimeField(label=_("From"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    ends_at = forms.TimeField(label=_("To"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    title = WordsField(label=_("What"), max_length=200)
    place = WordsField(label=_("Venue"), max_length=120, required=False)
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
        super().__init__(*args, stands=item.said() if item else None, **kwargs)
        self.fields["day"] = forms.TypedChoiceField(label=_("Day"), choices=days, coerce=int)
        self.fields["speaker"] = _among(_("Lead cohort"), Cohort.objects.all(), named_cohorts(cohorts), required=False)


class MinutesForm(StartedForm):
    """The minutes, and which version of them the writer started from."""

    text = text_field(
        _("Minutes"),
        rows=16,
        length=MOST_OF_MINUTES,
        help_text=_("Write what was said, learned and decided. Everyone in the edition can read the minutes."),
    )

    def __init__(self, *args: Any, minutes: Minutes | None, **kwargs: Any) -> None:
        super().__init__(*args, stands={"text": minutes.text if minutes else ""}, **kwargs)


class CommitmentForm(forms.Form):
    owner = forms.ModelChoiceField(label=_("Who"), queryset=User.objects.none())
    what = text_field(
        _("What"),
        rows=2,
        length=MOST_OF_A_COMMITMENT,
        help_text=_(
            "Write one action that others can check, for example “Send our interview guide to the other cohorts”."
        ),
    )
    due_on = DayField(label=pgettext_lazy("commitment", "Due date"))

    def __init__(self, *args: Any, owners: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"] = _among(_("Who"), User.objects.all(), owners)


class CloseCommitmentForm(forms.Form):
    """What became of a promise."""

    became = forms.ChoiceField(
        label=_("Outcome of the commitment"),
        choices=[(CommitmentState.KEPT, _("It is done")), (CommitmentState.DROPPED, _("It will not be done"))],
        initial=CommitmentState.KEPT,
        widget=forms.RadioSelect(attrs={"class": "seg"}),
    )
    reason = text_field(
        _("Reason"),
        rows=2,
        length=MOST_OF_A_COMMITMENT,
        required=False,
        help_text=_("If it will not be done, write why."),
    )


def _scale(label: StrOrPromise, help_text: StrOrPromise) -> forms.TypedChoiceField:
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
