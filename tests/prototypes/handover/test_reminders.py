"""The follow-up e-mails of a handed-over idea follow its events, whichever action records them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from accounts.models import User
from notifications.models import Reminder
from programmes.formats.reminder_schedules import DEFAULT_REMINDER_SCHEDULES
from programmes.models import Authority
from prototypes import actions
from prototypes.ideas.actions.recording import record
from prototypes.models import Idea, IdeaEvent
from tests.factories.cast import Cast, create_cast
from tests.factories.notifications import DeliveryFactory
from tests.factories.programmes import format_with_schedules
from tests.factories.prototypes import IdeaFactory
from tests.factories.snapshots import built_once

AT = datetime(2026, 7, 1, 9, tzinfo=UTC)
LATER = datetime(2026, 8, 3, 9, tzinfo=UTC)
AGAIN = datetime(2026, 9, 1, 9, tzinfo=UTC)
AFTER_LIVE = [step.slug for step in DEFAULT_REMINDER_SCHEDULES["idea"]]
STEPS = ["before_live_after_3_months", "before_live_after_6_months"]
PLANNED = [(step, "planned", "") for step in STEPS]


@built_once
def cast_with_schedule() -> Cast:
    return create_cast(format_with_schedules("idea"))


@pytest.fixture
def cast(db: None) -> Cast:
    return cast_with_schedule()


@pytest.fixture
def by(cast: Cast) -> User:
    return cast["P"]


@pytest.fixture
def idea(cast: Cast) -> Idea:
    return IdeaFactory(cohort=cast.cohort, owner=cast["M"], state="decided")


def planned_steps(idea: Idea, version: int = 1) -> list[tuple[str, str, str]]:
    rows = Reminder.objects.filter(kind="idea", object_id=idea.pk, version=version).order_by("pk")
    return [(row.step, row.state, row.reason) for row in rows]


def expected_cancellation(reason: str) -> list[tuple[str, str, str]]:
    return [(step, "cancelled", reason) for step in STEPS]


def correct_event(idea: Idea, state: str, to: str, by: User, on: date | None = None) -> IdeaEvent:
    event = IdeaEvent.objects.uncorrected().get(idea=idea, state=state)
    return actions.correct_event(event=event, state=to, reason="It was not so", on=on, at=LATER, by=by)


class TestHandover:
    def test_handover_plans_the_reminder_schedule_of_the_format(self, idea: Idea, by: User):
        actions.hand_over_idea(idea=idea, evidence="Accueil", at=AT, by=by)
        rows = Reminder.objects.order_by("pk")
        assert planned_steps(idea) == PLANNED
        assert [row.due_on for row in rows] == [date(2026, 10, 1), date(2027, 1, 4)]
        assert {(row.audience, row.email_type, row.event_day) for row in rows} == {
            ("owner", "idea_live_yet", date(2026, 7, 1))
        }

    def test_emails_leave_at_nine_in_the_time_zone_of_the_authority(self, idea: Idea, by: User):
        Authority.objects.update(time_zone="America/Cayenne")
        actions.hand_over_idea(idea=idea, evidence="Accueil", at=AT, by=by)
        assert {row.due_at.astimezone(ZoneInfo("America/Cayenne")).hour for row in Reminder.objects.all()} == {9}

    def test_handover_recorded_late_plans_only_the_latest_question(self, idea: Idea, by: User):
        late = datetime(2027, 2, 1, 9, tzinfo=UTC)
        actions.hand_over_idea(idea=idea, evidence="Accueil", on=date(2026, 7, 1), at=late, by=by)
        assert planned_steps(idea) == [
            ("before_live_after_3_months", "expired", "expired"),
            ("before_live_after_6_months", "planned", ""),
        ]
        assert Reminder.objects.get(step="before_live_after_6_months").due_at == late

    def test_idea_without_handover_has_no_emails(self, idea: Idea, by: User):
        actions.park_idea(idea=idea, at=AT, by=by)
        actions.resume_idea(idea=idea, at=AT, by=by)
        actions.abandon_idea(idea=idea, reason="No budget", at=AT, by=by)
        assert Reminder.objects.count() == 0

    def test_format_without_reminder_schedule_plans_no_emails(self, by: User, cast: Cast):
        bare = assemble_bare()
        actions.hand_over_idea(idea=bare, evidence="Accueil", at=AT, by=by)
        assert Reminder.objects.count() == 0


def assemble_bare() -> Idea:
    """Create an idea of a cohort whose format has no follow-up e-mails."""
    return IdeaFactory(state="decided")


class TestAfterwards:
    @pytest.fixture
    def handed(self, idea: Idea, by: User) -> Idea:
        actions.hand_over_idea(idea=idea, evidence="Accueil", at=AT, by=by)
        return idea

    def test_events_before_going_live_do_not_change_the_emails(self, handed: Idea, by: User):
        actions.start_implementing(idea=handed, at=LATER, by=by)
        actions.mark_implemented(idea=handed, scope="partial", evidence="Trial", at=LATER, by=by)
        assert (planned_steps(handed), planned_steps(handed, 2)) == (PLANNED, [])

    def live(self, idea: Idea, by: User, on: date) -> None:
        actions.start_implementing(idea=idea, at=LATER, by=by)
        actions.mark_implemented(idea=idea, scope="full", evidence="Délibération", on=on, at=AGAIN, by=by)

    def test_going_live_plans_all_questions_from_that_day(self, handed: Idea, by: User):
        self.live(handed, by, date(2026, 8, 10))
        rows = Reminder.objects.filter(version=2).order_by("pk")
        assert (planned_steps(handed), planned_steps(handed, 2)) == (
            expected_cancellation("moved"),
            [(step, "planned", "") for step in AFTER_LIVE],
        )
        assert {(row.email_type, row.event_day) for row in rows} == {("idea_follow_up", date(2026, 8, 10))}

    def test_corrected_day_of_going_live_moves_the_emails(self, handed: Idea, by: User):
        self.live(handed, by, date(2026, 8, 10))
        event = IdeaEvent.objects.uncorrected().get(idea=handed, state="implemented")
        correction = {"state": "implemented", "reason": "Later", "on": date(2026, 8, 20)}
        actions.correct_event(event=event, at=AGAIN, by=by, **correction)
        assert set(Reminder.objects.filter(version=3).values_list("event_day", flat=True)) == {date(2026, 8, 20)}

    def test_corrected_going_live_restores_the_questions_before_live(self, handed: Idea, by: User):
        self.live(handed, by, date(2026, 8, 10))
        event = IdeaEvent.objects.uncorrected().get(idea=handed, state="implemented")
        actions.correct_event(event=event, state="implementing", reason="Too early", at=AGAIN, by=by)
        assert (planned_steps(handed, 3), Reminder.objects.filter(version=3).first().event_day) == (
            PLANNED,
            date(2026, 7, 1),
        )

    def test_parked_and_resumed_idea_keeps_its_email_dates(self, handed: Idea, by: User):
        actions.park_idea(idea=handed, at=LATER, by=by)
        assert planned_steps(handed) == PLANNED
        actions.resume_idea(idea=handed, at=AGAIN, by=by)
        assert (handed.state, planned_steps(handed), planned_steps(handed, 2)) == ("handed_over", PLANNED, [])

    def test_corrected_start_of_implementation_keeps_the_email_dates(self, handed: Idea, by: User):
        actions.park_idea(idea=handed, at=LATER, by=by)
        actions.resume_idea(idea=handed, at=AGAIN, by=by)
        actions.start_implementing(idea=handed, at=AGAIN, by=by)
        event = IdeaEvent.objects.uncorrected().get(idea=handed, state="implementing")
        actions.correct_event(event=event, state="handed_over", reason="Not yet", at=AGAIN, by=by)
        assert (planned_steps(handed), planned_steps(handed, 2)) == (PLANNED, [])

    def test_abandoning_cancels_the_emails(self, handed: Idea, by: User):
        actions.abandon_idea(idea=handed, reason="No budget", at=LATER, by=by)
        assert planned_steps(handed) == expected_cancellation("abandoned")

    def test_merging_cancels_the_emails(self, handed: Idea, by: User):
        into = IdeaFactory(cohort=handed.cohort, state="accepted")
        actions.merge_idea(idea=handed, into=into, at=LATER, by=by)
        assert planned_steps(handed) == expected_cancellation("merged")

    def test_corrected_handover_cancels_the_emails(self, handed: Idea, by: User):
        correct_event(handed, "handed_over", "decided", by)
        assert planned_steps(handed) == expected_cancellation("corrected")

    def test_corrected_day_of_handover_moves_the_emails(self, handed: Idea, by: User):
        correct_event(handed, "handed_over", "handed_over", by, date(2026, 6, 15))
        assert planned_steps(handed) == expected_cancellation("moved")
        assert planned_steps(handed, 2) == PLANNED
        assert set(Reminder.objects.filter(version=2).values_list("event_day", flat=True)) == {date(2026, 6, 15)}

    def test_other_corrections_keep_the_emails(self, handed: Idea, by: User):
        correct_event(handed, "accepted", "accepted", by, date(2026, 3, 3))
        assert (planned_steps(handed), planned_steps(handed, 2)) == (PLANNED, [])

    def test_corrected_abandonment_plans_the_emails_again(self, handed: Idea, by: User):
        actions.start_implementing(idea=handed, at=LATER, by=by)
        actions.abandon_idea(idea=handed, reason="No budget", at=LATER, by=by)
        correct_event(handed, "abandoned", "implementing", by)
        assert (planned_steps(handed), planned_steps(handed, 2)) == (expected_cancellation("abandoned"), PLANNED)

    def test_reopened_idea_has_no_emails_before_another_handover(self, handed: Idea, by: User):
        actions.abandon_idea(idea=handed, reason="No budget", at=LATER, by=by)
        actions.reopen_idea(idea=handed, reason="There is one", at=LATER, by=by)
        assert planned_steps(handed, 2) == []

    def test_sent_question_is_not_sent_again(self, handed: Idea, by: User):
        row = Reminder.objects.get(step="before_live_after_3_months")
        row.state = "expanded"
        row.save()
        DeliveryFactory(user=handed.owner, reminder=row, state="sent")
        correct_event(handed, "handed_over", "handed_over", by, date(2026, 6, 15))
        assert [step for step, _state, _reason in planned_steps(handed, 2)] == STEPS[1:]

    def mark_as_sent(self, idea: Idea, step: str) -> None:
        row = Reminder.objects.get(step=step)
        row.state = "expanded"
        row.save()
        DeliveryFactory(user=idea.owner, reminder=row, state="sent")

    def handed_over_again(self, idea: Idea, by: User) -> None:
        actions.abandon_idea(idea=idea, reason="No budget", at=LATER, by=by)
        actions.reopen_idea(idea=idea, reason="There is one", at=LATER, by=by)
        for state in ("prototyping", "testing"):
            record(idea=idea, state=state, at=LATER, by=by)
        actions.decide_idea(idea=idea, decision="adopt", reason="It works", at=LATER, by=by)
        actions.hand_over_idea(idea=idea, evidence="Accueil", at=LATER, by=by)

    def test_second_handover_plans_all_questions_again(self, handed: Idea, by: User):
        self.mark_as_sent(handed, "before_live_after_3_months")
        self.handed_over_again(handed, by)
        assert planned_steps(handed, 2) == [(f"{step}-2", "planned", "") for step in STEPS]

    def test_corrected_day_of_the_second_handover_repeats_no_question(self, handed: Idea, by: User):
        self.handed_over_again(handed, by)
        self.mark_as_sent(handed, "before_live_after_3_months-2")
        event = IdeaEvent.objects.uncorrected().filter(idea=handed, state="handed_over").order_by("position").last()
        actions.correct_event(event=event, state="handed_over", reason="Later", on=date(2026, 8, 4), at=AGAIN, by=by)
        assert planned_steps(handed, 3) == [(f"{step}-2", "planned", "") for step in STEPS[1:]]
