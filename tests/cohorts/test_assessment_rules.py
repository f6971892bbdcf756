"""What the database keeps of members' answers, against raw SQL."""

import pytest

from cohorts.enums import Skill
from tests.cohorts.raw import refused, sql
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory, said

pytestmark = pytest.mark.django_db


def set_to(column: str, value: object, row: object) -> int:
    return sql(f"UPDATE cohorts_assessment SET {column} = %s WHERE id = %s", value, row)


def test_answers_are_steps_from_one_to_five_or_nothing():
    row = said(CohortFactory(), UserFactory(), "before")
    for skill in Skill.values:
        assert [set_to(skill, step, row.pk) for step in (1, 5, None)] == [1, 1, 1]
        for step in (0, 6):
            with refused("assessment_scales"):
                set_to(skill, step, row.pk)


def test_a_person_answers_once_for_each_moment():
    cohort, ann = CohortFactory(), UserFactory()
    said(cohort, ann, "before")
    said(cohort, ann, "after")
    said(CohortFactory(), ann, "before")
    with refused("assessment_once"):
        said(cohort, ann, "before")


@pytest.mark.parametrize("whose", ["7", "ann@example.org", "A" * 64])
def test_only_a_pseudonym_stands_where_whose_they_are_is_kept(whose: str):
    row = said(CohortFactory(), UserFactory(), "before")
    with refused("assessment_pseudonymous"):
        sql(
            "INSERT INTO cohorts_assessment (id, cohort_id, pseudonym, moment, answered_on)"
            " VALUES (gen_random_uuid(), %s, %s, 'after', '2026-11-24')",
            row.cohort_id,
            whose,
        )


def test_a_moment_is_one_of_four_and_the_day_plausible():
    cohort = CohortFactory()
    with refused("assessment_moment"):
        said(cohort, UserFactory(), "during")
    with refused("assessment_plausible_dates"):
        set_to("answered_on", "1066-10-14", said(cohort, UserFactory(), "then").pk)


def test_answers_stay_those_of_their_person_cohort_and_moment():
    row = said(CohortFactory(), UserFactory(), "before")
    for column, value in (("cohort_id", CohortFactory().pk), ("pseudonym", "a" * 64), ("moment", "then")):
        with refused("assessment_whose_fixed"):
            set_to(column, value, row.pk)
