"""What the database keeps of members' answers, against raw SQL."""

import pytest

from cohorts.assessments.enums import Skill
from tests.cohorts.raw import ask, refused, sql
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
            "INSERT INTO cohorts_assessment (id, cohort_id, pseudonym, moment)"
            " VALUES (gen_random_uuid(), %s, %s, 'after')",
            row.cohort_id,
            whose,
        )


def test_a_moment_is_one_of_four():
    with refused("assessment_moment"):
        said(CohortFactory(), UserFactory(), "during")


def test_nothing_is_kept_that_says_when_somebody_answered_or_in_which_order():
    """Beside the days of a session, or a line of a server's log, a day would say whose the answers are."""
    kinds = ask(
        "SELECT array_agg(DISTINCT data_type::text ORDER BY data_type::text) FROM information_schema.columns"
        " WHERE table_name = 'cohorts_assessment'"
    )
    assert kinds == ["bigint", "character varying", "smallint", "uuid"]


def test_answers_stay_those_of_their_person_cohort_and_moment():
    row = said(CohortFactory(), UserFactory(), "before")
    for column, value in (("cohort_id", CohortFactory().pk), ("pseudonym", "a" * 64), ("moment", "then")):
        with refused("assessment_whose_fixed"):
            set_to(column, value, row.pk)
