"""Decisions: the results of permission functions, with the reason that a disabled button shows."""

from dataclasses import dataclass

from django_stubs_ext import StrOrPromise

from web.errors import Refused


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether something is allowed, which is its truth value; a refusal always has a reason."""

    allowed: bool
    reason: StrOrPromise = ""

    def __bool__(self) -> bool:
        return self.allowed


ALLOW = Decision(allowed=True)


def deny(reason: StrOrPromise) -> Decision:
    """Return the decision that something is not allowed; `reason` is the sentence that people read."""
    return Decision(allowed=False, reason=reason)


def enforce(decision: Decision) -> None:
    """Do nothing for a decision that allows; for a refusal, raise Refused, which becomes a 403 page with the reason."""
    if not decision:
        raise Refused(decision.reason)
