"""Actions on self-assessments: answering, changing answers, withdrawing them."""

from datetime import date

import pytest
from django.test import override_settings

from cohorts.assessments.actions import NOT_OPEN_MESSAGE, answering_periods_of, assess, open_period_of, withdraw_answers
from cohorts.assessments.context import own_answers
from cohorts.assessments.enums import Moment, Skill
from cohorts.assessments.pseudonyms import pseudonym
from cohorts.models import Assessment
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory, assess_for
from tests.test_role_matrix import rows_written
from web.errors import DomainError

pytestmark = pytest.mark.django_db
AT_THE_START = date(2026, 2, 2)
AT_THE_END = date(2027, 12, 1)


def same_score(step: int | None) -> dict[Skill, int | None]:
    return dict.fromkeys(Skill, step)


def test_new_answers_replace_earlier_ones():
    cohort, ann = CohortFactory(), UserFactory()
    for step, day in ((2, 2), (None, 3)):
        assess(cohort=cohort, answers={Moment.BEFORE: same_score(step)}, today=date(2026, 2, day), by=ann)
    assert Assessment.objects.count() == 1
    assert own_answers(cohort, ann) == {Moment.BEFORE: same_score(None)}


def test_after_and_then_are_answered_together():
    cohort, ann = CohortFactory(), UserFactory()
    both = {Moment.AFTER: same_score(4), Moment.THEN: same_score(1)}
    assess(cohort=cohort, answers=both, today=AT_THE_END, by=ann)
    assert own_answers(cohort, ann) == both
    with pytest.raises(DomainError, match="at present"):
        assess(cohort=cohort, answers={Moment.AFTER: same_score(4)}, today=AT_THE_END, by=ann)


@pytest.mark.parametrize("day", [date(2026, 1, 4), date(2026, 3, 6), date(2028, 2, 5), date(2028, 10, 5)])
def test_answers_outside_an_answering_period_are_refused(day: date):
    with pytest.raises(DomainError) as refusal:
        assess(cohort=CohortFactory(), answers={Moment.BEFORE: same_score(2)}, today=day, by=UserFactory())
    assert refusal.value.message == NOT_OPEN_MESSAGE


@pytest.mark.parametrize(
    ("state", "asks"),
    [("agreed", False), ("running", True), ("suspended", True), ("completed", True), ("withdrawn", False)],
)
def test_only_cohorts_that_started_and_were_not_withdrawn_have_an_open_period(state: str, asks: bool):
    more = {"reason": "Budget", "actual_start": None if state == "agreed" else AT_THE_START}
    assert bool(open_period_of(CohortFactory(state=state, **more), AT_THE_START)) is asks


def test_published_cohorts_have_no_answering_periods():
    assert answering_periods_of(CohortFactory(retrospective=True, state="completed")) == ()


def test_withdrawing_removes_only_own_answers_in_that_cohort():
    cohort, ann, bob = CohortFactory(), UserFactory(), UserFactory()
    elsewhere = CohortFactory()
    for moment in ("before", "after"):
        assess_for(cohort, ann, moment)
    others = {assess_for(cohort, bob, "before").pk, assess_for(elsewhere, ann, "before").pk}
    assert (withdraw_answers(cohort=cohort, by=ann), withdraw_answers(cohort=cohort, by=ann)) == (2, 0)
    assert set(Assessment.objects.values_list("pk", flat=True)) == others


def test_answers_leave_no_history():
    cohort, ann = CohortFactory(), UserFactory()
    before = rows_written()
    for step in (2, 3):
        assess(cohort=cohort, answers={Moment.BEFORE: same_score(step)}, today=AT_THE_START, by=ann)
    withdraw_answers(cohort=cohort, by=ann)
    assert rows_written() == before


def test_pseudonym_differs_by_cohort_and_by_key():
    here = pseudonym(cohort=1, user=7)
    assert (len(here), here) == (64, pseudonym(cohort=1, user=7))
    others = {pseudonym(cohort=7, user=1), pseudonym(cohort=1, user=8), pseudonym(cohort=2, user=7)}
    with override_settings(PSEUDONYM_KEY="sent separately"):
        others.add(pseudonym(cohort=1, user=7))
        with override_settings(SECRET_KEY="another"):
            others.add(pseudonym(cohort=1, user=7))
    assert (len(others), here in others) == (4, False)
