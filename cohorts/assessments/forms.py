"""How members see their own skills: a scale for each, at one moment or at two."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from cohorts.assessments.enums import LEAST, MOST, Moment, Skill

UNSAID: Final = 0  # stands for “I’d rather not say”
HALF_WAY: Final = (LEAST + MOST) // 2
# What the ends and the middle of the scale mean.
OF_SKILLS: Final[Mapping[int, StrOrPromise]] = {
    LEAST: _("not yet"),
    HALF_WAY: _("with help"),
    MOST: _("I show others"),
}
OF_CURIOSITY: Final[Mapping[int, StrOrPromise]] = {
    LEAST: _("rarely"),
    HALF_WAY: _("now and then"),
    MOST: _("all the time"),
}
ASKED: Final[Mapping[Moment, StrOrPromise]] = {
    Moment.BEFORE: _("Today"),
    Moment.AFTER: _("Today"),
    Moment.THEN: _("Looking back: as you see it now, where were you at the start?"),
    Moment.LATER: _("Today"),
}


class _Scale(forms.TypedChoiceField):
    """Five steps, or none."""

    def __init__(self, skill: Skill) -> None:
        words = OF_CURIOSITY if skill == Skill.CURIOSITY else OF_SKILLS
        super().__init__(
            label=skill.label,
            choices=lambda: _steps(words),
            coerce=int,
            widget=forms.RadioSelect(attrs={"class": "seg scale"}),
            error_messages={"required": _("Choose a number, or “I’d rather not say”.")},
        )


def _steps(words: Mapping[int, StrOrPromise]) -> Iterator[tuple[int, StrOrPromise]]:
    for step in range(LEAST, MOST + 1):
        yield step, format_html('{} <span class="end">{}</span>', step, words.get(step, ""))
    yield UNSAID, _("I’d rather not say")


class AssessmentForm(forms.Form):
    """All skills at each of the moments that are asked together."""

    template_name = "cohorts/assessments/fields.html"

    def __init__(self, data: Any = None, *, moments: Iterable[Moment], **options: Any) -> None:
        super().__init__(data, **options)
        self.moments = tuple(moments)
        for moment in self.moments:
            for skill in Skill:
                self.fields[f"{moment}_{skill}"] = _Scale(skill)

    def clean(self) -> dict[str, Any]:
        """What the action takes: the answers to each moment, None where they would rather not say."""
        said = self.cleaned_data
        return {
            "answers": {
                moment: {skill: said.get(f"{moment}_{skill}") or None for skill in Skill} for moment in self.moments
            }
        }

    @property
    def passes(self) -> list[tuple[StrOrPromise, list[forms.BoundField]]]:
        """The form as it is gone through: one moment after the other."""
        return [(ASKED[moment], [self[f"{moment}_{skill}"] for skill in Skill]) for moment in self.moments]


def as_typed(answers: Mapping[Moment, Mapping[Skill, int | None]]) -> dict[str, int]:
    """The initial values of the form for what was said before."""
    return {f"{moment}_{skill}": step or UNSAID for moment, said in answers.items() for skill, step in said.items()}
