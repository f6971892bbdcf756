"""Faults of concurrent users: the same form twice, one text, the last seat, two hosts for one exchange."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from tests.concurrency import run_at_once
from tools.faults.platform import RunPlatform
from tools.faults.tally import FaultTally

AT = datetime(2027, 3, 1, 8, tzinfo=UTC)


@contextmanager
def unguarded(guard: str, *statements: str) -> Iterator[None]:
    """Remove the lock of the exchange and these rules from the database of the run."""
    from django.db import connection

    from exchanges.planning.actions import hosts
    from exchanges.registration.actions import answers

    ordinary = answers.lock_exchange, hosts.lock_exchange

    def unlocked(exchange, *, version=None):
        return type(exchange).objects.with_host_and_edition().get(pk=exchange.pk)

    if guard:
        answers.lock_exchange = hosts.lock_exchange = unlocked
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
    try:
        yield
    finally:
        answers.lock_exchange, hosts.lock_exchange = ordinary


def form_sent_twice(_platform: RunPlatform, guard: str) -> FaultTally:
    """The same person registers from five windows at once."""
    from exchanges.models import Registration
    from exchanges.registration.actions import register
    from tests.factories.accounts import UserFactory
    from tests.factories.exchanges import ExchangeFactory

    exchange = ExchangeFactory(state="registration_open")
    person = UserFactory(is_lab_staff=True)
    with unguarded(guard, "ALTER TABLE exchanges_registration DROP CONSTRAINT registration_once"):
        answers = run_at_once(*[lambda: register(exchange=exchange, user=person, at=AT, by=person)] * 5)
    rows = Registration.objects.filter(user=person).count()
    tally = FaultTally(open=5)
    if rows != 1 or answers != ["done"] * 5:
        tally.broken.append(f"{rows} rows, answers {sorted(set(answers))}")
    return tally


SAVES = 20


def same_text(_platform: RunPlatform, guard: str) -> FaultTally:
    """Two people add a line to the minutes at once, repeatedly; after a refusal one merges both texts."""
    from exchanges.content.actions import outcomes, write_minutes
    from tests.factories.accounts import UserFactory
    from tests.factories.exchanges import ExchangeFactory
    from web.forms.edit_conflicts import fingerprint

    exchange = ExchangeFactory(state="held")
    people = UserFactory.create_batch(2, is_lab_staff=True)
    ordinary = outcomes.lock_exchange, outcomes.check_version
    if guard:
        outcomes.lock_exchange = lambda row: row  # type: ignore[misc]
        outcomes.check_version = lambda *_, **__: None

    def save_line(line: str, user: Any, saved_text: str) -> Callable[[], None]:
        def save() -> None:
            text = f"{saved_text}\n{line}".strip()
            write_minutes(exchange=exchange, text=text, version_token=fingerprint(saved_text), at=AT, by=user)
            acknowledged.append(line)

        return save

    acknowledged: list[str] = []
    refused = 0
    try:
        for n in range(SAVES):
            saved_text = text_of(exchange)
            lines = {f"{n} {user.pk}": user for user in people}
            answers = run_at_once(*[save_line(line, user, saved_text) for line, user in lines.items()])
            refused += len(answers) - answers.count("done")
            for line in set(lines) - set(acknowledged):
                save_line(line, lines[line], text_of(exchange))()
    finally:
        outcomes.lock_exchange, outcomes.check_version = ordinary
    tally = FaultTally(open=2 * SAVES)
    tally.lost = len(set(acknowledged) - set(text_of(exchange).splitlines()))
    if len(acknowledged) != 2 * SAVES or refused != SAVES:
        tally.broken.append(f"{len(acknowledged)} of {2 * SAVES} saved, {refused} refused")
    return tally


def text_of(exchange: Any) -> str:
    minutes = exchange.minutes.first()
    return minutes.text if minutes else ""


def last_seat(_platform: RunPlatform, guard: str) -> FaultTally:
    """Ten people take the last place at once, in five exchanges one after the other."""
    from exchanges.models import Registration
    from exchanges.registration.actions import register
    from tests.factories.accounts import UserFactory
    from tests.factories.exchanges import ExchangeFactory, RegistrationFactory

    tally = FaultTally(open=50)
    people = UserFactory.create_batch(10, is_lab_staff=True)
    with unguarded(guard, f"DROP TRIGGER {capacity_rule()} ON exchanges_registration"):
        for _ in range(5):
            exchange = ExchangeFactory(state="registration_open", capacity=2)
            RegistrationFactory(exchange=exchange, state="registered")
            run_at_once(
                *[
                    lambda user=user, exchange=exchange: register(exchange=exchange, user=user, at=AT, by=user)
                    for user in people
                ]
            )
            taken = Registration.objects.filter(exchange=exchange, state="registered").count()
            if taken != 2:
                tally.broken.append(f"{taken} people on 2 places")
    return tally


def capacity_rule() -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgname LIKE 'pgtrigger_registration_capacity_%'")
        return str(cursor.fetchone()[0])


def two_hosts(_platform: RunPlatform, guard: str) -> FaultTally:
    """Two lab staff give the same exchange to two cohorts, each having seen the current host."""
    from cohorts.models import Cohort
    from exchanges.models import Exchange
    from exchanges.planning.actions import plan_exchanges, swap_host
    from tests.factories.accounts import UserFactory
    from tests.factories.exchanges import edition_of_four, format_with_reminder_schedule

    edition = edition_of_four(format=format_with_reminder_schedule())
    plan_exchanges(edition=edition, at=datetime(2027, 1, 5, 8, tzinfo=UTC))
    exchange = Exchange.objects.order_by("number")[0]
    staff = UserFactory(is_lab_staff=True)
    others = list(Cohort.objects.exclude(hosted_exchanges=exchange).order_by("pk")[:2])
    with unguarded(guard):
        answers = run_at_once(
            *[
                lambda host=host: swap_host(
                    exchange=exchange, host=host, reason="Travaux", at=AT, by=staff, version=exchange.version
                )
                for host in others
            ]
        )
    tally = FaultTally(open=2)
    exchange.refresh_from_db()
    refused_versions = [answer for answer in answers if "changed in the meantime" in answer]
    if answers.count("done") != 1 or len(refused_versions) != 1:
        tally.broken.append(f"answers: {answers}")
    return tally
