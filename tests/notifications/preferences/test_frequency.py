"""How often people get e-mails that can wait: those of a week in one e-mail, urgent ones always at once."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from notifications import actions
from notifications.emails.creation import create_due_emails
from notifications.models import Delivery, DeliveryItem, EmailFrequency
from notifications.registries import EventKind, event_kinds
from notifications.reminders.schedule import next_weekly_moment
from notifications.sending.cycle import send_round
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.notifications import NOW, ReminderFactory, WorkshopGuestFactory, registered, workshop
from tests.factories.programmes import AuthorityFactory
from tests.pages import messages
from tests.sql import execute, refused_by

MONDAY = datetime(2026, 11, 30, 5, tzinfo=UTC)  # 9:00 in Réunion; NOW is the Tuesday before


@pytest.fixture
def patient() -> Iterator[EventKind]:
    """Register a kind of event whose e-mails can wait, next to the urgent workshops."""
    with registered(workshop(label="News", can_wait=True), "news") as kind, registered(workshop()):
        yield kind


@pytest.fixture
def guest(db: None) -> User:
    """Return a guest who works in Réunion and reads what can wait once a week."""
    user = WorkshopGuestFactory()
    authority = AuthorityFactory(time_zone="Indian/Reunion")
    MembershipFactory(cohort=CohortFactory(authority=authority), user=user)
    actions.choose_email_kinds(user=user, wanted=event_kinds.slugs(), every="weekly", at=NOW, by=user)
    return user


def post_at(moment: datetime) -> list[str]:
    """Send what is due at the moment; return the subjects."""
    mail.outbox.clear()
    send_round(lambda: moment, seconds=60)
    return sorted(message.subject for message in mail.outbox)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (NOW, datetime(2026, 11, 30, 8, tzinfo=UTC)),
        (datetime(2026, 11, 30, 8, tzinfo=UTC), datetime(2026, 11, 30, 8, tzinfo=UTC)),
        (datetime(2026, 11, 30, 8, 0, 1, tzinfo=UTC), datetime(2026, 12, 7, 8, tzinfo=UTC)),
        (datetime(2027, 3, 27, 23, tzinfo=UTC), datetime(2027, 3, 29, 7, tzinfo=UTC)),  # the clock changes between
    ],
)
def test_the_weekly_moment_is_monday_at_nine_where_the_person_is(at: datetime, expected: datetime):
    assert next_weekly_moment(at, "Europe/Paris") == expected


@pytest.mark.django_db(transaction=True)
def test_the_emails_of_a_week_become_one_and_urgent_ones_do_not_wait(patient: EventKind, guest: User):
    other = WorkshopGuestFactory()
    lasting = {"kind": "news", "email_type": "news", "audience": "guests"}
    for day in range(3):
        due = NOW + timedelta(days=day)
        ReminderFactory(step=f"news_{day}", due_at=due, expires_at=due + timedelta(days=14), **lasting)
    ReminderFactory(step="short", expires_at=NOW + timedelta(days=1), object_id=8, **lasting)
    ReminderFactory(step="urgent", object_id=9)
    assert post_at(NOW) == ["Workshop 7: news_0, and 2 more reminders", "Workshop 8: short, and one more reminder"]
    for day in (1, 2):
        assert post_at(NOW + timedelta(days=day)) == [f"Workshop 7: news_{day}"]
    [waiting] = Delivery.objects.filter(state="queued")
    assert (waiting.user, waiting.due_at, waiting.day) == (guest, MONDAY, date(2026, 11, 30))
    ReminderFactory(step="early", object_id=9, due_at=MONDAY - timedelta(hours=1))
    assert post_at(MONDAY - timedelta(minutes=1)) == ["Workshop 9: early"] * 2
    ReminderFactory(step="that_day", object_id=9, due_at=MONDAY)
    assert post_at(MONDAY) == ["Workshop 7: news_0, and 3 more reminders", "Workshop 9: that_day"]
    assert post_at(MONDAY + timedelta(minutes=1)) == []
    assert set(DeliveryItem.objects.values_list("state", flat=True)) == {"sent"}
    assert DeliveryItem.objects.filter(user=guest).count() == DeliveryItem.objects.filter(user=other).count() == 7


@pytest.mark.django_db(transaction=True)
def test_waiting_emails_leave_when_the_person_changes_their_mind(patient: EventKind, guest: User):
    ReminderFactory(kind="news", step="news", expires_at=NOW + timedelta(days=14))
    create_due_emails(NOW)
    assert post_at(NOW) == []
    actions.choose_email_kinds(user=guest, wanted=event_kinds.slugs(), every="daily", at=NOW, by=guest)
    assert (post_at(NOW), EmailFrequency.objects.get().every) == (["Workshop 7: news"], "daily")


@pytest.mark.django_db
def test_a_person_chooses_on_the_page(guest: User):
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(guest)
    page = client.get("/e-mails/preferences/")
    assert page.context["form"]["every"].value() == "weekly"
    assert "Comments, Handed-over ideas, Innovation teams, Unconfirmed ideas" in page.content.decode()
    page = client.post("/e-mails/preferences/", {"every": "at_once", "wanted": event_kinds.slugs()}, follow=True)
    assert (messages(page), EmailFrequency.objects.get().every) == (["Saved."], "at_once")
    page = client.post("/e-mails/preferences/", {"every": "hourly", "wanted": []})
    assert list(page.context["form"].errors) == ["every"]
    with refused_by("email_frequency_known"):
        execute("UPDATE notifications_emailfrequency SET every = 'hourly'")
    with refused_by("email_frequency_once"):
        execute("INSERT INTO notifications_emailfrequency (user_id, every) VALUES (%s, 'daily')", guest.pk)
