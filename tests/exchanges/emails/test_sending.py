"""From a proposal to sent e-mails: each sent once, none for an old date, a cancellation for informed people."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail

from accounts.models import User
from cohorts.models import Cohort
from exchanges.lifecycle.actions import (
    announce_exchange,
    cancel_exchange,
    open_exchange_registration,
    set_theme_and_venue,
)
from exchanges.models import Exchange
from exchanges.planning.actions import confirm_host, move_exchange, plan_exchanges, swap_host
from exchanges.registration.actions import decline
from notifications.enums import DeliveryState
from notifications.models import Delivery, Reminder
from notifications.sending.cycle import send_round
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import MembershipFactory
from tests.factories.exchanges import edition_of_four, format_with_reminder_schedule
from tests.factories.snapshots import built_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _emails_in_english(settings) -> None:
    """Send e-mails in English to people without a language."""
    settings.LANGUAGE_CODE = "en"


AT = datetime(2027, 1, 5, 8, tzinfo=UTC)
SOON = date(2027, 2, 9)


@built_once
def planned_exchange() -> tuple[User, Exchange]:
    """Return lab staff, and the second exchange of an edition of four cohorts with one member each."""
    staff = UserFactory(full_name="Lab", email="lab@people.example", is_lab_staff=True, language="en")
    edition = edition_of_four(format=format_with_reminder_schedule(), people=1)
    plan_exchanges(edition=edition, at=AT)
    for slug in ("metz", "toulouse"):
        pilot = UserFactory(email=f"pilot-{slug}@people.example", language="en")
        cohort = Cohort.objects.get(slug=slug)
        MembershipFactory(cohort=cohort, user=pilot, role="pilot", starts_on=AT.date())
    return staff, Exchange.objects.get(number=2)


@pytest.fixture
def scene(transactional_db: None) -> tuple[User, Exchange]:
    return planned_exchange()


@pytest.fixture
def staff(scene: tuple[User, Exchange]) -> User:
    return scene[0]


@pytest.fixture
def exchange(scene: tuple[User, Exchange]) -> Exchange:
    """Return the exchange; Metz hosts it and has a pilot."""
    return scene[1]


def due(exchange: Exchange, step: str) -> datetime:
    return Reminder.objects.get(object_id=exchange.pk, version=exchange.version, step=step).due_at


def emails_at(moment: datetime, exchange: Exchange) -> list[tuple[str, str]]:
    """Send due e-mails at a moment, and return subject and address of those about the exchange."""
    mail.outbox.clear()
    about = Reminder.objects.filter(object_id=exchange.pk)
    send_round(lambda: moment, seconds=20, reminders=about)
    return sorted((email.subject, email.to[0]) for email in mail.outbox)


def run_until(moment: datetime, exchange: Exchange) -> list[tuple[str, str]]:
    """Send e-mails at every due time up to a moment."""
    left: list[tuple[str, str]] = []
    times = Reminder.objects.filter(object_id=exchange.pk, state="planned", due_at__lte=moment)
    for when in sorted(set(times.values_list("due_at", flat=True))):
        left += emails_at(when, exchange)
    return left


def calendar_of(email: mail.EmailMessage) -> str:
    """Return the calendar part of an e-mail with unfolded lines."""
    for part in email.message().walk():
        if part.get_content_type() == "text/calendar":
            return part.get_payload(decode=True).decode().replace("\r\n ", "")
    return ""


def ready(exchange: Exchange, staff: User) -> Exchange:
    """Return the exchange, confirmed and announced in good time."""
    confirm_host(exchange=exchange, at=AT, by=staff)
    return announce_exchange(exchange=exchange, at=AT, by=staff)


def test_lab_then_host_get_the_request_to_confirm(exchange: Exchange):
    assert emails_at(due(exchange, "choose_host"), exchange) == [
        ("Intertransfo 2: choose host and dates", "lab@people.example")
    ]
    assert emails_at(due(exchange, "confirm_host"), exchange) == [
        ("Intertransfo 2: will you host it?", "pilot-metz@people.example")
    ]


def test_confirmed_host_gets_no_reminder(exchange: Exchange, staff: User):
    emails_at(due(exchange, "confirm_host"), exchange)
    confirm_host(exchange=exchange, at=AT, by=staff)
    assert emails_at(due(exchange, "confirm_host_again"), exchange) == []


def test_unconfirmed_host_is_reminded_and_the_lab_informed(exchange: Exchange):
    left = run_until(due(exchange, "host_unconfirmed"), exchange)
    assert [subject for subject, _to in left] == [
        "Intertransfo 2: choose host and dates",
        "Intertransfo 2: will you host it?",
        "Intertransfo 2: will you host it?",
        "Intertransfo 2: Metz has not confirmed",
    ]


def test_save_the_date_is_sent_once_to_everyone(exchange: Exchange, staff: User):
    ready(exchange, staff)
    moment = due(exchange, "save_the_date")
    left = emails_at(moment, exchange)
    assert len({to for _subject, to in left}) == len(left) == 6
    assert emails_at(moment + timedelta(minutes=5), exchange) == []


def test_save_the_date_has_a_tentative_calendar_entry(exchange: Exchange, staff: User):
    ready(exchange, staff)
    emails_at(due(exchange, "save_the_date"), exchange)
    entry = calendar_of(mail.outbox[0])
    first = exchange.first_day
    wanted = ["METHOD:REQUEST", "STATUS:TENTATIVE", "SEQUENCE:3", f"DTSTART;VALUE=DATE:{first:%Y%m%d}"]
    assert [line for line in wanted if line not in entry] == []


def test_no_email_is_sent_for_the_old_date_after_a_move(exchange: Exchange, staff: User):
    ready(exchange, staff)
    old = due(exchange, "save_the_date")
    new_day = exchange.first_day + timedelta(days=28)
    moved = move_exchange(exchange=exchange, first_day=new_day, days=2, at=AT, by=staff)
    assert emails_at(old, moved) == []
    left = emails_at(due(moved, "save_the_date"), moved)
    assert len(left) == 6
    assert f"DTSTART;VALUE=DATE:{new_day:%Y%m%d}" in calendar_of(mail.outbox[0])


def test_informed_people_get_one_email_about_a_move(exchange: Exchange, staff: User):
    ready(exchange, staff)
    sent = emails_at(due(exchange, "save_the_date"), exchange)
    moment = due(exchange, "save_the_date") + timedelta(days=3)
    moved = move_exchange(
        exchange=exchange, first_day=exchange.first_day + timedelta(days=7), days=2, at=moment, by=staff
    )
    left = emails_at(moment, moved)
    changed = {to for subject, to in left if subject == "Intertransfo 2: the date, the host or the venue changed"}
    assert changed == {to for _subject, to in sent}
    assert emails_at(moment + timedelta(hours=1), moved) == []


def test_calendar_entry_moves_with_a_higher_sequence(exchange: Exchange, staff: User):
    ready(exchange, staff)
    emails_at(due(exchange, "save_the_date"), exchange)
    uid = next(line for line in calendar_of(mail.outbox[0]).splitlines() if line.startswith("UID"))
    moment = due(exchange, "save_the_date") + timedelta(days=3)
    moved = move_exchange(
        exchange=exchange, first_day=exchange.first_day + timedelta(days=7), days=2, at=moment, by=staff
    )
    emails_at(moment, moved)
    entry = calendar_of(mail.outbox[0])
    assert (uid in entry, "SEQUENCE:6" in entry) == (True, True)


def test_informed_people_get_one_email_about_a_new_venue_with_a_new_entry(exchange: Exchange, staff: User):
    ready(exchange, staff)
    sent = emails_at(due(exchange, "save_the_date"), exchange)
    announce_exchange(exchange=exchange, at=AT, by=staff)
    moment = due(exchange, "save_the_date") + timedelta(days=3)
    changed = set_theme_and_venue(exchange=exchange, theme="", venue="La Halle", capacity=None, at=moment, by=staff)
    subject = "Intertransfo 2: the date, the host or the venue changed"
    assert emails_at(moment, changed) == sorted((subject, to) for _subject, to in sent)
    entry = calendar_of(mail.outbox[0])
    assert [line for line in ("SEQUENCE:6", "LOCATION:La Halle\\, Metz") if line not in entry] == []
    assert emails_at(moment + timedelta(hours=1), changed) == []


def test_move_of_an_unannounced_exchange_informs_nobody(exchange: Exchange, staff: User):
    moved = move_exchange(exchange=exchange, first_day=exchange.first_day + timedelta(days=7), days=2, at=AT, by=staff)
    assert emails_at(AT, moved) == []


def test_new_host_must_confirm_and_previous_host_is_informed(exchange: Exchange, staff: User):
    moment = due(exchange, "confirm_host")
    emails_at(moment, exchange)
    toulouse = Cohort.objects.get(slug="toulouse")
    swapped = swap_host(
        exchange=exchange, host=toulouse, reason="It asked for it", at=moment + timedelta(days=1), by=staff
    )
    left = emails_at(moment + timedelta(days=1), swapped)
    assert left == [
        ("Intertransfo 2: the date, the host or the venue changed", "lab@people.example"),
        ("Intertransfo 2: the date, the host or the venue changed", "pilot-metz@people.example"),
        ("Intertransfo 2: will you host it?", "pilot-toulouse@people.example"),
    ]


def test_people_who_declined_get_no_reminder_but_the_cancellation(exchange: Exchange, staff: User):
    ready(exchange, staff)
    open_exchange_registration(exchange=exchange, at=AT, by=staff)
    emails_at(due(exchange, "registration_opens"), exchange)
    person = User.objects.get(email="pilot-metz@people.example")
    decline(exchange=exchange, user=person, at=AT, by=person)
    reminded = emails_at(due(exchange, "answer_awaited"), exchange)
    assert person.email not in {to for _subject, to in reminded}
    moment = due(exchange, "answer_awaited") + timedelta(days=1)
    cancel_exchange(exchange=exchange, reason="A strike", at=moment, by=staff)
    sent = emails_at(moment, exchange)
    assert ("Intertransfo 2 is cancelled", person.email) in sent


def test_cancellation_removes_the_calendar_entry(exchange: Exchange, staff: User):
    ready(exchange, staff)
    emails_at(due(exchange, "save_the_date"), exchange)
    moment = due(exchange, "save_the_date") + timedelta(days=1)
    cancel_exchange(exchange=exchange, reason="A strike", at=moment, by=staff)
    left = emails_at(moment, exchange)
    assert {subject for subject, _to in left} == {"Intertransfo 2 is cancelled"}
    entry = calendar_of(mail.outbox[0])
    assert ("METHOD:CANCEL" in entry, "STATUS:CANCELLED" in entry) == (True, True)


def test_no_email_follows_a_cancellation(exchange: Exchange, staff: User):
    ready(exchange, staff)
    cancel_exchange(exchange=exchange, reason="A strike", at=AT, by=staff)
    assert run_until(datetime(2030, 1, 1, tzinfo=UTC), exchange) == []
    assert not Delivery.objects.filter(state=DeliveryState.SENT).exists()


def test_late_opening_of_registration_invites_at_once(exchange: Exchange, staff: User):
    ready(exchange, staff)
    emails_at(due(exchange, "save_the_date"), exchange)
    moment = due(exchange, "registration_opens")
    assert emails_at(moment, exchange) == []
    later = moment + timedelta(days=2)
    open_exchange_registration(exchange=exchange, at=later, by=staff)
    assert {subject for subject, _to in emails_at(later, exchange)} == {"Intertransfo 2: will you come?"}


class TestMoveToNearDate:
    """A date too near for the e-mails of the schedule is sent to everyone once."""

    def test_people_not_yet_informed_are_informed_at_once(self, exchange: Exchange, staff: User):
        exchange = ready(exchange, staff)
        now = AT + timedelta(days=1)
        move_exchange(exchange=exchange, first_day=SOON, days=2, allow_session_days=True, at=now, by=staff)
        exchange.refresh_from_db()
        left = emails_at(now, exchange)
        assert {address for subject, address in left if "save the date" in subject} == set(members())

    def test_second_move_does_not_inform_them_again(self, exchange: Exchange, staff: User):
        exchange = ready(exchange, staff)
        for number, day in enumerate([SOON, SOON + timedelta(days=7)], start=1):
            now = AT + timedelta(days=number)
            exchange.refresh_from_db()
            move_exchange(exchange=exchange, first_day=day, days=2, allow_session_days=True, at=now, by=staff)
            exchange.refresh_from_db()
            left = emails_at(now, exchange)
        assert {subject for subject, address in left if address in members()} == {
            f"{exchange}: the date, the host or the venue changed"
        }

    def test_late_invitation_is_not_sent_again(self, exchange: Exchange, staff: User):
        exchange = ready(exchange, staff)
        move_exchange(exchange=exchange, first_day=SOON, days=2, allow_session_days=True, at=AT, by=staff)
        exchange.refresh_from_db()
        open_exchange_registration(exchange=exchange, at=AT, by=staff)
        emails_at(AT, exchange)
        exchange.refresh_from_db()
        later = SOON + timedelta(days=280)
        move_exchange(exchange=exchange, first_day=later, days=2, allow_session_days=True, at=AT, by=staff)
        exchange.refresh_from_db()
        emails_at(AT, exchange)
        left = run_until(due(exchange, "answer_awaited"), exchange)
        assert {subject for subject, address in left if address in members()} == {f"{exchange}: your answer is awaited"}


def members() -> list[str]:
    return list(User.objects.exclude(is_lab_staff=True).values_list("email", flat=True))
