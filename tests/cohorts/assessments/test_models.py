"""Rules of the database on self-assessments, tested with raw SQL."""

import pytest

from cohorts.assessments.enums import Skill
from tests.cohorts.raw import query_value, refused, run_sql
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory, assess_for

pytestmark = pytest.mark.django_db


def set_to(column: str, value: object, row: object) -> int:
    return run_sql(f"UPDATE cohorts_assessment SET {column} = %s WHERE id = %s", value, row)


def test_scores_are_one_to_five_or_null():
    row = assess_for(CohortFactory(), UserFactory(), "before")
    for skill in Skill.values:
        assert [set_to(skill, step, row.pk) for step in (1, 5, None)] == [1, 1, 1]
        for step in (0, 6):
            with refused("assessment_scales"):
                set_to(skill, step, row.pk)


def test_a_person_answers_once_for_each_moment():
    cohort, ann = CohortFactory(), UserFactory()
    assess_for(cohort, ann, "before")
    assess_for(cohort, ann, "after")
    assess_for(CohortFactory(), ann, "before")
    with refused("assessment_once"):
        assess_for(cohort, ann, "before")


@pytest.mark.parametrize("whose", ["7", "ann@example.org", "A" * 64])
def test_pseudonym_column_takes_only_a_hash(whose: str):
    row = assess_for(CohortFactory(), UserFactory(), "before")
    with refused("assessment_pseudonymous"):
        run_sql(
            "INSERT INTO cohorts_assessment (id, cohort_id, pseudonym, moment)"
            " VALUES (gen_random_uuid(), %s, %s, 'after')",
            row.cohort_id,
            whose,
        )


def test_a_moment_is_one_of_four():
    with refused("assessment_moment"):
        assess_for(CohortFactory(), UserFactory(), "during")


def test_table_stores_neither_time_nor_order_of_answers():
    """Together with session days or server logs, a day would reveal whose answers they are."""
    kinds = query_value(
        "SELECT array_agg(DISTINCT data_type::text ORDER BY data_type::text) FROM information_schema.columns"
        " WHERE table_name = 'cohorts_assessment'"
    )
    assert kinds == ["bigint", "character varying", "smallint", "uuid"]


def test_person_cohort_and_moment_of_answers_never_change():
    row = assess_for(CohortFactory(), UserFactory(), "before")
    for column, value in (("cohort_id", CohortFactory().pk), ("pseudonym", "a" * 64), ("moment", "then")):
        with refused("assessment_whose_fixed"):
            set_to(column, value, row.pk)
