"""A linear model whose options break rules that can be enforced and lifted, and the fewest rules to lift."""

from collections.abc import Callable, Collection, Iterable
from typing import Any, Generic, Protocol, TypeVar

from planning.solver.conflicts import SortedRule
from planning.solver.linear import LinearModel, find_another
from planning.solver.problem import ProposedLift

R = TypeVar("R", bound=SortedRule)
P = TypeVar("P")


class Option(Protocol):
    """Something to choose; `broken_rules` are the rules that it breaks."""

    @property
    def broken_rules(self) -> frozenset[Any]:
        """The rules that it breaks."""
        ...


O = TypeVar("O", bound=Option)  # noqa: E741 - the option


class LiftingModel(Generic[R]):
    """A linear model with a variable for each rule that options may break: rules are enforced and lifted between two
    solutions.
    """

    def __init__(self) -> None:
        """Create a model without rules."""
        self.model = LinearModel()
        self.lift_variables: dict[R, int] = {}

    def rules(self) -> list[R]:
        """Return the rules that bind, in order."""
        return sorted(self.lift_variables, key=lambda rule: rule.sort_key)

    def enforce(self, rules: Collection[R]) -> None:
        """Enforce these rules and lift all others."""
        for rule, variable in self.lift_variables.items():
            self.model.set_upper(variable, 0 if rule in rules else 1)

    def is_possible(self) -> bool:
        """Return whether any plan respects the rules that are enforced."""
        return self.model.maximise({})

    def lift_fewest_rules(self, rules: Collection[R]) -> frozenset[R]:
        """Return the fewest of these rules that have to be lifted, empty if nothing helps; others stay as they are."""
        if not self.model.maximise({self.lift_variables[rule]: -1.0 for rule in rules}):
            return frozenset()
        return frozenset(rule for rule in rules if self.model.is_chosen(self.lift_variables[rule]))

    def exclude_lifted(self, lifted: Collection[R]) -> None:
        """Require that one of these rules at least is respected."""
        self.model.at_most({self.lift_variables[rule]: 1.0 for rule in lifted}, len(lifted) - 1)

    def lift(self, rule: R) -> int:
        """Return the variable that lifts a rule; it is 0 as long as the rule is enforced."""
        if rule not in self.lift_variables:
            self.lift_variables[rule] = self.model.add_variable(upper=0)
        return self.lift_variables[rule]

    def add_options(self, options: Iterable[O], *, strict: bool) -> dict[O, int]:
        """Return a variable for each option, of which one is chosen; `strict` leaves out those that break a rule."""
        possible = [option for option in options if not (strict and option.broken_rules)]
        chosen = {option: self.model.add_variable() for option in possible}
        self.model.equal(dict.fromkeys(chosen.values(), 1.0), 1)
        broken_rules = {rule for option in possible for rule in option.broken_rules}
        for rule in sorted(broken_rules, key=lambda rule: rule.sort_key):
            breaking = {variable: 1.0 for option, variable in chosen.items() if rule in option.broken_rules}
            self.model.at_most({**breaking, self.lift(rule): -1.0}, 0)
        return chosen

    def lifted_rules(self) -> tuple[R, ...]:
        """Return the rules that the latest solution lifts, in order."""
        return tuple(rule for rule in self.rules() if self.model.is_chosen(self.lift_variables[rule]))


def fewest_changes(
    model: LiftingModel[R], best: Callable[[], P | None], most: int, report: Callable[[int], None]
) -> tuple[ProposedLift[R, P], ...]:
    """Return up to `most` sets of rules of which one would be enough to lift, the fewest first, with the best plan
    then.

    `best` returns the best plan of the model. No set contains another one. `report` gets the number of sets found.
    """
    rules = model.rules()
    changes: list[ProposedLift[R, P]] = []

    def next_change() -> ProposedLift[R, P] | None:
        model.enforce(())
        lifted = model.lift_fewest_rules(rules)
        model.enforce(set(rules) - lifted)
        plan = best() if lifted else None
        return None if plan is None else ProposedLift(tuple(sorted(lifted, key=lambda rule: rule.sort_key)), plan)

    while len(changes) < most and (change := find_another(next_change, changes)):
        changes.append(change)
        report(len(changes))
        model.exclude_lifted(change.lifted)
    return tuple(changes)
