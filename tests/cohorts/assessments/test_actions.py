"""Saying how one sees one's own skills, saying it otherwise, taking it back."""

from datetime import date

import pytest
from django.test import override_settings

from cohorts.assessments.actions import CLOSED, assess, occasion_on, occasions_of, take_back_answers
from cohorts.assessments.context import own_answers
from cohorts.assessments.enums import Moment, Skill
from cohorts.assessments.pseudonyms import pseudonym
from cohorts.models import Assessment
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory, said
from tests.test_role_matrix import rows_written
from web.errors import DomainError

pytestmark = pytest.mark.django_db
AT_THE_START = date(2026, 2, 2)
AT_THE_END = date(2027, 12, 1)


def every(step: int | None) -> dict[Skill, int | None]:
    return dict.fromkeys(Skill, step)


def test_what_is_said_again_replaces_what_was_said():
    cohort, ann = CohortFactory(), UserFactory()
    for step, day in ((2, 2), (None, 3)):
        assess(cohort=cohort, answers={Moment.BEFORE: every(step)}, today=date(2026, 2, day), by=ann)
    assert Assessment.objects.count() == 1
    assert own_answers(cohort, ann) == {Moment.BEFORE: every(None)}


def test_after_and_then_are_said_together():
    cohort, ann = CohortFactory(), UserFactory()
    both = {Moment.AFTER: every(4), Moment.THEN: every(1)}
    assess(cohort=cohort, answers=both, today=AT_THE_END, by=ann)
    assert own_answers(cohort, ann) == both
    with pytest.raises(DomainError, match="at present"):
        assess(cohort=cohort, answers={Moment.AFTER: every(4)}, today=AT_THE_END, by=ann)


@pytest.mark.parametrize("day", [date(2026, 1, 4), date(2026, 3, 6), date(2028, 2, 5), date(2028, 10, 5)])
def test_nothing_is_said_outside_its_occasion(day: date):
    with pytest.raises(DomainError) as refusal:
        assess(cohort=CohortFactory(), answers={Moment.BEFORE: every(2)}, today=day, by=UserFactory())
    assert refusal.value.message == CLOSED


@pytest.mark.parametrize(
    ("state", "asks"),
    [("agreed", False), ("running", True), ("suspended", True), ("completed", True), ("withdrawn", False)],
)
def test_members_of_cohorts_that_began_and_were_not_given_up_are_asked(state: str, asks: bool):
    more = {"reason": "Budget", "actual_start": None if state == "agreed" else AT_THE_START}
    assert bool(occasion_on(CohortFactory(state=state, **more), AT_THE_START)) is asks


def test_published_facts_ask_nobody():
    assert occasions_of(CohortFactory(retrospective=True, state="completed")) == ()


def test_taking_back_removes_ones_own_answers_in_that_cohort_and_no_others():
    cohort, ann, bob = CohortFactory(), UserFactory(), UserFactory()
    elsewhere = CohortFactory()
    for moment in ("before", "after"):
        said(cohort, ann, moment)
    kept = {said(cohort, bob, "before").pk, said(elsewhere, ann, "before").pk}
    assert (take_back_answers(cohort=cohort, by=ann), take_back_answers(cohort=cohort, by=ann)) == (2, 0)
    assert set(Assessment.objects.values_list("pk", flat=True)) == kept


def test_nothing_of_it_is_left_in_the_history():
    cohort, ann = CohortFactory(), UserFactory()
    before = rows_written()
    for step in (2, 3):
        assess(cohort=cohort, answers={Moment.BEFORE: every(step)}, today=AT_THE_START, by=ann)
    take_back_answers(cohort=cohort, by=ann)
    assert rows_written() == before


def test_a_pseudonym_is_another_in_every_cohort_and_under_another_key():
    here = pseudonym(cohort=1, user=7)
    assert (len(here), here) == (64, pseudonym(cohort=1, user=7))
    others = {pseudonym(cohort=7, user=1), pseudonym(cohort=1, user=8), pseudonym(cohort=2, user=7)}
    with override_settings(PSEUDONYM_KEY="sent separately"):
        others.add(pseudonym(cohort=1, user=7))
        with override_settings(SECRET_KEY="another"):
            others.add(pseudonym(cohort=1, user=7))
    assert (len(others), here in others) == (4, False)
