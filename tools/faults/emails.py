"""Faults of the mail server, of the clock, and of events that change while e-mails are being sent."""

import time
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from tools.faults.cast import guests, meeting, now, remind, settle, unsent, wait_accepted
from tools.faults.platform import RunPlatform
from tools.faults.processes import LEASE, PEOPLE, SENDERS, start_processes
from tools.faults.tally import FaultTally, tally_run

SILENCES, DROPS, DROPS_AFTER, BUSY, NO = 2, 3, 3, 6, 5


def mail_server_answers(platform: RunPlatform, guard: str) -> FaultTally:
    """451, 550, silence, and connections dropped before and after it accepted the e-mail, mixed with normal answers."""
    from notifications.models import Delivery

    guests(PEOPLE)
    remind(1, now())
    answers = ["451 busy"] * BUSY + ["550 no such person"] * NO + ["drop"] * DROPS + ["drop accepted"] * DROPS_AFTER
    platform.start_mail_server(answers=["silence", "250 kept"] * SILENCES + answers)
    start_processes(platform, guard)
    wait_accepted(platform, 1)
    left = unsent()
    settle(60)
    tally = tally_run(platform, bound=DROPS_AFTER, open_then=left)
    dead = Delivery.objects.filter(state="dead", reason="refused", last_error__startswith="550").count()
    if dead != NO:
        tally.broken.append(f"{dead} of {NO} e-mails refused for good say so")
    return tally


def five_days_down(platform: RunPlatform, guard: str) -> FaultTally:
    """Nothing runs for five days; then everything starts at once."""
    from exchanges.reminders import send_unless_planned
    from notifications.models import Delivery, Reminder

    guests(PEOPLE // 3)
    begun = now()
    soon = meeting(PEOPLE // 3, begun.date() + timedelta(days=1))
    send_unless_planned(soon, "exchange_changed", audience="active_members", at=begun, by=None)
    for event, (days, lasts) in enumerate([(0.5, 1), (1, 2), (2, 10), (3, 1), (4, 30)], start=1):
        remind(event, begun + timedelta(days=days), timedelta(days=lasts))
    later = begun + timedelta(days=5)
    clock = f"{later.isoformat()} {time.monotonic()}"
    platform.start_mail_server()
    platform.start_worker("--concurrency", "1", GUARD=guard, LEASE=str(LEASE), CLOCK=clock)
    platform.start_beat(CLOCK=clock)
    settle(60, lambda: later)
    useless = set(Reminder.objects.filter(expires_at__lte=later).values_list("pk", flat=True))
    stale = Delivery.objects.filter(items__reminder__in=useless).values_list("message_id", flat=True)
    tally = tally_run(platform, bound=0, open_then=6 * (PEOPLE // 3), stale=list(stale))
    if Delivery.objects.filter(state="sent").count() != 2 * (PEOPLE // 3) and not guard:
        tally.broken.append("not each useful e-mail went")
    if Reminder.objects.filter(email_type="exchange_changed").exclude(state="expired").exists() and not guard:
        tally.broken.append("news of an Intertransfo that is over left")
    if Reminder.objects.filter(state="expired", reason="expired").count() != len(useless):
        tally.broken.append("a useless reminder does not say it expired")
    return tally


SAVE_THE_DATE = 16 * 7  # days before; less than that ahead it is overdue, and goes at once
TUESDAY = 1


def moved_or_cancelled(platform: RunPlatform, guard: str) -> FaultTally:
    """An exchange moves and a workshop is cancelled while a sender holds the e-mails of both."""
    from exchanges.reminders import plan_emails
    from notifications.actions import cancel_reminders
    from notifications.events import EventRef
    from notifications.models import Delivery

    guests(PEOPLE // 2)
    exchange = meeting(PEOPLE // 2, tuesday_before(now().date() + timedelta(days=SAVE_THE_DATE)))
    plan_emails(exchange, at=now(), by=None)
    remind(2, now())
    platform.start_mail_server(before=0.1)
    start_processes(platform, guard)
    wait_accepted(platform, 6)
    left = unsent()
    move(exchange)
    cancel_reminders(event=EventRef("workshop", 2), reason="cancelled", by=None)
    on_their_way = set(Delivery.objects.filter(state="handing_over").values_list("message_id", flat=True))
    already_accepted = {row["id"] for row in platform.accepted()}
    before = Delivery.objects.filter(items__reminder__version=1).values_list("message_id", flat=True)
    settle(60)
    time.sleep(6)
    tally = tally_run(platform, bound=0, open_then=left, stale=sorted(set(before) - already_accepted - on_their_way))
    tally.lost += uninformed_members(platform, exchange)
    if len(on_their_way) > SENDERS:
        tally.broken.append(f"{len(on_their_way)} e-mails were being handed over at once")
    return tally


def tuesday_before(day: date) -> date:
    return day - timedelta(days=(day.weekday() - TUESDAY) % 7 or 7)


def move(exchange: Any) -> None:
    """Move to the Tuesday before, or one week earlier on a holiday, so that the first e-mail stays overdue."""
    from exchanges.planning.actions import move_exchange
    from tests.factories.accounts import UserFactory
    from web.errors import DomainError

    lab = UserFactory(is_lab_staff=True)
    for weeks in (1, 2):
        with suppress(DomainError):
            first_day = exchange.first_day - timedelta(weeks=weeks)
            move_exchange(exchange=exchange, first_day=first_day, days=exchange.days, at=now(), by=lab)
            return
    raise RuntimeError("no day to move to")


def uninformed_members(platform: RunPlatform, exchange: Any) -> int:
    """Count members not informed of the new date: no notice of the change after the old date, or no e-mail at all."""
    from exchanges.reminders import CHANGED
    from notifications.models import DeliveryItem

    accepted_ids = {row["id"] for row in platform.accepted()}
    items = DeliveryItem.objects.filter(reminder__kind="exchange", reminder__object_id=exchange.pk).values_list(
        "delivery__message_id", "user_id", "reminder__version", "reminder__email_type"
    )
    received = [(user, version, email_type) for key, user, version, email_type in items if key in accepted_ids]
    old = {user for user, version, _email_type in received if version == 1}
    changed = {user for user, _version, email_type in received if email_type == CHANGED}
    new = {user for user, version, _email_type in received if version > 1}
    members = set(exchange.host.memberships.values_list("user_id", flat=True))
    return len((old - changed) | (members - new))


CHANGES = (datetime(2026, 10, 25, 1, tzinfo=UTC), datetime(2027, 3, 28, 1, tzinfo=UTC))
BEFORE, EMAILS, PERIOD = 6, 14, 3.0


def clock_changes(platform: RunPlatform, guard: str) -> FaultTally:
    """Both nights on which the clock changes in Paris: an e-mail is due each second from before until after."""
    from notifications.models import Reminder

    guests(1)
    platform.start_mail_server()
    clock = platform.folder / "clock"
    late = 0
    for year, change in enumerate(CHANGES[:1] if guard else CHANGES):
        set_clock(clock, change - timedelta(hours=3))
        remind(1000 + year, change - timedelta(hours=4))
        worker = platform.start_worker("--concurrency", "1", GUARD=guard, CLOCK=f"@{clock}", LEASE=str(LEASE))
        beat = platform.start_beat(number=year, SCAN=str(PERIOD), GUARD=guard, CLOCK=f"@{clock}")
        wait_accepted(platform, len(platform.accepted()) + 1)
        start = change - timedelta(seconds=BEFORE)
        due = {year * 100 + n: start + timedelta(seconds=n) for n in range(1, EMAILS + 1)}
        for event, moment in due.items():
            remind(event, moment)
        set_clock(clock, start)
        since = time.time()
        time.sleep(EMAILS + 3 * PERIOD)
        platform.kill(worker)
        platform.kill(beat)
        late += wrongly_timed(platform, due, start, since)
    tally = tally_run(platform, bound=0, open_then=EMAILS * (1 if guard else 2))
    tally.late, tally.lost = late, Reminder.objects.filter(state="planned").count()
    return tally


def set_clock(path: Path, moment: datetime) -> None:
    """Set the time of every process that uses this clock."""
    new = path.with_suffix(".new")
    new.write_text(f"{moment.isoformat()} {time.monotonic()}")
    new.rename(path)


def wrongly_timed(platform: RunPlatform, due: dict[int, datetime], start: datetime, since: float) -> int:
    """Count e-mails sent before they were due, or more than two periods after."""
    from notifications.models import DeliveryItem

    moments = {row["id"]: start + timedelta(seconds=row["at"] - since) for row in platform.accepted()}
    rows = DeliveryItem.objects.filter(reminder__object_id__in=due).values_list(
        "delivery__message_id", "reminder__object_id"
    )
    gaps = [(moments[key] - due[event]).total_seconds() for key, event in rows if key in moments]
    return sum(1 for gap in gaps if not -0.5 <= gap <= 2 * PERIOD)
