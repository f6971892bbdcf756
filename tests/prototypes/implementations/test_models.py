"""Database rules of implementations and challenges, in raw SQL."""

from datetime import date

import pytest

from prototypes.enums import (
    CHALLENGE_TRANSITIONS,
    IMPLEMENTATION_TRANSITIONS,
    ChallengeState,
    ImplementationState,
)
from prototypes.models import Challenge, Implementation
from tests.factories.cohorts import CohortFactory
from tests.factories.programmes import AuthorityFactory
from tests.factories.prototypes import ChallengeFactory, IdeaFactory, ImplementationFactory, add_event
from tests.sql import delete, insert_like, refused_by, update

pytestmark = pytest.mark.django_db

STATES = ["planned", "live", "sustained", "discontinued", "failed"]
ENDED = {"ended_on": date(2026, 10, 1), "reason": "Budget"}


class TestImplementations:
    @pytest.mark.parametrize("before", STATES)
    @pytest.mark.parametrize("after", STATES)
    def test_only_declared_transitions_are_accepted(self, before: str, after: str):
        row = ImplementationFactory(state=before)
        if before == after:
            update(row, state=after)
        elif after in IMPLEMENTATION_TRANSITIONS.get(ImplementationState(before), []):
            update(row, state=after, **(ENDED if after in {"discontinued", "failed"} else {}))
        else:
            with refused_by("implementation_state"):
                update(row, state=after, **({} if before in {"discontinued", "failed"} else ENDED))

    @pytest.mark.parametrize("state", ["live", "sustained"])
    def test_new_implementation_is_planned(self, state: str):
        with refused_by("implementation_state"):
            insert_like(ImplementationFactory(state="planned"), unit="Another", state=state)

    @pytest.mark.parametrize(("column", "empty"), [("live_on", None), ("evidence", "")])
    def test_live_implementation_needs_date_and_evidence(self, column: str, empty: object):
        row = ImplementationFactory(state="planned")
        with refused_by("implementation_live_evidence"):
            update(row, state="live", **{column: empty})

    def test_evidence_cannot_be_removed(self):
        with refused_by("implementation_live_frozen"):
            update(ImplementationFactory(), evidence="")

    @pytest.mark.parametrize("columns", [{"ended_on": date(2026, 10, 1)}, {"reason": "Budget"}], ids=["date", "reason"])
    def test_ended_implementation_needs_date_and_reason(self, columns: dict[str, object]):
        with refused_by("implementation_end_reason"):
            update(ImplementationFactory(), state="discontinued", **columns)

    def test_running_implementation_has_no_end_date(self):
        with refused_by("implementation_end_reason"):
            update(ImplementationFactory(), ended_on=date(2026, 10, 1))

    def test_end_before_going_live_is_refused(self):
        with refused_by("implementation_dates"):
            update(ImplementationFactory(), state="discontinued", reason="Budget", ended_on=date(2026, 8, 31))

    @pytest.mark.parametrize(
        ("column", "value"),
        [("scope", "partial"), ("live_on", date(2026, 1, 6)), ("kind", "replication"), ("live_precision", "year")],
    )
    def test_scope_and_date_are_frozen_once_live(self, column: str, value: object):
        with refused_by("implementation_live_frozen"):
            update(ImplementationFactory(), **{column: value})

    def test_partial_implementation_stays_when_a_full_one_is_added(self):
        row = ImplementationFactory(scope="partial")
        with refused_by("implementation_live_frozen"):
            update(row, scope="full", live_on=date(2026, 10, 1))
        insert_like(row, scope="full", live_on=date(2026, 10, 1), state="planned")
        assert Implementation.objects.count() == 2

    def test_origin_is_in_the_own_authority(self):
        with refused_by("implementation_origin_home"):
            update(ImplementationFactory(state="planned"), authority_id=AuthorityFactory().pk)

    def test_replication_can_be_in_any_authority(self):
        row = ImplementationFactory(kind="replication", authority=AuthorityFactory())
        assert row.authority != row.idea.cohort.authority

    def test_replication_in_one_department_is_unique(self):
        row = ImplementationFactory(kind="replication", authority=AuthorityFactory())
        with refused_by("implementation_once"):
            insert_like(row, state="planned")

    def test_implementation_in_the_own_authority_is_unique(self):
        with refused_by("implementation_origin_once"):
            insert_like(ImplementationFactory(), state="planned")

    def test_planned_implementation_is_unique(self):
        with refused_by("implementation_origin_once"):
            insert_like(ImplementationFactory(state="planned", live_on=None))

    def test_implementation_can_be_repeated_after_its_end(self):
        insert_like(ImplementationFactory(state="discontinued"), state="planned", ended_on=None)
        assert Implementation.objects.count() == 2

    @pytest.mark.parametrize("before", ["live", "sustained", "discontinued"])
    def test_withdrawn_implementation_never_changes(self, before: str):
        row = ImplementationFactory(state=before)
        update(row, state="withdrawn", **({} if before == "discontinued" else {"reason": "Another idea was meant"}))
        rules = {"state": "implementation_state", "evidence": "implementation_live_frozen"}
        for column in ("state", "evidence", "reason"):
            with refused_by(rules.get(column, "implementation_withdrawn_frozen")):
                update(row, **{column: "live"})
        with refused_by("implementation_never_deleted"):
            delete(row)

    @pytest.mark.parametrize("before", ["planned", "failed"])
    def test_implementation_that_was_never_live_cannot_be_withdrawn(self, before: str):
        with refused_by("implementation_state"):
            update(ImplementationFactory(state=before), state="withdrawn")

    def test_withdrawal_needs_a_reason(self):
        with refused_by("implementation_end_reason"):
            update(ImplementationFactory(), state="withdrawn")

    def test_implementation_with_an_uncorrected_event_cannot_be_withdrawn(self):
        row = IdeaFactory(state="implemented").implementations.get()
        with refused_by("implementation_withdrawn_by_correction"):
            update(row, state="withdrawn", reason="Another idea was meant")

    def test_partial_implementation_cannot_be_withdrawn_while_the_idea_is_being_implemented(self):
        row = ImplementationFactory(scope="partial")
        with refused_by("implementation_withdrawn_by_correction"):
            update(row, state="withdrawn", reason="Another idea was meant")

    @pytest.mark.parametrize(
        ("column", "value"), [("live_on", date(2026, 9, 2)), ("live_precision", "month"), ("scope", "adapted")]
    )
    def test_correction_of_an_event_allows_no_other_change(self, column: str, value: object):
        idea = IdeaFactory(state="implemented")
        event = idea.events.get(state="implemented")
        add_event(
            idea, "implemented", date(2026, 10, 6), corrects=event, reason="October", recorded_on=date(2026, 11, 2)
        )
        row = idea.implementations.not_withdrawn().get()
        assert (row.live_on, row.state) == (date(2026, 10, 6), "live")
        with refused_by("implementation_live_frozen"):
            update(row, **{column: value})

    def test_correction_of_an_event_keeps_the_date_of_a_replication(self):
        idea = IdeaFactory(state="implemented")
        row = ImplementationFactory(idea=idea, kind="replication", authority=AuthorityFactory())
        event = idea.events.get(state="implemented")
        add_event(
            idea, "implemented", date(2026, 10, 6), corrects=event, reason="October", recorded_on=date(2026, 11, 2)
        )
        with refused_by("implementation_live_frozen"):
            update(row, live_on=date(2026, 10, 6))

    def test_published_implementation_may_lack_date_and_evidence(self):
        row = ImplementationFactory(retrospective=True, state="live", live_on=None, evidence="")
        assert (row.state, row.live_on, row.evidence) == ("live", None, "")

    def test_published_facts_flag_never_changes(self):
        with refused_by("implementation_retrospective_fixed"):
            update(ImplementationFactory(), retrospective=True)

    def test_implementation_is_never_deleted(self):
        with refused_by("implementation_never_deleted"):
            delete(ImplementationFactory(state="planned"))

    def test_tones_and_names(self):
        row = ImplementationFactory()
        assert (row.tone, Implementation(state="failed").tone) == ("done", "stopped")
        assert str(row).startswith(str(row.authority))


CHALLENGE_STATES = ["proposed", "framed", "active", "handed_over", "closed", "dropped"]


class TestChallenges:
    @pytest.mark.parametrize("before", CHALLENGE_STATES)
    @pytest.mark.parametrize("after", CHALLENGE_STATES)
    def test_only_declared_transitions_are_accepted(self, before: str, after: str):
        row = ChallengeFactory(state=before)
        if before == after or after in CHALLENGE_TRANSITIONS.get(ChallengeState(before), []):
            update(row, state=after, reason="Written")
        else:
            with refused_by("challenge_state"):
                update(row, state=after, reason="Written")

    def test_new_challenge_is_proposed(self):
        with refused_by("challenge_state"):
            insert_like(
                ChallengeFactory(state="proposed"),
                state="active",
                idempotency_key="7b3c1a52-64a5-4b0a-8b1c-0b7f5f7f0004",
            )

    def test_dropping_needs_a_reason(self):
        with refused_by("challenge_dropped_reason"):
            update(ChallengeFactory(), state="dropped")

    def test_challenge_of_a_running_cohort_needs_a_state(self):
        with refused_by("challenge_state"):
            update(ChallengeFactory(), state="")

    def test_published_challenge_may_have_no_state(self):
        row = ChallengeFactory(retrospective=True, state="", state_label="en cours ?")
        assert (row.state, row.state_text, row.tone) == ("", "en cours ?", "neutral")

    def test_end_before_start_is_refused(self):
        with refused_by("challenge_dates"):
            update(ChallengeFactory(), started_on=date(2026, 2, 1), ended_on=date(2026, 1, 31))

    def test_challenge_cannot_move_to_another_cohort(self):
        with refused_by("challenge_cohort_fixed"):
            update(ChallengeFactory(), cohort_id=CohortFactory().pk)

    def test_published_facts_flag_never_changes(self):
        with refused_by("challenge_retrospective_fixed"):
            update(ChallengeFactory(), retrospective=True)

    def test_idempotency_key_is_unique(self):
        with refused_by("challenge_idempotency_key_unique"):
            insert_like(ChallengeFactory(state="proposed"))

    def test_challenge_is_named_by_its_title(self):
        row = ChallengeFactory(title="Accueil")
        assert (str(row), row.tone, row.get_absolute_url()) == ("Accueil", "open", f"/challenges/{row.pk}/")


def test_deleting_a_challenge_with_ideas_is_refused():
    challenge = ChallengeFactory()
    IdeaFactory(cohort=challenge.cohort, challenge=challenge)
    with pytest.raises(Exception, match="protected"):
        challenge.delete()
    assert Challenge.objects.filter(pk=challenge.pk).exists()
