"""The smallest set of rules that contradict each other, of any model whose rules can be lifted."""

from collections.abc import Callable, Collection
from typing import Any, Final, Protocol, TypeVar

from planning.solver.linear import LinearModel

MOST_SETS: Final = 20  # with many alike rules, such as a dozen locked weeks, there are hundreds


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

    Where there are too many to compare, a set from which no rule can be left out. `build` returns a new model.

    Implicit hitting sets (Ignatiev, Previti, Liffiton, Marques-Silva: Smallest MUS extraction with minimal hitting set
    dualization, 2015): each set of rules that is enough to lift has to share a rule with every conflict, so that the
    smallest set which meets all those found so far is a conflict, or shows one more of them.
    """
    enough: list[frozenset[R]] = []
    rules = build().rules()
    for _number in range(MOST_SETS):
        candidate = _smallest_meeting_all(enough)
        model = build()
        model.enforce(candidate)
        if not model.is_possible():
            return candidate
        lifted = model.lift_fewest_rules(set(rules) - set(candidate))
        if not lifted:
            return ()
        enough.append(lifted)
    return _without_needless(build(), rules)


def _smallest_meeting_all(sets: Collection[frozenset[R]]) -> tuple[R, ...]:
    """Return the fewest rules of which each of the sets has one."""
    model = LinearModel()
    rules = sorted(frozenset().union(*sets), key=lambda rule: rule.sort_key)
    chosen = {rule: model.add_variable() for rule in rules}
    for each in sets:
        model.at_most({chosen[rule]: -1.0 for rule in each}, -1)
    model.maximise(dict.fromkeys(chosen.values(), -1.0))
    return tuple(rule for rule in rules if model.is_chosen(chosen[rule]))


def _without_needless(model: LiftableModel[R], rules: Collection[R]) -> tuple[R, ...]:
    """Return the rules of a conflict without those that can be left out one after the other: it stays a conflict."""
    conflict = list(rules)
    for rule in rules:
        rest = [each for each in conflict if each != rule]
        model.enforce(rest)
        if not model.is_possible():
            conflict = rest
    return tuple(conflict)
