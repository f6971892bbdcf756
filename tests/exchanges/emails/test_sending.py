"""From a proposal to letters that leave: told once each, nothing for an old date, a cancellation for those who knew."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail

from accounts.models import User
from cohorts.models import Cohort
from exchanges.lifecycle.actions import announce, cancel_exchange, open_registration, set_theme_and_place
from exchanges.models import Exchange
from exchanges.planning.actions import confirm_host, move_exchange, plan_exchanges, swap_host
from exchanges.registration.actions import decline
from notifications.enums import DeliveryState
from notifications.models import Delivery, Reminder
from notifications.sending.cycle import send_round
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import MembershipFactory
from tests.factories.exchanges import edition_of_four, format_with_ladder

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _letters_in_english(settings) -> None:
    """For people who chose no language."""
    settings.LANGUAGE_CODE = "en"


AT = datetime(2027, 1, 5, 8, tzinfo=UTC)
SOON = date(2027, 2, 9)


@pytest.fixture
def staff() -> User:
    return UserFactory(full_name="Lab", email="lab@people.example", is_lab_staff=True, language="en")


@pytest.fixture
def exchange(staff: User) -> Exchange:
    """The second exchange of an edition of four cohorts with a member each; Metz hosts and has a pilot."""
    edition = edition_of_four(format=format_with_ladder(), people=1)
    plan_exchanges(edition=edition, at=AT)
    for slug in ("metz", "toulouse"):
        pilot = UserFactory(email=f"pilot-{slug}@people.example", language="en")
        cohort = Cohort.objects.get(slug=slug)
        MembershipFactory(cohort=cohort, user=pilot, role="pilot", starts_on=AT.date())
    return Exchange.objects.get(number=2)


def due(exchange: Exchange, step: str) -> datetime:
    return Reminder.objects.get(object_id=exchange.pk, version=exchange.version, step=step).due_at


def post_at(moment: datetime, exchange: Exchange) -> list[tuple[str, str]]:
    """Let the post run at a moment; subjects and addresses of what leaves about the exchange."""
    mail.outbox.clear()
    about = Reminder.objects.filter(object_id=exchange.pk)
    send_round(lambda: moment, seconds=20, within=about)
    return sorted((letter.subject, letter.to[0]) for letter in mail.outbox)


def run_until(moment: datetime, exchange: Exchange) -> list[tuple[str, str]]:
    """Let the post run at every due time up to a moment."""
    left: list[tuple[str, str]] = []
    times = Reminder.objects.filter(object_id=exchange.pk, state="planned", due_at__lte=moment)
    for when in sorted(set(times.values_list("due_at", flat=True))):
        left += post_at(when, exchange)
    return left


def calendar_of(letter: mail.EmailMessage) -> str:
    """The calendar part of a letter, lines unfolded."""
    for part in letter.message().walk():
        if part.get_content_type() == "text/calendar":
            return part.get_payload(decode=True).decode().replace("\r\n ", "")
    return ""


def ready(exchange: Exchange, staff: User) -> Exchange:
    """Confirmed and announced in good time."""
    confirm_host(exchange=exchange, at=AT, by=staff)
    return announce(exchange=exchange, at=AT, by=staff)


def test_the_lab_then_the_host_are_asked(exchange: Exchange):
    assert post_at(due(exchange, "choose_host"), exchange) == [
        ("Intertransfo 2: choose host and dates", "lab@people.example")
    ]
    assert post_at(due(exchange, "confirm_host"), exchange) == [
        ("Intertransfo 2: will you host it?", "pilot-metz@people.example")
    ]


def test_a_host_who_confirmed_is_left_in_peace(exchange: Exchange, staff: User):
    post_at(due(exchange, "confirm_host"), exchange)
    confirm_host(exchange=exchange, at=AT, by=staff)
    assert post_at(due(exchange, "confirm_host_again"), exchange) == []


def test_one_who_does_not_is_asked_again_and_the_lab_hears_of_it(exchange: Exchange):
    left = run_until(due(exchange, "host_unconfirmed"), exchange)
    assert [subject for subject, _to in left] == [
        "Intertransfo 2: choose host and dates",
        "Intertransfo 2: will you host it?",
        "Intertransfo 2: will you host it?",
        "Intertransfo 2: Metz has not confirmed",
    ]


def test_everyone_saves_the_date_once(exchange: Exchange, staff: User):
    ready(exchange, staff)
    moment = due(exchange, "save_the_date")
    left = post_at(moment, exchange)
    assert len({to for _subject, to in left}) == len(left) == 6
    assert post_at(moment + timedelta(minutes=5), exchange) == []


def test_with_a_tentative_entry_in_the_calendar(exchange: Exchange, staff: User):
    ready(exchange, staff)
    post_at(due(exchange, "save_the_date"), exchange)
    entry = calendar_of(mail.outbox[0])
    first = exchange.first_day
    wanted = ["METHOD:REQUEST", "STATUS:TENTATIVE", "SEQUENCE:3", f"DTSTART;VALUE=DATE:{first:%Y%m%d}"]
    assert [line for line in wanted if line not in entry] == []


def test_nothing_leaves_for_the_date_before_a_move(exchange: Exchange, staff: User):
    ready(exchange, staff)
    old = due(exchange, "save_the_date")
    new_day = exchange.first_day + timedelta(days=28)
    moved = move_exchange(exchange=exchange, first_day=new_day, days=2, at=AT, by=staff)
    assert post_at(old, moved) == []
    left = post_at(due(moved, "save_the_date"), moved)
    assert len(left) == 6
    assert f"DTSTART;VALUE=DATE:{new_day:%Y%m%d}" in calendar_of(mail.outbox[0])


def test_those_who_were_told_hear_of_the_move_once(exchange: Exchange, staff: User):
    ready(exchange, staff)
    told = post_at(due(exchange, "save_the_date"), exchange)
    moment = due(exchange, "save_the_date") + timedelta(days=3)
    moved = move_exchange(
        exchange=exchange, first_day=exchange.first_day + timedelta(days=7), days=2, at=moment, by=staff
    )
    left = post_at(moment, moved)
    changed = {to for subject, to in left if subject == "Intertransfo 2: the date, the host or the venue changed"}
    assert changed == {to for _subject, to in told}
    assert post_at(moment + timedelta(hours=1), moved) == []


def test_the_entry_in_their_calendar_moves_with_a_higher_sequence(exchange: Exchange, staff: User):
    ready(exchange, staff)
    post_at(due(exchange, "save_the_date"), exchange)
    uid = next(line for line in calendar_of(mail.outbox[0]).splitlines() if line.startswith("UID"))
    moment = due(exchange, "save_the_date") + timedelta(days=3)
    moved = move_exchange(
        exchange=exchange, first_day=exchange.first_day + timedelta(days=7), days=2, at=moment, by=staff
    )
    post_at(moment, moved)
    entry = calendar_of(mail.outbox[0])
    assert (uid in entry, "SEQUENCE:6" in entry) == (True, True)


def test_those_who_were_told_hear_of_another_place_once_and_their_entry_follows(exchange: Exchange, staff: User):
    ready(exchange, staff)
    told = post_at(due(exchange, "save_the_date"), exchange)
    announce(exchange=exchange, at=AT, by=staff)
    moment = due(exchange, "save_the_date") + timedelta(days=3)
    changed = set_theme_and_place(exchange=exchange, theme="", venue="La Halle", capacity=None, at=moment, by=staff)
    subject = "Intertransfo 2: the date, the host or the venue changed"
    assert post_at(moment, changed) == sorted((subject, to) for _subject, to in told)
    entry = calendar_of(mail.outbox[0])
    assert [line for line in ("SEQUENCE:6", "LOCATION:La Halle\\, Metz") if line not in entry] == []
    assert post_at(moment + timedelta(hours=1), changed) == []


def test_nobody_hears_of_a_move_that_nobody_was_told_of(exchange: Exchange, staff: User):
    moved = move_exchange(exchange=exchange, first_day=exchange.first_day + timedelta(days=7), days=2, at=AT, by=staff)
    assert post_at(AT, moved) == []


def test_a_new_host_is_asked_and_the_old_one_told(exchange: Exchange, staff: User):
    moment = due(exchange, "confirm_host")
    post_at(moment, exchange)
    toulouse = Cohort.objects.get(slug="toulouse")
    swapped = swap_host(
        exchange=exchange, host=toulouse, reason="It asked for it", at=moment + timedelta(days=1), by=staff
    )
    left = post_at(moment + timedelta(days=1), swapped)
    assert left == [
        ("Intertransfo 2: the date, the host or the venue changed", "lab@people.example"),
        ("Intertransfo 2: the date, the host or the venue changed", "pilot-metz@people.example"),
        ("Intertransfo 2: will you host it?", "pilot-toulouse@people.example"),
    ]


def test_who_declined_is_not_reminded_but_hears_of_the_cancellation(exchange: Exchange, staff: User):
    ready(exchange, staff)
    open_registration(exchange=exchange, at=AT, by=staff)
    post_at(due(exchange, "registration_opens"), exchange)
    person = User.objects.get(email="pilot-metz@people.example")
    decline(exchange=exchange, user=person, at=AT, by=person)
    reminded = post_at(due(exchange, "answer_awaited"), exchange)
    assert person.email not in {to for _subject, to in reminded}
    moment = due(exchange, "answer_awaited") + timedelta(days=1)
    cancel_exchange(exchange=exchange, reason="A strike", at=moment, by=staff)
    told = post_at(moment, exchange)
    assert ("Intertransfo 2 is cancelled", person.email) in told


def test_a_cancellation_takes_it_off_the_calendars(exchange: Exchange, staff: User):
    ready(exchange, staff)
    post_at(due(exchange, "save_the_date"), exchange)
    moment = due(exchange, "save_the_date") + timedelta(days=1)
    cancel_exchange(exchange=exchange, reason="A strike", at=moment, by=staff)
    left = post_at(moment, exchange)
    assert {subject for subject, _to in left} == {"Intertransfo 2 is cancelled"}
    entry = calendar_of(mail.outbox[0])
    assert ("METHOD:CANCEL" in entry, "STATUS:CANCELLED" in entry) == (True, True)


def test_nothing_follows_a_cancellation(exchange: Exchange, staff: User):
    ready(exchange, staff)
    cancel_exchange(exchange=exchange, reason="A strike", at=AT, by=staff)
    assert run_until(datetime(2030, 1, 1, tzinfo=UTC), exchange) == []
    assert not Delivery.objects.filter(state=DeliveryState.SENT).exists()


def test_registration_opened_late_invites_at_once(exchange: Exchange, staff: User):
    ready(exchange, staff)
    post_at(due(exchange, "save_the_date"), exchange)
    moment = due(exchange, "registration_opens")
    assert post_at(moment, exchange) == []
    later = moment + timedelta(days=2)
    open_registration(exchange=exchange, at=later, by=staff)
    assert {subject for subject, _to in post_at(later, exchange)} == {"Intertransfo 2: will you come?"}


class TestMovedCloser:
    """Of a date too near for the letters of its ladder, everyone hears once."""

    def test_who_knows_of_none_is_told_at_once(self, exchange: Exchange, staff: User):
        exchange = ready(exchange, staff)
        now = AT + timedelta(days=1)
        move_exchange(exchange=exchange, first_day=SOON, days=2, all_the_same=True, at=now, by=staff)
        exchange.refresh_from_db()
        left = post_at(now, exchange)
        assert {address for subject, address in left if "save the date" in subject} == set(members())

    def test_and_not_again_when_it_moves_once_more(self, exchange: Exchange, staff: User):
        exchange = ready(exchange, staff)
        for number, day in enumerate([SOON, SOON + timedelta(days=7)], start=1):
            now = AT + timedelta(days=number)
            exchange.refresh_from_db()
            move_exchange(exchange=exchange, first_day=day, days=2, all_the_same=True, at=now, by=staff)
            exchange.refresh_from_db()
            left = post_at(now, exchange)
        assert {subject for subject, address in left if address in members()} == {
            f"{exchange}: the date, the host or the venue changed"
        }

    def test_an_invitation_told_late_does_not_come_again(self, exchange: Exchange, staff: User):
        exchange = ready(exchange, staff)
        move_exchange(exchange=exchange, first_day=SOON, days=2, all_the_same=True, at=AT, by=staff)
        exchange.refresh_from_db()
        open_registration(exchange=exchange, at=AT, by=staff)
        post_at(AT, exchange)
        exchange.refresh_from_db()
        later = SOON + timedelta(days=280)
        move_exchange(exchange=exchange, first_day=later, days=2, all_the_same=True, at=AT, by=staff)
        exchange.refresh_from_db()
        post_at(AT, exchange)
        left = run_until(due(exchange, "answer_awaited"), exchange)
        assert {subject for subject, address in left if address in members()} == {f"{exchange}: your answer is awaited"}


def members() -> list[str]:
    return list(User.objects.exclude(is_lab_staff=True).values_list("email", flat=True))
