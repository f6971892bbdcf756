"""Actions: the functions that change state, each with its label, its entry in the history and its guards."""

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
from web.security.log import Fact, is_demo_data, log_security_event

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Action:
    """The declaration of an action: its label in the history, and how it is logged and guarded."""

    name: str
    module: str
    label: StrOrPromise
    security_event: bool
    forbidden_while_acting: bool


ACTIONS: Final[dict[str, Action]] = {}  # by name; filled as their modules are imported

Listener = Callable[[str, Mapping[str, object], object], None]  # name of the action, its arguments, its result
_listeners: Final[list[Listener]] = []

# The metadata of the running action, as the history will store them.
_metadata: ContextVar[dict[str, object] | None] = ContextVar("metadata", default=None)
_latest_action: ContextVar[object | None] = ContextVar("latest_action", default=None)
_has_changed: ContextVar[bool] = ContextVar("has_changed", default=True)  # whether the innermost running action did


def listen_to_actions(listener: Listener) -> None:
    """Call `listener` from now on after each action that changed something, an inner one too, within its transaction.

    For `AppConfig.ready` of an app above. What the listener raises undoes the action.
    """
    _listeners.append(listener)


def report_no_change(result: R) -> R:
    """Return the result of an action that found nothing to change: listeners are not called for it.

    For actions that a button pressed twice runs again: `return report_no_change(session)`.
    """
    _has_changed.set(False)
    return result


def latest_action() -> object | None:
    """Return an object that stays the same until an action begins or ends here: what was read before may have changed.

    None before the first action of a thread.
    """
    return _latest_action.get()


def action(
    label: StrOrPromise, *, security_event: bool = False, forbidden_while_acting: bool = False
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorate a keyword-only function that changes state and takes `by=`, the actor (None for the platform itself).

    An action is one transaction, in which listeners (`listen_to_actions`) run too. The history stores its name, the
    actor and the `reason=` if it has one, and shows the `label`. When a rule of the database refuses a row, the action
    raises a `DomainError`. An action may call another one: the history stores the name of the outer one.

    A `security_event` is written to the security log when it is committed. An action that is `forbidden_while_acting`
    raises `Refused` when lab staff run it while they act for another person, whichever page they use.

    Raises ValueError when two modules declare an action of the same name: the history could not tell them apart.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        """Register the function as an action, and return the function to call in its place: it runs the action in a
        transaction.

        Raises ValueError when another module has an action of this name.
        """
        declared = Action(function.__name__, function.__module__, label, security_event, forbidden_while_acting)
        if (first := ACTIONS.setdefault(declared.name, declared)).module != declared.module:
            raise ValueError(f"{first.module} and {declared.module} both have an action {declared.name}")
        ACTIONS[declared.name] = declared

        @wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            """Run the action in one transaction and return its result; its changes get its name, actor and reason in
            the history.

            Raises DomainError for a row that the database refuses, and Refused when lab staff act for someone and may
            not do this.
            """
            by, reason = kwargs.get("by"), kwargs.get("reason")
            context = {"action": declared.name, "by": getattr(by, "pk", None), "reason": str(reason or "")}
            outermost = _metadata.get() is None
            with _outdating_reads(), _assuming_change(), _history_context(**context) as metadata:
                acting = metadata.get("acting")
                if acting and outermost and declared.forbidden_while_acting:
                    raise Refused(REFUSED_WHILE_ACTING)
                with refusals.as_domain_errors(), transaction.atomic():
                    result = function(*args, **kwargs)
                    for listener in _listeners if _has_changed.get() else ():
                        listener(declared.name, kwargs, result)
                    if declared.security_event and not is_demo_data.get():
                        _log_on_commit(declared.name, kwargs, result, acting=acting)
                    return result

        return run

    return decorate


@contextmanager
def _outdating_reads() -> Iterator[None]:
    """Have `latest_action` return another object from now on, and again after the block."""
    _latest_action.set(object())
    try:
        yield
    finally:
        _latest_action.set(object())


@contextmanager
def _assuming_change() -> Iterator[None]:
    """Assume that the action in the block changes something, until it reports that it did not."""
    token = _has_changed.set(True)
    try:
        yield
    finally:
        _has_changed.reset(token)


@contextmanager
def _history_context(**context: object) -> Iterator[dict[str, object]]:
    """Store `context` (action, actor, reason) in the history with each change made inside; yield all the metadata
    stored.

    Inside another action the metadata of the outer action stay. Later changes of the same request get none of them.
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


def _log_on_commit(name: str, arguments: Mapping[str, object], result: object, *, acting: object) -> None:
    """Write a line to the security log once the action's transaction is committed: its name, and keys of the rows it is
    about.

    `arguments` and `result` are those of the action: rows among the arguments are logged by argument name, a row as
    result by its model. `acting` is the key of the staff member who acts for someone, or None.
    """
    facts: dict[str, Fact] = {str(result._meta.model_name): result.pk} if isinstance(result, Model) else {}
    facts |= {argument: row.pk for argument, row in arguments.items() if isinstance(row, Model)}
    if acting:
        facts["acting"] = int(str(acting))
    transaction.on_commit(lambda: log_security_event(name, request=None, **facts))
