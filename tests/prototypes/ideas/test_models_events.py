"""Rules 4, 5, 7, 10 and 11 of the domain, each tried in raw SQL."""

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
    add_event,
    noon,
)
from tests.prototypes.raw import insert_event
from tests.sql import delete, refused_by, truncate, update

pytestmark = pytest.mark.django_db


def states(idea: Idea) -> list[str]:
    return list(IdeaEvent.objects.uncorrected().filter(idea=idea).values_list("state", flat=True))


class TestAppendOnly:
    @pytest.mark.parametrize(
        ("column", "value"),
        [
            ("state", "abandoned"),
            ("effective_on", date(2026, 2, 1)),
            ("recorded_on", date(2026, 2, 3)),
            ("reason", "Another reason"),
            ("evidence", "More evidence"),
            ("position", 1),
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
        event = add_event(IdeaFactory(), "accepted", by=UserFactory())
        nobody = UserFactory(full_name="")
        update(event, by_id=nobody.pk)
        event.refresh_from_db()
        assert (event.by, event.state) == (nobody, "accepted")

    def test_the_person_is_not_replaced_together_with_something_else(self):
        event = add_event(IdeaFactory(), "accepted", by=UserFactory())
        with refused_by("idea_event_append_only"):
            update(event, by_id=UserFactory().pk, reason="Rewritten")


class TestDates:
    def test_event_needs_a_date(self):
        idea = IdeaFactory(state="")
        with refused_by("idea_event_date_known"):
            insert_event(idea, "captured", recorded_on=DAYS["captured"], effective_on=None)

    def test_event_in_the_future_is_refused(self):
        idea = IdeaFactory()
        with refused_by("idea_event_not_future"):
            insert_event(idea, "accepted", date(2026, 3, 3), recorded_on=date(2026, 3, 2))

    def test_an_event_may_be_recorded_later(self):
        idea = IdeaFactory()
        insert_event(idea, "accepted", date(2026, 3, 2), recorded_on=date(2026, 9, 2))
        idea.refresh_from_db()
        assert (idea.accepted_on, idea.last_update_on) == (date(2026, 3, 2), date(2026, 9, 2))

    def test_event_before_the_cohort_start_is_refused(self):
        idea = IdeaFactory(cohort=CohortFactory(actual_start=date(2026, 2, 1)), state="")
        with refused_by("idea_event_after_start"):
            insert_event(idea, "captured", date(2026, 1, 31))
        insert_event(idea, "captured", date(2026, 2, 1))

    def test_any_date_is_accepted_without_a_cohort_start(self):
        idea = IdeaFactory(cohort=CohortFactory(actual_start=None), state="")
        insert_event(idea, "captured", date(2020, 1, 31))
        idea.refresh_from_db()
        assert idea.state_since == date(2020, 1, 31)

    def test_event_before_the_latest_event_is_refused(self):
        idea = IdeaFactory(state="accepted")
        with refused_by("idea_event_in_order"):
            insert_event(idea, "prototyping", DAYS["accepted"] - timedelta(days=1))
        insert_event(idea, "prototyping", DAYS["accepted"])

    def test_events_of_one_day_keep_the_order_of_recording(self):
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
    def test_exactly_the_declared_transitions_are_accepted(self, before: str):
        target = IdeaFactory()
        idea = IdeaFactory(
            cohort=target.cohort, state=before, **({"merged_into": target} if before == "merged" else {})
        )
        if not idea.implementations.exists():
            ImplementationFactory(idea=idea)
        through = {state for state in ALLOWED if self.is_accepted(idea, state, target)}
        assert through == ALLOWED[before]

    @staticmethod
    def is_accepted(idea: Idea, state: str, target: Idea) -> bool:
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
    def test_first_state_is_captured(self, first: str):
        idea = IdeaFactory(state="")
        with refused_by("idea_event_transition"):
            insert_event(idea, first, reason="Tried", decision="adopt" if first == "decided" else "")

    @pytest.mark.parametrize("before", ["captured", "accepted", "prototyping", "testing", "decided", "handed_over"])
    def test_parked_idea_returns_only_to_its_previous_state(self, before: str):
        idea = IdeaFactory(state="parked", after=before)
        other = "prototyping" if before != "prototyping" else "testing"
        with refused_by("idea_event_transition"):
            insert_event(idea, other, date(2026, 11, 1))
        insert_event(idea, before, date(2026, 11, 1), reason="Back", decision="adopt" if before == "decided" else "")
        idea.refresh_from_db()
        assert idea.state == before

    def test_idea_can_be_parked_twice(self):
        idea = IdeaFactory(state="parked", after="testing")
        add_event(idea, "testing", date(2026, 10, 10))
        add_event(idea, "parked", date(2026, 10, 11))
        add_event(idea, "testing", date(2026, 10, 12))
        assert idea.state == "testing"


class TestReasons:
    def test_abandoning_needs_a_reason(self):
        with refused_by("idea_event_abandoned_reason"):
            insert_event(IdeaFactory(), "abandoned")

    def test_decided_event_needs_a_decision(self):
        with refused_by("idea_event_decision"):
            insert_event(IdeaFactory(state="testing"), "decided", reason="Clear")

    def test_other_events_have_no_decision(self):
        with refused_by("idea_event_decision"):
            insert_event(IdeaFactory(), "accepted", decision="adopt")


class TestEvidence:
    def test_decision_without_a_concluded_test_needs_a_reason(self):
        idea = IdeaFactory(state="testing")
        TrialFactory(prototype=PrototypeFactory(idea=idea), state="held")
        with refused_by("idea_event_decided_on_what"):
            insert_event(idea, "decided", decision="adopt")
        insert_event(idea, "decided", decision="adopt", reason="The director asked for it")

    def test_concluded_test_of_the_idea_is_enough_for_a_decision(self):
        idea = IdeaFactory(state="testing")
        TrialFactory(prototype=PrototypeFactory(idea=idea), state="concluded")
        insert_event(idea, "decided", decision="adapt")

    def test_test_of_another_idea_is_no_evidence(self):
        idea = IdeaFactory(state="testing")
        TrialFactory(
            prototype=PrototypeFactory(idea=IdeaFactory(cohort=idea.cohort, state="testing")), state="concluded"
        )
        with refused_by("idea_event_decided_on_what"):
            insert_event(idea, "decided", decision="adapt")

    @pytest.mark.parametrize(
        "implementation",
        [None, {"state": "planned"}, {"scope": "partial"}, {"state": "discontinued"}, {"state": "failed"}],
        ids=["none", "planned", "partial", "discontinued", "failed"],
    )
    def test_implemented_needs_a_live_full_or_adapted_implementation(self, implementation: dict[str, str] | None):
        idea = IdeaFactory(state="implementing")
        if implementation is not None:
            ImplementationFactory(idea=idea, **implementation)
        with refused_by("idea_event_implemented_evidence"):
            insert_event(idea, "implemented")

    @pytest.mark.parametrize("scope", ["full", "adapted"])
    def test_live_implementation_with_evidence_is_enough_for_implemented(self, scope: str):
        idea = IdeaFactory(state="implementing")
        ImplementationFactory(idea=idea, scope=scope)
        insert_event(idea, "implemented")
        idea.refresh_from_db()
        assert (idea.state, idea.implemented_on) == ("implemented", DAYS["implemented"])

    def test_replication_is_no_evidence_for_implemented(self):
        idea = IdeaFactory(state="implementing")
        ImplementationFactory(idea=idea, kind="replication", authority=AuthorityFactory())
        with refused_by("idea_event_implemented_evidence"):
            insert_event(idea, "implemented")

    def test_implementation_of_another_idea_is_no_evidence(self):
        idea = IdeaFactory(state="implementing")
        ImplementationFactory(idea=IdeaFactory(cohort=idea.cohort, state="implementing"))
        with refused_by("idea_event_implemented_evidence"):
            insert_event(idea, "implemented")


class TestMerges:
    def test_merge_needs_a_target(self):
        with refused_by("idea_event_merge_target"):
            insert_event(IdeaFactory(), "merged")

    def test_other_events_have_no_merge_target(self):
        idea = IdeaFactory()
        with refused_by("idea_event_merge_target"):
            insert_event(idea, "accepted", merged_into_id=IdeaFactory(cohort=idea.cohort).pk)

    def test_an_idea_does_not_merge_into_itself(self):
        idea = IdeaFactory()
        with refused_by("idea_merge_no_cycle"):
            insert_event(idea, "merged", merged_into_id=idea.pk)

    def test_merges_form_no_cycle(self):
        first = IdeaFactory()
        second = IdeaFactory(cohort=first.cohort, state="merged", merged_into=first)
        third = IdeaFactory(cohort=first.cohort, state="merged", merged_into=second)
        with refused_by("idea_merge_no_cycle"):
            insert_event(first, "merged", merged_into_id=third.pk)

    def test_merged_idea_cannot_merge_again(self):
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

    def test_merge_into_another_edition_is_refused(self):
        with refused_by("idea_merge_same_edition"):
            insert_event(IdeaFactory(), "merged", merged_into_id=IdeaFactory().pk)

    def test_corrected_merge_restores_the_idea(self):
        target = IdeaFactory()
        idea = IdeaFactory(cohort=target.cohort, state="merged", merged_into=target)
        merge = idea.events.get(state="merged")
        add_event(idea, "accepted", merge.effective_on, corrects=merge, reason="The two are different")
        assert (idea.state, idea.merged_into) == ("accepted", None)
        insert_event(target, "merged", merged_into_id=idea.pk)


class TestCorrections:
    def test_correction_takes_the_position_of_the_corrected_event(self):
        idea = IdeaFactory(state="prototyping")
        wrong = idea.events.get(state="accepted")
        add_event(idea, "accepted", date(2026, 3, 20), recorded_on=date(2026, 5, 1), corrects=wrong, reason="Minutes")
        assert states(idea) == ["captured", "accepted", "prototyping"]
        assert (idea.state, idea.accepted_on) == ("prototyping", date(2026, 3, 20))

    def test_correction_may_state_that_an_event_never_happened(self):
        idea = IdeaFactory(state="abandoned")
        wrong = idea.events.get(state="abandoned")
        add_event(idea, "accepted", wrong.effective_on, corrects=wrong, reason="Another idea was meant")
        assert (idea.state, states(idea)) == ("accepted", ["captured", "accepted", "accepted"])

    def test_only_a_correction_may_repeat_a_state(self):
        with refused_by("idea_event_transition"):
            insert_event(IdeaFactory(state="accepted"), "accepted", date(2026, 4, 1))

    def test_correction_keeps_the_position_within_its_day(self):
        idea = IdeaFactory(state="")
        for state in ("captured", "accepted", "prototyping"):
            insert_event(idea, state, date(2026, 3, 2))
        wrong = idea.events.get(state="captured")
        insert_event(idea, "captured", date(2026, 3, 2), corrects_id=wrong.pk, reason="By somebody else")
        assert states(idea) == ["captured", "accepted", "prototyping"]

    def test_correction_needs_a_reason(self):
        idea = IdeaFactory(state="accepted")
        wrong = idea.events.get(state="accepted")
        with refused_by("idea_event_correction"):
            insert_event(idea, "accepted", corrects_id=wrong.pk)

    def test_a_correction_names_an_event_of_the_same_idea(self):
        idea = IdeaFactory(state="accepted")
        foreign = IdeaFactory(cohort=idea.cohort, state="accepted").events.get(state="accepted")
        with refused_by("idea_event_correction"):
            insert_event(idea, "accepted", corrects_id=foreign.pk, reason="Wrong idea")

    def test_corrected_event_cannot_be_corrected_again(self):
        idea = IdeaFactory(state="accepted")
        wrong = idea.events.get(state="accepted")
        add_event(idea, "accepted", date(2026, 3, 5), corrects=wrong, reason="A typing mistake")
        with refused_by("idea_event_correction"):
            insert_event(idea, "accepted", date(2026, 3, 6), corrects_id=wrong.pk, reason="Again")

    def test_correction_can_be_corrected(self):
        idea = IdeaFactory(state="accepted")
        first = add_event(
            idea, "accepted", date(2026, 3, 5), corrects=idea.events.get(state="accepted"), reason="Typing"
        )
        add_event(idea, "accepted", date(2026, 3, 6), corrects=first, reason="Typing again")
        assert (states(idea), idea.accepted_on) == (["captured", "accepted"], date(2026, 3, 6))

    def test_correction_recorded_before_the_event_is_refused(self):
        idea = IdeaFactory(state="accepted")
        wrong = idea.events.get(state="accepted")
        with refused_by("idea_event_correction"):
            insert_event(idea, "accepted", corrects_id=wrong.pk, reason="Typing", recorded_at=noon(date(2026, 3, 1)))

    def test_correction_that_contradicts_later_events_is_refused(self):
        idea = IdeaFactory(state="prototyping")
        wrong = idea.events.get(state="accepted")
        with refused_by("idea_event_story_consistent"):
            insert_event(
                idea, "accepted", date(2026, 4, 2), recorded_on=date(2026, 5, 1), corrects_id=wrong.pk, reason="Later"
            )

    def test_correction_before_the_cohort_start_is_refused(self):
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
    def test_published_idea_takes_one_event_in_any_state_without_a_date(self, state: str):
        idea = IdeaFactory(state=state, retrospective=True)
        assert (idea.state, idea.state_since, idea.accepted_on is None or state == "accepted") == (state, None, True)

    def test_published_event_may_precede_the_cohort_start(self):
        idea = IdeaFactory(state="implemented", retrospective=True, days={"implemented": date(2014, 2, 1)})
        assert (idea.state_since, idea.state_precision) == (date(2014, 2, 1), "month")

    def test_second_published_event_is_refused(self):
        idea = IdeaFactory(state="captured", retrospective=True)
        with refused_by("idea_event_reported_state"):
            insert_event(idea, "accepted", is_reported_state=True)

    def test_correction_of_a_published_event_is_accepted(self):
        idea = IdeaFactory(state="captured", retrospective=True)
        published_event = idea.events.get()
        insert_event(
            idea,
            "handed_over",
            is_reported_state=True,
            corrects_id=published_event.pk,
            reason="Another page says so",
            recorded_at=noon(date(2026, 11, 25)),
        )
        idea.refresh_from_db()
        assert (idea.state, states(idea)) == ("handed_over", ["handed_over"])

    def test_published_idea_refuses_ordinary_events(self):
        with refused_by("idea_event_reported_state"):
            insert_event(IdeaFactory(state="", retrospective=True), "captured")

    def test_running_idea_refuses_published_events(self):
        with refused_by("idea_event_reported_state"):
            insert_event(IdeaFactory(), "implemented", is_reported_state=True)


@pytest.mark.django_db(transaction=True)
def test_one_of_two_concurrent_acceptances_is_refused():
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
def test_two_concurrent_merges_cannot_form_a_cycle():
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
