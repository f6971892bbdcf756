"""What the database holds of ideas: their references, and the columns that only events move."""

import threading
from datetime import date

import pytest
from django.db import connection, transaction
from django.utils.translation import override

from prototypes.models import Idea
from tests.factories.cohorts import CohortFactory
from tests.factories.prototypes import ChallengeFactory, IdeaFactory, tell
from tests.prototypes.raw import insert_event
from tests.sql import execute, insert_like, refused_by, update

pytestmark = pytest.mark.django_db


def test_ideas_of_a_cohort_are_numbered_from_one_with_the_cohorts_code():
    cohort = CohortFactory(code="PDL")
    references = [IdeaFactory(cohort=cohort).reference for _ in range(3)]
    assert references == ["PDL-001", "PDL-002", "PDL-003"]


def test_each_cohort_counts_for_itself():
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
    insert_like(idea, number=40, reference="XX-040", entry="7b3c1a52-64a5-4b0a-8b1c-0b7f5f7f0001")
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
        ("last_sign_on", date(2026, 3, 1)),
    ],
)
def test_columns_kept_by_events_are_never_written_by_hand(column: str, value: object):
    with refused_by("idea_kept_by_events"):
        update(IdeaFactory(), **{column: value})


def test_an_idea_does_not_merge_by_hand_either():
    idea = IdeaFactory()
    with refused_by("idea_kept_by_events"):
        update(idea, merged_into_id=IdeaFactory(cohort=idea.cohort).pk)


def test_an_idea_is_not_born_in_a_state():
    idea = IdeaFactory(state="")
    with refused_by("idea_kept_by_events"):
        insert_like(idea, state="implemented", entry="7b3c1a52-64a5-4b0a-8b1c-0b7f5f7f0002")


def test_its_title_can_change_while_events_keep_the_rest():
    idea = IdeaFactory(state="accepted")
    update(idea, title="Another title")
    idea.refresh_from_db()
    assert (idea.title, idea.state) == ("Another title", "accepted")


def test_its_challenge_belongs_to_its_cohort():
    idea = IdeaFactory()
    with refused_by("idea_challenge_of_cohort"):
        update(idea, challenge_id=ChallengeFactory().pk)
    update(idea, challenge_id=ChallengeFactory(cohort=idea.cohort).pk)


def test_published_facts_stay_published_facts():
    with refused_by("idea_retrospective_fixed"):
        update(IdeaFactory(state=""), retrospective=True)


def test_the_same_form_gives_one_idea():
    idea = IdeaFactory(state="")
    with refused_by("idea_entry_once"):
        insert_like(idea)


def test_the_kept_columns_follow_the_story():
    idea = IdeaFactory(state="testing")
    assert (idea.state, idea.state_since, idea.accepted_on, idea.reached_test_on, idea.implemented_on) == (
        "testing",
        date(2026, 5, 4),
        date(2026, 3, 2),
        date(2026, 5, 4),
        None,
    )


def test_going_back_to_prototyping_keeps_the_first_day_in_test():
    idea = IdeaFactory(state="testing")
    tell(idea, "prototyping", date(2026, 6, 1))
    tell(idea, "testing", date(2026, 7, 1))
    assert (idea.state_since, idea.reached_test_on) == (date(2026, 7, 1), date(2026, 5, 4))


def test_reopening_keeps_the_first_start_of_the_clock():
    idea = IdeaFactory(state="abandoned")
    tell(idea, "accepted", date(2026, 11, 2))
    assert (idea.state, idea.state_since, idea.accepted_on) == ("accepted", date(2026, 11, 2), date(2026, 3, 2))


def test_an_idea_without_an_event_is_not_known():
    idea = IdeaFactory(state="", retrospective=True)
    assert (idea.state, idea.tone) == ("", "neutral")
    with override("en"):
        assert str(idea.state_text) == "not known"


def test_a_state_keeps_the_word_of_its_source():
    idea = IdeaFactory(state="", retrospective=True)
    insert_event(idea, "testing", known_as=True, state_label="tested")
    idea.refresh_from_db()
    assert (idea.state, idea.state_text) == ("testing", "tested")


@pytest.mark.django_db(transaction=True)
def test_ideas_written_down_at_the_same_moment_get_different_references():
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
