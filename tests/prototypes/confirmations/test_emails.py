"""E-mails about ideas without an update for six months: planning, recipients and texts."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from cohorts.models import Membership
from notifications.emails.creation import create_due_emails
from notifications.models import Delivery, DeliveryItem, Reminder
from notifications.registries import CommandScope, event_kinds
from prototypes import actions, tasks
from prototypes.confirmations import emails
from prototypes.confirmations.planned_emails import ask_for_confirmations, event_of
from prototypes.models import Idea
from tests.factories.cast import NOW, Cast
from tests.factories.notifications import recipients, refusal, rendered
from tests.factories.prototypes import ConfirmationFactory, IdeaFactory, add_event
from tests.prototypes.pages import page

pytestmark = pytest.mark.django_db
LAST_UPDATE = date(2026, 5, 26)  # a Tuesday; six months later is a Thursday
AT = datetime(2026, 11, 26, 7, 55, tzinfo=UTC)  # that Thursday, just before nine in Paris


def unconfirmed_idea(cast: Cast, role: str = "M", since: date = LAST_UPDATE, **more: Any) -> Idea:
    owner = cast[role] if role else None
    days = {"captured": date(2026, 2, 2), "accepted": since}
    return IdeaFactory(**{"cohort": cast.cohort, "owner": owner, "state": "accepted", "days": days} | more)


def planned(idea: Idea) -> list[tuple[str, str, date]]:
    rows = Reminder.objects.filter(kind="unconfirmed", object_id=idea.pk).order_by("version", "pk")
    return [(row.step, row.state, row.due_on) for row in rows]


def first(idea: Idea) -> Reminder:
    ask_for_confirmations(at=AT)
    return Reminder.objects.get(kind="unconfirmed", object_id=idea.pk, step="after_6_months")


def recipients_of(idea: Idea) -> set[str]:
    return {person.full_name for person in recipients(first(idea), AT)}


class TestPlanning:
    def test_two_emails_are_planned_after_six_and_seven_months(self, cast: Cast):
        idea = unconfirmed_idea(cast)
        assert ask_for_confirmations(at=AT) == 1
        assert planned(idea) == [
            ("after_6_months", "planned", date(2026, 11, 26)),
            ("after_7_months", "planned", date(2026, 12, 28)),
        ]

    def test_emails_are_planned_a_week_ahead_for_the_ledger(self, cast: Cast):
        unconfirmed_idea(cast)
        moments = [AT - timedelta(days=days) for days in (8, 7)]
        assert [ask_for_confirmations(at=at) for at in moments] == [0, 1]

    def test_planning_twice_changes_nothing(self, cast: Cast):
        idea = unconfirmed_idea(cast)
        assert [ask_for_confirmations(at=AT + timedelta(hours=hours)) for hours in (0, 6)] == [1, 0]
        assert len(planned(idea)) == 2

    def test_idea_found_late_gets_only_the_current_step(self, cast: Cast):
        idea = unconfirmed_idea(cast, since=date(2026, 4, 1))
        ask_for_confirmations(at=AT)
        assert [row[:2] for row in planned(idea)] == [("after_6_months", "expired"), ("after_7_months", "planned")]

    @pytest.mark.parametrize(
        "made",
        [
            {"state": "captured"},
            {"since": date(2026, 6, 20)},
            {"retrospective": True},
        ],
        ids=["captured", "news", "published"],
    )
    def test_no_email_is_planned_for_ideas_that_do_not_count(self, cast: Cast, made: dict[str, Any]):
        unconfirmed_idea(cast, **made)
        assert ask_for_confirmations(at=AT) == 0

    def test_idea_without_update_for_a_year_gets_no_email(self, cast: Cast):
        unconfirmed_idea(cast)
        assert ask_for_confirmations(at=datetime(2027, 5, 26, 7, tzinfo=UTC)) == 0

    def test_update_cancels_pending_emails_and_restarts_the_schedule(self, cast: Cast):
        idea = unconfirmed_idea(cast)
        ask_for_confirmations(at=AT)
        actions.confirm_idea(idea=idea, by=cast["M"], at=NOW)
        ask_for_confirmations(at=datetime(2027, 5, 24, 7, tzinfo=UTC))
        assert [row[:2] for row in planned(idea)] == [
            ("after_6_months", "cancelled"),
            ("after_7_months", "cancelled"),
            ("after_6_months", "planned"),
            ("after_7_months", "planned"),
        ]

    def test_task_plans_emails_and_returns_their_number(self, cast: Cast):
        unconfirmed_idea(cast, since=date(2026, 5, 20))
        assert [tasks.ask_for_confirmations(), tasks.ask_for_confirmations(by_beat=True)] == [1, 0]


class TestRecipients:
    @pytest.mark.parametrize(
        ("owner", "reached"),
        [("M", {"Ambassador Rivage"}), ("X", {"Pilot Rivage", "Admin Rivage"}), ("", {"Pilot Rivage", "Admin Rivage"})],
    )
    def test_owner_gets_the_email_or_else_the_substitutes(self, cast: Cast, owner: str, reached: set[str]):
        assert recipients_of(unconfirmed_idea(cast, owner)) == reached

    @pytest.mark.parametrize("sign", ["confirmed", "told"])
    def test_nobody_gets_the_email_after_an_update(self, cast: Cast, sign: str):
        idea = unconfirmed_idea(cast)
        reminder = first(idea)
        assert refusal(reminder, cast["M"], AT) == ""
        if sign == "confirmed":
            ConfirmationFactory(idea=idea, confirmed_on=date(2026, 11, 25))
        else:
            add_event(idea, "abandoned", date(2026, 11, 25))
        assert (recipients(reminder, AT), refusal(reminder, cast["M"], AT)) == ([], "signed")

    def test_nobody_gets_the_email_for_a_merged_idea(self, cast: Cast):
        idea = unconfirmed_idea(cast)
        reminder = first(idea)
        add_event(idea, "merged", date(2026, 11, 25), merged_into=IdeaFactory(cohort=cast.cohort))
        assert (recipients(reminder, AT), refusal(reminder, cast["M"], AT)) == ([], "merged")

    def test_owner_who_left_gets_no_email(self, cast: Cast):
        reminder = first(unconfirmed_idea(cast))
        Membership.objects.filter(user=cast["M"]).update(ends_on=date(2026, 11, 1))
        assert refusal(reminder, cast["M"], AT) == "left"


class TestEmail:
    def test_email_links_to_a_page_that_changes_nothing_when_opened(self, cast: Cast):
        idea = unconfirmed_idea(cast, title="Une borne")
        part = rendered(first(idea), cast["M"])
        assert part.button == ("Confirm or change", f"/ideas/{idea.pk}/confirm/")
        assert (part.subject, part.why) == (
            "RIV-001 Une borne: is this still correct?",
            "You are receiving this e-mail because you own RIV-001 Une borne.",
        )
        expected = "RIV-001 Une borne is recorded as “accepted”. The last update was on 26 May 2026."
        assert part.text.startswith(expected)
        page(cast["M"], part.button[1])
        assert Idea.objects.get().last_update_on == LAST_UPDATE

    def test_several_ideas_of_one_person_share_one_email(self, cast: Cast):
        ideas = [unconfirmed_idea(cast), unconfirmed_idea(cast)]
        ask_for_confirmations(at=AT)
        create_due_emails(AT + timedelta(minutes=6))
        [email] = Delivery.objects.all()
        items = DeliveryItem.objects.filter(delivery=email).order_by("reminder__object_id")
        assert [item.reminder.object_id for item in items] == [idea.pk for idea in ideas]

    def test_ledger_names_the_idea(self, cast: Cast):
        idea = unconfirmed_idea(cast)
        kind, reminder = event_kinds["unconfirmed"], first(idea)
        assert (kind is emails.KIND, kind.describe(reminder)) == (
            True,
            "The idea’s owner: is the state of the idea still correct?",
        )
        assert (kind.href(reminder), kind.in_scope(CommandScope(cohort="rivage"))) == (
            f"/ideas/{idea.pk}/confirm/",
            {idea.pk},
        )

    def test_version_is_the_day_of_the_last_update(self, cast: Cast):
        idea = unconfirmed_idea(cast)
        assert date.fromordinal(event_of(idea).version) == LAST_UPDATE
