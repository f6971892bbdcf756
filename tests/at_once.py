"""Several people at the same moment, each in a thread and a database session of their own."""

import threading
from collections.abc import Callable

from django.db import IntegrityError, OperationalError, close_old_connections, connections
from django.utils import translation

from web.errors import DomainError


def answer(act: Callable[[], object]) -> str:
    """What became of an act: "done", or what refused it (a sentence, a rule's name, "deadlock")."""
    try:
        with translation.override("en"):
            act()
    except DomainError as error:
        with translation.override("en"):
            return str(error.message)
    except IntegrityError as error:
        return str(error.__cause__.diag.constraint_name)  # type: ignore[union-attr]
    except OperationalError:
        return "deadlock"
    return "done"


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Run the acts in threads that start together; their answers, sorted."""
    gate = threading.Barrier(len(acts))
    answers: list[str] = []

    def run(act: Callable[[], object]) -> None:
        close_old_connections()
        try:
            gate.wait(10)
            answers.append(answer(act))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)
