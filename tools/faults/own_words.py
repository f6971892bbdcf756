"""Faults while e-mails in people's own words are sent: a reworded step of a schedule, and an e-mail to a cohort."""

import time
from datetime import timedelta
from typing import Any

from tests.concurrency import run_at_once
from tools.faults.cast import meeting, now, settle, unsent, wait_accepted
from tools.faults.emails import SAVE_THE_DATE, tuesday_before
from tools.faults.platform import RunPlatform
from tools.faults.processes import LEASE, PATIENCE, PEOPLE, SCAN, SENDERS, SLACK, start_processes
from tools.faults.tally import FaultTally, tally_run

LEAVING = 5
STEP = {"fr": "Vos mots pour {exchange}", "en": "Your words about {exchange}"}
WRITTEN = {"fr": "Salle au second", "en": "Room upstairs"}


def reworded_and_written(platform: RunPlatform, guard: str) -> FaultTally:
    """A reworded save-the-date and an e-mail to the cohort leave together; the worker is killed twice, people leave."""
    from exchanges.reminders import plan_emails
    from notifications.models import Reminder

    exchange = meeting(PEOPLE // 2, tuesday_before(now().date() + timedelta(days=SAVE_THE_DATE)), own_format())
    set_languages(exchange.host)
    plan_emails(exchange, at=now(), by=None)
    answers = send_five_times(exchange.host)
    platform.start_mail_server(before=0.05)
    [worker] = start_processes(platform, guard)
    left = []
    for kills in (1, 2):
        wait_accepted(platform, kills * 10, 15 if guard and kills > 1 else 40)
        platform.kill(worker)
        left.append(unsent())
        if kills == 1:
            gone = people_leave(exchange.host)
        worker = platform.start_worker("--concurrency", "1", GUARD=guard, LEASE=str(LEASE))
    begun = time.time()
    settle(15 if guard else PATIENCE)
    tally = tally_run(
        platform, bound=2 * SENDERS, open_then=max(left), by=begun + LEASE + SCAN + SLACK, stale=stale(platform, gone)
    )
    tally.wrong += wrongly_worded(platform)
    if answers != ["done"] * 5 or Reminder.objects.filter(kind="group_email").count() != 1:
        tally.broken.append(f"sent more than once: {sorted(set(answers))}")
    return tally


def own_format() -> Any:
    """Return a published format with the usual schedule, whose save-the-date is in the lab's words."""
    from programmes.formats.reminder_schedules import EXCHANGE
    from programmes.models import Format, ReminderStep
    from tests.factories.programmes import FormatFactory

    draft = FormatFactory(published_at=None)
    for position, step in enumerate(EXCHANGE, start=1):
        texts: dict[str, str] = {}
        if step.slug == "save_the_date":
            for language, subject in STEP.items():
                texts |= {f"subject_{language}": subject, f"body_{language}": "{dates}\n\n{link}"}
        ReminderStep.objects.create(
            format=draft,
            kind="exchange",
            position=position,
            slug=step.slug,
            offset=str(step.offset),
            audience=step.audience,
            email_type=step.email_type,
            alone=step.alone,
            **texts,
        )
    Format.objects.filter(pk=draft.pk).update(published_at=now())
    return Format.objects.get(pk=draft.pk)


def set_languages(cohort: Any) -> None:
    """Set the language of every other member to English, of the others to French."""
    from accounts.models import User

    for number, user in enumerate(User.objects.filter(memberships__cohort=cohort).order_by("pk")):
        User.objects.filter(pk=user.pk).update(language="en" if number % 2 else "fr")


def send_five_times(cohort: Any) -> list[str]:
    """Write an e-mail to the cohort and send it from five windows at once; return what each answered."""
    from notifications.actions import send_group_email, write_group_email
    from tests.factories.accounts import UserFactory

    lab = UserFactory(is_lab_staff=True)
    texts = {f"subject_{language}": subject for language, subject in WRITTEN.items()}
    texts |= {f"body_{language}": "{dates}" for language in WRITTEN}
    email = write_group_email(circle="cohort", object_id=cohort.pk, audience="everyone", at=now(), by=lab, **texts)
    return run_at_once(*[lambda: send_group_email(email=email, at=now(), by=lab)] * 5)


def people_leave(cohort: Any) -> set[int]:
    """End the membership of people whose e-mails are not sent yet, while a sender may hold them; return their keys."""
    from notifications.models import DeliveryItem

    waiting = DeliveryItem.objects.filter(reminder__kind="group_email", delivery__state="queued")
    gone = set(waiting.order_by("-pk").values_list("user", flat=True)[:LEAVING])
    yesterday = now().date() - timedelta(days=1)
    cohort.memberships.filter(user__in=gone).update(ends_on=yesterday)
    return gone


def stale(platform: RunPlatform, gone: set[int]) -> list[str]:
    """Return the Message-IDs of the cohort's e-mails to people who had left before their hand-over began."""
    from notifications.models import DeliveryItem

    items = DeliveryItem.objects.filter(user__in=gone, reminder__kind="group_email")
    return list(items.values_list("delivery__message_id", flat=True))


def wrongly_worded(platform: RunPlatform) -> int:
    """Count accepted e-mails whose subject is not the one that was written in the language of the person."""
    from accounts.models import User

    languages = dict(User.objects.values_list("email", "language"))
    expected = {language: {STEP[language].partition("{")[0], WRITTEN[language]} for language in STEP}
    return sum(
        1
        for row in platform.accepted()
        if not any(row["subject"].startswith(text) for text in expected[languages[row["to"]] or "fr"])
    )
