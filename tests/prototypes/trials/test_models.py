"""Rule 6 of the domain and what surrounds it: prototypes, tests and their participants, in raw SQL."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from prototypes.enums import PROTOTYPE_TRANSITIONS, TRIAL_TRANSITIONS, PrototypeState, TrialState
from prototypes.models import Prototype, Trial
from tests.factories.cohorts import CohortFactory, SessionFactory
from tests.factories.prototypes import IdeaFactory, ParticipantGroupFactory, PrototypeFactory, TrialFactory
from tests.sql import delete, insert_like, refused_by, update

pytestmark = pytest.mark.django_db

OTHER_ENTRY = "7b3c1a52-64a5-4b0a-8b1c-0b7f5f7f0003"
DAY_AFTER = date(2026, 5, 12)
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


class TestPrototypes:
    @pytest.mark.parametrize("before", ["draft", "ready", "in_test", "retired"])
    @pytest.mark.parametrize("after", ["draft", "ready", "in_test", "retired"])
    def test_moves_along_declared_transitions_only(self, before: str, after: str):
        prototype = PrototypeFactory(state=before)
        if before == after or after in PROTOTYPE_TRANSITIONS.get(PrototypeState(before), []):
            update(prototype, state=after)
        else:
            with refused_by("prototype_state"):
                update(prototype, state=after)

    def test_is_born_a_draft(self):
        prototype = PrototypeFactory(state="draft")
        with refused_by("prototype_state"):
            insert_like(prototype, version=2, state="ready", entry=OTHER_ENTRY)

    def test_versions_are_unique_within_an_idea(self):
        prototype = PrototypeFactory(state="draft")
        with refused_by("prototype_version_once"):
            insert_like(prototype, entry=OTHER_ENTRY)

    def test_the_same_form_gives_one_prototype(self):
        prototype = PrototypeFactory(state="draft")
        with refused_by("prototype_entry_once"):
            insert_like(prototype, version=2)

    @pytest.mark.parametrize("fidelity", [0, 6])
    def test_fidelity_goes_from_one_to_five(self, fidelity: int):
        with refused_by("prototype_fidelity"):
            update(PrototypeFactory(), fidelity=fidelity)

    @pytest.mark.parametrize("column", ["made_on", "fidelity"])
    def test_day_and_fidelity_are_known(self, column: str):
        with refused_by("prototype_date_known"):
            update(PrototypeFactory(), **{column: None})

    def test_published_prototypes_may_lack_both(self):
        prototype = PrototypeFactory(retrospective=True, made_on=None, fidelity=None, state="in_test")
        assert (prototype.made_on, prototype.fidelity, prototype.state) == (None, None, "in_test")

    def test_replaces_an_earlier_one_of_its_idea(self):
        first = PrototypeFactory()
        second = PrototypeFactory(idea=first.idea, supersedes=first)
        with refused_by("prototype_supersedes_earlier"):
            update(first, supersedes_id=second.pk)

    def test_never_replaces_another_ideas(self):
        foreign = PrototypeFactory()
        with refused_by("prototype_supersedes_earlier"):
            update(PrototypeFactory(version=2), supersedes_id=foreign.pk)

    @pytest.mark.parametrize("day", [date(1, 1, 1), date(2025, 1, 4)])
    def test_is_made_at_most_a_year_before_its_cohort_starts(self, day: date):
        with refused_by("prototype_made_in_time"):
            update(PrototypeFactory(), made_on=day)

    def test_is_not_born_earlier_either(self):
        with refused_by("prototype_made_in_time"):
            insert_like(PrototypeFactory(state="draft"), version=2, made_on=date(1, 1, 1), entry=OTHER_ENTRY)

    def test_work_from_before_the_cohort_is_brought_along(self):
        update(PrototypeFactory(), made_on=date(2025, 1, 5))

    def test_before_the_cohort_has_started_its_planned_start_counts(self):
        idea = IdeaFactory(cohort=CohortFactory(state="agreed", actual_start=None), state="captured")
        with refused_by("prototype_made_in_time"):
            update(PrototypeFactory(idea=idea), made_on=date(2025, 1, 4))

    def test_a_day_recorded_before_the_start_was_moved_stays(self):
        prototype = PrototypeFactory()
        update(prototype.idea.cohort, actual_start=date(2027, 5, 1))
        update(prototype, title="Une affiche")

    def test_is_made_before_its_tests_are_held(self):
        prototype = TrialFactory(state="held").prototype
        update(prototype, made_on=date(2026, 5, 11))
        with refused_by("prototype_made_before_its_tests"):
            update(prototype, made_on=date(2026, 5, 12))

    def test_published_prototypes_are_free(self):
        made = PrototypeFactory(retrospective=True, made_on=date(1998, 1, 1), state="in_test").made_on
        assert made == date(1998, 1, 1)

    def test_stays_with_its_idea(self):
        with refused_by("prototype_idea_fixed"):
            update(PrototypeFactory(), idea_id=IdeaFactory().pk)

    def test_its_mark_never_changes(self):
        with refused_by("prototype_retrospective_fixed"):
            update(PrototypeFactory(), retrospective=True)


class TestTransitions:
    @pytest.mark.parametrize("before", ["planned", "locked", "held", "concluded", "cancelled"])
    @pytest.mark.parametrize("after", ["planned", "locked", "held", "concluded", "cancelled"])
    def test_moves_along_declared_transitions_only(self, before: str, after: str):
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

    def test_is_born_planned(self):
        with refused_by("trial_state"):
            insert_like(TrialFactory(state="planned"), number=2, state="locked", entry=OTHER_ENTRY)

    def test_numbers_are_unique_within_a_prototype(self):
        with refused_by("trial_number_once"):
            insert_like(TrialFactory(), entry=OTHER_ENTRY)

    def test_the_same_form_gives_one_test(self):
        with refused_by("trial_entry_once"):
            insert_like(TrialFactory(), number=2)

    def test_cancelling_takes_a_reason(self):
        with refused_by("trial_cancelled_reason"):
            update(TrialFactory(), state="cancelled")


class TestDays:
    """The cohort runs from 5 January 2026 to 4 January 2028; the prototype was made on 1 April 2026."""

    @pytest.mark.parametrize("day", [date(1, 1, 1), date(2025, 1, 4), date(2029, 1, 5), date(9999, 12, 31)])
    def test_is_planned_within_a_year_of_the_cohort(self, day: date):
        with refused_by("trial_planned_in_time"):
            update(TrialFactory(), planned_on=day)

    @pytest.mark.parametrize("day", [date(2025, 1, 5), date(2029, 1, 4), None])
    def test_that_year_is_free(self, day: date | None):
        update(TrialFactory(), planned_on=day)

    def test_is_not_born_with_an_impossible_plan(self):
        with refused_by("trial_planned_in_time"):
            insert_like(TrialFactory(), number=2, planned_on=date(9999, 1, 1), entry=OTHER_ENTRY)

    @pytest.mark.parametrize("day", [date(2020, 1, 1), date(2026, 3, 31)])
    def test_is_held_once_the_prototype_is_made(self, day: date):
        with refused_by("trial_held_in_time"):
            update(TrialFactory(state="locked"), state="held", held_on=day, participants=3)

    def test_may_be_held_the_day_the_prototype_is_made(self):
        update(TrialFactory(state="locked"), state="held", held_on=date(2026, 4, 1), participants=3)

    def test_is_held_once_the_cohort_has_started(self):
        prototype = PrototypeFactory(made_on=date(2025, 6, 1))
        with refused_by("trial_held_in_time"):
            TrialFactory(prototype=prototype, state="held", held_on=date(2026, 1, 4))
        TrialFactory(prototype=prototype, state="held", held_on=date(2026, 1, 5))

    def test_published_tests_are_free(self):
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
    def test_and_so_does_what_is_observed(self, observed: Decimal):
        with refused_by("trial_observed_share"):
            update(TrialFactory(state="held", unit="% des soirs"), observed_value=observed)

    @pytest.mark.parametrize("threshold", [Decimal(0), Decimal(100)])
    def test_both_ends_are_percentages(self, threshold: Decimal):
        update(TrialFactory(), threshold=threshold)

    @pytest.mark.parametrize("unit", ["min", "€", ""])
    def test_other_units_are_free(self, unit: str):
        update(TrialFactory(), unit=unit, threshold=Decimal(-5))

    @pytest.mark.parametrize(
        ("unit", "share"), [*((unit, True) for unit in PERCENT_UNITS), ("min", False), ("", False), ("5 %", False)]
    )
    def test_the_model_and_the_rule_know_the_same_units(self, unit: str, share: bool):
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
    def test_what_was_expected_is_frozen_once_locked(self, state: str, column: str, value: object):
        with refused_by("trial_frozen_once_locked"):
            update(TrialFactory(state=state), **{column: value})

    def test_a_locked_test_stays_with_its_prototype(self):
        trial = TrialFactory(state="locked")
        with refused_by("trial_frozen_once_locked"):
            update(trial, prototype_id=PrototypeFactory(idea=trial.prototype.idea).pk)

    def test_the_lock_is_not_taken_off(self):
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
    def test_nothing_incomplete_is_locked(self, column: str, empty: object):
        trial = TrialFactory(**{column: empty})
        with refused_by("trial_locked_complete"):
            update(trial, state="locked", locked_at=NOON, locked_on=NOON.date())

    def test_the_moment_of_locking_is_known(self):
        with refused_by("trial_lock_known"):
            update(TrialFactory(), state="locked")

    def test_a_planned_test_has_no_moment_of_locking(self):
        with refused_by("trial_lock_known"):
            update(TrialFactory(), locked_at=NOON, locked_on=NOON.date())


class TestObservation:
    @pytest.mark.parametrize("state", ["planned", "locked"])
    def test_no_value_before_the_test_is_locked_and_run(self, state: str):
        with refused_by("trial_value_after_lock"):
            update(TrialFactory(state=state), observed_value=Decimal(75))

    def test_published_tests_that_nobody_locked_have_no_value_either(self):
        with refused_by("trial_value_after_lock"):
            TrialFactory(retrospective=True, state="concluded", result="inconclusive", observed_value=Decimal(75))
        assert TrialFactory(retrospective=True, state="concluded", result="inconclusive").locked_on is None

    @pytest.mark.parametrize("people", [0, None])
    def test_somebody_took_part(self, people: int | None):
        with refused_by("trial_held_participants"):
            update(TrialFactory(state="locked"), state="held", held_on=date(2026, 5, 11), participants=people)

    def test_the_day_it_was_held_is_known(self):
        with refused_by("trial_held_participants"):
            update(TrialFactory(state="locked"), state="held", participants=3)

    def test_no_more_succeed_than_take_part(self):
        with refused_by("trial_successes_fit"):
            update(TrialFactory(state="held"), successes=13)

    def test_concluding_takes_a_result(self):
        with refused_by("trial_concluded_result"):
            update(TrialFactory(state="held"), state="concluded", concluded_on=DAY_AFTER, observed_value=Decimal(75))

    def test_there_is_no_result_before(self):
        with refused_by("trial_concluded_result"):
            update(TrialFactory(state="held"), result="met")

    def test_met_or_not_takes_a_value(self):
        with refused_by("trial_concluded_on_what"):
            update(TrialFactory(state="held"), state="concluded", concluded_on=date(2026, 5, 12), result="not_met")

    def test_the_day_it_concluded_is_known(self):
        with refused_by("trial_concluded_on_what"):
            update(TrialFactory(state="held"), state="concluded", result="inconclusive")

    def test_it_concludes_no_earlier_than_it_was_held(self):
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
    def test_what_was_observed_is_frozen_once_concluded(self, column: str, value: object):
        with refused_by("trial_frozen_once_concluded"):
            update(TrialFactory(state="concluded"), **{column: value})

    def test_what_was_learnt_can_be_said_better(self):
        trial = TrialFactory(state="concluded")
        update(trial, learning="Les pictogrammes aident.", decision="test_again", strength="said")
        trial.refresh_from_db()
        assert (trial.learning, trial.decision, trial.strength) == ("Les pictogrammes aident.", "test_again", "said")

    def test_its_mark_never_changes(self):
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
    def test_a_result_against_the_comparator_takes_a_written_reason(self, comparator: str, value: int, result: str):
        with refused_by("trial_result_contradicts"):
            self.conclude(comparator, value, result)
        self.conclude(comparator, value, result, contradiction_reason="The kiosk broke down at noon")

    @pytest.mark.parametrize(("comparator", "value", "result"), CONTRADICTIONS)
    def test_the_other_result_takes_none(self, comparator: str, value: int, result: str):
        self.conclude(comparator, value, "met" if result == "not_met" else "not_met")

    @pytest.mark.parametrize("value", [79, 80])
    def test_inconclusive_contradicts_nothing(self, value: int):
        self.conclude(">=", value, "inconclusive")

    @pytest.mark.parametrize(("comparator", "value", "result"), CONTRADICTIONS)
    def test_the_model_compares_as_the_database_does(self, comparator: str, value: int, result: str):
        trial = Trial(comparator=comparator, threshold=Decimal(80))
        assert trial.meets(Decimal(value)) is (result == "not_met")


class TestSessions:
    def test_a_test_belongs_to_a_session_of_its_cohort(self):
        trial = TrialFactory()
        with refused_by("trial_session_of_cohort"):
            update(trial, session_id=SessionFactory().pk)
        update(trial, session_id=SessionFactory(cohort=trial.prototype.idea.cohort).pk)


class TestGroups:
    def test_groups_never_add_up_to_more_than_took_part(self):
        group = ParticipantGroupFactory(count=8)
        ParticipantGroupFactory(trial=group.trial, segment="agents", count=4)
        with refused_by("participant_groups_fit"):
            update(group, count=9)

    def test_a_group_counts_somebody(self):
        with refused_by("participant_group_count"):
            update(ParticipantGroupFactory(), count=0)

    def test_a_segment_is_counted_once(self):
        with refused_by("participant_group_once"):
            insert_like(ParticipantGroupFactory(count=2))


class TestSigns:
    def test_a_prototype_is_a_sign_of_life_of_its_idea(self):
        idea = IdeaFactory(state="prototyping")
        PrototypeFactory(idea=idea, made_on=date(2026, 9, 9))
        idea.refresh_from_db()
        assert idea.last_sign_on == date(2026, 9, 9)

    def test_so_is_each_step_of_a_test(self):
        trial = TrialFactory()
        idea = trial.prototype.idea
        update(trial, state="locked", locked_at=NOON, locked_on=date(2026, 8, 1))
        idea.refresh_from_db()
        assert idea.last_sign_on == date(2026, 8, 1)
        update(trial, state="held", held_on=date(2026, 8, 9), participants=2)
        idea.refresh_from_db()
        assert idea.last_sign_on == date(2026, 8, 9)

    def test_an_older_day_takes_nothing_back(self):
        idea = IdeaFactory(state="testing")
        PrototypeFactory(idea=idea, made_on=date(2026, 1, 9))
        idea.refresh_from_db()
        assert idea.last_sign_on == date(2026, 5, 4)


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
    def test_a_test_run_before_its_lock_says_so(self, held: date | None, locked: date | None, afterwards: bool):
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

    def test_a_trial_and_a_group_are_called_by_what_they_say(self):
        group = ParticipantGroupFactory(segment="agents", count=3)
        assert (str(group), str(group.trial), str(group.trial.prototype)) == (
            "agents (3)",
            "8 personnes sur 10 trouvent le bon guichet.",
            group.trial.prototype.title,
        )


def test_a_locked_test_is_never_deleted_by_hand():
    trial = TrialFactory(state="locked")
    with refused_by("trial_never_deleted"):
        delete(trial)


def test_a_planned_one_may_go():
    trial = TrialFactory()
    delete(trial)
    assert not Trial.objects.exists()
