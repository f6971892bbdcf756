"""Actions: every change of state is one, with its label, its audit and its guard declared on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Final, ParamSpec, TypeVar

import pghistory
from django.db import transaction
from django.db.models import Model
from django_stubs_ext import StrOrPromise

from web.database import refusals
from web.errors import Refused
from web.security.acting import REFUSED_WHILE_ACTING
from web.security.log import Fact, invented, note

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Action:
    """What is declared on an action: its label in the history, and how it is watched and guarded."""

    name: str
    module: str
    label: StrOrPromise
    security_event: bool
    forbidden_while_acting: bool


ACTIONS: Final[dict[str, Action]] = {}  # by name; filled as their modules are imported

# The metadata of the action under way, as the history will keep them.
_metadata: ContextVar[dict[str, object] | None] = ContextVar("metadata", default=None)


def action(
    label: StrOrPromise, *, security_event: bool = False, forbidden_while_acting: bool = False
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorate a keyword-only function that changes state and takes `by=`, the actor (None for the platform itself).

    Everything it writes is one transaction. The history keeps its name, the actor, and the `reason=` where one is
    given;
    the history's page shows `label`. A rule by which the database refuses a row is raised as a `DomainError`. An action
    may call another: the history keeps the name of the outer one.

    A `security_event` is written to the security log once it is committed. What is `forbidden_while_acting` raises
    `Refused` when lab staff call it in the place of another person, whichever page they use.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        declared = Action(function.__name__, function.__module__, label, security_event, forbidden_while_acting)
        ACTIONS[declared.name] = declared

        @wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            by, reason = kwargs.get("by"), kwargs.get("reason")
            context = {"action": declared.name, "by": getattr(by, "pk", None), "reason": str(reason or "")}
            outermost = _metadata.get() is None
            with _history_context(**context) as metadata:
                acting = metadata.get("acting")
                if acting and outermost and declared.forbidden_while_acting:
                    raise Refused(REFUSED_WHILE_ACTING)
                with refusals.explaining(), transaction.atomic():
                    result = function(*args, **kwargs)
                    if declared.security_event and not invented.get():
                        _note_on_commit(declared.name, kwargs, result, acting=acting)
                    return result

        return run

    return decorate


@contextmanager
def _history_context(**context: object) -> Iterator[dict[str, object]]:
    """Name the actor and the reason in the history; inside another action, that one's names stay.

    What is written later in the same request does not belong to the action.
    """
    if (metadata := _metadata.get()) is not None:
        yield metadata
        return
    with pghistory.context() as history:
        before = dict(history.metadata)
        history.metadata.update(context)
        token = _metadata.set(history.metadata)
        try:
            yield history.metadata
        finally:
            _metadata.reset(token)
            history.metadata.clear()
            history.metadata.update(before)


def _note_on_commit(name: str, arguments: Mapping[str, object], result: object, *, acting: object) -> None:
    """Write a line of the security log when the transaction is committed: who, for whom, and the keys of the rows.

    The row that an action returns is named by its model, unless an argument has that name.
    """
    facts: dict[str, Fact] = {str(result._meta.model_name): result.pk} if isinstance(result, Model) else {}
    facts |= {argument: row.pk for argument, row in arguments.items() if isinstance(row, Model)}
    if acting:
        facts["acting"] = int(str(acting))
    transaction.on_commit(lambda: note(name, request=None, **facts))
