"""Letters about ideas of which nobody gave a sign: when they are planned, whom they ask, and when nobody is asked."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from cohorts.models import Membership
from notifications.emails.creation import expand_due
from notifications.models import Delivery, DeliveryItem, Reminder
from notifications.registries import Scope, event_kinds
from prototypes import actions
from prototypes.confirmations import emails
from prototypes.confirmations.planned_emails import ask_for_confirmations, event_of
from prototypes.models import Idea
from prototypes.tasks import ask_owners
from tests.factories.cast import NOW, Cast
from tests.factories.notifications import recipients, refusal, rendered
from tests.factories.prototypes import ConfirmationFactory, IdeaFactory, tell
from tests.prototypes.pages import page

pytestmark = pytest.mark.django_db
LAST_SIGN = date(2026, 5, 26)  # a Tuesday; six months later is a Thursday
AT = datetime(2026, 11, 26, 7, 55, tzinfo=UTC)  # that Thursday, just before nine in Paris


def silent(cast: Cast, letter: str = "M", since: date = LAST_SIGN, **more: Any) -> Idea:
    owner = cast[letter] if letter else None
    days = {"captured": date(2026, 2, 2), "accepted": since}
    return IdeaFactory(**{"cohort": cast.cohort, "owner": owner, "state": "accepted", "days": days} | more)


def planned(idea: Idea) -> list[tuple[str, str, date]]:
    rows = Reminder.objects.filter(kind="unconfirmed", object_id=idea.pk).order_by("version", "pk")
    return [(row.step, row.state, row.due_on) for row in rows]


def first(idea: Idea) -> Reminder:
    ask_for_confirmations(at=AT)
    return Reminder.objects.get(kind="unconfirmed", object_id=idea.pk, step="after_6_months")


def asked(idea: Idea) -> set[str]:
    return {person.full_name for person in recipients(first(idea), AT)}


class TestPlanning:
    def test_after_six_months_and_again_after_a_month_then_nothing(self, cast: Cast):
        idea = silent(cast)
        assert ask_for_confirmations(at=AT) == 1
        assert planned(idea) == [
            ("after_6_months", "planned", date(2026, 11, 26)),
            ("after_7_months", "planned", date(2026, 12, 28)),
        ]

    def test_a_week_ahead_so_that_the_ledger_shows_it(self, cast: Cast):
        silent(cast)
        moments = [AT - timedelta(days=days) for days in (8, 7)]
        assert [ask_for_confirmations(at=at) for at in moments] == [0, 1]

    def test_again_changes_nothing(self, cast: Cast):
        idea = silent(cast)
        assert [ask_for_confirmations(at=AT + timedelta(hours=hours)) for hours in (0, 6)] == [1, 0]
        assert len(planned(idea)) == 2

    def test_found_late_only_the_step_of_the_moment_goes(self, cast: Cast):
        idea = silent(cast, since=date(2026, 4, 1))
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
    def test_nothing_where_nobody_needs_to_know(self, cast: Cast, made: dict[str, Any]):
        silent(cast, **made)
        assert ask_for_confirmations(at=AT) == 0

    def test_a_silence_of_a_year_is_not_asked_about_any_more(self, cast: Cast):
        silent(cast)
        assert ask_for_confirmations(at=datetime(2027, 5, 26, 7, tzinfo=UTC)) == 0

    def test_a_sign_begins_another_silence_and_ends_what_was_still_to_go(self, cast: Cast):
        idea = silent(cast)
        ask_for_confirmations(at=AT)
        actions.confirm_idea(idea=idea, by=cast["M"], at=NOW)
        ask_for_confirmations(at=datetime(2027, 5, 24, 7, tzinfo=UTC))
        assert [row[:2] for row in planned(idea)] == [
            ("after_6_months", "cancelled"),
            ("after_7_months", "cancelled"),
            ("after_6_months", "planned"),
            ("after_7_months", "planned"),
        ]

    def test_the_task_does_it_and_says_of_how_many(self, cast: Cast):
        silent(cast, since=date(2026, 5, 20))
        assert [ask_owners(), ask_owners(by_beat=True)] == [1, 0]


class TestRecipients:
    @pytest.mark.parametrize(
        ("owner", "reached"),
        [("M", {"Ambassador Rivage"}), ("X", {"Pilot Rivage", "Admin Rivage"}), ("", {"Pilot Rivage", "Admin Rivage"})],
    )
    def test_the_owner_else_those_who_stand_in(self, cast: Cast, owner: str, reached: set[str]):
        assert asked(silent(cast, owner)) == reached

    @pytest.mark.parametrize("sign", ["confirmed", "told"])
    def test_nobody_once_there_was_a_sign(self, cast: Cast, sign: str):
        idea = silent(cast)
        reminder = first(idea)
        assert refusal(reminder, cast["M"], AT) == ""
        if sign == "confirmed":
            ConfirmationFactory(idea=idea, confirmed_on=date(2026, 11, 25))
        else:
            tell(idea, "abandoned", date(2026, 11, 25))
        assert (recipients(reminder, AT), refusal(reminder, cast["M"], AT)) == ([], "signed")

    def test_nobody_once_it_lives_on_in_another(self, cast: Cast):
        idea = silent(cast)
        reminder = first(idea)
        tell(idea, "merged", date(2026, 11, 25), merged_into=IdeaFactory(cohort=cast.cohort))
        assert (recipients(reminder, AT), refusal(reminder, cast["M"], AT)) == ([], "merged")

    def test_an_owner_who_left_is_not_asked(self, cast: Cast):
        reminder = first(silent(cast))
        Membership.objects.filter(user=cast["M"]).update(ends_on=date(2026, 11, 1))
        assert refusal(reminder, cast["M"], AT) == "left"


class TestLetter:
    def test_it_asks_and_leads_to_a_page_that_changes_nothing_by_being_looked_at(self, cast: Cast):
        idea = silent(cast, title="Une borne")
        part = rendered(first(idea), cast["M"])
        assert part.button == ("Confirm or change", f"/ideas/{idea.pk}/confirm/")
        assert (part.subject, part.why) == (
            "RIV-001 Une borne: is this still correct?",
            "You get this e-mail because you own RIV-001 Une borne.",
        )
        told = "RIV-001 Une borne is recorded as “accepted”. The last update was on 26 May 2026."
        assert part.text.startswith(told)
        page(cast["M"], part.button[1])
        assert Idea.objects.get().last_sign_on == LAST_SIGN

    def test_several_of_one_person_make_one_letter(self, cast: Cast):
        ideas = [silent(cast), silent(cast)]
        ask_for_confirmations(at=AT)
        expand_due(AT + timedelta(minutes=6))
        [letter] = Delivery.objects.all()
        items = DeliveryItem.objects.filter(delivery=letter).order_by("reminder__object_id")
        assert [item.reminder.object_id for item in items] == [idea.pk for idea in ideas]

    def test_the_ledger_names_it(self, cast: Cast):
        idea = silent(cast)
        kind, reminder = event_kinds["unconfirmed"], first(idea)
        assert (kind is emails.KIND, kind.describe(reminder)) == (
            True,
            "The idea’s owner: is the state of the idea still correct?",
        )
        assert (kind.href(reminder), kind.within(Scope(cohort="rivage"))) == (f"/ideas/{idea.pk}/confirm/", {idea.pk})

    def test_its_version_is_the_day_of_the_last_sign(self, cast: Cast):
        idea = silent(cast)
        assert date.fromordinal(event_of(idea).version) == LAST_SIGN
