"""The actions that fix an indicator of an idea and correct it, and how a follow-up saves its values."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.clock import local_day
from prototypes.effects.answers import IndicatorAnswer, day_field_name, value_field
from prototypes.ideas.actions.recording import lock_idea
from prototypes.models import FollowUp, Idea, Indicator, IndicatorValue
from prototypes.refusals import MEASURED_WHILE_LIVE, VALUE_OR_REASON
from web.actions import action
from web.errors import DomainError
from web.forms.edit_conflicts import check_version


@action(gettext_lazy("Indicator added"))
def add_indicator(
    *,
    idea: Idea,
    measure: str,
    unit: str,
    baseline: Decimal,
    baseline_on: date,
    baseline_source: str,
    target: Decimal,
    method: str,
    by: User,
    at: datetime,
) -> Indicator:
    """Fix what will be measured of a decided idea, with its value before and its target; return the indicator.

    Raises DomainError for an idea that is not decided yet or already implemented, and for a baseline of a future day.
    """
    lock_idea(idea)
    return Indicator.objects.create(
        idea=idea,
        measure=measure,
        unit=unit,
        baseline=baseline,
        baseline_on=baseline_on,
        baseline_source=baseline_source,
        target=target,
        method=method,
        fixed_on=local_day(idea.cohort, at),
        by=by,
    )


@action(gettext_lazy("Indicator corrected"))
def correct_indicator(
    *, indicator: Indicator, reason: str, by: User, at: datetime, version_token: str | None = None, **facts: Any
) -> Indicator:
    """Correct an indicator by a new version with the reason, and return it; the earlier versions stay readable.

    `indicator` is any of its versions; `facts` are values by field, and those not given stay. Raises DomainError when
    nothing changes, EditConflict when someone else corrected it since the form was opened (`version_token`).
    """
    lock_idea(indicator.idea)
    first = indicator.first_id
    current = Indicator.objects.current().get(first_version=first)
    recorded = current.form_values()
    check_version(version_token, current=recorded, submitted=recorded | facts)
    if recorded | facts == recorded:
        raise DomainError(_("These values are already recorded. Change at least one."))
    return Indicator.objects.create(
        **recorded | facts,
        idea=indicator.idea,
        corrects_id=first,
        correction_reason=reason,
        fixed_on=local_day(indicator.idea.cohort, at),
        by=by,
    )


def check_answers(indicators: Iterable[int], answers: Sequence[IndicatorAnswer], *, live: date, today: date) -> None:
    """Raise DomainError unless there is one answer for each of these indicators, given by key, and for no other.

    Values are measured from the day `live`, on which the idea went live, to `today`; another day is refused too.
    """
    expected, answered = set(indicators), {answer.indicator for answer in answers}
    for key in sorted(expected ^ answered):
        raise DomainError(VALUE_OR_REASON, field=value_field(key))
    for answer in answers:
        if answer.measured_on and not live <= answer.measured_on <= today:
            raise DomainError(MEASURED_WHILE_LIVE, field=day_field_name(answer.indicator))


def save_answers(follow_up: FollowUp, answers: Iterable[IndicatorAnswer]) -> None:
    """Save what a new follow-up says about the indicators of its idea, once `check_answers` has found no error."""
    for answer in answers:
        IndicatorValue.objects.create(
            follow_up=follow_up,
            indicator_id=answer.indicator,
            value=answer.value,
            measured_on=answer.measured_on,
            not_measured=answer.not_measured,
        )
