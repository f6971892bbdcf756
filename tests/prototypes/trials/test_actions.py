"""Actions on prototypes, tests and implementations."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest

from prototypes import actions
from prototypes.models import Idea, IdeaEvent, Implementation, Prototype, Trial
from prototypes.trials.actions import success_percentage
from tests.factories.cast import Cast
from tests.factories.programmes import AuthorityFactory
from tests.factories.prototypes import IdeaFactory, ImplementationFactory, PrototypeFactory, TrialFactory
from web.errors import DomainError

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
TODAY = date(2026, 11, 24)
TOMORROW = date(2026, 11, 25)
PLAN = {
    "hypothesis": "8 personnes sur 10 trouvent le guichet",
    "measure": "Part des personnes",
    "comparator": ">=",
    "threshold": Decimal(80),
    "unit": "%",
}


def states(idea: Idea) -> list[str]:
    return list(IdeaEvent.objects.uncorrected().filter(idea=idea).values_list("state", flat=True))


class TestPrototypes:
    def test_first_prototype_makes_an_accepted_idea_prototyping(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="accepted")
        made = actions.add_prototype(
            idea=idea, title="Affiche", fidelity=2, made_on=date(2026, 9, 21), by=cast["M"], at=AT
        )
        assert (made.version, made.state, made.made_by) == (1, "draft", cast["M"])
        assert (idea.state, idea.state_since) == ("prototyping", date(2026, 9, 21))

    def test_prototype_made_before_acceptance_keeps_the_acceptance_date(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="accepted")
        actions.add_prototype(idea=idea, title="Affiche", made_on=date(2026, 2, 20), by=cast["M"], at=AT)
        assert (idea.state, idea.state_since) == ("prototyping", date(2026, 3, 2))

    def test_prototype_of_a_captured_idea_waits_for_acceptance(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort)
        actions.add_prototype(idea=idea, title="Affiche", by=cast["M"], at=AT)
        assert states(idea) == ["captured"]

    def test_next_prototype_of_an_idea_in_test_makes_it_prototyping_again(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="testing")
        first = PrototypeFactory(idea=idea)
        second = actions.add_prototype(idea=idea, title="Borne", supersedes=first, by=cast["M"], at=AT)
        assert (second.version, idea.state, idea.state_since) == (2, "prototyping", TODAY)

    def test_a_decided_idea_stays_decided(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="decided")
        actions.add_prototype(idea=idea, title="Pilote", by=cast["M"], at=AT)
        assert idea.state == "decided"

    @pytest.mark.parametrize("state", ["parked", "abandoned"])
    def test_parked_idea_takes_no_prototype(self, cast: Cast, state: str):
        with pytest.raises(DomainError):
            actions.add_prototype(
                idea=IdeaFactory(cohort=cast.cohort, state=state), title="Affiche", by=cast["M"], at=AT
            )

    def test_published_idea_takes_no_prototype(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, retrospective=True, state="testing")
        with pytest.raises(DomainError):
            actions.add_prototype(idea=idea, title="Affiche", by=cast["M"], at=AT)

    def test_form_sent_twice_creates_one_prototype(self, cast: Cast):
        idea, idempotency_key = IdeaFactory(cohort=cast.cohort, state="accepted"), uuid4()
        for _ in range(2):
            actions.add_prototype(idea=idea, title="Affiche", idempotency_key=idempotency_key, by=cast["M"], at=AT)
        assert (Prototype.objects.count(), states(idea)[2:]) == (1, ["prototyping"])

    def test_prototype_with_a_future_date_is_refused(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="accepted")
        with pytest.raises(DomainError) as refused:
            actions.add_prototype(idea=idea, title="Affiche", made_on=TOMORROW, by=cast["M"], at=AT)
        assert (refused.value.field, Prototype.objects.count()) == ("made_on", 0)

    def test_change_to_a_future_date_is_refused(self, cast: Cast):
        with pytest.raises(DomainError) as refused:
            actions.change_prototype(prototype=PrototypeFactory(), made_on=TOMORROW, by=cast["M"], at=AT)
        assert refused.value.field == "made_on"

    def test_description_can_change(self, cast: Cast):
        prototype = actions.change_prototype(prototype=PrototypeFactory(), title="Borne", by=cast["M"], at=AT)
        prototype.refresh_from_db()
        assert prototype.title == "Borne"

    def test_replacement_of_a_prototype_of_another_idea_is_refused(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="accepted")
        with pytest.raises(DomainError) as refused:
            actions.add_prototype(idea=idea, title="Affiche", supersedes=PrototypeFactory(), by=cast["M"], at=AT)
        assert refused.value.field == "supersedes"

    def test_prototype_becomes_ready_then_retired(self, cast: Cast):
        prototype = PrototypeFactory(state="draft")
        actions.ready_prototype(prototype=prototype, by=cast["M"])
        assert prototype.state == "ready"
        actions.retire_prototype(prototype=prototype, by=cast["M"])
        prototype.refresh_from_db()
        assert prototype.state == "retired"


class TestLock:
    def test_locking_puts_the_prototype_and_its_idea_in_test(self, cast: Cast):
        prototype = PrototypeFactory(idea=IdeaFactory(cohort=cast.cohort, state="prototyping"), state="draft")
        trial = actions.plan_trial(prototype=prototype, by=cast["M"], **PLAN)
        actions.lock_trial(trial=trial, by=cast["M"], at=AT)
        trial.refresh_from_db()
        prototype.refresh_from_db()
        assert (trial.state, trial.locked_at, trial.locked_on) == ("locked", AT, TODAY)
        assert (prototype.state, prototype.idea.state, prototype.idea.reached_test_on) == ("in_test", "testing", TODAY)

    def test_an_accepted_idea_passes_through_prototyping(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="accepted")
        trial = TrialFactory(prototype=PrototypeFactory(idea=idea))
        actions.lock_trial(trial=trial, by=cast["M"], at=AT)
        assert states(idea)[2:] == ["prototyping", "testing"]

    def test_an_idea_in_test_stays_in_test(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="testing")
        actions.lock_trial(trial=TrialFactory(prototype=PrototypeFactory(idea=idea)), by=cast["M"], at=AT)
        assert states(idea)[3:] == ["testing"]

    def test_incomplete_test_is_not_locked(self, cast: Cast):
        trial = TrialFactory(hypothesis="")
        with pytest.raises(DomainError):
            actions.lock_trial(trial=trial, by=cast["M"], at=AT)
        trial.prototype.refresh_from_db()
        assert (Trial.objects.get().state, trial.prototype.state) == ("planned", "ready")

    def test_a_retired_prototype_is_not_tested(self, cast: Cast):
        prototype = PrototypeFactory(state="retired")
        with pytest.raises(DomainError):
            actions.plan_trial(prototype=prototype, by=cast["M"], **PLAN)

    def test_test_of_an_abandoned_idea_is_not_locked(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="prototyping")
        trial = TrialFactory(prototype=PrototypeFactory(idea=idea))
        actions.abandon_idea(idea=idea, reason="No", by=cast["P"], at=AT)
        with pytest.raises(DomainError):
            actions.lock_trial(trial=Trial.objects.get(pk=trial.pk), by=cast["M"], at=AT)

    def test_a_locked_test_does_not_change(self, cast: Cast):
        """Also where it was locked after the form was opened, and what is sent are columns that later forms change."""
        for fields in ({"threshold": Decimal(50)}, {"method": "By phone"}):
            with pytest.raises(DomainError, match="no longer planned"):
                actions.change_trial(trial=TrialFactory(state="locked"), by=cast["M"], **fields)

    def test_planned_test_can_change(self, cast: Cast):
        trial = actions.change_trial(trial=TrialFactory(), threshold=Decimal(50), by=cast["M"])
        trial.refresh_from_db()
        assert trial.threshold == Decimal(50)

    def test_form_sent_twice_plans_one_test(self, cast: Cast):
        prototype, idempotency_key = PrototypeFactory(idea__cohort=cast.cohort), uuid4()
        for _ in range(2):
            actions.plan_trial(prototype=prototype, by=cast["M"], idempotency_key=idempotency_key, **PLAN)
        assert list(Trial.objects.values_list("number", "planned_by")) == [(1, cast["M"].pk)]

    def test_tests_are_numbered(self, cast: Cast):
        prototype = PrototypeFactory()
        assert [actions.plan_trial(prototype=prototype, by=cast["M"], **PLAN).number for _ in range(2)] == [1, 2]


class TestHold:
    def test_people_are_counted_by_segment(self, cast: Cast):
        trial = TrialFactory(state="locked")
        actions.hold_trial(
            trial=trial, participants=12, successes=9, groups={"habitants": 8, "agents": 4}, by=cast["M"], at=AT
        )
        trial.refresh_from_db()
        assert (trial.state, trial.held_on, trial.participants, trial.successes) == ("held", TODAY, 12, 9)
        assert list(trial.groups.values_list("segment", "count")) == [("habitants", 8), ("agents", 4)]

    def test_unlocked_test_cannot_be_held(self, cast: Cast):
        trial = TrialFactory()
        with pytest.raises(DomainError):
            actions.hold_trial(trial=trial, participants=12, by=cast["M"], at=AT)
        assert Trial.objects.get().state == "planned"

    def test_day_before_the_lock_is_accepted_and_marked(self, cast: Cast):
        trial = actions.hold_trial(
            trial=TrialFactory(state="locked"), participants=3, held_on=date(2026, 5, 1), by=cast["M"], at=AT
        )
        assert trial.locked_afterwards is True

    def test_future_day_is_refused(self, cast: Cast):
        with pytest.raises(DomainError) as refused:
            actions.hold_trial(
                trial=TrialFactory(state="locked"), participants=3, held_on=TOMORROW, by=cast["M"], at=AT
            )
        assert refused.value.field == "held_on"

    @pytest.mark.parametrize(
        ("counts", "field"), [({"participants": 0}, "participants"), ({"participants": 3, "successes": 4}, "successes")]
    )
    def test_invalid_counts_name_their_field(self, cast: Cast, counts: dict[str, int], field: str):
        with pytest.raises(DomainError) as refused:
            actions.hold_trial(trial=TrialFactory(state="locked"), by=cast["M"], at=AT, **counts)
        assert refused.value.field == field

    def test_groups_never_exceed_the_people(self, cast: Cast):
        trial = TrialFactory(state="locked")
        with pytest.raises(DomainError):
            actions.hold_trial(trial=trial, participants=3, groups={"agents": 4}, by=cast["M"], at=AT)
        assert Trial.objects.get().state == "locked"


class TestConclude:
    def test_share_is_calculated_from_the_counts(self, cast: Cast):
        trial = TrialFactory(state="held", participants=12, successes=9)
        actions.conclude_trial(trial=trial, result="not_met", learning="Sigles", by=cast["M"], at=AT)
        trial.refresh_from_db()
        assert (trial.observed_value, trial.concluded_on, trial.learning) == (Decimal("75.00"), TODAY, "Sigles")

    def test_other_values_are_entered(self, cast: Cast):
        trial = TrialFactory(state="held", unit="min", comparator="<=", threshold=Decimal(10), successes=None)
        actions.conclude_trial(trial=trial, observed_value=Decimal("7.5"), result="met", by=cast["M"], at=AT)
        trial.refresh_from_db()
        assert (trial.observed_value, trial.result) == (Decimal("7.50"), "met")

    def test_a_result_against_the_threshold_needs_its_reason(self, cast: Cast):
        trial = TrialFactory(state="held")
        with pytest.raises(DomainError) as refused:
            actions.conclude_trial(trial=trial, result="met", by=cast["M"], at=AT)
        assert refused.value.field == "contradiction_reason"
        assert Trial.objects.get().state == "held"

    def test_contradicting_result_with_a_reason_is_accepted(self, cast: Cast):
        trial = TrialFactory(state="held")
        actions.conclude_trial(trial=trial, result="met", contradiction_reason="Power cut", by=cast["M"], at=AT)
        trial.refresh_from_db()
        assert (trial.result, trial.contradiction_reason) == ("met", "Power cut")

    def test_conclusion_keeps_fields_saved_by_others(self, cast: Cast):
        trial = TrialFactory(state="held")
        actions.complete_trial(trial=Trial.objects.get(pk=trial.pk), observation="Two left early.", by=cast["M"])
        actions.conclude_trial(trial=trial, result="inconclusive", by=cast["M"], at=AT)
        trial.refresh_from_db()
        assert (trial.observation, trial.result) == ("Two left early.", "inconclusive")

    def test_a_locked_test_is_not_concluded_before_it_is_held(self, cast: Cast):
        with pytest.raises(DomainError):
            actions.conclude_trial(trial=TrialFactory(state="locked"), result="inconclusive", by=cast["M"], at=AT)

    def test_learnings_can_be_completed(self, cast: Cast):
        trial = actions.complete_trial(trial=TrialFactory(state="concluded"), learning="Mieux", by=cast["M"])
        trial.refresh_from_db()
        assert (trial.learning, trial.result) == ("Mieux", "not_met")

    def test_cancelled_test_keeps_the_reason(self, cast: Cast):
        trial = actions.cancel_trial(trial=TrialFactory(state="locked"), reason="Strike", by=cast["M"])
        trial.refresh_from_db()
        assert (trial.state, trial.reason) == ("cancelled", "Strike")

    def test_a_held_test_is_not_cancelled(self, cast: Cast):
        with pytest.raises(DomainError):
            actions.cancel_trial(trial=TrialFactory(state="held"), reason="Strike", by=cast["M"])


class TestLog:
    HELD = {"participants": 12, "successes": 9}

    def test_log_holds_and_concludes_a_locked_test(self, cast: Cast):
        trial = TrialFactory(state="locked")
        actions.log_trial(
            trial=trial, run=self.HELD, conclusion={"result": "not_met", "learning": "Sigles"}, by=cast["M"], at=AT
        )
        trial.refresh_from_db()
        assert (trial.state, trial.held_on, trial.concluded_on, trial.observed_value) == (
            "concluded",
            TODAY,
            TODAY,
            Decimal(75),
        )

    def test_a_refused_conclusion_leaves_the_test_locked(self, cast: Cast):
        with pytest.raises(DomainError):
            actions.log_trial(
                trial=TrialFactory(state="locked"), run=self.HELD, conclusion={"result": "met"}, by=cast["M"], at=AT
            )
        assert (Trial.objects.get().state, Trial.objects.get().participants) == ("locked", None)

    def test_a_planned_test_is_never_logged(self, cast: Cast):
        with pytest.raises(DomainError):
            actions.log_trial(trial=TrialFactory(), run=self.HELD, conclusion={"result": "met"}, by=cast["M"], at=AT)

    def test_a_concluded_test_is_not_logged_again(self, cast: Cast):
        with pytest.raises(DomainError):
            actions.log_trial(
                trial=TrialFactory(state="concluded"),
                run=self.HELD,
                conclusion={"result": "not_met"},
                by=cast["M"],
                at=AT,
            )


@pytest.mark.parametrize(
    ("successes", "people", "percent"),
    [(9, 12, Decimal("75.00")), (2, 3, Decimal("66.67")), (0, 5, Decimal("0.00")), (None, 5, None), (3, None, None)],
)
def test_a_share_is_a_percentage_to_two_decimals(successes: int | None, people: int | None, percent: Decimal | None):
    assert success_percentage(Trial(successes=successes, participants=people)) == percent


class TestImplemented:
    def test_implementation_and_event_are_recorded_together(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="implementing")
        row = actions.mark_implemented(
            idea=idea, scope="full", evidence="Délibération", on=date(2026, 11, 2), unit="Accueil", by=cast["A"], at=AT
        )
        assert (row.state, row.live_on, row.kind, row.authority) == (
            "live",
            date(2026, 11, 2),
            "origin",
            cast.cohort.authority,
        )
        assert (idea.state, idea.implemented_on, idea.events.last().evidence) == (
            "implemented",
            date(2026, 11, 2),
            "Délibération",
        )

    def test_partial_implementation_keeps_the_idea_being_implemented(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="implementing")
        actions.mark_implemented(idea=idea, scope="partial", evidence="Un guichet sur trois", by=cast["A"], at=AT)
        idea.refresh_from_db()
        assert (idea.state, Implementation.objects.get().scope) == ("implementing", "partial")

    def test_partial_implementation_stays_when_a_full_one_is_added(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="implementing")
        for scope in ("partial", "full"):
            actions.mark_implemented(idea=idea, scope=scope, evidence="Page publique", by=cast["A"], at=AT)
        assert (idea.state, list(Implementation.objects.order_by("pk").values_list("scope", "state"))) == (
            "implemented",
            [("partial", "live"), ("full", "live")],
        )

    @pytest.mark.parametrize(
        ("changes", "field"),
        [({"evidence": ""}, "evidence"), ({"on": TOMORROW}, "on"), ({"on": date(2026, 3, 1)}, "on")],
        ids=["no evidence", "tomorrow", "before acceptance"],
    )
    def test_implementation_without_evidence_saves_nothing(self, cast: Cast, changes: dict[str, object], field: str):
        idea = IdeaFactory(cohort=cast.cohort, state="implementing")
        with pytest.raises(DomainError) as refused:
            actions.mark_implemented(
                idea=idea, by=cast["A"], at=AT, **({"scope": "full", "evidence": "Page"} | changes)
            )
        idea.refresh_from_db()
        assert (refused.value.field, idea.state, Implementation.objects.count()) == (field, "implementing", 0)

    def test_only_ideas_being_implemented_become_implemented(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="decided")
        with pytest.raises(DomainError):
            actions.mark_implemented(idea=idea, scope="full", evidence="Page", by=cast["A"], at=AT)
        assert Implementation.objects.count() == 0

    def test_second_implementation_is_refused_and_changes_nothing(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="implementing")
        actions.mark_implemented(idea=idea, scope="full", evidence="Page", by=cast["A"], at=AT)
        with pytest.raises(DomainError):
            actions.mark_implemented(idea=idea, scope="full", evidence="Page", by=cast["A"], at=AT)
        assert (Implementation.objects.count(), idea.events.filter(state="implemented").count()) == (1, 1)

    def test_imprecise_date_of_implementation_is_accepted(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="implementing")
        row = actions.mark_implemented(
            idea=idea, scope="full", evidence="Page", on=date(2026, 10, 17), precision="month", by=cast["A"], at=AT
        )
        assert (row.live_on, row.live_precision, idea.state_precision) == (date(2026, 10, 1), "month", "month")


class TestElsewhere:
    def test_a_replication_is_planned_then_live_then_sustained(self, cast: Cast):
        idea, authority = IdeaFactory(cohort=cast.cohort, state="implemented"), AuthorityFactory()
        row = actions.replicate_idea(idea=idea, authority=authority, unit="DSI", by=cast["A"])
        assert (row.state, row.kind, row.authority) == ("planned", "replication", authority)
        actions.go_live(implementation=row, scope="adapted", evidence="Page", by=cast["A"], at=AT)
        actions.sustain_implementation(implementation=row, by=cast["A"])
        row.refresh_from_db()
        assert (row.state, row.scope, row.live_on) == ("sustained", "adapted", TODAY)

    def test_replication_in_the_own_authority_is_refused(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="implemented")
        with pytest.raises(DomainError) as refused:
            actions.replicate_idea(idea=idea, authority=cast.cohort.authority, by=cast["A"])
        assert refused.value.field == "authority"

    def test_second_replication_in_one_department_is_refused(self, cast: Cast):
        idea, authority = IdeaFactory(cohort=cast.cohort, state="implemented"), AuthorityFactory()
        actions.replicate_idea(idea=idea, authority=authority, by=cast["A"])
        with pytest.raises(DomainError) as refused:
            actions.replicate_idea(idea=idea, authority=authority, by=cast["A"])
        assert (refused.value.field, idea.implementations.count()) == ("unit", 2)

    def test_discontinued_implementation_keeps_the_idea_implemented(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="implemented")
        row = idea.implementations.get()
        actions.discontinue_implementation(implementation=row, reason="Budget", by=cast["A"], at=AT)
        idea.refresh_from_db()
        assert (row.state, row.ended_on, idea.state) == ("discontinued", TODAY, "implemented")

    def test_planned_implementation_can_fail(self, cast: Cast):
        row = ImplementationFactory(state="planned", live_on=None)
        actions.fail_implementation(implementation=row, reason="No partner", by=cast["A"], at=AT)
        row.refresh_from_db()
        assert (row.state, row.reason) == ("failed", "No partner")

    def test_live_implementation_cannot_fail(self, cast: Cast):
        with pytest.raises(DomainError):
            actions.fail_implementation(implementation=ImplementationFactory(), reason="Hm", by=cast["A"], at=AT)

    def test_end_in_the_future_is_refused(self, cast: Cast):
        with pytest.raises(DomainError) as refused:
            actions.discontinue_implementation(
                implementation=ImplementationFactory(), reason="Budget", on=TOMORROW, by=cast["A"], at=AT
            )
        assert refused.value.field == "on"
