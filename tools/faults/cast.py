"""Test data of the runs: guests of workshops and due reminders, and functions that wait for their e-mails."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

from tools.faults.platform import RunPlatform, wait_for


def guests(count: int) -> None:
    from accounts.models import User

    User.objects.bulk_create(
        User(email=f"g{n}@guests.example", full_name=f"Guest {n}", language="en", password="!") for n in range(count)
    )


def remind(event: int, due: datetime, lasts: timedelta = timedelta(days=1), **more: Any) -> Any:
    """Create a reminder of a workshop, which every guest gets as an e-mail of its own."""
    from notifications.models import Reminder

    more = {"step": f"step-{event}", "version": 1, "event_day": (due + timedelta(days=14)).date()} | more
    return Reminder.objects.create(
        kind="workshop",
        object_id=event,
        email_type="workshop_details",
        audience="guests",
        alone=True,
        due_at=due,
        due_on=due.date(),
        expires_at=due + lasts,
        **more,
    )


def meeting(people: int, first_day: date, pattern: Any = None) -> Any:
    """Create an announced exchange of two days, in an edition with the full reminder schedule, and its members.

    `pattern` is another format of the edition.
    """
    from tests.factories.cohorts import CohortFactory, MembershipFactory
    from tests.factories.exchanges import ExchangeFactory, format_with_reminder_schedule
    from tests.factories.programmes import EditionFactory

    begun, ends = first_day - timedelta(days=300), first_day + timedelta(days=300)
    cohort = CohortFactory(
        edition=EditionFactory(format=pattern or format_with_reminder_schedule(), starts_on=begun, ends_on=ends)
    )
    MembershipFactory.create_batch(people, cohort=cohort, role="relay", starts_on=begun)
    return ExchangeFactory(edition=cohort.edition, host=cohort, state="announced", first_day=first_day)


def now() -> datetime:
    from django.utils import timezone

    return timezone.now()


def busy(at: Callable[[], datetime] = now) -> bool:
    """Return whether something due is still waiting or being handed over."""
    from notifications.models import Delivery, Reminder

    return Reminder.objects.due(at()).exists() or Delivery.objects.filter(state__in=["queued", "handing_over"]).exists()


def settle(seconds: float, at: Callable[[], datetime] = now) -> None:
    """Wait until nothing is due any more; what is left after `seconds` is counted as it is."""
    with suppress(TimeoutError):
        wait_for(lambda: not busy(at), "all e-mails to be sent", seconds)


def wait_accepted(platform: RunPlatform, count: int, seconds: float = 40) -> None:
    """Wait for this many e-mails, for a limited time: without a guard they may never come."""
    with suppress(TimeoutError):
        wait_for(lambda: len(platform.accepted()) >= count, f"{count} e-mails", seconds)


def unsent() -> int:
    from notifications.models import Delivery

    return Delivery.objects.filter(state__in=["queued", "handing_over"]).count()
