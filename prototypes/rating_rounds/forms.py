"""Forms of the choice of challenges: which to rate, the ratings of one member, and a decision."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from django import forms
from django.forms import BoundField
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from cohorts.models import Cohort
from prototypes.enums import ChallengeState
from prototypes.forms import text_field
from prototypes.models import Challenge, RatedChallenge
from prototypes.rating_rounds.actions import STATES_TO_CHOOSE
from prototypes.rating_rounds.enums import ChallengeDecision
from prototypes.rating_rounds.spread import MAX_SCORE, MIN_SCORE
from web.forms.fields import required_if
from web.forms.idempotency import IdempotentForm

CANNOT_SAY: Final = 0
SCALE_LABELS: Final = {
    MIN_SCORE: _("not at all"),
    (MIN_SCORE + MAX_SCORE) // 2: _("partly"),
    MAX_SCORE: _("very much"),
}


class NewRoundForm(IdempotentForm):
    """The challenges that the members of a cohort rate together."""

    challenges = forms.ModelMultipleChoiceField(
        label=_("Challenges to rate"), queryset=Challenge.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        """Create the form with the challenges of the cohort that are proposed or framed, all of them chosen."""
        super().__init__(*args, **kwargs)
        field = self.fields["challenges"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101 - declared above
        field.queryset = cohort.challenges.filter(state__in=STATES_TO_CHOOSE, retrospective=False).order_by("pk")
        field.initial = [challenge.pk for challenge in field.queryset]


class _ScoreField(forms.TypedChoiceField):
    """A score from 1 to 5 by one criterion, or “I cannot say”."""

    def __init__(self, criterion: str) -> None:
        """Create the field; its label is the name of the criterion."""
        super().__init__(
            label=criterion,
            required=False,
            choices=_score_choices,
            coerce=int,
            widget=forms.RadioSelect(attrs={"class": "seg scale"}),
        )


def _score_choices() -> Iterator[tuple[int, Any]]:
    """Yield the scores from 1 to 5 with words at the ends and in the middle, then 0 for “I cannot say”."""
    for score in range(MIN_SCORE, MAX_SCORE + 1):
        yield score, format_html('{} <span class="end">{}</span>', score, SCALE_LABELS.get(score, ""))
    yield CANNOT_SAY, _("I cannot say")


def field_name(key: int, criterion: int) -> str:
    """Return the name of the form field for a challenge in the round (key) and the position of a criterion."""
    return f"score-{key}-{criterion}"


class RatingForm(forms.Form):
    """How one member rates the challenges of a round: a score for each challenge and criterion."""

    template_name = "prototypes/rating_rounds/fields.html"

    def __init__(
        self,
        *args: Any,
        rated_challenges: Sequence[RatedChallenge],
        criteria: Sequence[str],
        scores: Mapping[tuple[int, int], int],
        **kwargs: Any,
    ) -> None:
        """Create the form for the challenges of a round; `scores` are those that the person gave before."""
        super().__init__(*args, **kwargs)
        self.rated_challenges, self.criteria = rated_challenges, criteria
        for row in rated_challenges:
            for criterion, name in enumerate(criteria):
                self.fields[field_name(row.pk, criterion)] = _ScoreField(name)
                empty = CANNOT_SAY if scores else None  # nothing is chosen for those who have not rated yet
                self.initial[field_name(row.pk, criterion)] = scores.get((row.pk, criterion), empty)

    @property
    def challenges(self) -> Iterator[tuple[Challenge, list[BoundField]]]:
        """Yield each challenge with its fields, in the order of the criteria."""
        for row in self.rated_challenges:
            yield row.challenge, [self[field_name(row.pk, criterion)] for criterion in range(len(self.criteria))]

    def action_arguments(self) -> dict[str, Any]:
        """Return the scores of the valid form as the argument of `rate_challenges`."""
        keys = [(row.pk, criterion) for row in self.rated_challenges for criterion in range(len(self.criteria))]
        return {"scores": {key: self.cleaned_data[field_name(*key)] or None for key in keys}}


class DecisionForm(forms.Form):
    """What the cohort decides about a challenge, and why."""

    decision = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect)
    reason = text_field(
        _("Reason"), help_text=_("For people who were not there. Example: three departments want it, and it is ours.")
    )

    def __init__(self, *args: Any, challenge: Challenge, **kwargs: Any) -> None:
        """Create the form; for a challenge that is only proposed, it also asks for the framing."""
        super().__init__(*args, **kwargs)
        field = self.fields["decision"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [
            (ChallengeDecision.TAKE_ON, _("Take on: the cohort works on it from now on")),
            (ChallengeDecision.LATER, _("Not now: it stays among the challenges to choose from")),
            (ChallengeDecision.DROP, _("Drop: for good; its ideas stay")),
        ]
        if challenge.state == ChallengeState.PROPOSED:
            framing = text_field(
                _("Framing"),
                required=False,
                initial=challenge.framing,
                help_text=_("Say what is part of the challenge, and what is not."),
            )
            self.fields["framing"] = required_if(framing, _("required if the challenge is taken on"))
