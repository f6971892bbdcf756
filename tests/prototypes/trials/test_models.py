"""Rule 6 of the domain: prototypes, tests and their participants, in raw SQL."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from prototypes.enums import PROTOTYPE_TRANSITIONS, TRIAL_TRANSITIONS, PrototypeState, TrialState
from prototypes.models import Prototype, Support, Trial
from tests.factories.cohorts import CohortFactory, SessionFactory
from tests.factories.prototypes import IdeaFactory, ParticipantGroupFactory, PrototypeFactory, TrialFactory, support
from tests.sql import delete, insert_like, refused_by, update

pytestmark = pytest.mark.django_db

OTHER_KEY = "7b3c1a52-64a5-4b0a-8b1c-0b7f5f7f0003"
DAY_AFTER = date(2026, 5, 12)
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


class TestPrototypes:
    @pytest.mark.parametrize("before", ["draft", "ready", "in_test", "retired"])
    @pytest.mark.parametrize("after", ["draft", "ready", "in_test", "retired"])
    def test_only_declared_transitions_are_accepted(self, before: str, after: str):
        prototype = PrototypeFactory(state=before)
        if before == after or after in PROTOTYPE_TRANSITIONS.get(PrototypeState(before), []):
            update(prototype, state=after)
        else:
            with refused_by("prototype_state"):
                update(prototype, state=after)

    def test_new_prototype_is_a_draft(self):
        prototype = PrototypeFactory(state="draft")
        with refused_by("prototype_state"):
            insert_like(prototype, version=2, state="ready", idempotency_key=OTHER_KEY)

    def test_versions_are_unique_within_an_idea(self):
        prototype = PrototypeFactory(state="draft")
        with refused_by("prototype_version_once"):
            insert_like(prototype, idempotency_key=OTHER_KEY)

    def test_idempotency_key_of_a_prototype_is_unique(self):
        prototype = PrototypeFactory(state="draft")
        with refused_by("prototype_idempotency_key_unique"):
            insert_like(prototype, version=2)

    @pytest.mark.parametrize("fidelity", [0, 6])
    def test_fidelity_goes_from_one_to_five(self, fidelity: int):
        with refused_by("prototype_fidelity"):
            update(PrototypeFactory(), fidelity=fidelity)

    @pytest.mark.parametrize("column", ["made_on", "fidelity"])
    def test_prototype_needs_date_and_fidelity(self, column: str):
        with refused_by("prototype_date_known"):
            update(PrototypeFactory(), **{column: None})

    def test_published_prototype_may_lack_date_and_fidelity(self):
        prototype = PrototypeFactory(retrospective=True, made_on=None, fidelity=None, state="in_test")
        assert (prototype.made_on, prototype.fidelity, prototype.state) == (None, None, "in_test")

    def test_prototype_replaces_an_earlier_one_of_its_idea(self):
        first = PrototypeFactory()
        second = PrototypeFactory(idea=first.idea, supersedes=first)
        with refused_by("prototype_supersedes_earlier"):
            update(first, supersedes_id=second.pk)

    def test_prototype_cannot_replace_one_of_another_idea(self):
        foreign = PrototypeFactory()
        with refused_by("prototype_supersedes_earlier"):
            update(PrototypeFactory(version=2), supersedes_id=foreign.pk)

    @pytest.mark.parametrize("day", [date(1, 1, 1), date(2025, 1, 4)])
    def test_prototype_made_a_year_before_the_cohort_is_refused(self, day: date):
        with refused_by("prototype_made_in_time"):
            update(PrototypeFactory(), made_on=day)

    def test_new_prototype_made_a_year_before_the_cohort_is_refused(self):
        with refused_by("prototype_made_in_time"):
            insert_like(PrototypeFactory(state="draft"), version=2, made_on=date(1, 1, 1), idempotency_key=OTHER_KEY)

    def test_prototype_made_shortly_before_the_cohort_is_accepted(self):
        update(PrototypeFactory(), made_on=date(2025, 1, 5))

    def test_before_the_cohort_has_started_its_planned_start_counts(self):
        idea = IdeaFactory(cohort=CohortFactory(state="agreed", actual_start=None), state="captured")
        with refused_by("prototype_made_in_time"):
            update(PrototypeFactory(idea=idea), made_on=date(2025, 1, 4))

    def test_date_recorded_before_the_start_moved_stays(self):
        prototype = PrototypeFactory()
        update(prototype.idea.cohort, actual_start=date(2027, 5, 1))
        update(prototype, title="Une affiche")

    def test_prototype_made_after_its_tests_is_refused(self):
        prototype = TrialFactory(state="held").prototype
        update(prototype, made_on=date(2026, 5, 11))
        with refused_by("prototype_made_before_its_tests"):
            update(prototype, made_on=date(2026, 5, 12))

    def test_dates_of_published_prototypes_are_not_checked(self):
        made = PrototypeFactory(retrospective=True, made_on=date(1998, 1, 1), state="in_test").made_on
        assert made == date(1998, 1, 1)

    def test_prototype_cannot_move_to_another_idea(self):
        with refused_by("prototype_idea_fixed"):
            update(PrototypeFactory(), idea_id=IdeaFactory().pk)

    def test_published_facts_flag_never_changes(self):
        with refused_by("prototype_retrospective_fixed"):
            update(PrototypeFactory(), retrospective=True)


class TestTransitions:
    @pytest.mark.parametrize("before", ["planned", "locked", "held", "concluded", "cancelled"])
    @pytest.mark.parametrize("after", ["planned", "locked", "held", "concluded", "cancelled"])
    def test_only_declared_transitions_are_accepted(self, before: str, after: str):
        trial = TrialFactory(state=before)
        if before == after:
            update(trial, state=after)
        elif after in TRIAL_TRANSITIONS.get(TrialState(before), []):
            columns = {
                "locked": {"locked_at": NOON, "locked_on": NOON.date()},
                "held": {"held_on": date(2026, 5, 11), "participants": 3},
                "concluded": {"concluded_on": date(2026, 5, 12), "result": "inconclusive"},
                "cancelled": {"reason": "Rain"},
            }.get(after, {})
            update(trial, state=after, **columns)
        else:
            with refused_by("trial_state"):
                update(trial, state=after)

    def test_new_test_is_planned(self):
        with refused_by("trial_state"):
            insert_like(TrialFactory(state="planned"), number=2, state="locked", idempotency_key=OTHER_KEY)

    def test_numbers_are_unique_within_a_prototype(self):
        with refused_by("trial_number_once"):
            insert_like(TrialFactory(), idempotency_key=OTHER_KEY)

    def test_idempotency_key_of_a_test_is_unique(self):
        with refused_by("trial_idempotency_key_unique"):
            insert_like(TrialFactory(), number=2)

    def test_cancelling_needs_a_reason(self):
        with refused_by("trial_cancelled_reason"):
            update(TrialFactory(), state="cancelled")


class TestDays:
    """The cohort runs from 5 January 2026 to 4 January 2028; the prototype was made on 1 April 2026."""

    @pytest.mark.parametrize("day", [date(1, 1, 1), date(2025, 1, 4), date(2029, 1, 5), date(9999, 12, 31)])
    def test_plan_more_than_a_year_from_the_cohort_is_refused(self, day: date):
        with refused_by("trial_planned_in_time"):
            update(TrialFactory(), planned_on=day)

    @pytest.mark.parametrize("day", [date(2025, 1, 5), date(2029, 1, 4), None])
    def test_plan_within_a_year_of_the_cohort_is_accepted(self, day: date | None):
        update(TrialFactory(), planned_on=day)

    def test_new_test_with_an_invalid_plan_is_refused(self):
        with refused_by("trial_planned_in_time"):
            insert_like(TrialFactory(), number=2, planned_on=date(9999, 1, 1), idempotency_key=OTHER_KEY)

    @pytest.mark.parametrize("day", [date(2020, 1, 1), date(2026, 3, 31)])
    def test_test_held_before_its_prototype_is_refused(self, day: date):
        with refused_by("trial_held_in_time"):
            update(TrialFactory(state="locked"), state="held", held_on=day, participants=3)

    def test_test_may_be_held_on_the_day_of_its_prototype(self):
        update(TrialFactory(state="locked"), state="held", held_on=date(2026, 4, 1), participants=3)

    def test_test_held_before_the_cohort_start_is_refused(self):
        prototype = PrototypeFactory(made_on=date(2025, 6, 1))
        with refused_by("trial_held_in_time"):
            TrialFactory(prototype=prototype, state="held", held_on=date(2026, 1, 4))
        TrialFactory(prototype=prototype, state="held", held_on=date(2026, 1, 5))

    def test_dates_of_published_tests_are_not_checked(self):
        early = {"planned_on": date(1, 1, 1), "held_on": date(1998, 1, 1)}
        assert TrialFactory(retrospective=True, state="concluded", result="met", **early).held_on == date(1998, 1, 1)


PERCENT_UNITS = ["%", " % des soirs", "per cent", "Percent of people", "Pour cent"]


class TestPercentages:
    @pytest.mark.parametrize("unit", PERCENT_UNITS)
    @pytest.mark.parametrize("threshold", [Decimal("-0.01"), Decimal("100.01")])
    def test_a_threshold_lies_between_0_and_100(self, unit: str, threshold: Decimal):
        with refused_by("trial_threshold_share"):
            update(TrialFactory(), unit=unit, threshold=threshold)

    @pytest.mark.parametrize("observed", [Decimal("-0.01"), Decimal("100.01")])
    def test_observed_percentage_lies_between_0_and_100(self, observed: Decimal):
        with refused_by("trial_observed_share"):
            update(TrialFactory(state="held", unit="% des soirs"), observed_value=observed)

    @pytest.mark.parametrize("threshold", [Decimal(0), Decimal(100)])
    def test_0_and_100_are_valid_percentages(self, threshold: Decimal):
        update(TrialFactory(), threshold=threshold)

    @pytest.mark.parametrize("unit", ["min", "€", ""])
    def test_other_units_have_no_limits(self, unit: str):
        update(TrialFactory(), unit=unit, threshold=Decimal(-5))

    @pytest.mark.parametrize(
        ("unit", "share"), [*((unit, True) for unit in PERCENT_UNITS), ("min", False), ("", False), ("5 %", False)]
    )
    def test_model_and_rule_recognise_the_same_units(self, unit: str, share: bool):
        assert TrialFactory.build(prototype=None, number=1, unit=unit).is_share is share


class TestLock:
    @pytest.mark.parametrize(
        ("column", "value"),
        [
            ("hypothesis", "5 personnes sur 10"),
            ("measure", "Temps passé"),
            ("comparator", ">"),
            ("threshold", Decimal(50)),
            ("unit", "min"),
            ("locked_at", datetime(2026, 4, 1, tzinfo=UTC)),
            ("locked_on", date(2026, 4, 1)),
        ],
    )
    @pytest.mark.parametrize("state", ["locked", "held", "concluded"])
    def test_plan_is_frozen_once_locked(self, state: str, column: str, value: object):
        with refused_by("trial_frozen_once_locked"):
            update(TrialFactory(state=state), **{column: value})

    def test_locked_test_cannot_move_to_another_prototype(self):
        trial = TrialFactory(state="locked")
        with refused_by("trial_frozen_once_locked"):
            update(trial, prototype_id=PrototypeFactory(idea=trial.prototype.idea).pk)

    def test_lock_cannot_be_removed(self):
        with refused_by("trial_frozen_once_locked"):
            update(TrialFactory(state="locked"), locked_at=None)

    @pytest.mark.parametrize(
        ("column", "value"), [("hypothesis", "Autre"), ("threshold", Decimal(50)), ("unit", "min")]
    )
    def test_a_planned_test_can_change(self, column: str, value: object):
        trial = TrialFactory()
        update(trial, **{column: value})
        trial.refresh_from_db()
        assert getattr(trial, column) == value

    def test_method_and_day_can_still_change(self):
        trial = TrialFactory(state="locked")
        update(trial, method="Au guichet", planned_on=date(2026, 6, 1))
        trial.refresh_from_db()
        assert (trial.method, trial.planned_on) == ("Au guichet", date(2026, 6, 1))

    @pytest.mark.parametrize(
        ("column", "empty"), [("hypothesis", ""), ("measure", ""), ("comparator", ""), ("threshold", None)]
    )
    def test_incomplete_test_is_not_locked(self, column: str, empty: object):
        trial = TrialFactory(**{column: empty})
        with refused_by("trial_locked_complete"):
            update(trial, state="locked", locked_at=NOON, locked_on=NOON.date())

    def test_locked_test_needs_date_and_time_of_locking(self):
        with refused_by("trial_lock_known"):
            update(TrialFactory(), state="locked")

    def test_planned_test_has_no_date_of_locking(self):
        with refused_by("trial_lock_known"):
            update(TrialFactory(), locked_at=NOON, locked_on=NOON.date())


class TestObservation:
    @pytest.mark.parametrize("state", ["planned", "locked"])
    def test_value_before_locking_and_running_is_refused(self, state: str):
        with refused_by("trial_value_after_lock"):
            update(TrialFactory(state=state), observed_value=Decimal(75))

    def test_published_test_without_a_lock_has_no_value(self):
        with refused_by("trial_value_after_lock"):
            TrialFactory(retrospective=True, state="concluded", result="inconclusive", observed_value=Decimal(75))
        assert TrialFactory(retrospective=True, state="concluded", result="inconclusive").locked_on is None

    @pytest.mark.parametrize("people", [0, None])
    def test_held_test_needs_participants(self, people: int | None):
        with refused_by("trial_held_participants"):
            update(TrialFactory(state="locked"), state="held", held_on=date(2026, 5, 11), participants=people)

    def test_held_test_needs_its_date(self):
        with refused_by("trial_held_participants"):
            update(TrialFactory(state="locked"), state="held", participants=3)

    def test_more_successes_than_participants_are_refused(self):
        with refused_by("trial_successes_fit"):
            update(TrialFactory(state="held"), successes=13)

    def test_concluded_test_needs_a_result(self):
        with refused_by("trial_concluded_result"):
            update(TrialFactory(state="held"), state="concluded", concluded_on=DAY_AFTER, observed_value=Decimal(75))

    def test_result_before_the_conclusion_is_refused(self):
        with refused_by("trial_concluded_result"):
            update(TrialFactory(state="held"), result="met")

    def test_result_met_or_not_met_needs_a_value(self):
        with refused_by("trial_concluded_on_what"):
            update(TrialFactory(state="held"), state="concluded", concluded_on=date(2026, 5, 12), result="not_met")

    def test_concluded_test_needs_its_date(self):
        with refused_by("trial_concluded_on_what"):
            update(TrialFactory(state="held"), state="concluded", result="inconclusive")

    def test_conclusion_before_the_test_is_refused(self):
        with refused_by("trial_concluded_on_what"):
            update(TrialFactory(state="held"), state="concluded", concluded_on=date(2026, 5, 10), result="inconclusive")

    @pytest.mark.parametrize(
        ("column", "value"),
        [
            ("held_on", date(2026, 5, 10)),
            ("observed_value", Decimal(85)),
            ("successes", 10),
            ("participants", 13),
            ("result", "inconclusive"),
        ],
    )
    def test_figures_are_frozen_once_concluded(self, column: str, value: object):
        with refused_by("trial_frozen_once_concluded"):
            update(TrialFactory(state="concluded"), **{column: value})

    def test_learnings_can_change_after_the_conclusion(self):
        trial = TrialFactory(state="concluded")
        update(trial, learning="Les pictogrammes aident.", decision="test_again", strength="said")
        trial.refresh_from_db()
        assert (trial.learning, trial.decision, trial.strength) == ("Les pictogrammes aident.", "test_again", "said")

    def test_published_facts_flag_never_changes(self):
        with refused_by("trial_retrospective_fixed"):
            update(TrialFactory(), retrospective=True)


CONTRADICTIONS = [
    (">=", 80, "not_met"),
    (">=", 79, "met"),
    (">", 80, "met"),
    (">", 81, "not_met"),
    ("<=", 80, "not_met"),
    ("<=", 81, "met"),
    ("<", 80, "met"),
    ("<", 79, "not_met"),
    ("=", 80, "not_met"),
    ("=", 81, "met"),
]


class TestContradiction:
    def conclude(self, comparator: str, value: int, result: str, **columns: object) -> None:
        trial = TrialFactory(state="held", comparator=comparator)
        update(
            trial,
            state="concluded",
            concluded_on=date(2026, 5, 12),
            observed_value=Decimal(value),
            result=result,
            **columns,
        )

    @pytest.mark.parametrize(("comparator", "value", "result"), CONTRADICTIONS)
    def test_result_against_the_comparator_needs_a_reason(self, comparator: str, value: int, result: str):
        with refused_by("trial_result_contradicts"):
            self.conclude(comparator, value, result)
        self.conclude(comparator, value, result, contradiction_reason="The kiosk broke down at noon")

    @pytest.mark.parametrize(("comparator", "value", "result"), CONTRADICTIONS)
    def test_result_that_fits_the_comparator_needs_no_reason(self, comparator: str, value: int, result: str):
        self.conclude(comparator, value, "met" if result == "not_met" else "not_met")

    @pytest.mark.parametrize("value", [79, 80])
    def test_inconclusive_contradicts_nothing(self, value: int):
        self.conclude(">=", value, "inconclusive")

    @pytest.mark.parametrize(("comparator", "value", "result"), CONTRADICTIONS)
    def test_the_model_compares_as_the_database_does(self, comparator: str, value: int, result: str):
        trial = Trial(comparator=comparator, threshold=Decimal(80))
        assert trial.meets(Decimal(value)) is (result == "not_met")


class TestSessions:
    def test_session_of_another_cohort_is_refused(self):
        trial = TrialFactory()
        with refused_by("trial_session_of_cohort"):
            update(trial, session_id=SessionFactory().pk)
        update(trial, session_id=SessionFactory(cohort=trial.prototype.idea.cohort).pk)


class TestGroups:
    def test_groups_larger_than_the_participants_are_refused(self):
        group = ParticipantGroupFactory(count=8)
        ParticipantGroupFactory(trial=group.trial, segment="agents", count=4)
        with refused_by("participant_groups_fit"):
            update(group, count=9)

    def test_empty_group_is_refused(self):
        with refused_by("participant_group_count"):
            update(ParticipantGroupFactory(), count=0)

    def test_a_segment_is_counted_once(self):
        with refused_by("participant_group_once"):
            insert_like(ParticipantGroupFactory(count=2))


class TestUpdates:
    def test_prototype_is_an_update_of_its_idea(self):
        idea = IdeaFactory(state="prototyping")
        PrototypeFactory(idea=idea, made_on=date(2026, 9, 9))
        idea.refresh_from_db()
        assert idea.last_update_on == date(2026, 9, 9)

    def test_each_state_of_a_test_is_an_update_of_its_idea(self):
        trial = TrialFactory()
        idea = trial.prototype.idea
        update(trial, state="locked", locked_at=NOON, locked_on=date(2026, 8, 1))
        idea.refresh_from_db()
        assert idea.last_update_on == date(2026, 8, 1)
        update(trial, state="held", held_on=date(2026, 8, 9), participants=2)
        idea.refresh_from_db()
        assert idea.last_update_on == date(2026, 8, 9)

    def test_older_date_does_not_move_the_last_update(self):
        idea = IdeaFactory(state="testing")
        PrototypeFactory(idea=idea, made_on=date(2026, 1, 9))
        idea.refresh_from_db()
        assert idea.last_update_on == date(2026, 5, 4)


class TestProperties:
    @pytest.mark.parametrize(("unit", "counts"), [("%", True), (" % ", True), ("min", False), ("", False)])
    def test_a_share_counts_people(self, unit: str, counts: bool):
        assert Trial(unit=unit).counts_people is counts

    @pytest.mark.parametrize(
        ("held", "locked", "afterwards"),
        [
            (date(2026, 5, 3), date(2026, 5, 4), True),
            (date(2026, 5, 4), date(2026, 5, 4), False),
            (None, date(2026, 5, 4), False),
            (date(2026, 5, 4), None, False),
        ],
    )
    def test_test_run_before_its_lock_is_marked(self, held: date | None, locked: date | None, afterwards: bool):
        assert Trial(held_on=held, locked_on=locked).locked_afterwards is afterwards

    def test_tones_come_from_states_and_results(self):
        assert (Trial(state="locked").tone, Trial(result="met").result_tone, Trial().result_tone) == (
            "open",
            "done",
            "neutral",
        )
        assert [Prototype(state=state).tone for state in ("draft", "ready", "in_test", "retired")] == [
            "waiting",
            "done",
            "open",
            "neutral",
        ]

    def test_names_of_tests_and_groups(self):
        group = ParticipantGroupFactory(segment="agents", count=3)
        assert (str(group), str(group.trial), str(group.trial.prototype)) == (
            "agents (3)",
            "8 personnes sur 10 trouvent le bon guichet.",
            group.trial.prototype.title,
        )


def test_locked_test_is_never_deleted():
    trial = TrialFactory(state="locked")
    with refused_by("trial_never_deleted"):
        delete(trial)


def test_planned_test_can_be_deleted():
    trial = TrialFactory()
    delete(trial)
    assert not Trial.objects.exists()


class TestSupports:
    def test_concluded_test_of_the_idea_supports_a_decision(self):
        row = support()
        assert (row.event.state, row.trial.state) == ("decided", "concluded")

    @pytest.mark.parametrize("state", ["planned", "locked", "held", "cancelled"])
    def test_test_that_is_not_concluded_supports_no_decision(self, state: str):
        with refused_by("support_concluded"):
            support(TrialFactory(prototype__idea__state="testing", state=state))

    def test_test_of_another_idea_supports_no_decision(self):
        event = support().event
        foreign = TrialFactory(state="concluded")
        with refused_by("support_concluded"):
            Support.objects.create(event=event, trial=foreign)

    def test_only_decisions_have_supporting_tests(self):
        trial = TrialFactory(prototype__idea__state="testing", state="concluded")
        with refused_by("support_of_decision"):
            Support.objects.create(event=trial.prototype.idea.events.get(state="testing"), trial=trial)

    def test_each_test_supports_a_decision_once(self):
        row = support()
        with refused_by("support_once"):
            Support.objects.create(event=row.event, trial=row.trial)

    @pytest.mark.parametrize("change", ["update", "delete"])
    def test_supporting_tests_never_change(self, change: str):
        row = support()
        with refused_by("support_append_only"):
            update(row, trial_id=TrialFactory().pk) if change == "update" else delete(row)
