"""Concurrent users, each in a thread with its own database session."""

import threading
from collections.abc import Callable

from django.db import IntegrityError, OperationalError, close_old_connections, connections
from django.utils import translation

from web.errors import DomainError


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
            gate.wait(60)
            answers.append(result_of(action))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[action]) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)
