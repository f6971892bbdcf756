"""The form of a self-assessment: a scale for each skill, at one moment or at two."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from cohorts.assessments.enums import MAX_SCORE, MIN_SCORE, Moment, Skill

NO_ANSWER: Final = 0  # the choice “I’d rather not say”
MIDDLE_SCORE: Final = (MIN_SCORE + MAX_SCORE) // 2
# What the ends and the middle of the scale mean.
SKILL_SCALE_LABELS: Final[Mapping[int, StrOrPromise]] = {
    MIN_SCORE: _("not yet"),
    MIDDLE_SCORE: _("with help"),
    MAX_SCORE: _("I show others"),
}
CURIOSITY_SCALE_LABELS: Final[Mapping[int, StrOrPromise]] = {
    MIN_SCORE: _("rarely"),
    MIDDLE_SCORE: _("now and then"),
    MAX_SCORE: _("all the time"),
}
MOMENT_HEADINGS: Final[Mapping[Moment, StrOrPromise]] = {
    Moment.BEFORE: _("Today"),
    Moment.AFTER: _("Today"),
    Moment.THEN: _("Looking back: as you see it now, where were you at the start?"),
    Moment.LATER: _("Today"),
}


class _ScaleField(forms.TypedChoiceField):
    """A choice of five scores for one skill, or no answer."""

    def __init__(self, skill: Skill) -> None:
        """Build the radio buttons 1 to 5 and “I'd rather not say” for one skill.

        The ends and the middle are labelled “rarely” to “all the time” for curiosity, “not yet” to “I show others” for
        other skills.
        """
        end_labels = CURIOSITY_SCALE_LABELS if skill == Skill.CURIOSITY else SKILL_SCALE_LABELS
        super().__init__(
            label=skill.label,
            choices=lambda: _score_choices(end_labels),
            coerce=int,
            widget=forms.RadioSelect(attrs={"class": "seg scale"}),
            error_messages={"required": _("Choose a number, or “I’d rather not say”.")},
        )


def _score_choices(end_labels: Mapping[int, StrOrPromise]) -> Iterator[tuple[int, StrOrPromise]]:
    """Yield the choices of a scale: the scores 1 to 5, then 0 for “I'd rather not say”.

    `end_labels` gives, by score, the words shown beside the ends and the middle.
    """
    for score in range(MIN_SCORE, MAX_SCORE + 1):
        yield score, format_html('{} <span class="end">{}</span>', score, end_labels.get(score, ""))
    yield NO_ANSWER, _("I’d rather not say")


class AssessmentForm(forms.Form):
    """The form of a self-assessment: all skills at each of the moments of one answering period."""

    template_name = "cohorts/assessments/fields.html"

    def __init__(self, data: Any = None, *, moments: Iterable[Moment], **options: Any) -> None:
        """Add one field for each skill at each of the `moments` (of one answering period); `data` is the submission or
        None.

        `options` are further arguments of a Django form.
        """
        super().__init__(data, **options)
        self.moments = tuple(moments)
        for moment in self.moments:
            for skill in Skill:
                self.fields[f"{moment}_{skill}"] = _ScaleField(skill)

    def clean(self) -> dict[str, Any]:
        """Return `{"answers": …}`, the argument of the action that saves them: by moment, then skill, a score or None.

        None stands for “I'd rather not say”.
        """
        values = self.cleaned_data
        return {
            "answers": {
                moment: {skill: values.get(f"{moment}_{skill}") or None for skill in Skill} for moment in self.moments
            }
        }

    @property
    def moment_groups(self) -> list[tuple[StrOrPromise, list[forms.BoundField]]]:
        """Pairs of a heading and the bound fields of its skills, one for each moment of the form."""
        return [(MOMENT_HEADINGS[moment], [self[f"{moment}_{skill}"] for skill in Skill]) for moment in self.moments]


def initial_answers(answers: Mapping[Moment, Mapping[Skill, int | None]]) -> dict[str, int]:
    """Return the initial values of the assessment form, by field name, for `answers` that the person gave earlier.

    `answers` is scores by moment and skill; None (“I'd rather not say”) becomes the choice 0.
    """
    return {
        f"{moment}_{skill}": score or NO_ANSWER for moment, scores in answers.items() for skill, score in scores.items()
    }
