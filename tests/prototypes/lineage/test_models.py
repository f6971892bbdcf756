"""Database rules of origins: no cycle, nothing counted twice, and the acceptance date of parts."""

import threading
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from cohorts.models import Cohort
from prototypes.models import Idea, Lineage
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.prototypes import (
    IdeaAuthorFactory,
    IdeaFactory,
    ImplementationFactory,
    LineageFactory,
    add_event,
)
from tests.sql import delete, execute, refused_by, update

pytestmark = pytest.mark.django_db


def insert(child: Idea, parent: Idea, kind: str = "split") -> None:
    """Insert one row in raw SQL."""
    columns = "(child_id, parent_id, kind)"
    execute(f"INSERT INTO prototypes_lineage {columns} VALUES (%s, %s, %s)", child.pk, parent.pk, kind)


def split_into(split_idea: Idea, parts: int = 2, on: date = date(2026, 10, 6)) -> list[Idea]:
    """Split an idea into parts that are captured and accepted that day."""
    days = {"captured": on, "accepted": on}
    made = [IdeaFactory(cohort=split_idea.cohort, state="accepted", days=days) for _ in range(parts)]
    add_event(split_idea, "split", on)
    for part in made:
        insert(part, split_idea)
        part.refresh_from_db()
    return made


class TestClock:
    def test_parts_of_a_split_idea_keep_its_acceptance_date(self):
        split_idea = IdeaFactory(state="accepted")
        assert [part.accepted_on for part in split_into(split_idea)] == [date(2026, 3, 2)] * 2

    def test_parts_of_parts_keep_the_acceptance_date(self):
        [first, _second] = split_into(IdeaFactory(state="accepted"))
        assert [part.accepted_on for part in split_into(first, on=date(2026, 10, 8))] == [date(2026, 3, 2)] * 2

    def test_later_event_of_a_part_keeps_the_acceptance_date(self):
        [first, _second] = split_into(IdeaFactory(state="accepted"))
        add_event(first, "prototyping", date(2026, 10, 7))
        assert first.accepted_on == date(2026, 3, 2)

    def test_corrected_acceptance_of_a_split_idea_moves_that_of_all_its_parts(self):
        split_idea = IdeaFactory(state="accepted")
        [first, second] = split_into(split_idea)
        [third, _fourth] = split_into(first, on=date(2026, 10, 8))
        wrong = split_idea.events.get(state="accepted")
        later = date(2026, 10, 9)
        add_event(split_idea, "accepted", date(2026, 3, 20), corrects=wrong, reason="Minutes", recorded_on=later)
        for part in (first, second, third):
            part.refresh_from_db()
        assert [part.accepted_on for part in (first, second, third)] == [date(2026, 3, 20)] * 3

    def test_captured_part_has_no_acceptance_date(self):
        split_idea = IdeaFactory(state="accepted")
        part = IdeaFactory(cohort=split_idea.cohort)
        add_event(split_idea, "split")
        insert(part, split_idea)
        part.refresh_from_db()
        assert part.accepted_on is None

    def test_reused_idea_has_its_own_acceptance_date(self):
        row = LineageFactory(parent__state="accepted")
        add_event(row.child, "accepted", date(2026, 9, 1))
        assert row.child.accepted_on == date(2026, 9, 1)


class TestNothingCountsTwice:
    def test_only_a_split_idea_has_parts(self):
        split_idea = IdeaFactory(state="accepted")
        with refused_by("lineage_split_ended"):
            insert(IdeaFactory(cohort=split_idea.cohort), split_idea)

    def test_split_idea_cannot_change_its_state(self):
        split_idea = IdeaFactory(state="accepted")
        split_into(split_idea)
        ended = split_idea.events.get(state="split")
        with refused_by("idea_split_stays"):
            add_event(
                split_idea, "accepted", date(2026, 3, 2), corrects=ended, reason="Wrong", recorded_on=date(2026, 10, 9)
            )

    def test_parts_stay_in_the_cohort(self):
        split_idea = IdeaFactory(state="accepted")
        add_event(split_idea, "split")
        with refused_by("lineage_split_at_home"):
            insert(IdeaFactory(), split_idea)

    def test_reuse_in_the_same_cohort_is_refused(self):
        idea = IdeaFactory(shared_with_edition=True)
        with refused_by("lineage_reuse_elsewhere"):
            insert(IdeaFactory(cohort=idea.cohort), idea, "reuse")

    def test_only_shared_or_published_ideas_are_reused(self):
        with refused_by("lineage_reuse_shared"):
            insert(IdeaFactory(), IdeaFactory(), "reuse")
        published = IdeaFactory(retrospective=True, state="implemented")
        insert(IdeaFactory(), published, "reuse")
        assert Lineage.objects.count() == 1

    def test_reuse_where_a_replication_exists_is_refused(self):
        idea, cohort = IdeaFactory(state="implementing", shared_with_edition=True), CohortFactory()
        ImplementationFactory(idea=idea, authority=cohort.authority, kind="replication", state="planned")
        with refused_by("lineage_reuse_once"):
            insert(IdeaFactory(cohort=cohort), idea, "reuse")

    def test_replication_where_a_reuse_exists_is_refused(self):
        row = LineageFactory(parent__state="implementing")
        with refused_by("implementation_reused_there"):
            ImplementationFactory(
                idea=row.parent, authority=row.child.cohort.authority, kind="replication", state="planned"
            )

    def test_replication_is_accepted_once_the_reused_idea_has_ended(self):
        row = LineageFactory(parent__state="implementing")
        add_event(row.child, "abandoned", date(2026, 10, 5))
        there = row.child.cohort.authority
        made = ImplementationFactory(idea=row.parent, authority=there, kind="replication", state="planned")
        assert made.authority == there


class TestCycles:
    def test_an_idea_does_not_come_from_itself(self):
        idea = IdeaFactory(shared_with_edition=True)
        with refused_by("lineage_no_cycle"):
            insert(idea, idea, "reuse")

    def test_idea_does_not_come_from_itself_through_others(self):
        first = LineageFactory(child=IdeaFactory(shared_with_edition=True))
        second = LineageFactory(parent=first.child, child=IdeaFactory(shared_with_edition=True))
        with refused_by("lineage_no_cycle"):
            insert(first.parent, second.child, "reuse")

    def test_idea_does_not_come_from_itself_through_a_merge(self):
        target = IdeaFactory(shared_with_edition=True)
        idea = IdeaFactory(cohort=target.cohort, state="merged", merged_into=target, shared_with_edition=True)
        with refused_by("lineage_no_cycle"):
            insert(idea, target, "reuse")

    def test_part_cannot_merge_into_the_split_idea(self):
        """Forms do not offer a split idea, so this is tried in raw SQL."""
        split_idea = IdeaFactory(state="accepted")
        [_first, second] = split_into(split_idea)
        with refused_by("idea_merge_no_cycle"):
            add_event(second, "merged", date(2026, 10, 7), merged_into=split_idea)

    def test_reused_idea_may_merge_into_its_origin(self):
        row = LineageFactory()
        add_event(row.child, "merged", merged_into=row.parent)
        assert (row.child.state, row.child.merged_into) == ("merged", row.parent)


@pytest.mark.django_db(transaction=True)
def test_two_concurrent_reuses_cannot_form_a_cycle():
    first, second = (IdeaFactory(shared_with_edition=True) for _ in range(2))
    start, refused = threading.Barrier(2), []

    def insert_reuse(child: Idea, parent: Idea) -> None:
        start.wait()
        try:
            with transaction.atomic():
                insert(child, parent, "reuse")
        except IntegrityError as error:
            refused.append(error.__cause__.diag.constraint_name)
        finally:
            connection.close()

    threads = [threading.Thread(target=insert_reuse, args=pair) for pair in [(first, second), (second, first)]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (refused, Lineage.objects.count()) == (["lineage_no_cycle"], 1)


@pytest.mark.parametrize("change", ["update", "delete"])
def test_origin_of_an_idea_never_changes(change: str):
    row = LineageFactory()
    with refused_by("lineage_append_only"):
        update(row, kind="split") if change == "update" else delete(row)


def test_same_origin_is_recorded_once():
    row = LineageFactory()
    with refused_by("lineage_once"):
        insert(row.child, row.parent, "reuse")


class TestAuthors:
    def test_co_author_must_be_a_member_of_the_cohort(self):
        idea = IdeaFactory()
        stranger = MembershipFactory(cohort=CohortFactory()).user
        with refused_by("idea_author_of_cohort"):
            IdeaAuthorFactory(idea=idea, user=stranger)

    def test_co_author_may_be_a_past_member(self):
        idea = IdeaFactory()
        past_member = MembershipFactory(cohort=Cohort.objects.get(pk=idea.cohort_id), ends_on=date(2026, 2, 1)).user
        assert IdeaAuthorFactory(idea=idea, user=past_member).idea.co_author_ids == {past_member.pk}

    def test_co_author_is_recorded_once(self):
        row = IdeaAuthorFactory()
        with refused_by("idea_author_once"):
            IdeaAuthorFactory(idea=row.idea, user=row.user)
