"""Letters per second: a real worker sending what is due, against a plain loop over one connection.

The loop gets every letter already written and knows nothing: no check, no record, no second chance. Both talk to the
same postbox. The worker runs with the project's defaults; its time is from the nudge until the last letter is marked
sent in the ledger, so that looking, claiming, checking, writing and recording all count.
"""

import argparse
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from tools.faults.stage import House, Stage, wait_for

SEPARATOR = b"\0\n"
MUST, AIM = 1.3, 1.6


def measure(house: House, letters: int, rounds: int, pause: float) -> Callable[[Any], list[Any]]:
    """Ratios of `rounds` rounds; in each the loop runs before and after the worker, so that both meet the same load."""
    loops, ledgers, ratios = [], [], []
    with house.stage() as stage:
        stage.postbox(pause=pause)
        warm(stage)
        worker = stage.worker(app="labplatform")
        send(stage, 20)
        for _ in range(rounds):
            before = loop(stage, letters // 2)
            ledger = send(stage, letters)
            after = loop(stage, letters // 2)
            alone = 2 / (1 / before + 1 / after)
            loops.append(alone)
            ledgers.append(ledger)
            ratios.append(ledger / alone)
        stage.kill(worker)
    told = f"{pause * 1000:g} ms a reply" if pause else "answering at once"
    must, aim = (MUST, AIM) if pause else (None, MUST)

    def figures(figure: Any) -> list[Any]:
        return [
            figure(f"smtplib loop, one connection, postbox {told}", loops, unit="/s"),
            figure(f"through the ledger, postbox {told}", ledgers, unit="/s"),
            figure(f"ledger ÷ loop, postbox {told}", ratios, must, aim),
        ]

    return figures


def warm(stage: Stage) -> None:
    """An exchange whose registration is open; people are added with each round."""
    from tests.factories.exchanges import ExchangeFactory, format_with_ladder
    from tests.factories.programmes import EditionFactory

    edition = EditionFactory(format=format_with_ladder())
    ExchangeFactory(edition=edition, state="registration_open", first_day=day_in(60))


def day_in(days: int) -> Any:
    from django.utils import timezone

    return timezone.localdate() + timedelta(days=days)


def due(count: int) -> list[Any]:
    """`count` new members invited to the exchange, and a letter due to each, made by the project's own expansion."""
    from django.db import connection
    from django.utils import timezone

    from accounts.models import User
    from cohorts.models import Cohort, Membership
    from exchanges.models import Exchange, Registration
    from notifications.emails.creation import expand_due
    from notifications.models import Delivery, Reminder

    now = timezone.now()
    exchange = Exchange.objects.get()
    step = Reminder.objects.count()
    Registration.objects.filter(state="invited").update(state="declined")
    people = User.objects.bulk_create(
        User(email=f"p{step}-{n}@people.example", full_name=f"Camille Essai{n}", language="fr", password="!")
        for n in range(count)
    )
    cohort = Cohort.objects.get(edition=exchange.edition)
    begun = now - timedelta(days=1)
    Membership.objects.bulk_create(
        Membership(cohort=cohort, user=user, role="relay", starts_on=timezone.localdate(begun)) for user in people
    )
    Registration.objects.bulk_create(Registration(exchange=exchange, user=user) for user in people)
    Reminder.objects.create(
        kind="exchange",
        object_id=exchange.pk,
        version=exchange.version,
        event_day=exchange.first_day,
        step=f"registration-{step}",
        letter="exchange_registration",
        audience="invited",
        due_at=now,
        due_on=timezone.localdate(now),
        expires_at=now + timedelta(days=2),
    )
    expand_due(now)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return list(Delivery.objects.filter(state="queued").select_related("user").order_by("pk"))


def send(stage: Stage, count: int) -> float:
    """Letters a second through the ledger: from the nudge to the last commit."""
    from notifications.models import Delivery

    letters = due(count)
    assert len(letters) == count
    begun = time.perf_counter()
    stage.nudge()
    wait_for(lambda: not Delivery.objects.filter(state__in=["queued", "handing_over"]).exists(), "the worker", 120)
    taken = time.perf_counter() - begun
    assert Delivery.objects.filter(pk__in=[row.pk for row in letters], state="sent").count() == count
    return count / taken


def loop(stage: Stage, count: int) -> float:
    """Letters a second of a process that sends ready texts one after the other."""
    texts = stage.folder / "texts"
    if not texts.exists():
        texts.write_bytes(SEPARATOR.join(written()))
    words = [sys.executable, "-m", "tools.bench.throughput", str(stage.port), str(texts), str(count)]
    return count / float(subprocess.run(words, check=True, capture_output=True, text=True).stdout)


def written() -> list[bytes]:
    """Letters as the project writes them."""
    from django.utils import timezone

    from notifications.emails import rendering
    from notifications.models import DeliveryItem

    texts = []
    for item in DeliveryItem.objects.select_related("delivery__user", "reminder")[:20]:
        row = item.delivery
        letter = rendering.written(row.user, row.language, rendering.topics_of([item.reminder]))
        texts.append(rendering.envelope(row, letter, timezone.now()).message().as_bytes(linesep="\r\n"))
    return texts


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("texts", type=Path)
    parser.add_argument("count", type=int)
    asked = parser.parse_args()
    texts = asked.texts.read_bytes().split(SEPARATOR)
    begun = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", asked.port, local_hostname="localhost") as smtp:
        for number in range(asked.count):
            smtp.sendmail("lab@demo.example", [f"p{number}@people.example"], texts[number % len(texts)])
    print(time.perf_counter() - begun)


if __name__ == "__main__":
    main()
