"""Faults of people at the same moment: the same form twice, one text, the last seat, two hosts for one exchange."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from tests.at_once import at_once
from tools.faults.count import Count
from tools.faults.stage import Stage

AT = datetime(2027, 3, 1, 8, tzinfo=UTC)


@contextmanager
def unguarded(guard: str, *statements: str) -> Iterator[None]:
    """Take the lock of the exchange away, and these rules from the run's own database."""
    from django.db import connection

    from exchanges.planning.actions import hosts
    from exchanges.registration.actions import answers

    ordinary = answers.locked, hosts.locked

    def unlocked(exchange, *, version=None):
        return type(exchange).objects.with_place().get(pk=exchange.pk)

    if guard:
        answers.locked = hosts.locked = unlocked
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
    try:
        yield
    finally:
        answers.locked, hosts.locked = ordinary


def form_sent_twice(_stage: Stage, guard: str) -> Count:
    """The same person takes the same place from five windows at once."""
    from exchanges.models import Registration
    from exchanges.registration.actions import register
    from tests.factories.accounts import UserFactory
    from tests.factories.exchanges import ExchangeFactory

    exchange = ExchangeFactory(state="registration_open")
    person = UserFactory(is_lab_staff=True)
    with unguarded(guard, "ALTER TABLE exchanges_registration DROP CONSTRAINT registration_once"):
        answers = at_once(*[lambda: register(exchange=exchange, user=person, at=AT, by=person)] * 5)
    rows = Registration.objects.filter(user=person).count()
    found = Count(open=5)
    if rows != 1 or answers != ["done"] * 5:
        found.broken.append(f"{rows} rows, answers {sorted(set(answers))}")
    return found


SAVES = 20


def same_text(_stage: Stage, guard: str) -> Count:
    """Two people add a line to the minutes at once, again and again; who is refused joins both texts."""
    from exchanges.content.actions import outcomes, write_minutes
    from tests.factories.accounts import UserFactory
    from tests.factories.exchanges import ExchangeFactory
    from web.forms.edit_conflicts import fingerprint

    exchange = ExchangeFactory(state="held")
    people = UserFactory.create_batch(2, is_lab_staff=True)
    ordinary = outcomes.locked, outcomes.check_seen
    if guard:
        outcomes.locked, outcomes.check_seen = lambda row: row, lambda *_, **__: None

    def saved(line: str, user: Any, stands: str) -> Callable[[], None]:
        def save() -> None:
            text = f"{stands}\n{line}".strip()
            write_minutes(exchange=exchange, text=text, seen=fingerprint(stands), at=AT, by=user)
            acknowledged.append(line)

        return save

    acknowledged: list[str] = []
    refused = 0
    try:
        for n in range(SAVES):
            stands = text_of(exchange)
            lines = {f"{n} {user.pk}": user for user in people}
            answers = at_once(*[saved(line, user, stands) for line, user in lines.items()])
            refused += len(answers) - answers.count("done")
            for line in set(lines) - set(acknowledged):
                saved(line, lines[line], text_of(exchange))()
    finally:
        outcomes.locked, outcomes.check_seen = ordinary
    found = Count(open=2 * SAVES)
    found.lost = len(set(acknowledged) - set(text_of(exchange).splitlines()))
    if len(acknowledged) != 2 * SAVES or refused != SAVES:
        found.broken.append(f"{len(acknowledged)} of {2 * SAVES} saved, {refused} refused")
    return found


def text_of(exchange: Any) -> str:
    minutes = exchange.minutes.first()
    return minutes.text if minutes else ""


def last_seat(_stage: Stage, guard: str) -> Count:
    """Ten people take the last place at once."""
    from exchanges.models import Registration
    from exchanges.registration.actions import register
    from tests.factories.accounts import UserFactory
    from tests.factories.exchanges import ExchangeFactory, RegistrationFactory

    exchange = ExchangeFactory(state="registration_open", capacity=2)
    RegistrationFactory(exchange=exchange, state="registered")
    people = UserFactory.create_batch(10, is_lab_staff=True)
    with unguarded(guard, f"DROP TRIGGER {capacity_rule()} ON exchanges_registration"):
        at_once(*[lambda user=user: register(exchange=exchange, user=user, at=AT, by=user) for user in people])
    taken = Registration.objects.filter(exchange=exchange, state="registered").count()
    found = Count(open=10)
    if taken != 2:
        found.broken.append(f"{taken} people on 2 places")
    return found


def capacity_rule() -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgname LIKE 'pgtrigger_registration_capacity_%'")
        return str(cursor.fetchone()[0])


def two_hosts(_stage: Stage, guard: str) -> Count:
    """Two of the lab give the same exchange to two cohorts, each having seen the present host."""
    from cohorts.models import Cohort
    from exchanges.models import Exchange
    from exchanges.planning.actions import plan_exchanges, swap_host
    from tests.factories.accounts import UserFactory
    from tests.factories.exchanges import edition_of_four, format_with_ladder

    edition = edition_of_four(format=format_with_ladder())
    plan_exchanges(edition=edition, at=datetime(2027, 1, 5, 8, tzinfo=UTC))
    exchange = Exchange.objects.order_by("number").first()
    staff = UserFactory(is_lab_staff=True)
    others = list(Cohort.objects.exclude(pk=exchange.host_id).order_by("pk")[:2])
    with unguarded(guard):
        answers = at_once(
            *[
                lambda host=host: swap_host(
                    exchange=exchange, host=host, reason="Travaux", at=AT, by=staff, version=exchange.version
                )
                for host in others
            ]
        )
    found = Count(open=2)
    exchange.refresh_from_db()
    told = [answer for answer in answers if "changed in the meantime" in answer]
    if answers.count("done") != 1 or len(told) != 1:
        found.broken.append(f"answers: {answers}")
    return found
