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

_acting: ContextVar[bool] = ContextVar("acting", default=False)


@contextmanager
def _remembered(**context: object) -> Iterator[dict[str, object]]:
    """Name who acts and why in the history; of verbs inside verbs, the outer one is what happened.

    What is written afterwards, in the same request, was not done by it.
    """
    if _acting.get():
        yield {}
        return
    token = _acting.set(True)
    try:
        with pghistory.context() as around:
            before = dict(around.metadata)
            around.metadata.update(context)
            try:
                yield around.metadata
            finally:
                around.metadata.clear()
                around.metadata.update(before)
    finally:
        _acting.reset(token)


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
            watch(act.__name__, kwargs, acting=told.get("acting"))
            return act(*args, **kwargs)

    return acted
