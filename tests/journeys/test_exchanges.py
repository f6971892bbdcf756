"""Lab staff confirm a planned Intertransfo and move it; e-mails follow, and none is sent for the old date."""

import re
from collections import Counter
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from playwright.sync_api import Page, expect

from accounts.models import User
from exchanges.models import Exchange
from notifications.models import Reminder
from tests.factories.accounts import UserFactory
from tests.factories.exchanges import edition_of_four, format_with_reminder_schedule
from tests.factories.sink import Sink
from tests.full import only_in_full
from tests.journeys.conftest import follow, main, press

FIRST_MORNING = "2027-01-05T09:00:00+00:00"
MEMBERS = 4


@pytest.fixture
def staff(transactional_db: None) -> User:
    """Sign in on the first day of an edition of four cohorts with one member each."""
    edition_of_four(format=format_with_reminder_schedule(), people=1)
    return UserFactory(full_name="Alix Labo", email="lab@people.example", is_lab_staff=True)


def send(moment: datetime) -> None:
    """Run a sending round at that moment."""
    call_command("send_reminders", "--at", moment.isoformat(), stdout=StringIO())


def due(exchange: Exchange, step: str) -> datetime:
    """Return when a reminder step is due, for the current date of the event."""
    about = Reminder.objects.filter(kind="exchange", object_id=exchange.pk, version=exchange.version)
    return about.get(step=step).due_at


def settle(page: Page) -> None:
    """Go from the list to the announcement."""
    page.goto("/exchanges/")
    follow(page, "Intertransfo 1")
    for step in ("Confirm date and host", "Announce the Intertransfo"):
        follow(page, step)
        press(page, step)
    expect(page.locator(".message")).to_have_text("The Intertransfo is announced.")


def move(page: Page, exchange: Exchange, day: date) -> None:
    page.goto(exchange.get_absolute_url())
    follow(page, "Change the date")
    page.get_by_label("First day").fill(day.isoformat())
    press(page, "Change the date")
    expect(page.locator(".message")).to_have_text("The date is changed.")


def calendar_of(email: EmailMessage) -> str:
    """Return the calendar part of an e-mail with unfolded lines; empty without one."""
    parts = [part for part in email.walk() if part.get_content_type() == "text/calendar"]
    return parts[0].get_payload(decode=True).decode().replace("\r\n ", "") if parts else ""


def dated(sink: Sink) -> Counter[tuple[str, str]]:
    """Return first day and sequence of the calendar entries received since the last call, with their counts."""
    entries = filter(None, map(calendar_of, sink.emails))
    found = [dict(re.findall(r"(DTSTART;VALUE=DATE|SEQUENCE):(\d+)", entry)) for entry in entries]
    sink.accepted.clear()
    return Counter((entry["DTSTART;VALUE=DATE"], entry["SEQUENCE"]) for entry in found)


@only_in_full
def test_exchange_is_planned_settled_and_moved_without_an_email_for_the_old_date(visit, sink, staff):
    with time_machine.travel(FIRST_MORNING, tick=True):
        call_command("plan_exchanges", stdout=StringIO())
        settle(visit(staff))
    exchange = Exchange.objects.get(number=1)
    old, reminder = exchange.first_day, due(exchange, "save_the_date")
    later = [due(exchange, step) for step in ("registration_opens", "answer_awaited", "last_note")]
    send(reminder)
    assert dated(sink) == {(f"{old:%Y%m%d}", "3"): MEMBERS}
    new = old - timedelta(days=14)
    with time_machine.travel(reminder + timedelta(days=1), tick=True):
        page = visit(staff)
        move(page, exchange, new)
        expect(main(page)).to_contain_text("save the date, with a calendar entry · sent to 4 people")
        expect(main(page)).to_contain_text("what changed, with a calendar entry · due today, being sent now")
    exchange.refresh_from_db()
    assert exchange.first_day == new
    for moment in [reminder + timedelta(days=1, hours=1), *later, due(exchange, "last_note")]:
        send(moment)
    assert dated(sink) == {(f"{new:%Y%m%d}", "6"): MEMBERS}
