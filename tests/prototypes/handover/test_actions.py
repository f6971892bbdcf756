"""Deciding on tests, handing over with a package, following up, giving up for a reason of the list, moving a bar."""

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
    tell,
)
from web.errors import DomainError

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
WRITTEN = {"receives": "The kiosk", "watch": "Its words", "open_points": "Who repairs it", "contact": "The pilot"}


def with_test(cast: Cast, state: str = "testing", **fields: object) -> tuple[Idea, Trial]:
    """An idea with one concluded test."""
    idea = IdeaFactory(cohort=cast.cohort, state=state, **fields)
    return idea, TrialFactory(prototype=PrototypeFactory(idea=idea), state="concluded")


def decide(cast: Cast, idea: Idea, **told: object):
    return actions.decide_idea(idea=idea, decision="adopt", by=cast["P"], at=AT, **told)


class TestDeciding:
    def test_stands_on_the_tests_that_are_named(self, cast: Cast):
        idea, trial = with_test(cast)
        TrialFactory(prototype=trial.prototype, state="concluded")
        event = decide(cast, idea, tests=[trial])
        assert list(event.supports.values_list("trial", flat=True)) == [trial.pk]

    def test_on_all_there_are_where_nobody_chose(self, cast: Cast):
        idea, trial = with_test(cast)
        assert [row.trial for row in decide(cast, idea).supports.all()] == [trial]

    def test_on_none_with_a_reason(self, cast: Cast):
        idea, _trial = with_test(cast)
        assert not decide(cast, idea, tests=[], reason="The law changed").supports.exists()

    def test_never_on_nothing(self, cast: Cast):
        idea, _trial = with_test(cast)
        with pytest.raises(DomainError) as refused:
            decide(cast, idea, tests=[])
        assert (refused.value.field, idea.events.filter(state="decided").exists()) == ("tests", False)

    def test_nor_on_anothers_test(self, cast: Cast):
        idea, _trial = with_test(cast)
        _other, foreign = with_test(cast)
        with pytest.raises(DomainError) as refused:
            decide(cast, idea, tests=[foreign])
        assert (refused.value.field, idea.events.filter(state="decided").exists()) == ("tests", False)

    def test_a_corrected_decision_stands_on_the_same_tests(self, cast: Cast):
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

    def test_keeps_what_was_written_for_the_department(self, cast: Cast):
        _idea, package = self.hand_over(cast)
        assert {name: getattr(package, name) for name in WRITTEN} == WRITTEN

    def test_and_the_work_as_it_stood(self, cast: Cast):
        idea, package = self.hand_over(cast)
        content = package.content
        [prototype] = content["prototypes"]
        assert content["idea"] == {"reference": idea.reference, "title": "Une borne", "summary": idea.summary}
        assert content["challenge"] == {"title": "Accueil", "framing": "Au guichet", "sponsor": "DGS"}
        assert [(test["state"], test["observed_value"], test["groups"]) for test in prototype["tests"]] == [
            ("concluded", "75.00", []),
            ("held", None, ["habitants (8)"]),
        ]
        assert (content["decision"]["decision"], content["supports"]) == ("adopt", [prototype["tests"][0]["id"]])

    def test_with_nobodys_name(self, cast: Cast):
        _idea, package = self.hand_over(cast)
        assert "Rivage" not in str(package.content).replace("RIV-", "")
        assert not [key for key in package.content["prototypes"][0] if "_by" in key]

    def test_what_is_edited_later_changes_nothing_of_it(self, cast: Cast):
        idea, package = self.hand_over(cast)
        prototype = idea.prototypes.get()
        actions.change_prototype(prototype=prototype, title="Other", by=cast["P"], at=AT)
        package.refresh_from_db()
        assert package.content["prototypes"][0]["title"].startswith("Borne en carton")

    def test_taken_up_again_it_keeps_the_package_it_has(self, cast: Cast):
        idea, _package = self.hand_over(cast)
        for action in (actions.park_idea, actions.resume_idea):
            action(idea=idea, by=cast["P"], at=AT)
        assert (idea.state, Package.objects.count()) == ("handed_over", 1)

    def test_an_idea_handed_over_again_has_a_package_for_each_time(self, cast: Cast):
        idea, first = self.hand_over(cast)
        for action in (actions.abandon_idea, actions.reopen_idea):
            action(idea=idea, reason="Money", by=cast["P"], at=AT)
        for state in ("prototyping", "testing", "decided"):
            tell(idea, state, AT.date())
        event = actions.hand_over_idea(idea=idea, package=WRITTEN, by=cast["A"], at=AT)
        assert list(Package.objects.order_by("pk")) == [first, event.packages.get()]

    def test_parked_and_taken_up_again_before_it_says_when_and_on_what_it_was_decided(self, cast: Cast):
        idea, trial = with_test(cast)
        told = {"idea": idea, "by": cast["P"]}
        actions.decide_idea(decision="adapt", at=AT, **told)
        actions.park_idea(at=AT, **told)
        again = actions.resume_idea(at=AT + timedelta(days=7), **told)
        actions.hand_over_idea(evidence="Accueil", at=AT + timedelta(days=7), **told)
        content = Package.objects.get().content
        assert [row.trial for row in again.supports.all()] == [trial]
        assert content["supports"] == [trial.pk]
        assert (content["decision"]["decision"], content["decision"]["effective_on"]) == ("adapt", "2026-11-24")


class TestFollowingUp:
    def note(self, cast: Cast, idea: Idea, **told: object) -> FollowUp:
        said = {"months": 3, "answer": "full", "evidence": "Seen", "by": cast["P"], "at": AT} | told
        return actions.note_follow_up(idea=idea, **said)

    def test_says_whether_it_is_still_live(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="handed_over")
        row = self.note(cast, idea)
        assert (row.months, row.answer, row.noted_on, row.by) == (3, "full", date(2026, 11, 24), cast["P"])

    def test_answered_again_both_answers_are_kept(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="handed_over")
        self.note(cast, idea)
        self.note(cast, idea, answer="no", words="Closed in October", evidence="")
        assert list(FollowUp.objects.order_by("pk").values_list("answer", flat=True)) == ["full", "no"]

    def test_same_answer_again_is_one(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="handed_over")
        assert self.note(cast, idea) == self.note(cast, idea)

    @pytest.mark.parametrize(("day", "due"), [(date(2026, 8, 24), True), (date(2026, 8, 25), False)])
    def test_once_live_months_count_from_that_day(self, cast: Cast, day: date, due: bool):
        idea = IdeaFactory(cohort=cast.cohort, state="implementing")
        actions.mark_implemented(idea=idea, scope="full", evidence="Page", on=day, by=cast["A"], at=AT)
        if due:
            assert self.note(cast, idea).counted_from == "live"
            return
        with pytest.raises(DomainError, match="This follow-up is not due yet"):
            self.note(cast, idea)

    @pytest.mark.parametrize("months", [12, 24])
    def test_before_it_is_live_nobody_asks_later_than_six_months(self, cast: Cast, months: int):
        with pytest.raises(DomainError, match="There is no follow-up after this number of months"):
            self.note(cast, IdeaFactory(cohort=cast.cohort, state="handed_over"), months=months)

    @pytest.mark.parametrize(("months", "state"), [(6, "handed_over"), (3, "decided")])
    def test_not_before_its_time(self, cast: Cast, months: int, state: str):
        with pytest.raises(DomainError):
            self.note(cast, IdeaFactory(cohort=cast.cohort, state=state), months=months)

    @pytest.mark.parametrize(
        ("told", "field"),
        [({"evidence": ""}, "evidence"), ({"answer": "no"}, "words"), ({"answer": "no", "words": " "}, None)],
    )
    def test_live_is_shown_and_an_end_is_told(self, cast: Cast, told: dict[str, str], field: str | None):
        idea = IdeaFactory(cohort=cast.cohort, state="handed_over")
        if field is None:
            assert self.note(cast, idea, **told).answer == "no"
            return
        with pytest.raises(DomainError) as refused:
            self.note(cast, idea, **told)
        assert refused.value.field == field


class TestGivingUp:
    def test_takes_a_reason_of_the_list_and_words(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="accepted")
        event = actions.abandon_idea(idea=idea, reason="Nobody came", abandoned_for="no_need", by=cast["P"], at=AT)
        assert (event.abandoned_for, event.reason) == ("no_need", "Nobody came")

    def test_a_corrected_day_keeps_it(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="accepted")
        event = actions.abandon_idea(idea=idea, reason="Nobody came", abandoned_for="no_need", by=cast["P"], at=AT)
        told = {"state": "abandoned", "reason": "The day", "on": date(2026, 11, 20)}
        assert actions.correct_event(event=event, by=cast["P"], at=AT, **told).abandoned_for == "no_need"


class TestLocking:
    def test_a_bar_that_moves_asks_why(self, cast: Cast):
        _idea, trial = with_test(cast)
        lower = TrialFactory(prototype=trial.prototype, threshold=60)
        with pytest.raises(DomainError) as refused:
            actions.lock_trial(trial=lower, by=cast["M"], at=AT)
        assert refused.value.field == "moved_because"
        lower.refresh_from_db()
        actions.lock_trial(trial=lower, moved_because="First visits are harder", by=cast["M"], at=AT)
        assert (lower.state, lower.moved_because) == ("locked", "First visits are harder")


class TestChallenges:
    def test_name_their_stakeholders_and_sessions_and_take_them_back(self, cast: Cast):
        row = ChallengeFactory(cohort=cast.cohort)
        people = [StakeholderFactory(cohort=cast.cohort) for _ in range(2)]
        session = SessionFactory(cohort=cast.cohort)
        actions.link_challenge(challenge=row, stakeholders=people, sessions=[session], by=cast["P"])
        assert (set(row.stakeholders.all()), set(row.sessions.all())) == (set(people), {session})
        actions.link_challenge(challenge=row, stakeholders=people[:1], sessions=[], by=cast["P"])
        assert (set(row.stakeholders.all()), set(row.sessions.all())) == ({people[0]}, set())

    def test_of_their_own_cohort(self, cast: Cast):
        row = ChallengeFactory(cohort=cast.cohort)
        with pytest.raises(DomainError) as refused:
            actions.link_challenge(challenge=row, stakeholders=[StakeholderFactory()], sessions=[], by=cast["P"])
        assert refused.value.field == "stakeholders"
