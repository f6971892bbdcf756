"""Needs of participants: entered, read by those who welcome them, and erased in time."""

import json
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.models import User
from exchanges.models import Exchange, Guest, Needs, Registration
from exchanges.registration.actions import PurgedNeeds, decline, purge_needs, save_needs
from exchanges.registration.needs import needs_figures
from exchanges.tasks import purge_needs as task
from labplatform.celery import app
from tests.factories.exchanges import ExchangeFactory, GuestFactory, NeedsFactory, RegistrationFactory
from web.errors import DomainError

pytestmark = pytest.mark.django_db

AT = datetime(2027, 1, 6, 8, tzinfo=UTC)
LAST_DAY_STORED, ERASED_FROM = date(2027, 7, 8), date(2027, 7, 9)  # the exchange is on 8 and 9 June 2027
NEEDS = {"travels": "train", "comes_from": "Nantes", "access": "A ramp", "diet": "No nuts"}
NOTHING = dict.fromkeys(NEEDS, "")


@pytest.fixture
def exchange(db: None) -> Exchange:
    return ExchangeFactory(state="registration_open")


def note(exchange: Exchange, person: User, at: datetime = AT, **needs: str) -> Registration:
    return save_needs(exchange=exchange, user=person, **{**NOTHING, **needs}, at=at, by=person)


def saved_needs() -> list[dict[str, Any]]:
    return list(Needs.objects.order_by("pk").values(*NEEDS))


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


class TestNote:
    @pytest.mark.parametrize("state", ["registered", "waitlisted"])
    def test_registered_or_waiting_person_can_enter_needs(self, exchange: Exchange, state: str):
        answer = RegistrationFactory(exchange=exchange, state=state)
        note(exchange, answer.user, **NEEDS)
        assert saved_needs() == [NEEDS]

    def test_all_needs_are_optional(self, exchange: Exchange):
        answer = RegistrationFactory(exchange=exchange, state="registered")
        note(exchange, answer.user, diet=" No nuts ")
        assert saved_needs() == [{**NOTHING, "diet": "No nuts"}]

    def test_second_entry_replaces_the_first(self, exchange: Exchange):
        answer = RegistrationFactory(exchange=exchange, state="registered")
        note(exchange, answer.user, **NEEDS)
        note(exchange, answer.user, **{**NEEDS, "access": "None"})
        assert saved_needs() == [{**NEEDS, "access": "None"}]

    def test_empty_values_delete_the_needs(self, exchange: Exchange):
        needs = NeedsFactory(registration__exchange=exchange)
        note(exchange, needs.registration.user, comes_from="  ")
        assert saved_needs() == []

    def test_history_has_the_change_without_the_needs(self, exchange: Exchange):
        answer = RegistrationFactory(exchange=exchange, state="registered")
        note(exchange, answer.user, **NEEDS)
        (event,) = Needs.pgh_event_model.objects.select_related("pgh_context")
        assert event.pgh_context.metadata == {"action": "save_needs", "by": answer.user.pk, "reason": ""}

    @pytest.mark.parametrize("state", ["invited", "declined", "cancelled"])
    def test_person_who_does_not_come_cannot_enter_needs(self, exchange: Exchange, state: str):
        answer = RegistrationFactory(exchange=exchange, state=state)
        with pytest.raises(DomainError, match="Answer “I am coming” first"):
            note(exchange, answer.user, **NEEDS)

    def test_person_who_is_not_invited_cannot_enter_needs(self, exchange: Exchange):
        elsewhere = RegistrationFactory(state="registered")
        RegistrationFactory(exchange=exchange, state="registered")  # of someone else
        with pytest.raises(DomainError, match="Answer “I am coming” first"):
            note(exchange, elsewhere.user, **NEEDS)

    def test_needs_can_be_entered_until_they_are_erased(self, exchange: Exchange):
        answer = RegistrationFactory(exchange=exchange, state="registered")
        note(exchange, answer.user, at=noon(LAST_DAY_STORED), **NEEDS)
        with pytest.raises(DomainError, match="It is too late"):
            note(exchange, answer.user, at=noon(ERASED_FROM), **NEEDS)

    @pytest.mark.parametrize("state", ["registered", "waitlisted"])
    def test_releasing_the_seat_deletes_the_needs_at_once(self, exchange: Exchange, state: str):
        needs = NeedsFactory(registration__exchange=exchange, registration__state=state)
        user = needs.registration.user
        decline(exchange=exchange, user=user, at=AT, by=user)
        assert saved_needs() == []


def test_figures_count_the_needs_of_people_with_a_seat(exchange: Exchange, django_assert_num_queries: Any):
    for needs in (NEEDS, {**NOTHING, "travels": "train"}, {**NOTHING, "diet": "Halal"}):
        NeedsFactory(registration__exchange=exchange, **needs)
    NeedsFactory(registration__exchange=exchange, registration__state="waitlisted")
    NeedsFactory()
    with django_assert_num_queries(1):
        figures = [(str(label), people) for label, people in needs_figures(exchange)]
    assert figures == [("Access needs", 1), ("Dietary needs", 2), ("by train", 2)]


def over(**more: Any) -> Exchange:
    """Return a past exchange with a person's needs and a guest."""
    exchange = ExchangeFactory(state="registration_open", **more)
    NeedsFactory(registration__exchange=exchange)
    GuestFactory(exchange=exchange)
    return exchange


class TestPurge:
    def test_needs_are_erased_thirty_days_after_the_last_day(self):
        over()
        assert purge_needs(at=noon(LAST_DAY_STORED)) == PurgedNeeds(0, 0, 0)
        assert (saved_needs(), Guest.objects.exclude(email="").count()) == ([NEEDS], 1)
        assert purge_needs(at=noon(ERASED_FROM)) == PurgedNeeds(1, 1, 1)
        assert (saved_needs(), Guest.objects.exclude(email="").count()) == ([NOTHING], 0)

    def test_emptied_rows_stay_with_the_date(self):
        over()
        purge_needs(at=noon(ERASED_FROM))
        assert (Needs.objects.get().purged_on, Guest.objects.get().purged_on) == (ERASED_FROM, ERASED_FROM)
        assert Guest.objects.get().name

    def test_day_is_that_of_the_platform(self):
        over()
        assert purge_needs(at=datetime(2027, 7, 8, 22, 30, tzinfo=UTC)) == PurgedNeeds(
            1, 1, 1
        )  # past midnight in Paris

    def test_erasing_twice_keeps_the_first_date(self):
        over()
        purge_needs(at=noon(ERASED_FROM))
        assert purge_needs(at=noon(date(2027, 9, 1))) == PurgedNeeds(0, 0, 0)
        assert Needs.objects.get().purged_on == ERASED_FROM

    def test_guest_without_an_address_does_not_change(self):
        GuestFactory(exchange=over(), email="")
        assert purge_needs(at=noon(ERASED_FROM)) == PurgedNeeds(1, 1, 1)
        assert Guest.objects.filter(purged_on=None).count() == 1

    def test_retention_counts_from_the_last_day_of_each_exchange(self):
        over(days=3)
        over(first_day=date(2027, 11, 16))
        assert purge_needs(at=noon(ERASED_FROM)) == PurgedNeeds(0, 0, 0)

    def test_needs_of_cancelled_exchanges_are_erased_at_once(self):
        exchange = over()
        exchange.state, exchange.reason = "cancelled", "A strike"
        exchange.save()
        assert purge_needs(at=AT) == PurgedNeeds(1, 1, 1)

    def test_history_names_the_action(self):
        over()
        purge_needs(at=noon(ERASED_FROM))
        event = Needs.objects.get().events.latest("pgh_id")
        assert (event.purged_on, event.pgh_context.metadata["action"]) == (ERASED_FROM, "purge_needs")

    def test_a_dry_run_counts_and_writes_nothing(self):
        over()
        assert purge_needs(at=noon(ERASED_FROM), dry_run=True) == PurgedNeeds(1, 1, 1)
        assert (saved_needs(), Guest.objects.get().purged_on) == ([NEEDS], None)


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("purge_needs", *arguments, stdout=out)
    return out.getvalue()


class TestCommand:
    def test_command_prints_only_counts(self):
        over()
        row = json.loads(run("--at", "2027-07-09", "--json"))
        assert row == {"at": "2027-07-09", "dry_run": False, "exchanges": 1, "needs": 1, "guests": 1}
        assert saved_needs() == [NOTHING]

    def test_dry_run_prints_the_same_and_writes_nothing(self):
        over()
        row = json.loads(run("--at", "2027-07-09", "--json", "--dry-run"))
        assert (row["dry_run"], row["needs"], saved_needs()) == (True, 1, [NEEDS])

    def test_command_prints_a_sentence(self):
        over()
        sentence = "1 Intertransfos: needs of 1 people and addresses of 1 guests"
        assert run("--at", "2027-07-09", "--dry-run") == f"{sentence} would be erased.\n"
        assert run("--at", "2027-07-09") == f"{sentence} erased.\n"

    @time_machine.travel("2027-07-09T09:00:00+00:00", tick=False)
    def test_default_day_is_today(self):
        over()
        assert json.loads(run("--json"))["at"] == "2027-07-09"
        assert saved_needs() == [NOTHING]

    @pytest.mark.parametrize("day", ["yesterday", "2027-02-30", "09/07/2027"])
    def test_invalid_day_is_an_error(self, day: str):
        with pytest.raises(CommandError, match="--at"):
            run("--at", day)


class TestTask:
    def test_task_is_scheduled_four_times_a_day(self):
        entry = settings.CELERY_BEAT_SCHEDULE["purge-needs"]
        assert (entry["task"], entry["schedule"]) == (task.name, 21600.0)

    def test_task_is_registered_under_its_name(self):
        app.autodiscover_tasks(force=True)
        assert app.tasks[task.name].name == "exchanges.tasks.purge_needs"

    @time_machine.travel("2027-07-09T09:00:00+00:00", tick=False)
    def test_task_erases_old_needs_and_returns_how_many(self):
        over()
        assert (task(), task(), saved_needs()) == (2, 0, [NOTHING])
