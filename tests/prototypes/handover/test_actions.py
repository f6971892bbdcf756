"""Decisions based on tests, hand-over with a package, follow-ups, abandonment, and changed criteria."""

from datetime import UTC, date, datetime, timedelta

import pytest

from prototypes import actions
from prototypes.models import FollowUp, Idea, Package, Trial
from tests.factories.cast import Cast
from tests.factories.cohorts import SessionFactory, StakeholderFactory
from tests.factories.prototypes import (
    ChallengeFactory,
    IdeaFactory,
    ParticipantGroupFactory,
    PrototypeFactory,
    TrialFactory,
    add_event,
)
from web.errors import DomainError

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
WRITTEN = {"receives": "The kiosk", "watch": "Its words", "open_points": "Who repairs it", "contact": "The pilot"}


def with_test(cast: Cast, state: str = "testing", **fields: object) -> tuple[Idea, Trial]:
    """Create an idea with one concluded test."""
    idea = IdeaFactory(cohort=cast.cohort, state=state, **fields)
    return idea, TrialFactory(prototype=PrototypeFactory(idea=idea), state="concluded")


def decide(cast: Cast, idea: Idea, **details: object):
    return actions.decide_idea(idea=idea, decision="adopt", by=cast["P"], at=AT, **details)


class TestDeciding:
    def test_decision_is_supported_by_the_chosen_tests(self, cast: Cast):
        idea, trial = with_test(cast)
        TrialFactory(prototype=trial.prototype, state="concluded")
        event = decide(cast, idea, tests=[trial])
        assert list(event.supports.values_list("trial", flat=True)) == [trial.pk]

    def test_decision_without_choice_is_supported_by_all_concluded_tests(self, cast: Cast):
        idea, trial = with_test(cast)
        assert [row.trial for row in decide(cast, idea).supports.all()] == [trial]

    def test_decision_without_tests_needs_a_reason(self, cast: Cast):
        idea, _trial = with_test(cast)
        assert not decide(cast, idea, tests=[], reason="The law changed").supports.exists()

    def test_decision_without_tests_and_reason_is_refused(self, cast: Cast):
        idea, _trial = with_test(cast)
        with pytest.raises(DomainError) as refused:
            decide(cast, idea, tests=[])
        assert (refused.value.field, idea.events.filter(state="decided").exists()) == ("tests", False)

    def test_decision_on_a_test_of_another_idea_is_refused(self, cast: Cast):
        idea, _trial = with_test(cast)
        _other, foreign = with_test(cast)
        with pytest.raises(DomainError) as refused:
            decide(cast, idea, tests=[foreign])
        assert (refused.value.field, idea.events.filter(state="decided").exists()) == ("tests", False)

    def test_corrected_decision_keeps_its_tests(self, cast: Cast):
        idea, trial = with_test(cast)
        event = decide(cast, idea)
        fixed = actions.correct_event(
            event=event, state="decided", decision="adapt", reason="Minutes", by=cast["P"], at=AT
        )
        assert (fixed.decision, [row.trial for row in fixed.supports.all()]) == ("adapt", [trial])


class TestHandingOver:
    def hand_over(self, cast: Cast) -> tuple[Idea, Package]:
        challenge = ChallengeFactory(cohort=cast.cohort, title="Accueil", framing="Au guichet", sponsor="DGS")
        idea, trial = with_test(cast, challenge=challenge, title="Une borne", owner=cast["M"])
        ParticipantGroupFactory(trial=TrialFactory(prototype=trial.prototype, state="held"))
        TrialFactory(prototype=trial.prototype, state="cancelled")
        decide(cast, idea)
        actions.hand_over_idea(idea=idea, evidence="Accueil", package=WRITTEN, by=cast["A"], at=AT)
        return idea, Package.objects.get()

    def test_package_keeps_the_texts_for_the_department(self, cast: Cast):
        _idea, package = self.hand_over(cast)
        assert {name: getattr(package, name) for name in WRITTEN} == WRITTEN

    def test_package_keeps_a_snapshot_of_the_work(self, cast: Cast):
        idea, package = self.hand_over(cast)
        content = package.content
        [prototype] = content["prototypes"]
        texts = {name: getattr(idea, name) for name in Idea.TEXTS}
        assert content["idea"] == {"reference": idea.reference, "title": "Une borne", **texts}
        assert content["challenge"] == {"title": "Accueil", "framing": "Au guichet", "sponsor": "DGS"}
        assert [(test["state"], test["observed_value"], test["groups"]) for test in prototype["tests"]] == [
            ("concluded", "75.00", []),
            ("held", None, ["habitants (8)"]),
        ]
        assert (content["decision"]["decision"], content["supports"]) == ("adopt", [prototype["tests"][0]["id"]])

    def test_package_contains_no_names_of_people(self, cast: Cast):
        _idea, package = self.hand_over(cast)
        assert "Rivage" not in str(package.content).replace("RIV-", "")
        assert not [key for key in package.content["prototypes"][0] if "_by" in key]

    def test_later_edits_do_not_change_the_package(self, cast: Cast):
        idea, package = self.hand_over(cast)
        prototype = idea.prototypes.get()
        actions.change_prototype(prototype=prototype, title="Other", by=cast["P"], at=AT)
        package.refresh_from_db()
        assert package.content["prototypes"][0]["title"].startswith("Borne en carton")

    def test_resumed_idea_keeps_its_package(self, cast: Cast):
        idea, _package = self.hand_over(cast)
        for action in (actions.park_idea, actions.resume_idea):
            action(idea=idea, by=cast["P"], at=AT)
        assert (idea.state, Package.objects.count()) == ("handed_over", 1)

    def test_idea_handed_over_twice_has_two_packages(self, cast: Cast):
        idea, first = self.hand_over(cast)
        for action in (actions.abandon_idea, actions.reopen_idea):
            action(idea=idea, reason="Money", by=cast["P"], at=AT)
        for state in ("prototyping", "testing", "decided"):
            add_event(idea, state, AT.date())
        event = actions.hand_over_idea(idea=idea, package=WRITTEN, by=cast["A"], at=AT)
        assert list(Package.objects.order_by("pk")) == [first, event.packages.get()]

    def test_package_of_a_resumed_idea_names_decision_date_and_tests(self, cast: Cast):
        idea, trial = with_test(cast)
        details = {"idea": idea, "by": cast["P"]}
        actions.decide_idea(decision="adapt", at=AT, **details)
        actions.park_idea(at=AT, **details)
        again = actions.resume_idea(at=AT + timedelta(days=7), **details)
        actions.hand_over_idea(evidence="Accueil", at=AT + timedelta(days=7), **details)
        content = Package.objects.get().content
        assert [row.trial for row in again.supports.all()] == [trial]
        assert content["supports"] == [trial.pk]
        assert (content["decision"]["decision"], content["decision"]["effective_on"]) == ("adapt", "2026-11-24")


class TestFollowingUp:
    def note(self, cast: Cast, idea: Idea, **details: object) -> FollowUp:
        arguments = {"months": 3, "answer": "full", "evidence": "Seen", "by": cast["P"], "at": AT} | details
        return actions.record_follow_up(idea=idea, **arguments)

    def test_follow_up_records_whether_the_idea_is_live(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="handed_over")
        row = self.note(cast, idea)
        assert (row.months, row.answer, row.noted_on, row.by) == (3, "full", date(2026, 11, 24), cast["P"])

    def test_second_answer_is_kept_with_the_first(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="handed_over")
        self.note(cast, idea)
        self.note(cast, idea, answer="no", words="Closed in October", evidence="")
        assert list(FollowUp.objects.order_by("pk").values_list("answer", flat=True)) == ["full", "no"]

    def test_same_answer_is_recorded_once(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="handed_over")
        assert self.note(cast, idea) == self.note(cast, idea)

    @pytest.mark.parametrize(("day", "due"), [(date(2026, 8, 24), True), (date(2026, 8, 25), False)])
    def test_months_count_from_going_live(self, cast: Cast, day: date, due: bool):
        idea = IdeaFactory(cohort=cast.cohort, state="implementing")
        actions.mark_implemented(idea=idea, scope="full", evidence="Page", on=day, by=cast["A"], at=AT)
        if due:
            assert self.note(cast, idea).counted_from == "live"
            return
        with pytest.raises(DomainError, match="This follow-up is not due yet"):
            self.note(cast, idea)

    @pytest.mark.parametrize("months", [12, 24])
    def test_no_follow_up_after_six_months_before_the_idea_is_live(self, cast: Cast, months: int):
        with pytest.raises(DomainError, match="There is no follow-up after this number of months"):
            self.note(cast, IdeaFactory(cohort=cast.cohort, state="handed_over"), months=months)

    @pytest.mark.parametrize(("months", "state"), [(6, "handed_over"), (3, "decided")])
    def test_follow_up_before_its_due_day_is_refused(self, cast: Cast, months: int, state: str):
        with pytest.raises(DomainError):
            self.note(cast, IdeaFactory(cohort=cast.cohort, state=state), months=months)

    @pytest.mark.parametrize(
        ("details", "field"),
        [({"evidence": ""}, "evidence"), ({"answer": "no"}, "words"), ({"answer": "no", "words": " "}, None)],
    )
    def test_live_needs_evidence_and_an_end_needs_a_comment(
        self, cast: Cast, details: dict[str, str], field: str | None
    ):
        idea = IdeaFactory(cohort=cast.cohort, state="handed_over")
        if field is None:
            assert self.note(cast, idea, **details).answer == "no"
            return
        with pytest.raises(DomainError) as refused:
            self.note(cast, idea, **details)
        assert refused.value.field == field


class TestGivingUp:
    def test_abandoned_idea_has_a_listed_reason_and_a_comment(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="accepted")
        event = actions.abandon_idea(idea=idea, reason="Nobody came", abandoned_for="no_need", by=cast["P"], at=AT)
        assert (event.abandoned_for, event.reason) == ("no_need", "Nobody came")

    def test_corrected_date_keeps_the_reason(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="accepted")
        event = actions.abandon_idea(idea=idea, reason="Nobody came", abandoned_for="no_need", by=cast["P"], at=AT)
        details = {"state": "abandoned", "reason": "The day", "on": date(2026, 11, 20)}
        assert actions.correct_event(event=event, by=cast["P"], at=AT, **details).abandoned_for == "no_need"


class TestLocking:
    def test_changed_criterion_needs_a_reason(self, cast: Cast):
        _idea, trial = with_test(cast)
        lower = TrialFactory(prototype=trial.prototype, threshold=60)
        with pytest.raises(DomainError) as refused:
            actions.lock_trial(trial=lower, by=cast["M"], at=AT)
        assert refused.value.field == "criterion_change_reason"
        lower.refresh_from_db()
        actions.lock_trial(trial=lower, criterion_change_reason="First visits are harder", by=cast["M"], at=AT)
        assert (lower.state, lower.criterion_change_reason) == ("locked", "First visits are harder")


class TestChallenges:
    def test_stakeholders_and_sessions_of_a_challenge_are_set_and_removed(self, cast: Cast):
        row = ChallengeFactory(cohort=cast.cohort)
        people = [StakeholderFactory(cohort=cast.cohort) for _ in range(2)]
        session = SessionFactory(cohort=cast.cohort)
        actions.link_challenge(challenge=row, stakeholders=people, sessions=[session], by=cast["P"])
        assert (set(row.stakeholders.all()), set(row.sessions.all())) == (set(people), {session})
        actions.link_challenge(challenge=row, stakeholders=people[:1], sessions=[], by=cast["P"])
        assert (set(row.stakeholders.all()), set(row.sessions.all())) == ({people[0]}, set())

    def test_stakeholders_of_another_cohort_are_refused(self, cast: Cast):
        row = ChallengeFactory(cohort=cast.cohort)
        with pytest.raises(DomainError) as refused:
            actions.link_challenge(challenge=row, stakeholders=[StakeholderFactory()], sessions=[], by=cast["P"])
        assert refused.value.field == "stakeholders"
