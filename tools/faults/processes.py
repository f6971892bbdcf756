"""Faults of processes: killed, frozen, restarted, doubled."""

import os
import signal
import time
from collections import Counter

from tools.faults.cast import guests, now, remind, settle, unsent, wait_accepted
from tools.faults.platform import RunPlatform, wait_for
from tools.faults.tally import FaultTally, tally_run

SENDERS = 3  # of one worker process, as the platform has them
PEOPLE = 90
LEASE = 4.0
SCAN = 1.0
SLACK = 40.0  # for a worker to start on a busy machine
PATIENCE = 60.0


def start_processes(platform: RunPlatform, guard: str, workers: int = 1, beats: int = 1) -> list:
    """Start the workers and beats of a run."""
    tally = [platform.start_worker("--concurrency", "1", GUARD=guard, LEASE=str(LEASE)) for _ in range(workers)]
    for number in range(beats):
        platform.start_beat(number)
    return tally


def worker_killed(platform: RunPlatform, guard: str) -> FaultTally:
    """kill -9, three times, each in the middle of sending; a new worker takes over."""
    guests(PEOPLE)
    remind(1, now())
    platform.start_mail_server(before=0.02)
    [worker] = start_processes(platform, guard)
    left = []
    for kills in range(1, 4):
        wait_accepted(platform, kills * 15, 15 if guard and kills > 1 else 40)
        platform.kill(worker)
        left.append(unsent())
        worker = platform.start_worker("--concurrency", "1", GUARD=guard, LEASE=str(LEASE))
    begun = time.time()
    settle(15 if guard else PATIENCE)
    return tally_run(platform, bound=3 * SENDERS, open_then=max(left), by=begun + LEASE + SCAN + SLACK)


def redis_emptied(platform: RunPlatform, guard: str) -> FaultTally:
    """Redis is killed with its messages, and restarts empty."""
    guests(PEOPLE)
    platform.start_mail_server(before=0.02)
    start_processes(platform, guard, beats=0 if guard == "scan" else 1)
    time.sleep(3)
    remind(1, now())
    platform.wake_worker()
    platform.kill(platform.redis.child)
    left = PEOPLE - len(platform.accepted())
    time.sleep(1)
    platform.redis.start()
    begun = time.time()
    settle(12 if guard else PATIENCE)
    return tally_run(platform, bound=0, open_then=left, by=begun + LEASE + SCAN + SLACK)


def postgres_restarted(platform: RunPlatform, guard: str) -> FaultTally:
    """PostgreSQL stops immediately in the middle of everything, and restarts."""
    guests(PEOPLE)
    remind(1, now())
    platform.start_mail_server(before=0.02)
    start_processes(platform, guard)
    wait_accepted(platform, 20)
    left = unsent()
    from django.db import connection

    connection.close()
    platform.cluster._run("pg_ctl", "restart", "-w", "-D", str(platform.cluster.data), "-m", "immediate")
    begun = time.time()
    settle(PATIENCE)
    return tally_run(platform, bound=SENDERS, open_then=left, by=begun + LEASE + SCAN + SLACK)


def three_beats(platform: RunPlatform, guard: str) -> FaultTally:
    """Three beats send three times as many wake-ups to two workers."""
    guests(PEOPLE)
    remind(1, now())
    platform.start_mail_server(before=0.02)
    start_processes(platform, guard, workers=2, beats=3)
    wait_accepted(platform, 1)
    left = unsent()
    settle(PATIENCE)
    return tally_run(platform, bound=0, open_then=left)


def sender_frozen(platform: RunPlatform, guard: str) -> FaultTally:
    """A worker is frozen past its lease during a hand-over, another takes over, the first wakes up.

    It is frozen when the mail server has an e-mail and has not answered yet: that e-mail has to be sent again.
    """
    guests(PEOPLE)
    remind(1, now())
    platform.start_mail_server(hold=0.4)
    [first] = start_processes(platform, guard)
    wait_for(lambda: in_doubt(platform) or (guard and platform.accepted()), "an e-mail inside its hand-over")
    os.killpg(first.pid, signal.SIGSTOP)
    left = unsent()
    platform.set_orders()
    platform.start_worker("--concurrency", "1", GUARD=guard, LEASE=str(LEASE))
    settle(PATIENCE)
    os.killpg(first.pid, signal.SIGCONT)
    time.sleep(4)
    tally = tally_run(platform, bound=SENDERS, open_then=left)
    if not tally.extra:
        tally.broken.append("no hand-over was cut open")
    if any(copies > 2 for copies in Counter(row["id"] for row in platform.accepted()).values()):
        tally.broken.append("an e-mail came three times")
    return tally


def in_doubt(platform: RunPlatform) -> bool:
    """Return whether the mail server has an e-mail whose sender is waiting for the answer."""
    from notifications.models import Delivery

    taken = [row["id"] for row in platform.accepted()]
    return Delivery.objects.filter(state="handing_over", message_id__in=taken).exists()
