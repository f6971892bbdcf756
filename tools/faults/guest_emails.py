"""Faults while guests are invited by e-mail: the worker is killed, some erase themselves, some stop the e-mails."""

import time
from datetime import timedelta
from typing import Any

from tools.faults.cast import now, settle, unsent, wait_accepted
from tools.faults.emails import tuesday_before
from tools.faults.platform import RunPlatform
from tools.faults.processes import LEASE, PATIENCE, PEOPLE, SCAN, SENDERS, SLACK, start_processes
from tools.faults.tally import FaultTally, tally_run

LEAVING = 5  # of each way


def guests_invited(platform: RunPlatform, guard: str) -> FaultTally:
    """Stakeholders are invited to a session; the worker is killed twice, some erase themselves or stop the e-mails."""
    invite(PEOPLE // 2)
    platform.start_mail_server(before=0.05)
    [worker] = start_processes(platform, guard)
    left = []
    for kills in (1, 2):
        wait_accepted(platform, kills * 10, 15 if guard and kills > 1 else 40)
        platform.kill(worker)
        left.append(unsent())
        if kills == 1:
            stale = leave()
        worker = platform.start_worker("--concurrency", "1", GUARD=guard, LEASE=str(LEASE))
    begun = time.time()
    settle(15 if guard else PATIENCE)
    tally = tally_run(platform, bound=2 * SENDERS, open_then=max(left), by=begun + LEASE + SCAN + SLACK, stale=stale)
    if missing := remaining_addresses(stale) - {row["to"] for row in platform.accepted()}:
        tally.broken.append(f"{len(missing)} guests not invited")
    return tally


def remaining_addresses(stale: list[str]) -> set[str]:
    """Return the addresses of the guests who have not left."""
    from cohorts.guests.reminders import KIND
    from notifications.models import DeliveryItem

    items = DeliveryItem.objects.filter(reminder__kind=KIND).exclude(delivery__message_id__in=stale)
    return set(items.values_list("user__email", flat=True))


def invite(people: int) -> None:
    """Schedule a stakeholder meeting in three weeks with guests on its list who agreed to e-mails."""
    from cohorts.attendance.actions import invite_people
    from cohorts.sessions.actions.sessions import DayPlan, plan_session, schedule_session
    from tests.factories.cohorts import (
        CohortFactory,
        MembershipFactory,
        StakeholderContactFactory,
        StakeholderFactory,
    )
    from tests.factories.programmes import EditionFactory, format_with_schedules

    today = now().date()
    begun, ends = today - timedelta(days=300), today + timedelta(days=300)
    pattern = format_with_schedules("stakeholder_session")
    cohort = CohortFactory(edition=EditionFactory(format=pattern, starts_on=begun, ends_on=ends))
    pilot = MembershipFactory(cohort=cohort, role="pilot", starts_on=begun).user
    stakeholders = StakeholderFactory.create_batch(people, cohort=cohort, kind="person")
    for stakeholder in stakeholders:
        StakeholderContactFactory(stakeholder=stakeholder)
    days = [DayPlan(tuesday_before(today + timedelta(days=25)), venue="Mairie")]
    session = plan_session(
        cohort=cohort, number="7", kind="stakeholder_meeting", days=days, accept_conflicts=True, by=pilot
    )
    invite_people(days=list(session.days.all()), people=stakeholders, today=today, at=now(), by=pilot)
    schedule_session(session=session, at=now(), by=pilot)


def leave() -> list[str]:
    """Let guests whose e-mails wait erase themselves, and others stop them; return the Message-IDs of their e-mails."""
    from cohorts.guests.actions import erase_guest
    from cohorts.guests.reminders import KIND
    from cohorts.models import StakeholderContact
    from notifications.models import DeliveryItem
    from notifications.preferences.actions import unsubscribe

    waiting = DeliveryItem.objects.filter(reminder__kind=KIND, delivery__state="queued").order_by("-pk")
    rows: list[Any] = list(waiting.values_list("user", "delivery__message_id")[: 2 * LEAVING])
    listed = StakeholderContact.objects.select_related("stakeholder", "user")
    contacts = {contact.user_id: contact for contact in listed}
    for number, (user, _message_id) in enumerate(rows):
        if number % 2:
            erase_guest(stakeholder=contacts[user].stakeholder, at=now(), by=None)
        else:
            unsubscribe(user=contacts[user].user, kinds=[KIND], by=None)
    return [message_id for _user, message_id in rows]
