"""Concurrent users, each in a thread with its own database session."""

import threading
import time
from collections.abc import Callable
from functools import partial

from django.db import IntegrityError, OperationalError, close_old_connections, connection, connections, transaction
from django.utils import translation

from web.errors import DomainError

LONGEST_WAIT = 60  # seconds
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def result_of(action: Callable[[], object]) -> str:
    """Return the result of an action: "done", or what refused it (a message, the name of a rule, "deadlock")."""
    try:
        with translation.override("en"):
            action()
    except DomainError as error:
        with translation.override("en"):
            return str(error.message)
    except IntegrityError as error:
        return str(error.__cause__.diag.constraint_name)  # type: ignore[union-attr]
    except OperationalError:
        return "deadlock"
    return "done"


def run_at_once(*actions: Callable[[], object]) -> list[str]:
    """Run the actions in threads that start together, and return their sorted results."""
    gate = threading.Barrier(len(actions))
    answers: list[str] = []

    def run(action: Callable[[], object]) -> None:
        close_old_connections()
        try:
            gate.wait(LONGEST_WAIT)
            answers.append(result_of(action))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[action]) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)


def run_during_transaction(action: Callable[[], object], *others: Callable[[], object]) -> list[str]:
    """Run an action in a transaction that stays open until each of the others has ended or waits for it.

    Return the sorted results of all.
    """
    done, ended = threading.Event(), []

    def first() -> None:
        with transaction.atomic():
            action()
            done.set()
            deadline = time.monotonic() + LONGEST_WAIT
            while len(ended) + _waiting_sessions() < len(others):
                assert time.monotonic() < deadline, "an action neither waits for the transaction nor ends"
                time.sleep(0.01)

    def after(other: Callable[[], object]) -> None:
        assert done.wait(LONGEST_WAIT)
        try:
            other()
        finally:
            ended.append(other)

    return run_at_once(first, *(partial(after, other) for other in others))


def _waiting_sessions() -> int:
    """Return how many sessions wait for a lock now; within a transaction PostgreSQL would repeat its first answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(WAITING)
        return int(cursor.fetchone()[0])
