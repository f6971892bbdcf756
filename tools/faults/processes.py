"""Faults of processes: killed, frozen, restarted, doubled."""

import os
import signal
import time
from collections import Counter

from tools.faults.cast import guests, now, remind, settle, unsent, wait_accepted
from tools.faults.count import Count, count
from tools.faults.stage import Stage, wait_for

SENDERS = 3  # of one worker process, as the platform has them
PEOPLE = 90
LEASE = 4.0
SCAN = 1.0
SLACK = 40.0  # for a worker to start on a busy machine
PATIENCE = 60.0


def crew(stage: Stage, guard: str, workers: int = 1, beats: int = 1) -> list:
    """The postbox, workers and beats of a run."""
    found = [stage.worker("--concurrency", "1", GUARD=guard, LEASE=str(LEASE)) for _ in range(workers)]
    for number in range(beats):
        stage.beat(number)
    return found


def worker_killed(stage: Stage, guard: str) -> Count:
    """kill -9, three times, each in the middle of the sending; a new worker takes its place."""
    guests(PEOPLE)
    remind(1, now())
    stage.postbox(before=0.02)
    [worker] = crew(stage, guard)
    left = []
    for kills in range(1, 4):
        wait_accepted(stage, kills * 15, 15 if guard and kills > 1 else 40)
        stage.kill(worker)
        left.append(unsent())
        worker = stage.worker("--concurrency", "1", GUARD=guard, LEASE=str(LEASE))
    begun = time.time()
    settle(15 if guard else PATIENCE)
    return count(stage, bound=3 * SENDERS, open_then=max(left), by=begun + LEASE + SCAN + SLACK)


def redis_emptied(stage: Stage, guard: str) -> Count:
    """Redis is killed with its messages, and comes back with nothing."""
    guests(PEOPLE)
    stage.postbox(before=0.02)
    crew(stage, guard, beats=0 if guard == "scan" else 1)
    time.sleep(3)
    remind(1, now())
    stage.nudge()
    stage.kill(stage.redis.child)
    left = PEOPLE - len(stage.accepted())
    time.sleep(1)
    stage.redis.start()
    begun = time.time()
    settle(12 if guard else PATIENCE)
    return count(stage, bound=0, open_then=left, by=begun + LEASE + SCAN + SLACK)


def postgres_restarted(stage: Stage, guard: str) -> Count:
    """PostgreSQL stops in the middle of everything, without a farewell, and starts again."""
    guests(PEOPLE)
    remind(1, now())
    stage.postbox(before=0.02)
    crew(stage, guard)
    wait_accepted(stage, 20)
    left = unsent()
    from django.db import connection

    connection.close()
    stage.cluster._run("pg_ctl", "restart", "-w", "-D", str(stage.cluster.data), "-m", "immediate")
    begun = time.time()
    settle(PATIENCE)
    return count(stage, bound=SENDERS, open_then=left, by=begun + LEASE + SCAN + SLACK)


def three_beats(stage: Stage, guard: str) -> Count:
    """Three beats send three times as many nudges to two workers."""
    guests(PEOPLE)
    remind(1, now())
    stage.postbox(before=0.02)
    crew(stage, guard, workers=2, beats=3)
    wait_accepted(stage, 1)
    left = unsent()
    settle(PATIENCE)
    return count(stage, bound=0, open_then=left)


def sender_frozen(stage: Stage, guard: str) -> Count:
    """A worker sleeps past its lease inside its hand-overs, another takes over, the first wakes up.

    It is frozen when the postbox has a letter and has not said so yet: that one has to come again.
    """
    guests(PEOPLE)
    remind(1, now())
    stage.postbox(hold=0.4)
    [first] = crew(stage, guard)
    wait_for(lambda: in_doubt(stage) or (guard and stage.accepted()), "a letter inside its hand-over")
    os.killpg(first.pid, signal.SIGSTOP)
    left = unsent()
    stage.order()
    stage.worker("--concurrency", "1", GUARD=guard, LEASE=str(LEASE))
    settle(PATIENCE)
    os.killpg(first.pid, signal.SIGCONT)
    time.sleep(4)
    found = count(stage, bound=SENDERS, open_then=left)
    if not found.extra:
        found.broken.append("no hand-over was cut open")
    if any(copies > 2 for copies in Counter(row["id"] for row in stage.accepted()).values()):
        found.broken.append("a letter came three times")
    return found


def in_doubt(stage: Stage) -> bool:
    """Whether the postbox has a letter whose sender waits for the answer."""
    from notifications.models import Delivery

    taken = [row["id"] for row in stage.accepted()]
    return Delivery.objects.filter(state="handing_over", message_id__in=taken).exists()
