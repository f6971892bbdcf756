"""Faults of the mail server, of time and of events that change while letters are on their way."""

import time
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from tools.faults.cast import guests, meeting, now, remind, settle, unsent, wait_accepted
from tools.faults.count import Count, count
from tools.faults.processes import LEASE, PEOPLE, SENDERS, crew
from tools.faults.stage import Stage

SILENCES, DROPS, DROPS_AFTER, BUSY, NO = 2, 3, 3, 6, 5


def mail_server_answers(stage: Stage, guard: str) -> Count:
    """451, 550, silence, dropped before and after it took the letter, mixed into ordinary work."""
    from notifications.models import Delivery

    guests(PEOPLE)
    remind(1, now())
    answers = ["451 busy"] * BUSY + ["550 no such person"] * NO + ["drop"] * DROPS + ["drop accepted"] * DROPS_AFTER
    stage.postbox(answers=["silence", "250 kept"] * SILENCES + answers)
    crew(stage, guard)
    wait_accepted(stage, 1)
    left = unsent()
    settle(60)
    found = count(stage, bound=DROPS_AFTER, open_then=left)
    dead = Delivery.objects.filter(state="dead", reason="refused", last_error__startswith="550").count()
    if dead != NO:
        found.broken.append(f"{dead} of {NO} letters refused for good say so")
    return found


def five_days_down(stage: Stage, guard: str) -> Count:
    """Nothing runs for five days; then everything starts at once."""
    from exchanges.reminders import tell
    from notifications.models import Delivery, Reminder

    guests(PEOPLE // 3)
    begun = now()
    soon = meeting(PEOPLE // 3, begun.date() + timedelta(days=1))
    tell(soon, "exchange_changed", audience="active_members", at=begun, by=None)
    for event, (days, lasts) in enumerate([(0.5, 1), (1, 2), (2, 10), (3, 1), (4, 30)], start=1):
        remind(event, begun + timedelta(days=days), timedelta(days=lasts))
    later = begun + timedelta(days=5)
    clock = f"{later.isoformat()} {time.monotonic()}"
    stage.postbox()
    stage.worker("--concurrency", "1", GUARD=guard, LEASE=str(LEASE), CLOCK=clock)
    stage.beat(CLOCK=clock)
    settle(60, lambda: later)
    useless = set(Reminder.objects.filter(expires_at__lte=later).values_list("pk", flat=True))
    stale = Delivery.objects.filter(items__reminder__in=useless).values_list("message_id", flat=True)
    found = count(stage, bound=0, open_then=6 * (PEOPLE // 3), stale=list(stale))
    if Delivery.objects.filter(state="sent").count() != 2 * (PEOPLE // 3) and not guard:
        found.broken.append("not each useful letter went")
    if Reminder.objects.filter(letter="exchange_changed").exclude(state="expired").exists() and not guard:
        found.broken.append("news of an Intertransfo that is over left")
    if Reminder.objects.filter(state="expired", reason="expired").count() != len(useless):
        found.broken.append("a useless reminder does not say it expired")
    return found


SAVE_THE_DATE = 16 * 7  # days before; less than that ahead it is overdue, and goes at once
TUESDAY = 1


def moved_or_cancelled(stage: Stage, guard: str) -> Count:
    """An exchange moves and a workshop is cancelled while a sender holds the letters of both."""
    from exchanges.reminders import plan
    from notifications.actions import cancel_reminders
    from notifications.events import EventRef
    from notifications.models import Delivery

    guests(PEOPLE // 2)
    exchange = meeting(PEOPLE // 2, tuesday_before(now().date() + timedelta(days=SAVE_THE_DATE)))
    plan(exchange, at=now(), by=None)
    remind(2, now())
    stage.postbox(before=0.1)
    crew(stage, guard)
    wait_accepted(stage, 6)
    left = unsent()
    move(exchange)
    cancel_reminders(event=EventRef("workshop", 2), reason="cancelled", by=None)
    on_their_way = set(Delivery.objects.filter(state="handing_over").values_list("message_id", flat=True))
    known = {row["id"] for row in stage.accepted()}
    before = Delivery.objects.filter(items__reminder__version=1).values_list("message_id", flat=True)
    settle(60)
    time.sleep(6)
    found = count(stage, bound=0, open_then=left, stale=sorted(set(before) - known - on_their_way))
    found.lost += untold(stage, exchange)
    if len(on_their_way) > SENDERS:
        found.broken.append(f"{len(on_their_way)} letters were being handed over at once")
    return found


def tuesday_before(day: date) -> date:
    return day - timedelta(days=(day.weekday() - TUESDAY) % 7 or 7)


def move(exchange: Any) -> None:
    """To the Tuesday before, or the one before that where it is a holiday: the first letter stays overdue."""
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


def untold(stage: Stage, exchange: Any) -> int:
    """Members whom the new date did not reach: not told that it changed though they had the old one, or not at all."""
    from exchanges.reminders import CHANGED
    from notifications.models import DeliveryItem

    post = {row["id"] for row in stage.accepted()}
    letters = DeliveryItem.objects.filter(reminder__kind="exchange", reminder__object_id=exchange.pk).values_list(
        "delivery__message_id", "user_id", "reminder__version", "reminder__letter"
    )
    came = [(user, version, letter) for key, user, version, letter in letters if key in post]
    old = {user for user, version, _letter in came if version == 1}
    changed = {user for user, _version, letter in came if letter == CHANGED}
    new = {user for user, version, _letter in came if version > 1}
    members = set(exchange.host.memberships.values_list("user_id", flat=True))
    return len((old - changed) | (members - new))


CHANGES = (datetime(2026, 10, 25, 1, tzinfo=UTC), datetime(2027, 3, 28, 1, tzinfo=UTC))
BEFORE, LETTERS, PERIOD = 6, 14, 3.0


def clock_changes(stage: Stage, guard: str) -> Count:
    """Both nights on which the clock changes in Paris: a letter due each second from before until after."""
    from notifications.models import Reminder

    guests(1)
    stage.postbox()
    clock = stage.folder / "clock"
    late = 0
    for year, change in enumerate(CHANGES[:1] if guard else CHANGES):
        set_clock(clock, change - timedelta(hours=3))
        remind(1000 + year, change - timedelta(hours=4))
        worker = stage.worker("--concurrency", "1", GUARD=guard, CLOCK=f"@{clock}", LEASE=str(LEASE))
        beat = stage.beat(number=year, SCAN=str(PERIOD), GUARD=guard, CLOCK=f"@{clock}")
        wait_accepted(stage, len(stage.accepted()) + 1)
        start = change - timedelta(seconds=BEFORE)
        due = {year * 100 + n: start + timedelta(seconds=n) for n in range(1, LETTERS + 1)}
        for event, moment in due.items():
            remind(event, moment)
        set_clock(clock, start)
        since = time.time()
        time.sleep(LETTERS + 3 * PERIOD)
        stage.kill(worker)
        stage.kill(beat)
        late += off(stage, due, start, since)
    found = count(stage, bound=0, open_then=LETTERS * (1 if guard else 2))
    found.late, found.lost = late, Reminder.objects.filter(state="planned").count()
    return found


def set_clock(path: Path, moment: datetime) -> None:
    """From now on every process that looks at this clock lives at that moment."""
    new = path.with_suffix(".new")
    new.write_text(f"{moment.isoformat()} {time.monotonic()}")
    new.rename(path)


def off(stage: Stage, due: dict[int, datetime], start: datetime, since: float) -> int:
    """Letters that left before they were due, or more than two periods after."""
    from notifications.models import DeliveryItem

    moments = {row["id"]: start + timedelta(seconds=row["at"] - since) for row in stage.accepted()}
    rows = DeliveryItem.objects.filter(reminder__object_id__in=due).values_list(
        "delivery__message_id", "reminder__object_id"
    )
    gaps = [(moments[key] - due[event]).total_seconds() for key, event in rows if key in moments]
    return sum(1 for gap in gaps if not -0.5 <= gap <= 2 * PERIOD)
