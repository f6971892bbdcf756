"""Rules 4, 5, 7, 10 and 11 of the domain, each tried in raw SQL against the database's own refusal."""

import threading
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from cohorts.models import Cohort
from prototypes.models import Idea, IdeaEvent
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory
from tests.factories.programmes import AuthorityFactory
from tests.factories.prototypes import (
    DAYS,
    IdeaFactory,
    ImplementationFactory,
    PrototypeFactory,
    TrialFactory,
    noon,
    tell,
)
from tests.prototypes.raw import insert_event
from tests.sql import delete, refused_by, truncate, update

pytestmark = pytest.mark.django_db


def states(idea: Idea) -> list[str]:
    return list(IdeaEvent.objects.counting().filter(idea=idea).values_list("state", flat=True))


class TestAppendOnly:
    @pytest.mark.parametrize(
        ("column", "value"),
        [
            ("state", "abandoned"),
            ("effective_on", date(2026, 2, 1)),
            ("recorded_on", date(2026, 2, 3)),
            ("reason", "Another reason"),
            ("evidence", "More evidence"),
            ("place", 1),
            ("source", "Somewhere"),
        ],
    )
    def test_an_event_is_never_changed(self, column: str, value: object):
        event = IdeaFactory().events.get()
        with refused_by("idea_event_append_only"):
            update(event, **{column: value})

    def test_an_event_is_never_deleted(self):
        with refused_by("idea_event_append_only"):
            delete(IdeaFactory().events.get())

    def test_events_are_never_truncated(self):
        IdeaFactory()
        with refused_by("idea_event_no_truncate"):
            truncate(IdeaEvent)

    def test_only_the_person_is_replaced_when_erased(self):
        event = tell(IdeaFactory(), "accepted", by=UserFactory())
        nobody = UserFactory(full_name="")
        update(event, by_id=nobody.pk)
        event.refresh_from_db()
        assert (event.by, event.state) == (nobody, "accepted")

    def test_the_person_is_not_replaced_together_with_something_else(self):
        event = tell(IdeaFactory(), "accepted", by=UserFactory())
        with refused_by("idea_event_append_only"):
            update(event, by_id=UserFactory().pk, reason="Rewritten")


class TestDates:
    def test_an_event_needs_its_day(self):
        idea = IdeaFactory(state="")
        with refused_by("idea_event_date_known"):
            insert_event(idea, "captured", recorded_on=DAYS["captured"], effective_on=None)

    def test_nothing_is_recorded_before_it_happens(self):
        idea = IdeaFactory()
        with refused_by("idea_event_not_future"):
            insert_event(idea, "accepted", date(2026, 3, 3), recorded_on=date(2026, 3, 2))

    def test_an_event_may_be_recorded_later(self):
        idea = IdeaFactory()
        insert_event(idea, "accepted", date(2026, 3, 2), recorded_on=date(2026, 9, 2))
        idea.refresh_from_db()
        assert (idea.accepted_on, idea.last_sign_on) == (date(2026, 3, 2), date(2026, 9, 2))

    def test_nothing_happens_before_the_cohort_starts(self):
        idea = IdeaFactory(cohort=CohortFactory(actual_start=date(2026, 2, 1)), state="")
        with refused_by("idea_event_after_start"):
            insert_event(idea, "captured", date(2026, 1, 31))
        insert_event(idea, "captured", date(2026, 2, 1))

    def test_where_the_cohorts_start_is_not_known_any_day_will_do(self):
        idea = IdeaFactory(cohort=CohortFactory(actual_start=None), state="")
        insert_event(idea, "captured", date(2020, 1, 31))
        idea.refresh_from_db()
        assert idea.state_since == date(2020, 1, 31)

    def test_an_event_comes_after_the_one_before(self):
        idea = IdeaFactory(state="accepted")
        with refused_by("idea_event_in_order"):
            insert_event(idea, "prototyping", DAYS["accepted"] - timedelta(days=1))
        insert_event(idea, "prototyping", DAYS["accepted"])

    def test_events_of_one_day_keep_the_order_they_were_written_in(self):
        idea = IdeaFactory(state="")
        for state in ("captured", "accepted", "prototyping", "testing"):
            insert_event(idea, state, date(2026, 3, 2))
        assert states(idea) == ["captured", "accepted", "prototyping", "testing"]


ALLOWED = {
    "captured": {"accepted", "parked", "abandoned", "merged"},
    "accepted": {"prototyping", "parked", "abandoned", "merged"},
    "prototyping": {"testing", "parked", "abandoned", "merged"},
    "testing": {"prototyping", "decided", "parked", "abandoned", "merged"},
    "decided": {"handed_over", "parked", "abandoned", "merged"},
    "handed_over": {"implementing", "parked", "abandoned", "merged"},
    "implementing": {"implemented", "parked", "abandoned", "merged"},
    "implemented": set(),
    "parked": {"accepted", "abandoned", "merged"},  # parked when accepted
    "abandoned": {"accepted"},
    "merged": set(),
}


class TestTransitions:
    @pytest.mark.parametrize("before", sorted(ALLOWED))
    def test_exactly_the_declared_transitions_are_let_through(self, before: str):
        target = IdeaFactory()
        idea = IdeaFactory(
            cohort=target.cohort, state=before, **({"merged_into": target} if before == "merged" else {})
        )
        if not idea.implementations.exists():
            ImplementationFactory(idea=idea)
        through = {state for state in ALLOWED if self.goes(idea, state, target)}
        assert through == ALLOWED[before]

    @staticmethod
    def goes(idea: Idea, state: str, target: Idea) -> bool:
        columns = {"reason": "Tried", "decision": "adopt" if state == "decided" else ""}
        if state == "merged":
            columns["merged_into_id"] = target.pk
        point, rule = transaction.savepoint(), None
        try:
            with transaction.atomic():
                insert_event(idea, state, date(2026, 11, 2), **columns)
        except IntegrityError as error:
            rule = error.__cause__.diag.constraint_name
        transaction.savepoint_rollback(point)
        return {None: True, "idea_event_transition": False}[rule]

    @pytest.mark.parametrize("first", sorted(set(ALLOWED) - {"captured", "merged", "implemented"}))
    def test_an_idea_is_born_captured(self, first: str):
        idea = IdeaFactory(state="")
        with refused_by("idea_event_transition"):
            insert_event(idea, first, reason="Tried", decision="adopt" if first == "decided" else "")

    @pytest.mark.parametrize("before", ["captured", "accepted", "prototyping", "testing", "decided", "handed_over"])
    def test_parked_returns_to_the_state_before_and_no_other(self, before: str):
        idea = IdeaFactory(state="parked", after=before)
        other = "prototyping" if before != "prototyping" else "testing"
        with refused_by("idea_event_transition"):
            insert_event(idea, other, date(2026, 11, 1))
        insert_event(idea, before, date(2026, 11, 1), reason="Back", decision="adopt" if before == "decided" else "")
        idea.refresh_from_db()
        assert idea.state == before

    def test_it_can_be_parked_twice(self):
        idea = IdeaFactory(state="parked", after="testing")
        tell(idea, "testing", date(2026, 10, 10))
        tell(idea, "parked", date(2026, 10, 11))
        tell(idea, "testing", date(2026, 10, 12))
        assert idea.state == "testing"


class TestReasons:
    def test_abandoning_takes_a_reason(self):
        with refused_by("idea_event_abandoned_reason"):
            insert_event(IdeaFactory(), "abandoned")

    def test_deciding_says_which_way(self):
        with refused_by("idea_event_decision"):
            insert_event(IdeaFactory(state="testing"), "decided", reason="Clear")

    def test_nothing_else_carries_a_decision(self):
        with refused_by("idea_event_decision"):
            insert_event(IdeaFactory(), "accepted", decision="adopt")


class TestEvidence:
    def test_decided_without_a_concluded_test_takes_a_written_reason(self):
        idea = IdeaFactory(state="testing")
        TrialFactory(prototype=PrototypeFactory(idea=idea), state="held")
        with refused_by("idea_event_decided_on_what"):
            insert_event(idea, "decided", decision="adopt")
        insert_event(idea, "decided", decision="adopt", reason="The director asked for it")

    def test_decided_stands_on_a_concluded_test_of_the_idea(self):
        idea = IdeaFactory(state="testing")
        TrialFactory(prototype=PrototypeFactory(idea=idea), state="concluded")
        insert_event(idea, "decided", decision="adapt")

    def test_another_ideas_test_is_no_evidence(self):
        idea = IdeaFactory(state="testing")
        TrialFactory(
            prototype=PrototypeFactory(idea=IdeaFactory(cohort=idea.cohort, state="testing")), state="concluded"
        )
        with refused_by("idea_event_decided_on_what"):
            insert_event(idea, "decided", decision="adapt")

    @pytest.mark.parametrize(
        "found",
        [None, {"state": "planned"}, {"scope": "partial"}, {"state": "discontinued"}, {"state": "failed"}],
        ids=["none", "planned", "partial", "discontinued", "failed"],
    )
    def test_implemented_takes_a_live_full_or_adapted_implementation(self, found: dict[str, str] | None):
        idea = IdeaFactory(state="implementing")
        if found is not None:
            ImplementationFactory(idea=idea, **found)
        with refused_by("idea_event_implemented_shown"):
            insert_event(idea, "implemented")

    @pytest.mark.parametrize("scope", ["full", "adapted"])
    def test_a_live_implementation_with_evidence_makes_it_implemented(self, scope: str):
        idea = IdeaFactory(state="implementing")
        ImplementationFactory(idea=idea, scope=scope)
        insert_event(idea, "implemented")
        idea.refresh_from_db()
        assert (idea.state, idea.implemented_on) == ("implemented", DAYS["implemented"])

    def test_nor_does_a_replication_elsewhere_make_it_implemented(self):
        idea = IdeaFactory(state="implementing")
        ImplementationFactory(idea=idea, kind="replication", authority=AuthorityFactory())
        with refused_by("idea_event_implemented_shown"):
            insert_event(idea, "implemented")

    def test_another_ideas_implementation_is_no_evidence(self):
        idea = IdeaFactory(state="implementing")
        ImplementationFactory(idea=IdeaFactory(cohort=idea.cohort, state="implementing"))
        with refused_by("idea_event_implemented_shown"):
            insert_event(idea, "implemented")


class TestMerges:
    def test_a_merge_names_its_target(self):
        with refused_by("idea_event_merge_target"):
            insert_event(IdeaFactory(), "merged")

    def test_nothing_else_names_a_target(self):
        idea = IdeaFactory()
        with refused_by("idea_event_merge_target"):
            insert_event(idea, "accepted", merged_into_id=IdeaFactory(cohort=idea.cohort).pk)

    def test_an_idea_does_not_merge_into_itself(self):
        idea = IdeaFactory()
        with refused_by("idea_merge_no_cycle"):
            insert_event(idea, "merged", merged_into_id=idea.pk)

    def test_merges_never_come_round(self):
        first = IdeaFactory()
        second = IdeaFactory(cohort=first.cohort, state="merged", merged_into=first)
        third = IdeaFactory(cohort=first.cohort, state="merged", merged_into=second)
        with refused_by("idea_merge_no_cycle"):
            insert_event(first, "merged", merged_into_id=third.pk)

    def test_an_idea_merges_once(self):
        target = IdeaFactory()
        idea = IdeaFactory(cohort=target.cohort, state="merged", merged_into=target)
        with refused_by("idea_event_transition"):
            insert_event(idea, "merged", date(2026, 11, 1), merged_into_id=IdeaFactory(cohort=target.cohort).pk)

    def test_the_target_may_be_in_another_cohort_of_the_edition(self):
        idea = IdeaFactory()
        target = IdeaFactory(cohort=CohortFactory(edition=idea.cohort.edition))
        insert_event(idea, "merged", merged_into_id=target.pk)
        idea.refresh_from_db()
        assert idea.merged_into == target

    def test_the_target_is_never_in_another_edition(self):
        with refused_by("idea_merge_same_edition"):
            insert_event(IdeaFactory(), "merged", merged_into_id=IdeaFactory().pk)

    def test_a_corrected_merge_lets_the_idea_live_on(self):
        target = IdeaFactory()
        idea = IdeaFactory(cohort=target.cohort, state="merged", merged_into=target)
        merge = idea.events.get(state="merged")
        tell(idea, "accepted", merge.effective_on, corrects=merge, reason="The two are different")
        assert (idea.state, idea.merged_into) == ("accepted", None)
        insert_event(target, "merged", merged_into_id=idea.pk)


class TestCorrections:
    def test_a_correction_takes_the_place_of_what_it_names(self):
        idea = IdeaFactory(state="prototyping")
        wrong = idea.events.get(state="accepted")
        tell(idea, "accepted", date(2026, 3, 20), recorded_on=date(2026, 5, 1), corrects=wrong, reason="Minutes")
        assert states(idea) == ["captured", "accepted", "prototyping"]
        assert (idea.state, idea.accepted_on) == ("prototyping", date(2026, 3, 20))

    def test_a_correction_may_say_that_nothing_happened(self):
        idea = IdeaFactory(state="abandoned")
        wrong = idea.events.get(state="abandoned")
        tell(idea, "accepted", wrong.effective_on, corrects=wrong, reason="Another idea was meant")
        assert (idea.state, states(idea)) == ("accepted", ["captured", "accepted", "accepted"])

    def test_only_a_correction_may_repeat_a_state(self):
        with refused_by("idea_event_transition"):
            insert_event(IdeaFactory(state="accepted"), "accepted", date(2026, 4, 1))

    def test_on_one_day_the_correction_stays_where_the_mistake_was(self):
        idea = IdeaFactory(state="")
        for state in ("captured", "accepted", "prototyping"):
            insert_event(idea, state, date(2026, 3, 2))
        wrong = idea.events.get(state="captured")
        insert_event(idea, "captured", date(2026, 3, 2), corrects_id=wrong.pk, reason="By somebody else")
        assert states(idea) == ["captured", "accepted", "prototyping"]

    def test_a_correction_takes_a_reason(self):
        idea = IdeaFactory(state="accepted")
        wrong = idea.events.get(state="accepted")
        with refused_by("idea_event_correction"):
            insert_event(idea, "accepted", corrects_id=wrong.pk)

    def test_a_correction_names_an_event_of_the_same_idea(self):
        idea = IdeaFactory(state="accepted")
        foreign = IdeaFactory(cohort=idea.cohort, state="accepted").events.get(state="accepted")
        with refused_by("idea_event_correction"):
            insert_event(idea, "accepted", corrects_id=foreign.pk, reason="Wrong idea")

    def test_what_counts_no_more_is_not_corrected_again(self):
        idea = IdeaFactory(state="accepted")
        wrong = idea.events.get(state="accepted")
        tell(idea, "accepted", date(2026, 3, 5), corrects=wrong, reason="A typing mistake")
        with refused_by("idea_event_correction"):
            insert_event(idea, "accepted", date(2026, 3, 6), corrects_id=wrong.pk, reason="Again")

    def test_the_correction_itself_can_be_corrected(self):
        idea = IdeaFactory(state="accepted")
        first = tell(idea, "accepted", date(2026, 3, 5), corrects=idea.events.get(state="accepted"), reason="Typing")
        tell(idea, "accepted", date(2026, 3, 6), corrects=first, reason="Typing again")
        assert (states(idea), idea.accepted_on) == (["captured", "accepted"], date(2026, 3, 6))

    def test_a_correction_is_never_recorded_before_the_mistake(self):
        idea = IdeaFactory(state="accepted")
        wrong = idea.events.get(state="accepted")
        with refused_by("idea_event_correction"):
            insert_event(idea, "accepted", corrects_id=wrong.pk, reason="Typing", recorded_at=noon(date(2026, 3, 1)))

    def test_what_came_later_must_still_follow(self):
        idea = IdeaFactory(state="prototyping")
        wrong = idea.events.get(state="accepted")
        with refused_by("idea_event_story_holds"):
            insert_event(
                idea, "accepted", date(2026, 4, 2), recorded_on=date(2026, 5, 1), corrects_id=wrong.pk, reason="Later"
            )

    def test_a_correction_still_respects_the_cohorts_start(self):
        idea = IdeaFactory()
        wrong = idea.events.get()
        with refused_by("idea_event_after_start"):
            insert_event(
                idea,
                "captured",
                date(2025, 12, 1),
                recorded_on=date(2026, 3, 1),
                corrects_id=wrong.pk,
                reason="Earlier",
            )


class TestPublishedFacts:
    @pytest.mark.parametrize("state", sorted(set(ALLOWED) - {"merged"}))
    def test_one_event_in_any_state_without_a_day(self, state: str):
        idea = IdeaFactory(state=state, retrospective=True)
        assert (idea.state, idea.state_since, idea.accepted_on is None or state == "accepted") == (state, None, True)

    def test_a_day_before_any_cohort_started(self):
        idea = IdeaFactory(state="implemented", retrospective=True, days={"implemented": date(2014, 2, 1)})
        assert (idea.state_since, idea.state_precision) == (date(2014, 2, 1), "month")

    def test_a_second_event_is_refused(self):
        idea = IdeaFactory(state="captured", retrospective=True)
        with refused_by("idea_event_known_as"):
            insert_event(idea, "accepted", known_as=True)

    def test_a_correction_is_not(self):
        idea = IdeaFactory(state="captured", retrospective=True)
        known = idea.events.get()
        insert_event(
            idea,
            "handed_over",
            known_as=True,
            corrects_id=known.pk,
            reason="Another page says so",
            recorded_at=noon(date(2026, 11, 25)),
        )
        idea.refresh_from_db()
        assert (idea.state, states(idea)) == ("handed_over", ["handed_over"])

    def test_published_facts_take_no_ordinary_event(self):
        with refused_by("idea_event_known_as"):
            insert_event(IdeaFactory(state="", retrospective=True), "captured")

    def test_running_ideas_take_no_published_fact(self):
        with refused_by("idea_event_known_as"):
            insert_event(IdeaFactory(), "implemented", known_as=True)


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_accept_at_the_same_moment_one_is_refused():
    idea = IdeaFactory()
    start, refused = threading.Barrier(2), []

    def accept() -> None:
        start.wait()
        try:
            with transaction.atomic():
                insert_event(idea, "accepted")
        except IntegrityError as error:
            refused.append(error.__cause__.diag.constraint_name)
        finally:
            connection.close()

    threads = [threading.Thread(target=accept) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (refused, states(idea)) == (["idea_event_transition"], ["captured", "accepted"])


@pytest.mark.django_db(transaction=True)
def test_two_ideas_cannot_merge_into_each_other_at_the_same_moment():
    first = IdeaFactory()
    second = IdeaFactory(cohort=Cohort.objects.get(pk=first.cohort_id))
    start, refused = threading.Barrier(2), []

    def merge(idea: Idea, target: Idea) -> None:
        start.wait()
        try:
            with transaction.atomic():
                insert_event(idea, "merged", merged_into_id=target.pk)
        except IntegrityError as error:
            refused.append(error.__cause__.diag.constraint_name)
        finally:
            connection.close()

    threads = [threading.Thread(target=merge, args=pair) for pair in [(first, second), (second, first)]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["idea_merge_no_cycle"]
