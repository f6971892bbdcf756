"""What every verb of `actions.py` has in common: one transaction, who and why in the history, refusals in words."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Final, ParamSpec, TypeVar

import pghistory
from django.db import transaction

from web import refusals
from web.watched_verbs import watch

P = ParamSpec("P")
R = TypeVar("R")

VERBS: Final[dict[str, list[str]]] = {}  # every verb that was imported, with the modules that have one of this name

# What the history is told while a verb is under way.
_around: ContextVar[dict[str, object] | None] = ContextVar("around", default=None)


@contextmanager
def _remembered(**context: object) -> Iterator[dict[str, object]]:
    """Name who acts and why in the history; of verbs inside verbs, the outer one is what happened.

    What is written afterwards, in the same request, was not done by it.
    """
    if (told := _around.get()) is not None:
        yield told
        return
    with pghistory.context() as around:
        before = dict(around.metadata)
        around.metadata.update(context)
        token = _around.set(around.metadata)
        try:
            yield around.metadata
        finally:
            _around.reset(token)
            around.metadata.clear()
            around.metadata.update(before)


def verb(act: Callable[P, R]) -> Callable[P, R]:
    """Decorate a keyword-only action that takes `by=`, the actor (None for the platform itself).

    Everything it writes is one transaction; the history keeps its name, the actor and the `reason=` where given;
    a rule the database refuses a row by comes out as a `DomainError`. A verb may call another: the history keeps the
    outer one's name.
    """

    VERBS.setdefault(act.__name__, []).append(act.__module__)

    @wraps(act)
    def acted(*args: P.args, **kwargs: P.kwargs) -> R:
        by, reason = kwargs.get("by"), kwargs.get("reason")
        context = {"verb": act.__name__, "by": getattr(by, "pk", None), "reason": str(reason or "")}
        with _remembered(**context) as told, refusals.explaining(), transaction.atomic():
            done = act(*args, **kwargs)
            watch(act.__name__, kwargs, done, acting=told.get("acting"))
            return done

    return acted
