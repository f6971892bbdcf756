"""E-mails per second: a real worker sending what is due, against a plain loop over one connection.

The loop gets e-mails that are already rendered: it checks nothing, records nothing and tries nothing again. Both talk
to the same mail server. The worker runs with the project's defaults; its time is from its wake-up until the last e-mail
is marked sent in the ledger, so that looking, claiming, checking, rendering and recording all count.
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

from tools.faults.platform import PlatformHost, RunPlatform, wait_for

SEPARATOR = b"\0\n"
MUST, AIM, AIM_AT_ONCE = 1.3, 1.6, 0.25


def measure(host: PlatformHost, emails: int, rounds: int, pause: float) -> Callable[[Any], list[Any]]:
    """Measure `rounds` ratios; in each round the loop runs before and after the worker, so that both meet the same
    load.
    """
    loops, ledgers, ratios = [], [], []
    with host.start_platform() as platform:
        platform.start_mail_server(pause=pause)
        warm(platform)
        worker = platform.start_worker(app="labplatform")
        send(platform, 20)
        for _ in range(rounds):
            before = loop(platform, emails // 2)
            ledger = send(platform, emails)
            after = loop(platform, emails // 2)
            alone = 2 / (1 / before + 1 / after)
            loops.append(alone)
            ledgers.append(ledger)
            ratios.append(ledger / alone)
        platform.kill(worker)
    reply_time = f"{pause * 1000:g} ms a reply" if pause else "answering at once"
    must, aim = (MUST, AIM) if pause else (None, AIM_AT_ONCE)

    def figures(figure: Any) -> list[Any]:
        return [
            figure(f"smtplib loop, one connection, mail server {reply_time}", loops, unit="/s"),
            figure(f"through the ledger, mail server {reply_time}", ledgers, unit="/s"),
            figure(f"ledger ÷ loop, mail server {reply_time}", ratios, must, aim),
        ]

    return figures


def warm(platform: RunPlatform) -> None:
    """Create an exchange open for registration; people are added in each round."""
    from tests.factories.exchanges import ExchangeFactory, format_with_reminder_schedule
    from tests.factories.programmes import EditionFactory

    edition = EditionFactory(format=format_with_reminder_schedule())
    ExchangeFactory(edition=edition, state="registration_open", first_day=day_in(60))


def day_in(days: int) -> Any:
    from django.utils import timezone

    return timezone.localdate() + timedelta(days=days)


def due(count: int) -> list[Any]:
    """Invite `count` new members to the exchange, and make an e-mail due to each by the project's own code."""
    from django.db import connection
    from django.utils import timezone

    from accounts.models import User
    from cohorts.models import Cohort, Membership
    from exchanges.models import Exchange, Registration
    from notifications.emails.creation import create_due_emails
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
        email_type="exchange_registration",
        audience="invited",
        due_at=now,
        due_on=timezone.localdate(now),
        expires_at=now + timedelta(days=2),
    )
    create_due_emails(now)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return list(Delivery.objects.filter(state="queued").select_related("user").order_by("pk"))


def send(platform: RunPlatform, count: int) -> float:
    """Return e-mails per second through the ledger: from the wake-up to the last commit."""
    from notifications.models import Delivery

    emails = due(count)
    assert len(emails) == count
    begun = time.perf_counter()
    platform.wake_worker()
    wait_for(lambda: not Delivery.objects.filter(state__in=["queued", "handing_over"]).exists(), "the worker", 120)
    taken = time.perf_counter() - begun
    assert Delivery.objects.filter(pk__in=[row.pk for row in emails], state="sent").count() == count
    return count / taken


def loop(platform: RunPlatform, count: int) -> float:
    """Return e-mails per second of a process that sends rendered texts one after the other."""
    texts = platform.folder / "texts"
    if not texts.exists():
        texts.write_bytes(SEPARATOR.join(project_emails()))
    words = [sys.executable, "-m", "tools.bench.throughput", str(platform.port), str(texts), str(count)]
    return count / float(subprocess.run(words, check=True, capture_output=True, text=True).stdout)


def project_emails() -> list[bytes]:
    """Return e-mails as the project renders them."""
    from django.conf import settings
    from django.utils import timezone

    from notifications.emails import rendering
    from notifications.models import DeliveryItem

    texts = []
    for item in DeliveryItem.objects.select_related("delivery__user", "reminder")[:20]:
        row = item.delivery
        email = rendering.render_email(row.user, row.language, rendering.load_topics([item.reminder]))
        message = rendering.build_message(row, email, timezone.now(), from_email=settings.DEFAULT_FROM_EMAIL).message()
        texts.append(message.as_bytes(linesep="\r\n"))  # Django's own class takes it
    return texts


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("texts", type=Path)
    parser.add_argument("count", type=int)
    options = parser.parse_args()
    texts = options.texts.read_bytes().split(SEPARATOR)
    begun = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", options.port, local_hostname="localhost") as smtp:
        for number in range(options.count):
            smtp.sendmail("lab@demo.example", [f"p{number}@people.example"], texts[number % len(texts)])
    print(time.perf_counter() - begun)


if __name__ == "__main__":
    main()
