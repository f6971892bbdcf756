"""What people need at an exchange: noted, read by those who welcome them, and forgotten in time."""

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
from exchanges.registration.actions import Purged, decline, note_needs, purge_needs
from exchanges.registration.needs import summary
from exchanges.tasks import purge_needs as task
from labplatform.celery import app
from tests.factories.exchanges import ExchangeFactory, GuestFactory, NeedsFactory, RegistrationFactory
from web.errors import DomainError

pytestmark = pytest.mark.django_db

AT = datetime(2027, 1, 6, 8, tzinfo=UTC)
LAST_DAY_KEPT, ERASED_FROM = date(2027, 7, 8), date(2027, 7, 9)  # the exchange is on 8 and 9 June 2027
TOLD = {"travels": "train", "comes_from": "Nantes", "access": "A ramp", "diet": "No nuts"}
NOTHING = dict.fromkeys(TOLD, "")


@pytest.fixture
def exchange(db: None) -> Exchange:
    return ExchangeFactory(state="registration_open")


def note(exchange: Exchange, person: User, at: datetime = AT, **told: str) -> Registration:
    return note_needs(exchange=exchange, user=person, **{**NOTHING, **told}, at=at, by=person)


def kept() -> list[dict[str, Any]]:
    return list(Needs.objects.order_by("pk").values(*TOLD))


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


class TestNote:
    @pytest.mark.parametrize("state", ["registered", "waitlisted"])
    def test_whoever_comes_or_waits_says_what_they_need(self, exchange: Exchange, state: str):
        answer = RegistrationFactory(exchange=exchange, state=state)
        note(exchange, answer.user, **TOLD)
        assert kept() == [TOLD]

    def test_all_of_it_is_optional(self, exchange: Exchange):
        answer = RegistrationFactory(exchange=exchange, state="registered")
        note(exchange, answer.user, diet=" No nuts ")
        assert kept() == [{**NOTHING, "diet": "No nuts"}]

    def test_twice_is_one_row_with_what_was_said_last(self, exchange: Exchange):
        answer = RegistrationFactory(exchange=exchange, state="registered")
        note(exchange, answer.user, **TOLD)
        note(exchange, answer.user, **{**TOLD, "access": "None"})
        assert kept() == [{**TOLD, "access": "None"}]

    def test_saying_nothing_any_more_leaves_nothing(self, exchange: Exchange):
        needs = NeedsFactory(registration__exchange=exchange)
        note(exchange, needs.registration.user, comes_from="  ")
        assert kept() == []

    def test_the_history_keeps_that_something_was_said_and_not_what(self, exchange: Exchange):
        answer = RegistrationFactory(exchange=exchange, state="registered")
        note(exchange, answer.user, **TOLD)
        (line,) = Needs.pgh_event_model.objects.select_related("pgh_context")
        assert line.pgh_context.metadata == {"action": "note_needs", "by": answer.user.pk, "reason": ""}

    @pytest.mark.parametrize("state", ["invited", "declined", "cancelled"])
    def test_whoever_does_not_come_needs_nothing(self, exchange: Exchange, state: str):
        answer = RegistrationFactory(exchange=exchange, state=state)
        with pytest.raises(DomainError, match="Say first that you are coming"):
            note(exchange, answer.user, **TOLD)

    def test_nobody_notes_for_an_exchange_they_are_not_invited_to(self, exchange: Exchange):
        elsewhere = RegistrationFactory(state="registered")
        with pytest.raises(DomainError, match="Say first that you are coming"):
            note(exchange, elsewhere.user, **TOLD)

    def test_until_the_day_it_is_all_erased(self, exchange: Exchange):
        answer = RegistrationFactory(exchange=exchange, state="registered")
        note(exchange, answer.user, at=noon(LAST_DAY_KEPT), **TOLD)
        with pytest.raises(DomainError, match="It is too late"):
            note(exchange, answer.user, at=noon(ERASED_FROM), **TOLD)

    @pytest.mark.parametrize("state", ["registered", "waitlisted"])
    def test_giving_the_place_back_forgets_it_at_once(self, exchange: Exchange, state: str):
        needs = NeedsFactory(registration__exchange=exchange, registration__state=state)
        user = needs.registration.user
        decline(exchange=exchange, user=user, at=AT, by=user)
        assert kept() == []


class TestSummary:
    def test_counts_and_texts_of_those_who_have_a_place(self, exchange: Exchange):
        for name, told in (("Cy", TOLD), ("Bo", {**NOTHING, "travels": "train"}), ("Al", {**NOTHING, "diet": "Halal"})):
            NeedsFactory(registration__exchange=exchange, registration__user__full_name=name, **told)
        NeedsFactory(registration__exchange=exchange, registration__state="waitlisted")
        NeedsFactory()
        found = summary(exchange)
        assert (found.registered, found.access, found.diet) == (3, 1, 2)
        assert [(str(means), people) for means, people in found.travels] == [("by train", 2)]
        assert [row.registration.user.full_name for row in found.told] == ["Al", "Bo", "Cy"]

    def test_in_two_statements(self, exchange: Exchange, django_assert_num_queries: Any):
        NeedsFactory.create_batch(3, registration__exchange=exchange)
        with django_assert_num_queries(2):
            found = summary(exchange)
            assert len([f"{row.registration.user} {row.registration.cohort}" for row in found.told]) == 3

    def test_of_nobody(self, exchange: Exchange):
        assert (summary(exchange).registered, summary(exchange).told, summary(exchange).travels) == (0, [], [])


def over(**more: Any) -> Exchange:
    """An exchange with someone who told what they need, and a guest."""
    exchange = ExchangeFactory(state="registration_open", **more)
    NeedsFactory(registration__exchange=exchange)
    GuestFactory(exchange=exchange)
    return exchange


class TestPurge:
    def test_thirty_days_after_the_last_day_and_not_before(self):
        over()
        assert purge_needs(at=noon(LAST_DAY_KEPT)) == Purged(0, 0, 0)
        assert (kept(), Guest.objects.exclude(email="").count()) == ([TOLD], 1)
        assert purge_needs(at=noon(ERASED_FROM)) == Purged(1, 1, 1)
        assert (kept(), Guest.objects.exclude(email="").count()) == ([NOTHING], 0)

    def test_rows_stay_with_the_day(self):
        over()
        purge_needs(at=noon(ERASED_FROM))
        assert (Needs.objects.get().purged_on, Guest.objects.get().purged_on) == (ERASED_FROM, ERASED_FROM)
        assert Guest.objects.get().name

    def test_the_day_is_that_of_the_lab(self):
        over()
        assert purge_needs(at=datetime(2027, 7, 8, 22, 30, tzinfo=UTC)) == Purged(1, 1, 1)  # past midnight in Paris

    def test_twice_erases_once_and_keeps_the_first_day(self):
        over()
        purge_needs(at=noon(ERASED_FROM))
        assert purge_needs(at=noon(date(2027, 9, 1))) == Purged(0, 0, 0)
        assert Needs.objects.get().purged_on == ERASED_FROM

    def test_a_guest_without_an_address_is_left_as_it_is(self):
        GuestFactory(exchange=over(), email="")
        assert purge_needs(at=noon(ERASED_FROM)) == Purged(1, 1, 1)
        assert Guest.objects.filter(purged_on=None).count() == 1

    def test_longer_and_later_exchanges_are_kept_longer(self):
        over(days=3)
        over(first_day=date(2027, 11, 16))
        assert purge_needs(at=noon(ERASED_FROM)) == Purged(0, 0, 0)

    def test_what_was_cancelled_is_erased_at_once(self):
        exchange = over()
        exchange.state, exchange.reason = "cancelled", "A strike"
        exchange.save()
        assert purge_needs(at=AT) == Purged(1, 1, 1)

    def test_the_history_says_by_which_action(self):
        over()
        purge_needs(at=noon(ERASED_FROM))
        line = Needs.objects.get().events.latest("pgh_id")
        assert (line.purged_on, line.pgh_context.metadata["action"]) == (ERASED_FROM, "purge_needs")

    def test_a_dry_run_counts_and_writes_nothing(self):
        over()
        assert purge_needs(at=noon(ERASED_FROM), dry_run=True) == Purged(1, 1, 1)
        assert (kept(), Guest.objects.get().purged_on) == ([TOLD], None)


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("purge_needs", *arguments, stdout=out)
    return out.getvalue()


class TestCommand:
    def test_counts_only(self):
        over()
        row = json.loads(run("--at", "2027-07-09", "--json"))
        assert row == {"at": "2027-07-09", "dry_run": False, "exchanges": 1, "needs": 1, "guests": 1}
        assert kept() == [NOTHING]

    def test_a_dry_run_says_the_same_and_writes_nothing(self):
        over()
        row = json.loads(run("--at", "2027-07-09", "--json", "--dry-run"))
        assert (row["dry_run"], row["needs"], kept()) == (True, 1, [TOLD])

    def test_in_words(self):
        over()
        line = "1 Intertransfos: needs of 1 people and addresses of 1 guests"
        assert run("--at", "2027-07-09", "--dry-run") == f"{line} would be erased.\n"
        assert run("--at", "2027-07-09") == f"{line} erased.\n"

    @time_machine.travel("2027-07-09T09:00:00+00:00", tick=False)
    def test_without_a_day_it_is_today(self):
        over()
        assert json.loads(run("--json"))["at"] == "2027-07-09"
        assert kept() == [NOTHING]

    @pytest.mark.parametrize("day", ["yesterday", "2027-02-30", "09/07/2027"])
    def test_a_day_that_is_none_is_an_error(self, day: str):
        with pytest.raises(CommandError, match="--at"):
            run("--at", day)


class TestTask:
    def test_beat_calls_it_four_times_a_day(self):
        entry = settings.CELERY_BEAT_SCHEDULE["purge-needs"]
        assert (entry["task"], entry["schedule"]) == (task.name, 21600.0)

    def test_the_worker_finds_it_by_that_name(self):
        app.autodiscover_tasks(force=True)
        assert app.tasks[task.name].name == "exchanges.tasks.purge_needs"

    @time_machine.travel("2027-07-09T09:00:00+00:00", tick=False)
    def test_it_erases_what_is_due_and_says_of_how_many(self):
        over()
        assert (task(), task(), kept()) == (2, 0, [NOTHING])
