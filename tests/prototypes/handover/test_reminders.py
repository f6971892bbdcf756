"""The follow-up of a handed-over idea keeps in step with its story, whichever action tells it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from accounts.models import User
from notifications.models import Reminder
from programmes.formats.reminder_schedules import DEFAULT_LADDERS
from programmes.models import Authority
from prototypes import actions
from prototypes.ideas.actions.story import record
from prototypes.models import Idea, IdeaEvent
from tests.factories.cast import Cast, assemble
from tests.factories.notifications import DeliveryFactory
from tests.factories.programmes import format_with_letters
from tests.factories.prototypes import IdeaFactory

AT = datetime(2026, 7, 1, 9, tzinfo=UTC)
LATER = datetime(2026, 8, 3, 9, tzinfo=UTC)
AGAIN = datetime(2026, 9, 1, 9, tzinfo=UTC)
AFTER_LIVE = [step.slug for step in DEFAULT_LADDERS["idea"]]
STEPS = ["before_live_after_3_months", "before_live_after_6_months"]
PLANNED = [(step, "planned", "") for step in STEPS]


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble(format_with_letters("idea"))


@pytest.fixture
def by(cast: Cast) -> User:
    return cast["P"]


@pytest.fixture
def idea(cast: Cast) -> Idea:
    return IdeaFactory(cohort=cast.cohort, owner=cast["M"], state="decided")


def shown(idea: Idea, version: int = 1) -> list[tuple[str, str, str]]:
    rows = Reminder.objects.filter(kind="idea", object_id=idea.pk, version=version).order_by("pk")
    return [(row.step, row.state, row.reason) for row in rows]


def ended(reason: str) -> list[tuple[str, str, str]]:
    return [(step, "cancelled", reason) for step in STEPS]


def corrected(idea: Idea, state: str, to: str, by: User, on: date | None = None) -> IdeaEvent:
    event = IdeaEvent.objects.counting().get(idea=idea, state=state)
    return actions.correct_event(event=event, state=to, reason="It was not so", on=on, at=LATER, by=by)


class TestHandover:
    def test_plans_the_ladder_of_the_format_from_its_day(self, idea: Idea, by: User):
        actions.hand_over_idea(idea=idea, evidence="Accueil", at=AT, by=by)
        rows = Reminder.objects.order_by("pk")
        assert shown(idea) == PLANNED
        assert [row.due_on for row in rows] == [date(2026, 10, 1), date(2027, 1, 4)]
        assert {(row.audience, row.letter, row.event_day) for row in rows} == {
            ("owner", "idea_live_yet", date(2026, 7, 1))
        }

    def test_letters_leave_at_nine_where_the_authority_is(self, idea: Idea, by: User):
        Authority.objects.update(time_zone="America/Cayenne")
        actions.hand_over_idea(idea=idea, evidence="Accueil", at=AT, by=by)
        assert {row.due_at.astimezone(ZoneInfo("America/Cayenne")).hour for row in Reminder.objects.all()} == {9}

    def test_recorded_late_only_the_latest_question_is_asked_at_once(self, idea: Idea, by: User):
        late = datetime(2027, 2, 1, 9, tzinfo=UTC)
        actions.hand_over_idea(idea=idea, evidence="Accueil", on=date(2026, 7, 1), at=late, by=by)
        assert shown(idea) == [
            ("before_live_after_3_months", "expired", "expired"),
            ("before_live_after_6_months", "planned", ""),
        ]
        assert Reminder.objects.get(step="before_live_after_6_months").due_at == late

    def test_an_idea_that_is_not_handed_over_has_no_letters(self, idea: Idea, by: User):
        actions.park_idea(idea=idea, at=AT, by=by)
        actions.resume_idea(idea=idea, at=AT, by=by)
        actions.abandon_idea(idea=idea, reason="No budget", at=AT, by=by)
        assert Reminder.objects.count() == 0

    def test_a_format_without_the_ladder_plans_none(self, by: User, cast: Cast):
        bare = assemble_bare()
        actions.hand_over_idea(idea=bare, evidence="Accueil", at=AT, by=by)
        assert Reminder.objects.count() == 0


def assemble_bare() -> Idea:
    """An idea of a cohort whose format sends no letters about ideas."""
    return IdeaFactory(state="decided")


class TestAfterwards:
    @pytest.fixture
    def handed(self, idea: Idea, by: User) -> Idea:
        actions.hand_over_idea(idea=idea, evidence="Accueil", at=AT, by=by)
        return idea

    def test_going_on_changes_nothing_until_it_is_live(self, handed: Idea, by: User):
        actions.start_implementing(idea=handed, at=LATER, by=by)
        actions.mark_implemented(idea=handed, scope="partial", evidence="Trial", at=LATER, by=by)
        assert (shown(handed), shown(handed, 2)) == (PLANNED, [])

    def live(self, idea: Idea, by: User, on: date) -> None:
        actions.start_implementing(idea=idea, at=LATER, by=by)
        actions.mark_implemented(idea=idea, scope="full", evidence="Délibération", on=on, at=AGAIN, by=by)

    def test_from_the_day_it_went_live_every_question_is_asked(self, handed: Idea, by: User):
        self.live(handed, by, date(2026, 8, 10))
        rows = Reminder.objects.filter(version=2).order_by("pk")
        assert (shown(handed), shown(handed, 2)) == (ended("moved"), [(step, "planned", "") for step in AFTER_LIVE])
        assert {(row.letter, row.event_day) for row in rows} == {("idea_follow_up", date(2026, 8, 10))}

    def test_another_day_of_going_live_moves_them(self, handed: Idea, by: User):
        self.live(handed, by, date(2026, 8, 10))
        event = IdeaEvent.objects.counting().get(idea=handed, state="implemented")
        told = {"state": "implemented", "reason": "Later", "on": date(2026, 8, 20)}
        actions.correct_event(event=event, at=AGAIN, by=by, **told)
        assert set(Reminder.objects.filter(version=3).values_list("event_day", flat=True)) == {date(2026, 8, 20)}

    def test_not_live_after_all_it_is_asked_whether_it_is_live_yet(self, handed: Idea, by: User):
        self.live(handed, by, date(2026, 8, 10))
        event = IdeaEvent.objects.counting().get(idea=handed, state="implemented")
        actions.correct_event(event=event, state="implementing", reason="Too early", at=AGAIN, by=by)
        assert (shown(handed, 3), Reminder.objects.filter(version=3).first().event_day) == (PLANNED, date(2026, 7, 1))

    def test_what_is_set_aside_and_taken_up_again_keeps_its_days(self, handed: Idea, by: User):
        actions.park_idea(idea=handed, at=LATER, by=by)
        assert shown(handed) == PLANNED
        actions.resume_idea(idea=handed, at=AGAIN, by=by)
        assert (handed.state, shown(handed), shown(handed, 2)) == ("handed_over", PLANNED, [])

    def test_nor_does_work_that_was_said_to_have_begun_too_early(self, handed: Idea, by: User):
        actions.park_idea(idea=handed, at=LATER, by=by)
        actions.resume_idea(idea=handed, at=AGAIN, by=by)
        actions.start_implementing(idea=handed, at=AGAIN, by=by)
        event = IdeaEvent.objects.counting().get(idea=handed, state="implementing")
        actions.correct_event(event=event, state="handed_over", reason="Not yet", at=AGAIN, by=by)
        assert (shown(handed), shown(handed, 2)) == (PLANNED, [])

    def test_abandoning_stops_it(self, handed: Idea, by: User):
        actions.abandon_idea(idea=handed, reason="No budget", at=LATER, by=by)
        assert shown(handed) == ended("abandoned")

    def test_merging_stops_it(self, handed: Idea, by: User):
        into = IdeaFactory(cohort=handed.cohort, state="accepted")
        actions.merge_idea(idea=handed, into=into, at=LATER, by=by)
        assert shown(handed) == ended("merged")

    def test_a_handover_that_never_was_stops_it(self, handed: Idea, by: User):
        corrected(handed, "handed_over", "decided", by)
        assert shown(handed) == ended("corrected")

    def test_another_day_of_handover_moves_it(self, handed: Idea, by: User):
        corrected(handed, "handed_over", "handed_over", by, date(2026, 6, 15))
        assert shown(handed) == ended("moved")
        assert shown(handed, 2) == PLANNED
        assert set(Reminder.objects.filter(version=2).values_list("event_day", flat=True)) == {date(2026, 6, 15)}

    def test_correcting_something_else_leaves_it(self, handed: Idea, by: User):
        corrected(handed, "accepted", "accepted", by, date(2026, 3, 3))
        assert (shown(handed), shown(handed, 2)) == (PLANNED, [])

    def test_an_end_that_never_was_begins_it_anew(self, handed: Idea, by: User):
        actions.start_implementing(idea=handed, at=LATER, by=by)
        actions.abandon_idea(idea=handed, reason="No budget", at=LATER, by=by)
        corrected(handed, "abandoned", "implementing", by)
        assert (shown(handed), shown(handed, 2)) == (ended("abandoned"), PLANNED)

    def test_reopened_it_waits_for_another_handover(self, handed: Idea, by: User):
        actions.abandon_idea(idea=handed, reason="No budget", at=LATER, by=by)
        actions.reopen_idea(idea=handed, reason="There is one", at=LATER, by=by)
        assert shown(handed, 2) == []

    def test_a_question_that_went_is_not_asked_again(self, handed: Idea, by: User):
        row = Reminder.objects.get(step="before_live_after_3_months")
        row.state = "expanded"
        row.save()
        DeliveryFactory(user=handed.owner, reminder=row, state="sent")
        corrected(handed, "handed_over", "handed_over", by, date(2026, 6, 15))
        assert [step for step, _state, _reason in shown(handed, 2)] == STEPS[1:]

    def asked(self, idea: Idea, step: str) -> None:
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

    def test_handed_over_a_second_time_every_question_is_asked_again(self, handed: Idea, by: User):
        self.asked(handed, "before_live_after_3_months")
        self.handed_over_again(handed, by)
        assert shown(handed, 2) == [(f"{step}-2", "planned", "") for step in STEPS]

    def test_correcting_the_day_of_the_second_asks_none_twice(self, handed: Idea, by: User):
        self.handed_over_again(handed, by)
        self.asked(handed, "before_live_after_3_months-2")
        event = IdeaEvent.objects.counting().filter(idea=handed, state="handed_over").order_by("place").last()
        actions.correct_event(event=event, state="handed_over", reason="Later", on=date(2026, 8, 4), at=AGAIN, by=by)
        assert shown(handed, 3) == [(f"{step}-2", "planned", "") for step in STEPS[1:]]
