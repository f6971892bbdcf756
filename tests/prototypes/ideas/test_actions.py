"""Actions on ideas and challenges: what they record, when they refuse, and repeated submissions."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from prototypes import actions
from prototypes.ideas.actions import recording
from prototypes.models import Challenge, Idea, IdeaEvent
from tests.factories.cast import Cast
from tests.factories.cohorts import CohortFactory
from tests.factories.programmes import AuthorityFactory
from tests.factories.prototypes import ChallengeFactory, IdeaFactory, PrototypeFactory, TrialFactory
from web.database.refusals import SENT_ALREADY
from web.errors import DomainError

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
TODAY = date(2026, 11, 24)


def events_of(idea: Idea) -> list[tuple[str, date | None]]:
    return [(event.state, event.effective_on) for event in IdeaEvent.objects.uncorrected().filter(idea=idea)]


class TestCapture:
    def test_captured_idea_has_reference_owner_and_first_event(self, cast: Cast):
        idea = actions.capture_idea(cohort=cast.cohort, title="Une borne", by=cast["M"], at=AT)
        assert (idea.reference, idea.owner, idea.state, events_of(idea)) == (
            "RIV-001",
            cast["M"],
            "captured",
            [("captured", TODAY)],
        )

    def test_captured_idea_keeps_challenge_and_texts(self, cast: Cast):
        challenge = ChallengeFactory(cohort=cast.cohort)
        idea = actions.capture_idea(
            cohort=cast.cohort, title="Une borne", summary="Au guichet", challenge=challenge, by=cast["M"], at=AT
        )
        assert (idea.challenge, idea.summary) == (challenge, "Au guichet")

    def test_a_form_sent_twice_gives_one_idea(self, cast: Cast):
        idempotency_key = uuid4()
        made = [
            actions.capture_idea(
                cohort=cast.cohort, title="Une borne", idempotency_key=idempotency_key, by=cast["M"], at=AT
            )
            for _ in range(2)
        ]
        assert made[0] == made[1]
        assert (Idea.objects.count(), IdeaEvent.objects.count()) == (1, 1)

    def test_idempotency_key_of_another_person_reveals_nothing(self, cast: Cast):
        foreign = actions.capture_idea(
            cohort=cast.other_cohort, title="Ailleurs", idempotency_key=uuid4(), by=cast["N"], at=AT
        )
        with pytest.raises(DomainError) as refused:
            actions.capture_idea(
                cohort=cast.cohort, title="Ici", idempotency_key=foreign.idempotency_key, by=cast["M"], at=AT
            )
        assert refused.value.message == SENT_ALREADY

    @pytest.mark.parametrize(
        ("on", "field"), [(date(2026, 11, 25), "on"), (date(2026, 1, 4), "on")], ids=["future", "before the cohort"]
    )
    def test_invalid_date_saves_nothing(self, cast: Cast, on: date, field: str):
        with pytest.raises(DomainError) as refused:
            actions.capture_idea(cohort=cast.cohort, title="Une borne", on=on, by=cast["M"], at=AT)
        assert (refused.value.field, Idea.objects.count()) == (field, 0)

    def test_a_challenge_of_another_cohort_is_refused(self, cast: Cast):
        with pytest.raises(DomainError) as refused:
            actions.capture_idea(
                cohort=cast.cohort,
                title="Une borne",
                challenge=ChallengeFactory(cohort=cast.other_cohort),
                by=cast["M"],
                at=AT,
            )
        assert (refused.value.field, Idea.objects.count()) == ("challenge", 0)

    def test_date_is_that_of_the_authority(self, cast: Cast):
        island = CohortFactory(
            edition=cast.edition, authority=AuthorityFactory(time_zone="Indian/Reunion"), code="RUN", slug="reunion"
        )
        late = datetime(2026, 11, 23, 21, tzinfo=UTC)  # 22 h in Paris, one o'clock the day after in La Réunion
        idea = actions.capture_idea(cohort=island, title="Une borne", by=cast["S"], at=late)
        assert idea.state_since == TODAY


class TestImprecision:
    @pytest.mark.parametrize(
        ("on", "precision", "stored"),
        [
            (date(2026, 8, 19), "day", date(2026, 8, 19)),
            (date(2026, 8, 19), "month", date(2026, 8, 1)),
            (date(2026, 8, 19), "year", date(2026, 3, 2)),
            (date(2026, 3, 19), "month", date(2026, 3, 2)),
        ],
    )
    def test_first_possible_day_is_stored(self, cast: Cast, on: date, precision: str, stored: date):
        idea = IdeaFactory(cohort=cast.cohort, state="accepted")
        assert recording.first_possible_day(idea, on, precision) == stored

    def test_first_possible_day_is_not_before_the_cohort_start(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="")
        assert recording.first_possible_day(idea, date(2026, 1, 20), "month") == date(2026, 1, 5)


class TestSteps:
    def test_accepting_starts_the_clock(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort)
        actions.accept_idea(idea=idea, by=cast["P"], at=AT, on=date(2026, 9, 3))
        assert (idea.state, idea.accepted_on, idea.events.last().by) == ("accepted", date(2026, 9, 3), cast["P"])

    def test_accepting_an_idea_with_a_prototype_makes_it_prototyping(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort)
        PrototypeFactory(idea=idea)
        actions.accept_idea(idea=idea, by=cast["P"], at=AT, on=date(2026, 9, 3))
        assert events_of(idea)[1:] == [("accepted", date(2026, 9, 3)), ("prototyping", date(2026, 9, 3))]

    def test_accepting_an_idea_with_a_locked_test_makes_it_testing(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort)
        TrialFactory(prototype=PrototypeFactory(idea=idea), state="locked")
        actions.accept_idea(idea=idea, by=cast["P"], at=AT)
        assert [state for state, _day in events_of(idea)] == ["captured", "accepted", "prototyping", "testing"]

    def test_events_from_work_have_the_date_of_the_work(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort)
        prototype = PrototypeFactory(idea=idea, made_on=date(2026, 10, 6))
        TrialFactory(prototype=prototype, state="locked", locked_on=date(2026, 11, 20))
        actions.accept_idea(idea=idea, by=cast["P"], at=AT, on=date(2026, 9, 3))
        assert events_of(idea)[1:] == [
            ("accepted", date(2026, 9, 3)),
            ("prototyping", date(2026, 10, 6)),
            ("testing", date(2026, 11, 20)),
        ]
        assert idea.reached_test_on == date(2026, 11, 20)

    def test_cancelled_test_does_not_move_the_idea(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort)
        TrialFactory(prototype=PrototypeFactory(idea=idea), state="cancelled")
        actions.accept_idea(idea=idea, by=cast["P"], at=AT)
        assert idea.state == "prototyping"

    def test_accepting_twice_is_refused_with_a_message(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="accepted")
        with pytest.raises(DomainError):
            actions.accept_idea(idea=idea, by=cast["P"], at=AT)

    def test_an_effective_date_before_acceptance_names_its_field(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="accepted")
        with pytest.raises(DomainError) as refused:
            actions.park_idea(idea=idea, by=cast["P"], at=AT, on=date(2026, 3, 1))
        assert refused.value.field == "on"

    @pytest.mark.parametrize("before", ["captured", "accepted", "testing", "decided", "implementing"])
    def test_resumed_idea_returns_to_its_previous_state(self, cast: Cast, before: str):
        idea = IdeaFactory(cohort=cast.cohort, state="parked", after=before)
        actions.resume_idea(idea=idea, by=cast["P"], at=AT)
        assert (idea.state, idea.state_since) == (before, TODAY)

    def test_resumed_idea_keeps_its_decision(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="parked", after="decided")
        event = actions.resume_idea(idea=idea, by=cast["P"], at=AT)
        assert (event.decision, event.reason) == ("adopt", "Told by the tests")

    def test_only_parked_ideas_are_resumed(self, cast: Cast):
        with pytest.raises(DomainError):
            actions.resume_idea(idea=IdeaFactory(cohort=cast.cohort), by=cast["P"], at=AT)

    def test_abandoning_without_a_reason_names_its_field(self, cast: Cast):
        with pytest.raises(DomainError) as refused:
            actions.abandon_idea(idea=IdeaFactory(cohort=cast.cohort), reason="", by=cast["P"], at=AT)
        assert refused.value.field == "reason"

    def test_reopened_idea_is_accepted_and_keeps_its_first_acceptance(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="abandoned")
        actions.reopen_idea(idea=idea, reason="A new head of service", by=cast["P"], at=AT)
        assert (idea.state, idea.accepted_on) == ("accepted", date(2026, 3, 2))

    def test_only_abandoned_ideas_are_reopened(self, cast: Cast):
        with pytest.raises(DomainError):
            actions.reopen_idea(idea=IdeaFactory(cohort=cast.cohort), reason="Reason", by=cast["P"], at=AT)

    def test_deciding_without_test_or_reason_names_its_field(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="testing")
        with pytest.raises(DomainError) as refused:
            actions.decide_idea(idea=idea, decision="adopt", by=cast["P"], at=AT)
        assert (refused.value.field, idea.events.count()) == ("reason", 4)

    def test_deciding_on_a_concluded_test(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="testing")
        TrialFactory(prototype=PrototypeFactory(idea=idea), state="concluded")
        assert actions.decide_idea(idea=idea, decision="adapt", by=cast["P"], at=AT).decision == "adapt"

    def test_handing_over_then_implementing(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="decided")
        actions.hand_over_idea(idea=idea, evidence="Accueil central", by=cast["A"], at=AT)
        actions.start_implementing(idea=idea, by=cast["A"], at=AT)
        assert [event.evidence for event in idea.events.order_by("-pk")[:2]] == ["", "Accueil central"]
        assert idea.state == "implementing"

    def test_idea_is_shared_and_unshared(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort)
        assert actions.share_idea(idea=idea, shared=True, by=cast["P"]).shared_with_edition is True
        assert actions.share_idea(idea=idea, shared=False, by=cast["P"]).shared_with_edition is False

    def test_changing_the_texts_keeps_the_state(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="accepted")
        actions.change_idea(idea=idea, title="Autre titre", owner=None, by=cast["P"])
        idea.refresh_from_db()
        assert (idea.title, idea.owner, idea.state) == ("Autre titre", None, "accepted")


class TestMerge:
    def test_merged_idea_names_its_target(self, cast: Cast):
        idea, target = IdeaFactory(cohort=cast.cohort), IdeaFactory(cohort=cast.other_cohort)
        actions.merge_idea(idea=idea, into=target, by=cast["P"], at=AT)
        assert (idea.state, idea.merged_into) == ("merged", target)

    @pytest.mark.parametrize("ended", ["abandoned", "merged"])
    def test_merge_into_an_ended_idea_is_refused(self, cast: Cast, ended: str):
        other = IdeaFactory(cohort=cast.cohort)
        target = IdeaFactory(cohort=cast.cohort, state=ended, **({"merged_into": other} if ended == "merged" else {}))
        with pytest.raises(DomainError) as refused:
            actions.merge_idea(idea=IdeaFactory(cohort=cast.cohort), into=target, by=cast["P"], at=AT)
        assert refused.value.field == "into"

    def test_merge_into_itself_is_refused(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort)
        with pytest.raises(DomainError):
            actions.merge_idea(idea=idea, into=idea, by=cast["P"], at=AT)


class TestCorrections:
    def test_date_of_an_event_is_corrected(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="prototyping")
        wrong = idea.events.get(state="accepted")
        actions.correct_event(
            event=wrong, state="accepted", on=date(2026, 3, 20), reason="Minutes", by=cast["P"], at=AT
        )
        idea.refresh_from_db()
        assert (idea.accepted_on, idea.state, events_of(idea)[1]) == (
            date(2026, 3, 20),
            "prototyping",
            ("accepted", date(2026, 3, 20)),
        )

    def test_event_that_never_happened_is_corrected(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="abandoned")
        wrong = idea.events.get(state="abandoned")
        actions.correct_event(event=wrong, state="accepted", reason="Another idea", by=cast["P"], at=AT)
        idea.refresh_from_db()
        assert idea.state == "accepted"

    def test_back_to_decided_keeps_the_decision(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="handed_over")
        wrong = idea.events.get(state="handed_over")
        event = actions.correct_event(event=wrong, state="decided", reason="Not signed", by=cast["P"], at=AT)
        assert event.decision == "adopt"

    def test_a_merge_on_another_day_keeps_its_target(self, cast: Cast):
        target = IdeaFactory(cohort=cast.cohort)
        idea = IdeaFactory(cohort=cast.cohort, state="merged", merged_into=target)
        wrong = idea.events.get(state="merged")
        event = actions.correct_event(
            event=wrong, state="merged", on=date(2026, 10, 8), reason="Minutes", by=cast["P"], at=AT
        )
        assert event.merged_into == target

    def test_correction_to_a_state_the_idea_never_had_is_refused(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="accepted")
        with pytest.raises(DomainError) as refused:
            actions.correct_event(
                event=idea.events.get(state="accepted"), state="testing", reason="Hm", by=cast["P"], at=AT
            )
        assert refused.value.field == "state"

    def test_correction_needs_a_reason(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="accepted")
        with pytest.raises(DomainError) as refused:
            actions.correct_event(
                event=idea.events.get(state="accepted"), state="accepted", reason="", by=cast["P"], at=AT
            )
        assert refused.value.field == "reason"


class TestHistory:
    def test_history_keeps_author_and_reason(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort)
        actions.abandon_idea(idea=idea, reason="No budget", by=cast["P"], at=AT)
        context = idea.history.order_by("-pgh_id").first().pgh_context.metadata
        assert (context["action"], context["by"], context["reason"]) == ("abandon_idea", cast["P"].pk, "No budget")


class TestChallenges:
    def test_adding_twice_with_one_form_gives_one(self, cast: Cast):
        idempotency_key = uuid4()
        for _ in range(2):
            actions.add_challenge(cohort=cast.cohort, title="Accueil", idempotency_key=idempotency_key, by=cast["M"])
        assert list(Challenge.objects.values_list("title", "state")) == [("Accueil", "proposed")]

    def test_challenge_passes_through_all_states(self, cast: Cast):
        row = actions.add_challenge(cohort=cast.cohort, title="Accueil", by=cast["M"])
        actions.frame_challenge(challenge=row, framing="Au guichet", by=cast["P"])
        actions.activate_challenge(challenge=row, by=cast["P"])
        actions.hand_over_challenge(challenge=row, by=cast["P"])
        actions.close_challenge(challenge=row, by=cast["P"])
        row.refresh_from_db()
        assert (row.state, row.framing) == ("closed", "Au guichet")

    def test_dropped_challenge_keeps_the_reason(self, cast: Cast):
        row = ChallengeFactory(cohort=cast.cohort)
        actions.drop_challenge(challenge=row, reason="Elections", by=cast["P"])
        row.refresh_from_db()
        assert (row.state, row.reason) == ("dropped", "Elections")

    def test_dropping_without_a_reason_names_its_field(self, cast: Cast):
        with pytest.raises(DomainError) as refused:
            actions.drop_challenge(challenge=ChallengeFactory(cohort=cast.cohort), reason="", by=cast["P"])
        assert refused.value.field == "reason"

    def test_states_of_a_challenge_cannot_be_skipped(self, cast: Cast):
        with pytest.raises(DomainError):
            actions.close_challenge(challenge=ChallengeFactory(cohort=cast.cohort), by=cast["P"])

    def test_texts_of_a_challenge_change(self, cast: Cast):
        row = ChallengeFactory(cohort=cast.cohort)
        actions.change_challenge(challenge=row, title="Accueil de nuit", sponsor="DGS", by=cast["P"])
        row.refresh_from_db()
        assert (row.title, row.sponsor, row.state) == ("Accueil de nuit", "DGS", "active")
