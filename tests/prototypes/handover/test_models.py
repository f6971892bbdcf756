"""What the database holds of decisions, packages and follow-ups, of bars that move, and of links of challenges."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from prototypes.models import FollowUp, Support
from tests.factories.cohorts import SessionFactory, StakeholderFactory
from tests.factories.prototypes import (
    ChallengeSessionFactory,
    ChallengeStakeholderFactory,
    FollowUpFactory,
    IdeaFactory,
    ImplementationFactory,
    PrototypeFactory,
    TrialFactory,
    package,
    support,
    tell,
)
from tests.sql import delete, refused_by, truncate, update

pytestmark = pytest.mark.django_db


class TestSupports:
    def test_a_decision_stands_on_a_concluded_test_of_its_idea(self):
        row = support()
        assert (row.event.state, row.trial.state) == ("decided", "concluded")

    @pytest.mark.parametrize("state", ["planned", "locked", "held", "cancelled"])
    def test_not_on_one_that_is_not_concluded(self, state: str):
        with refused_by("support_concluded"):
            support(TrialFactory(prototype__idea__state="testing", state=state))

    def test_not_on_another_ideas(self):
        event = support().event
        foreign = TrialFactory(state="concluded")
        with refused_by("support_concluded"):
            Support.objects.create(event=event, trial=foreign)

    def test_only_a_decision_stands_on_tests(self):
        trial = TrialFactory(prototype__idea__state="testing", state="concluded")
        with refused_by("support_of_decision"):
            Support.objects.create(event=trial.prototype.idea.events.get(state="testing"), trial=trial)

    def test_each_is_named_once(self):
        row = support()
        with refused_by("support_once"):
            Support.objects.create(event=row.event, trial=row.trial)

    @pytest.mark.parametrize("change", ["update", "delete"])
    def test_what_it_stands_on_never_changes(self, change: str):
        row = support()
        with refused_by("support_append_only"):
            update(row, trial_id=TrialFactory().pk) if change == "update" else delete(row)


class TestPackages:
    def test_belong_to_a_hand_over(self):
        idea = IdeaFactory(state="handed_over")
        row = package(idea)
        with refused_by("package_of_hand_over"):
            type(row).objects.create(event=idea.events.get(state="decided"))

    def test_of_which_there_is_one(self):
        row = package()
        with refused_by("package_once"):
            type(row).objects.create(event=row.event)

    @pytest.mark.parametrize("change", ["update", "delete"])
    def test_never_change(self, change: str):
        row = package()
        with refused_by("package_frozen"):
            update(row, receives="Nothing") if change == "update" else delete(row)


class TestFollowUps:
    @pytest.mark.parametrize(
        ("columns", "rule"),
        [
            ({"months": 4}, "follow_up_months"),
            ({"evidence": ""}, "follow_up_shown"),
            ({"answer": "partial", "evidence": ""}, "follow_up_shown"),
            ({"answer": "no", "words": ""}, "follow_up_why_not"),
            ({"noted_on": date(2026, 6, 30)}, "follow_up_after_hand_over"),
        ],
    )
    def test_say_what_they_must(self, columns: dict[str, object], rule: str):
        with refused_by(rule):
            FollowUpFactory(**columns)

    def test_nobody_needs_evidence_to_say_that_nobody_knows(self):
        assert FollowUpFactory(answer="unknown", evidence="").tone == "neutral"

    def test_answers_to_one_question_are_appended(self):
        row = FollowUpFactory()
        FollowUpFactory(idea=row.idea, answer="unknown")
        assert FollowUp.objects.count() == 2

    def test_counted_from_the_day_it_went_live_only_once_it_is_live(self):
        idea = IdeaFactory(state="implementing")
        ImplementationFactory(idea=idea, scope="partial", live_on=date(2026, 9, 1))
        with refused_by("follow_up_after_live"):
            FollowUpFactory(idea=idea, counted_from="live")
        ImplementationFactory(idea=idea, unit="Other", live_on=date(2026, 10, 2))
        assert FollowUpFactory(idea=idea, counted_from="live", noted_on=date(2026, 10, 2)).pk

    def test_not_before_the_day_it_went_live(self):
        idea = ImplementationFactory(live_on=date(2026, 10, 3)).idea
        with refused_by("follow_up_after_live"):
            FollowUpFactory(idea=idea, counted_from="live", noted_on=date(2026, 10, 2))

    def test_start_of_the_months_is_known(self):
        with refused_by("follow_up_counted_from_known"):
            FollowUpFactory(counted_from="never")

    def test_of_an_idea_that_was_handed_over(self):
        with refused_by("follow_up_after_hand_over"):
            FollowUpFactory(idea=IdeaFactory(state="decided"))

    @pytest.mark.parametrize("column", ["months", "answer", "words", "evidence", "noted_on"])
    def test_follow_ups_are_never_changed(self, column: str):
        values = {
            "months": 6,
            "answer": "partial",
            "words": "Other",
            "evidence": "Other",
            "noted_on": date(2026, 10, 3),
        }
        with refused_by("follow_up_append_only"):
            update(FollowUpFactory(), **{column: values[column]})

    def test_follow_ups_are_never_deleted(self):
        row = FollowUpFactory()
        with refused_by("follow_up_append_only"):
            delete(row)
        with refused_by("follow_up_no_truncate"):
            truncate(FollowUp)

    def test_are_a_sign_of_life(self):
        row = FollowUpFactory()
        row.idea.refresh_from_db()
        assert row.idea.last_sign_on == date(2026, 10, 2)


class TestBars:
    def lock(self, **planned: object) -> None:
        """A test of a second version, locked in June; `then` is what became of the first."""
        first = TrialFactory(prototype__idea__state="testing", state=planned.pop("first", "concluded"))
        if then := planned.pop("then", None):
            update(first, state=then, reason="Rain")
        second = PrototypeFactory(idea=planned.pop("idea", first.prototype.idea), version=2)
        because = planned.pop("because", "")
        trial = TrialFactory(prototype=second, **planned)
        locked = {"state": "locked", "locked_on": date(2026, 6, 1), "locked_at": datetime(2026, 6, 1, 9, tzinfo=UTC)}
        update(trial, moved_because=because, **locked)

    @pytest.mark.parametrize("changes", [{"threshold": Decimal(60)}, {"comparator": ">"}])
    def test_one_that_moves_says_why(self, changes: dict[str, object]):
        with refused_by("trial_moved_bar_reason"):
            self.lock(**changes)

    @pytest.mark.parametrize(
        "measure",
        [
            " PART des personnes qui trouvent le guichet seules",
            "Part des  personnes\u00a0qui trouvent le guichet, seules.",
            "« Pârt » des personnes qui trouvent le guichet : seules ?",
        ],
    )
    def test_however_the_measure_is_spelt(self, measure: str):
        with refused_by("trial_moved_bar_reason"):
            self.lock(threshold=Decimal(60), measure=measure, unit=" %.")

    def test_though_the_first_was_called_off_once_it_was_locked(self):
        with refused_by("trial_moved_bar_reason"):
            self.lock(threshold=Decimal(60), first="locked", then="cancelled")

    @pytest.mark.parametrize(
        "changes",
        [
            {},
            {"threshold": Decimal(60), "because": "Eight in ten was too much for a first visit"},
            {"threshold": Decimal(60), "measure": "Minutes au guichet"},
            {"threshold": Decimal(60), "unit": "% des soirs"},
            {"threshold": Decimal(60), "first": "cancelled"},
            {"threshold": Decimal(60), "first": "planned"},
        ],
        ids=["same bar", "says why", "another measure", "another unit", "the other cancelled", "the other not locked"],
    )
    def test_otherwise_it_need_not(self, changes: dict[str, object]):
        self.lock(**changes)

    def test_nor_for_another_idea(self):
        self.lock(threshold=Decimal(60), idea=IdeaFactory(state="testing"))

    def test_why_it_moved_is_frozen_with_it(self):
        with refused_by("trial_frozen_once_locked"):
            update(TrialFactory(state="locked"), moved_because="Later thought")


def test_only_an_abandoned_idea_was_given_up_for_a_reason_of_the_list():
    idea = IdeaFactory(state="accepted")
    with refused_by("idea_event_abandoned_for"):
        tell(idea, "parked", abandoned_for="no_need")
    assert tell(idea, "abandoned", abandoned_for="no_need").abandoned_for == "no_need"


class TestChallenges:
    def test_concern_stakeholders_of_their_own_cohort(self):
        with refused_by("challenge_stakeholder_of_cohort"):
            ChallengeStakeholderFactory(stakeholder=StakeholderFactory())

    def test_and_its_sessions(self):
        with refused_by("challenge_session_of_cohort"):
            ChallengeSessionFactory(session=SessionFactory())

    def test_each_named_once(self):
        person, session = ChallengeStakeholderFactory(), ChallengeSessionFactory()
        with refused_by("challenge_stakeholder_once"):
            ChallengeStakeholderFactory(challenge=person.challenge, stakeholder=person.stakeholder)
        with refused_by("challenge_session_once"):
            ChallengeSessionFactory(challenge=session.challenge, session=session.session)
