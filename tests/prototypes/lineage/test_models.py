"""What the database holds of where ideas come from: no circle, nothing counted twice, and the clock of the parts."""

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
    tell,
)
from tests.sql import delete, execute, refused_by, update

pytestmark = pytest.mark.django_db


def insert(child: Idea, parent: Idea, kind: str = "split") -> None:
    """INSERT one row as a person at the database's own prompt would."""
    columns = "(child_id, parent_id, kind)"
    execute(f"INSERT INTO prototypes_lineage {columns} VALUES (%s, %s, %s)", child.pk, parent.pk, kind)


def split(whole: Idea, parts: int = 2, on: date = date(2026, 10, 6)) -> list[Idea]:
    """The whole split into its parts, captured and accepted that day."""
    days = {"captured": on, "accepted": on}
    made = [IdeaFactory(cohort=whole.cohort, state="accepted", days=days) for _ in range(parts)]
    tell(whole, "split", on)
    for part in made:
        insert(part, whole)
        part.refresh_from_db()
    return made


class TestClock:
    def test_the_parts_of_a_split_idea_keep_its_clock(self):
        whole = IdeaFactory(state="accepted")
        assert [part.accepted_on for part in split(whole)] == [date(2026, 3, 2)] * 2

    def test_and_the_parts_of_parts(self):
        [first, _second] = split(IdeaFactory(state="accepted"))
        assert [part.accepted_on for part in split(first, on=date(2026, 10, 8))] == [date(2026, 3, 2)] * 2

    def test_a_later_event_of_a_part_keeps_it_too(self):
        [first, _second] = split(IdeaFactory(state="accepted"))
        tell(first, "prototyping", date(2026, 10, 7))
        assert first.accepted_on == date(2026, 3, 2)

    def test_a_corrected_acceptance_of_the_whole_moves_the_clock_of_all_its_parts(self):
        whole = IdeaFactory(state="accepted")
        [first, second] = split(whole)
        [third, _fourth] = split(first, on=date(2026, 10, 8))
        wrong = whole.events.get(state="accepted")
        later = date(2026, 10, 9)
        tell(whole, "accepted", date(2026, 3, 20), corrects=wrong, reason="Minutes", recorded_on=later)
        for part in (first, second, third):
            part.refresh_from_db()
        assert [part.accepted_on for part in (first, second, third)] == [date(2026, 3, 20)] * 3

    def test_a_part_nobody_accepted_has_no_clock(self):
        whole = IdeaFactory(state="accepted")
        part = IdeaFactory(cohort=whole.cohort)
        tell(whole, "split")
        insert(part, whole)
        part.refresh_from_db()
        assert part.accepted_on is None

    def test_an_idea_taken_up_elsewhere_has_its_own(self):
        row = LineageFactory(parent__state="accepted")
        tell(row.child, "accepted", date(2026, 9, 1))
        assert row.child.accepted_on == date(2026, 9, 1)


class TestNothingCountsTwice:
    def test_only_a_split_idea_has_parts(self):
        whole = IdeaFactory(state="accepted")
        with refused_by("lineage_split_ended"):
            insert(IdeaFactory(cohort=whole.cohort), whole)

    def test_a_split_idea_does_not_come_back(self):
        whole = IdeaFactory(state="accepted")
        split(whole)
        ended = whole.events.get(state="split")
        with refused_by("idea_split_stays"):
            tell(whole, "accepted", date(2026, 3, 2), corrects=ended, reason="Wrong", recorded_on=date(2026, 10, 9))

    def test_parts_stay_at_home(self):
        whole = IdeaFactory(state="accepted")
        tell(whole, "split")
        with refused_by("lineage_split_at_home"):
            insert(IdeaFactory(), whole)

    def test_an_idea_is_taken_up_elsewhere_only(self):
        idea = IdeaFactory(shared_with_edition=True)
        with refused_by("lineage_reuse_elsewhere"):
            insert(IdeaFactory(cohort=idea.cohort), idea, "reuse")

    def test_and_only_when_it_is_shared_or_published(self):
        with refused_by("lineage_reuse_shared"):
            insert(IdeaFactory(), IdeaFactory(), "reuse")
        published = IdeaFactory(retrospective=True, state="implemented")
        insert(IdeaFactory(), published, "reuse")
        assert Lineage.objects.count() == 1

    def test_what_is_a_replication_there_is_not_taken_up_there_too(self):
        idea, cohort = IdeaFactory(state="implementing", shared_with_edition=True), CohortFactory()
        ImplementationFactory(idea=idea, authority=cohort.authority, kind="replication", state="planned")
        with refused_by("lineage_reuse_once"):
            insert(IdeaFactory(cohort=cohort), idea, "reuse")

    def test_nor_the_other_way_round(self):
        row = LineageFactory(parent__state="implementing")
        with refused_by("implementation_reused_there"):
            ImplementationFactory(
                idea=row.parent, authority=row.child.cohort.authority, kind="replication", state="planned"
            )

    def test_unless_that_idea_has_ended(self):
        row = LineageFactory(parent__state="implementing")
        tell(row.child, "abandoned", date(2026, 10, 5))
        there = row.child.cohort.authority
        made = ImplementationFactory(idea=row.parent, authority=there, kind="replication", state="planned")
        assert made.authority == there


class TestCircles:
    def test_an_idea_does_not_come_from_itself(self):
        idea = IdeaFactory(shared_with_edition=True)
        with refused_by("lineage_no_cycle"):
            insert(idea, idea, "reuse")

    def test_nor_by_way_of_others(self):
        first = LineageFactory(child=IdeaFactory(shared_with_edition=True))
        second = LineageFactory(parent=first.child, child=IdeaFactory(shared_with_edition=True))
        with refused_by("lineage_no_cycle"):
            insert(first.parent, second.child, "reuse")

    def test_nor_by_way_of_a_merge(self):
        target = IdeaFactory(shared_with_edition=True)
        idea = IdeaFactory(cohort=target.cohort, state="merged", merged_into=target, shared_with_edition=True)
        with refused_by("lineage_no_cycle"):
            insert(idea, target, "reuse")

    def test_a_part_does_not_merge_into_its_whole(self):
        """The whole is split: only raw SQL could try."""
        whole = IdeaFactory(state="accepted")
        [_first, second] = split(whole)
        with refused_by("idea_merge_no_cycle"):
            tell(second, "merged", date(2026, 10, 7), merged_into=whole)

    def test_what_was_taken_up_may_merge_back_into_what_it_came_from(self):
        row = LineageFactory()
        tell(row.child, "merged", merged_into=row.parent)
        assert (row.child.state, row.child.merged_into) == ("merged", row.parent)


@pytest.mark.django_db(transaction=True)
def test_two_ideas_cannot_come_from_each_other_at_the_same_moment():
    first, second = (IdeaFactory(shared_with_edition=True) for _ in range(2))
    start, refused = threading.Barrier(2), []

    def come(child: Idea, parent: Idea) -> None:
        start.wait()
        try:
            with transaction.atomic():
                insert(child, parent, "reuse")
        except IntegrityError as error:
            refused.append(error.__cause__.diag.constraint_name)
        finally:
            connection.close()

    threads = [threading.Thread(target=come, args=pair) for pair in [(first, second), (second, first)]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (refused, Lineage.objects.count()) == (["lineage_no_cycle"], 1)


@pytest.mark.parametrize("change", ["update", "delete"])
def test_where_an_idea_comes_from_never_changes(change: str):
    row = LineageFactory()
    with refused_by("lineage_append_only"):
        update(row, kind="split") if change == "update" else delete(row)


def test_the_same_origin_is_said_once():
    row = LineageFactory()
    with refused_by("lineage_once"):
        insert(row.child, row.parent, "reuse")


class TestAuthors:
    def test_a_co_author_is_of_the_cohort(self):
        idea = IdeaFactory()
        stranger = MembershipFactory(cohort=CohortFactory()).user
        with refused_by("idea_author_of_cohort"):
            IdeaAuthorFactory(idea=idea, user=stranger)

    def test_or_was(self):
        idea = IdeaFactory()
        gone = MembershipFactory(cohort=Cohort.objects.get(pk=idea.cohort_id), ends_on=date(2026, 2, 1)).user
        assert IdeaAuthorFactory(idea=idea, user=gone).idea.author_ids == {gone.pk}

    def test_is_named_once(self):
        row = IdeaAuthorFactory()
        with refused_by("idea_author_once"):
            IdeaAuthorFactory(idea=row.idea, user=row.user)
