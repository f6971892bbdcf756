"""Decisions: what a permission function returns, so that a disabled button can say why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from web.errors import Refused

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Decision:
    """Allowed or not; true when allowed. A refusal always has its reason."""

    allowed: bool
    reason: StrOrPromise = ""

    def __bool__(self) -> bool:
        return self.allowed


ALLOW = Decision(allowed=True)


def deny(reason: StrOrPromise) -> Decision:
    return Decision(allowed=False, reason=reason)


def enforce(decision: Decision) -> None:
    """Pass when allowed; raise `Refused` with the decision's reason otherwise."""
    if not decision:
        raise Refused(decision.reason)
