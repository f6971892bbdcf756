"""Database rules of ideas: references, and columns that only events change."""

import threading
from datetime import date

import pytest
from django.db import connection, transaction
from django.utils.translation import override

from prototypes.models import Idea
from tests.factories.cohorts import CohortFactory
from tests.factories.prototypes import ChallengeFactory, IdeaFactory, add_event
from tests.prototypes.raw import insert_event
from tests.sql import execute, insert_like, refused_by, update

pytestmark = pytest.mark.django_db


def test_ideas_of_a_cohort_are_numbered_from_one_with_the_cohorts_code():
    cohort = CohortFactory(code="PDL")
    references = [IdeaFactory(cohort=cohort).reference for _ in range(3)]
    assert references == ["PDL-001", "PDL-002", "PDL-003"]


def test_each_cohort_has_its_own_numbers():
    IdeaFactory(cohort=CohortFactory(code="PDL"))
    assert IdeaFactory(cohort=CohortFactory(code="DK")).reference == "DK-001"


def test_the_thousandth_idea_has_four_digits():
    idea = IdeaFactory(cohort=CohortFactory(code="PDL"))
    execute("SET session_replication_role = replica")
    update(idea, number=999)
    execute("SET session_replication_role = origin")
    assert IdeaFactory(cohort=idea.cohort).reference == "PDL-1000"


def test_a_number_given_by_hand_is_replaced_by_the_next_one():
    idea = IdeaFactory(cohort=CohortFactory(code="PDL"), state="")
    insert_like(idea, number=40, reference="XX-040", idempotency_key="7b3c1a52-64a5-4b0a-8b1c-0b7f5f7f0001")
    assert list(Idea.objects.order_by("number").values_list("reference", flat=True)) == ["PDL-001", "PDL-002"]


@pytest.mark.parametrize("column", ["number", "reference", "cohort_id"])
def test_an_idea_keeps_its_reference_and_its_cohort(column: str):
    idea, other = IdeaFactory(), CohortFactory()
    value = {"number": 9, "reference": "PDL-009", "cohort_id": other.pk}[column]
    with refused_by("idea_reference_fixed"):
        update(idea, **{column: value})


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("state", "accepted"),
        ("state_since", date(2026, 3, 1)),
        ("state_precision", "year"),
        ("state_label", "tested"),
        ("accepted_on", date(2026, 3, 1)),
        ("reached_test_on", date(2026, 3, 1)),
        ("implemented_on", date(2026, 3, 1)),
        ("last_update_on", date(2026, 3, 1)),
    ],
)
def test_derived_columns_cannot_be_written_directly(column: str, value: object):
    with refused_by("idea_state_by_events"):
        update(IdeaFactory(), **{column: value})


def test_merge_target_cannot_be_written_directly():
    idea = IdeaFactory()
    with refused_by("idea_state_by_events"):
        update(idea, merged_into_id=IdeaFactory(cohort=idea.cohort).pk)


def test_new_idea_has_no_state():
    idea = IdeaFactory(state="")
    with refused_by("idea_state_by_events"):
        insert_like(idea, state="implemented", idempotency_key="7b3c1a52-64a5-4b0a-8b1c-0b7f5f7f0002")


def test_title_can_change():
    idea = IdeaFactory(state="accepted")
    update(idea, title="Another title")
    idea.refresh_from_db()
    assert (idea.title, idea.state) == ("Another title", "accepted")


def test_challenge_of_another_cohort_is_refused():
    idea = IdeaFactory()
    with refused_by("idea_challenge_of_cohort"):
        update(idea, challenge_id=ChallengeFactory().pk)
    update(idea, challenge_id=ChallengeFactory(cohort=idea.cohort).pk)


def test_published_facts_flag_cannot_change():
    with refused_by("idea_retrospective_fixed"):
        update(IdeaFactory(state=""), retrospective=True)


def test_idempotency_key_is_unique():
    idea = IdeaFactory(state="")
    with refused_by("idea_idempotency_key_unique"):
        insert_like(idea)


def test_derived_columns_follow_the_events():
    idea = IdeaFactory(state="testing")
    assert (idea.state, idea.state_since, idea.accepted_on, idea.reached_test_on, idea.implemented_on) == (
        "testing",
        date(2026, 5, 4),
        date(2026, 3, 2),
        date(2026, 5, 4),
        None,
    )


def test_return_to_prototyping_keeps_the_first_day_in_test():
    idea = IdeaFactory(state="testing")
    add_event(idea, "prototyping", date(2026, 6, 1))
    add_event(idea, "testing", date(2026, 7, 1))
    assert (idea.state_since, idea.reached_test_on) == (date(2026, 7, 1), date(2026, 5, 4))


def test_reopening_keeps_the_first_acceptance():
    idea = IdeaFactory(state="abandoned")
    add_event(idea, "accepted", date(2026, 11, 2))
    assert (idea.state, idea.state_since, idea.accepted_on) == ("accepted", date(2026, 11, 2), date(2026, 3, 2))


def test_state_of_an_idea_without_events_is_not_known():
    idea = IdeaFactory(state="", retrospective=True)
    assert (idea.state, idea.tone) == ("", "neutral")
    with override("en"):
        assert str(idea.state_text) == "not known"


def test_published_state_keeps_its_free_text():
    idea = IdeaFactory(state="", retrospective=True)
    insert_event(idea, "testing", is_reported_state=True, state_label="tested")
    idea.refresh_from_db()
    assert (idea.state, idea.state_text) == ("testing", "tested")


@pytest.mark.django_db(transaction=True)
def test_concurrent_ideas_get_different_references():
    cohort = CohortFactory(code="PDL")
    start = threading.Barrier(5)

    def write_down() -> None:
        start.wait()
        with transaction.atomic():
            IdeaFactory(cohort=cohort, state="")
        connection.close()

    threads = [threading.Thread(target=write_down) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(Idea.objects.values_list("reference", flat=True)) == [f"PDL-00{n}" for n in range(1, 6)]
