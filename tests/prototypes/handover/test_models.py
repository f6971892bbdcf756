"""Database rules of packages, follow-ups, changed criteria, and links of challenges."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from prototypes.models import FollowUp
from tests.factories.cohorts import SessionFactory, StakeholderFactory
from tests.factories.prototypes import (
    ChallengeSessionFactory,
    ChallengeStakeholderFactory,
    FollowUpFactory,
    IdeaFactory,
    ImplementationFactory,
    PrototypeFactory,
    TrialFactory,
    add_event,
    package,
)
from tests.sql import delete, refused_by, truncate, update

pytestmark = pytest.mark.django_db


class TestPackages:
    def test_package_belongs_to_a_hand_over(self):
        idea = IdeaFactory(state="handed_over")
        row = package(idea)
        with refused_by("package_of_hand_over"):
            type(row).objects.create(event=idea.events.get(state="decided"))

    def test_hand_over_has_one_package(self):
        row = package()
        with refused_by("package_once"):
            type(row).objects.create(event=row.event)

    @pytest.mark.parametrize("change", ["update", "delete"])
    def test_package_never_changes(self, change: str):
        row = package()
        with refused_by("package_frozen"):
            update(row, receives="Nothing") if change == "update" else delete(row)


class TestFollowUps:
    @pytest.mark.parametrize(
        ("columns", "rule"),
        [
            ({"months": 4}, "follow_up_months"),
            ({"evidence": ""}, "follow_up_evidence"),
            ({"answer": "partial", "evidence": ""}, "follow_up_evidence"),
            ({"answer": "no", "words": ""}, "follow_up_why_not"),
            ({"noted_on": date(2026, 6, 30)}, "follow_up_after_hand_over"),
        ],
    )
    def test_incomplete_follow_up_is_refused(self, columns: dict[str, object], rule: str):
        with refused_by(rule):
            FollowUpFactory(**columns)

    def test_unknown_answer_needs_no_evidence(self):
        assert FollowUpFactory(answer="unknown", evidence="").tone == "neutral"

    def test_several_answers_to_one_follow_up_are_kept(self):
        row = FollowUpFactory()
        FollowUpFactory(idea=row.idea, answer="unknown")
        assert FollowUp.objects.count() == 2

    def test_months_count_from_going_live_only_for_live_ideas(self):
        idea = IdeaFactory(state="implementing")
        ImplementationFactory(idea=idea, scope="partial", live_on=date(2026, 9, 1))
        with refused_by("follow_up_after_live"):
            FollowUpFactory(idea=idea, counted_from="live")
        ImplementationFactory(idea=idea, unit="Other", live_on=date(2026, 10, 2))
        assert FollowUpFactory(idea=idea, counted_from="live", noted_on=date(2026, 10, 2)).pk

    def test_answer_before_the_idea_went_live_is_refused(self):
        idea = ImplementationFactory(live_on=date(2026, 10, 3)).idea
        with refused_by("follow_up_after_live"):
            FollowUpFactory(idea=idea, counted_from="live", noted_on=date(2026, 10, 2))

    def test_unknown_start_of_the_months_is_refused(self):
        with refused_by("follow_up_counted_from_known"):
            FollowUpFactory(counted_from="never")

    def test_follow_up_needs_a_hand_over(self):
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

    def test_follow_up_is_an_update_of_the_idea(self):
        row = FollowUpFactory()
        row.idea.refresh_from_db()
        assert row.idea.last_update_on == date(2026, 10, 2)


class TestCriteria:
    def lock(self, **planned: object) -> None:
        """Lock a test of a second version in June; `then` is the final state of the first test."""
        first = TrialFactory(prototype__idea__state="testing", state=planned.pop("first", "concluded"))
        if then := planned.pop("then", None):
            update(first, state=then, reason="Rain")
        second = PrototypeFactory(idea=planned.pop("idea", first.prototype.idea), version=2)
        because = planned.pop("because", "")
        trial = TrialFactory(prototype=second, **planned)
        locked = {"state": "locked", "locked_on": date(2026, 6, 1), "locked_at": datetime(2026, 6, 1, 9, tzinfo=UTC)}
        update(trial, criterion_change_reason=because, **locked)

    @pytest.mark.parametrize("changes", [{"threshold": Decimal(60)}, {"comparator": ">"}])
    def test_changed_criterion_needs_a_reason(self, changes: dict[str, object]):
        with refused_by("trial_criterion_change_reason"):
            self.lock(**changes)

    @pytest.mark.parametrize(
        "measure",
        [
            " PART des personnes qui trouvent le guichet seules",
            "Part des  personnes\u00a0qui trouvent le guichet, seules.",
            "« Pârt » des personnes qui trouvent le guichet : seules ?",
        ],
    )
    def test_criteria_are_compared_regardless_of_spelling(self, measure: str):
        with refused_by("trial_criterion_change_reason"):
            self.lock(threshold=Decimal(60), measure=measure, unit=" %.")

    def test_criterion_of_a_cancelled_locked_test_is_compared(self):
        with refused_by("trial_criterion_change_reason"):
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
    def test_unchanged_criterion_needs_no_reason(self, changes: dict[str, object]):
        self.lock(**changes)

    def test_criterion_of_another_idea_is_not_compared(self):
        self.lock(threshold=Decimal(60), idea=IdeaFactory(state="testing"))

    def test_reason_for_a_changed_criterion_is_frozen_with_the_lock(self):
        with refused_by("trial_frozen_once_locked"):
            update(TrialFactory(state="locked"), criterion_change_reason="Later thought")


def test_only_abandoned_ideas_have_a_reason_for_abandonment():
    idea = IdeaFactory(state="accepted")
    with refused_by("idea_event_abandoned_for"):
        add_event(idea, "parked", abandoned_for="no_need")
    assert add_event(idea, "abandoned", abandoned_for="no_need").abandoned_for == "no_need"


class TestChallenges:
    def test_stakeholders_of_another_cohort_are_refused(self):
        with refused_by("challenge_stakeholder_of_cohort"):
            ChallengeStakeholderFactory(stakeholder=StakeholderFactory())

    def test_sessions_of_another_cohort_are_refused(self):
        with refused_by("challenge_session_of_cohort"):
            ChallengeSessionFactory(session=SessionFactory())

    def test_stakeholder_and_session_are_linked_once(self):
        person, session = ChallengeStakeholderFactory(), ChallengeSessionFactory()
        with refused_by("challenge_stakeholder_once"):
            ChallengeStakeholderFactory(challenge=person.challenge, stakeholder=person.stakeholder)
        with refused_by("challenge_session_once"):
            ChallengeSessionFactory(challenge=session.challenge, session=session.session)
