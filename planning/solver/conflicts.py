"""The smallest set of rules that contradict each other, of any model whose rules can be lifted."""

from collections.abc import Callable, Collection
from itertools import combinations
from typing import Any, Protocol, TypeVar


class SortedRule(Protocol):
    """A rule that has its place in the order of rules."""

    @property
    def sort_key(self) -> Any:
        """The order of rules."""
        ...


R = TypeVar("R", bound=SortedRule)


class LiftableModel(Protocol[R]):
    """A model whose rules are enforced or lifted."""

    def rules(self) -> list[R]:
        """Return the rules that bind, in order."""
        ...

    def enforce(self, rules: Collection[R]) -> None:
        """Enforce these rules and lift all others."""
        ...

    def is_possible(self) -> bool:
        """Return whether anything respects the rules that are enforced."""
        ...

    def lift_fewest_rules(self, rules: Collection[R]) -> frozenset[R]:
        """Return the fewest of these rules that have to be lifted; others stay enforced or lifted."""
        ...


def smallest_conflict(build: Callable[[], LiftableModel[R]]) -> tuple[R, ...]:
    """Return the smallest set of rules that nothing respects together; empty if all can be respected.

    `build` returns a new model. Implicit hitting sets (Ignatiev, Previti, Liffiton, Marques-Silva: Smallest MUS
    extraction with minimal hitting set dualization, 2015): each set of rules that is enough to lift has to share a rule
    with every conflict, so that the smallest set which meets all those found so far is a conflict, or shows one more of
    them.
    """
    enough: list[frozenset[R]] = []
    rules = build().rules()
    while True:
        candidate = _smallest_meeting_all(enough)
        model = build()
        model.enforce(candidate)
        if not model.is_possible():
            return candidate
        lifted = model.lift_fewest_rules(set(rules) - set(candidate))
        if not lifted:
            return ()
        enough.append(lifted)


def _smallest_meeting_all(sets: Collection[frozenset[R]]) -> tuple[R, ...]:
    """Return the fewest rules of which each of the sets has one."""
    rules = sorted(frozenset().union(*sets), key=lambda rule: rule.sort_key)
    sizes = range(len(rules) + 1)
    found = (
        chosen for size in sizes for chosen in combinations(rules, size) if all(map(set(chosen).intersection, sets))
    )
    return next(found)
