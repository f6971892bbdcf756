"""Who and what the runs are about: guests of workshops, reminders due, and waiting until the post is through."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

from tools.faults.stage import Stage, wait_for


def guests(count: int) -> None:
    from accounts.models import User

    User.objects.bulk_create(
        User(email=f"g{n}@guests.example", full_name=f"Guest {n}", language="en", password="!") for n in range(count)
    )


def remind(event: int, due: datetime, lasts: timedelta = timedelta(days=1), **more: Any) -> Any:
    """A reminder of a workshop, which every guest gets as a letter of its own."""
    from notifications.models import Reminder

    more = {"step": f"step-{event}", "version": 1, "event_day": (due + timedelta(days=14)).date()} | more
    return Reminder.objects.create(
        kind="workshop",
        object_id=event,
        letter="workshop_details",
        audience="guests",
        alone=True,
        due_at=due,
        due_on=due.date(),
        expires_at=due + lasts,
        **more,
    )


def meeting(people: int, first_day: date) -> Any:
    """An announced exchange of two days, of an edition with the whole ladder, and members it concerns."""
    from tests.factories.cohorts import CohortFactory, MembershipFactory
    from tests.factories.exchanges import ExchangeFactory, format_with_ladder
    from tests.factories.programmes import EditionFactory

    begun, ends = first_day - timedelta(days=300), first_day + timedelta(days=300)
    cohort = CohortFactory(edition=EditionFactory(format=format_with_ladder(), starts_on=begun, ends_on=ends))
    MembershipFactory.create_batch(people, cohort=cohort, role="relay", starts_on=begun)
    return ExchangeFactory(edition=cohort.edition, host=cohort, state="announced", first_day=first_day)


def now() -> datetime:
    from django.utils import timezone

    return timezone.now()


def busy(at: Callable[[], datetime] = now) -> bool:
    """Whether something due still waits, or is being handed over."""
    from notifications.models import Delivery, Reminder

    return Reminder.objects.due(at()).exists() or Delivery.objects.filter(state__in=["queued", "handing_over"]).exists()


def settle(seconds: float, at: Callable[[], datetime] = now) -> None:
    """Wait until nothing is due any more; whatever is left after `seconds` is counted as it stands."""
    with suppress(TimeoutError):
        wait_for(lambda: not busy(at), "the post", seconds)


def wait_accepted(stage: Stage, count: int, seconds: float = 40) -> None:
    """Wait for so many letters, or strike with what there is: without a guard they may never come."""
    with suppress(TimeoutError):
        wait_for(lambda: len(stage.accepted()) >= count, f"{count} letters", seconds)


def unsent() -> int:
    from notifications.models import Delivery

    return Delivery.objects.filter(state__in=["queued", "handing_over"]).count()
