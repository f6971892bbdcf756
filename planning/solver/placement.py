"""The linear model of one or several residencies: which weeks are chosen, who is on site, which rules are lifted."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import chain, pairwise
from typing import Final

from planning.solver.linear import LinearModel
from planning.solver.problem import CLOSEST, FAIRNESS, WEIGHTS, PlanRule, Residency, RuleKind, ScoreCriterion, WeeksPlan
from planning.solver.scoring import WEEK, evenness, fullness, points_of, presence, rounded

COST_OF_RULE: Final = 1000.0  # more than all points together
COST_OF_WEEK: Final = 2 * COST_OF_RULE  # an on-site week given up weighs as much as two other rules lifted
COST_OF_EXCEPTION: Final = 0.001  # a plan that needs no exception comes before one with the same points that does


class Placement:
    """The model of residencies that share people; nobody is at two sites in one week.

    Rules can be enforced and lifted between two solutions: an exception lifts a rule for good.
    """

    def __init__(self, residencies: Sequence[Residency]) -> None:
        """Build the model of these residencies with all rules enforced."""
        self.model = LinearModel()
        self.residencies = residencies
        self.sites = [_Site(self.model, residency) for residency in residencies]
        self.points: dict[int, float] = defaultdict(float)
        self._share_people()
        for site in self.sites:
            site.count_weekends(self.sites)
            for variable, points in site.points.items():
                self.points[variable] += points

    def rules(self) -> list[PlanRule]:
        """Return the rules that bind, each once for all weeks, in order; rules that exceptions lift are left out."""
        rules = {
            rule.for_all_weeks
            for site in self.sites
            for rule in site.lift_variables
            if rule not in site.residency.exceptions
        }
        return sorted(rules, key=lambda rule: rule.sort_key)

    def enforce(self, rules: Collection[PlanRule]) -> None:
        """Enforce these rules and lift all others; what exceptions lift stays lifted."""
        for site in self.sites:
            for rule, variables in site.lift_variables.items():
                is_free = rule in site.residency.exceptions or rule.for_all_weeks not in rules
                for variable in variables:
                    self.model.set_upper(variable, 1 if is_free else 0)

    def best(self) -> list[WeeksPlan] | None:
        """Return the plans that lift the fewest rules, and have the most points among those, one for each residency.

        None where the enforced rules allow none.
        """
        costs = {variable: -cost for site in self.sites for variable, cost in site.costs()}
        return [site.plan() for site in self.sites] if self.model.maximise({**self.points, **costs}) else None

    def is_possible(self) -> bool:
        """Return whether any plan respects the rules that are enforced."""
        return self.model.maximise({})

    def lift_fewest_rules(self, rules: Collection[PlanRule]) -> frozenset[PlanRule]:
        """Return the fewest of these rules that have to be lifted; rules not among them are enforced or lifted as they
        are.
        """
        of_rule = {rule: self.model.add_variable() for rule in sorted(rules, key=lambda rule: rule.sort_key)}
        for site in self.sites:
            for rule, variables in site.lift_variables.items():
                for variable in variables if rule.for_all_weeks in of_rule else ():
                    self.model.at_most({variable: 1, of_rule[rule.for_all_weeks]: -1}, 0)
        self.model.maximise(dict.fromkeys(of_rule.values(), -1.0))
        return frozenset(rule for rule, variable in of_rule.items() if self.model.is_chosen(variable))

    def exclude_weeks(self, at: int, mondays: Collection[date]) -> None:
        """Require that the residency number `at` has other weeks than these."""
        chosen = {self.sites[at].chosen[monday]: 1.0 for monday in mondays}
        self.model.at_most(chosen, len(chosen) - 1)

    def exclude_lifted(self, at: int, lifted: Collection[PlanRule]) -> None:
        """Require that the residency number `at` respects one at least of these rules."""
        variables = {self.sites[at].lift_variables[rule][0]: 1.0 for rule in lifted}
        self.model.at_most(variables, len(variables) - 1)

    def _share_people(self) -> None:
        """Require that nobody is at two sites in one week."""
        places: dict[tuple[str, date], list[int]] = defaultdict(list)
        for key, variable in chain.from_iterable(site.present.items() for site in self.sites):
            places[key].append(variable)
        for variables in places.values():
            if len(variables) > 1:
                self.model.at_most(dict.fromkeys(variables, 1.0), 1)


class _Site:
    """The variables and constraints of one residency.

    `chosen` has a variable for each week, `present` for each person in each week; `lift_variables` has those that lift
    a rule.
    """

    def __init__(self, model: LinearModel, residency: Residency) -> None:
        """Add the residency to the model."""
        self.model, self.residency = model, residency
        self.points: dict[int, float] = {}
        self.lift_variables: dict[PlanRule, list[int]] = {}
        self.chosen = {
            monday: model.add_variable(lower=float(monday in residency.confirmed_weeks))
            for monday in residency.all_mondays
        }
        self.open_mondays = [monday for monday in residency.all_mondays if monday not in residency.confirmed_weeks]
        self.present = {
            (person, monday): model.add_variable() for monday in self.open_mondays for person in residency.team
        }
        self._place_weeks()
        self._keep_weeks_apart()
        self._rule_weeks_out()
        self._bring_people()
        self._bring_disciplines()
        self._limit_days()

    def lift(self, rule: PlanRule) -> int:
        """Return the variable that lifts a rule; it is 0 as long as the rule is enforced."""
        if rule not in self.lift_variables:
            self.lift_variables[rule] = [self.model.add_variable(upper=float(rule in self.residency.exceptions))]
        return self.lift_variables[rule][0]

    def costs(self) -> Iterable[tuple[int, float]]:
        """Yield each variable that lifts a rule, with its cost; what an exception lifts costs next to nothing."""
        for rule, variables in self.lift_variables.items():
            cost = COST_OF_WEEK if rule.kind == RuleKind.WEEKS else COST_OF_RULE
            cost = COST_OF_EXCEPTION if rule in self.residency.exceptions else cost
            yield from ((variable, cost) for variable in variables)

    def plan(self) -> WeeksPlan:
        """Return the plan of the latest solution."""
        chosen = tuple(monday for monday, variable in self.chosen.items() if self.model.is_chosen(variable))
        people = {
            monday: frozenset(
                person for person in self.residency.team if self.model.is_chosen(self.present[person, monday])
            )
            for monday in chosen
            if monday not in self.residency.confirmed_weeks
        }
        lifted = [rule for rule, variables in self.lift_variables.items() if any(map(self.model.is_chosen, variables))]
        points = rounded(points_of(self.residency, chosen, people))
        return WeeksPlan(chosen, people, points, tuple(sorted(lifted, key=lambda rule: rule.sort_key)))

    def _place_weeks(self) -> None:
        """Give each chosen week its position, in order, and points for how even the pace is."""
        residency, model = self.residency, self.model
        positions: list[Mapping[date, int]] = []
        for position in range(residency.weeks):
            at = {monday: model.add_variable() for monday in residency.all_mondays}
            model.at_most(dict.fromkeys(at.values(), 1.0), 1)
            for monday, variable in at.items():
                worth = evenness(residency, position, monday)
                self.points[variable] = WEIGHTS[ScoreCriterion.SPREAD] * worth / residency.weeks
            if positions:
                self._keep_order(positions[-1], at)
            positions.append(at)
        for monday, variable in self.chosen.items():
            model.equal({variable: 1, **{at[monday]: -1 for at in positions}}, 0)
            if monday not in residency.confirmed_weeks and residency.open_weeks:
                worth = fullness(residency, monday) / residency.open_weeks
                self.points[variable] = WEIGHTS[ScoreCriterion.FULL_WEEKS] * worth
        self._count_weeks()

    def _count_weeks(self) -> None:
        """Require the number of on-site weeks; a variable for each that could be given up, used one after the other."""
        residency, weeks = self.residency, PlanRule(RuleKind.WEEKS)
        upper = float(weeks in residency.exceptions)
        given_up = [self.model.add_variable(upper=upper) for _ in range(residency.open_weeks)]
        for first, second in pairwise(given_up):
            self.model.at_most({second: 1, first: -1}, 0)
        if given_up:
            self.lift_variables[weeks] = given_up
        self.model.equal(dict.fromkeys([*self.chosen.values(), *given_up], 1.0), residency.weeks)

    def _keep_order(self, earlier: Mapping[date, int], later: Mapping[date, int]) -> None:
        """Require that a week at the later position follows one at the earlier position."""
        mondays = list(earlier)
        for number in range(len(mondays)):
            terms = {later[monday]: 1.0 for monday in mondays[: number + 1]}
            terms |= {earlier[monday]: -1.0 for monday in mondays[:number]}
            self.model.at_most(terms, 0)

    def _keep_weeks_apart(self) -> None:
        """Require the weeks between two on-site weeks; an exception leaves one week between them."""
        residency = self.residency
        spacing = self.lift(PlanRule(RuleKind.SPACING))
        for apart in {CLOSEST, max(residency.weeks_apart, CLOSEST)}:
            for monday in self.open_mondays:
                window = [other for other in self.open_mondays if monday <= other < monday + apart * WEEK]
                terms = {self.chosen[other]: 1.0 for other in window}
                is_closest = apart == CLOSEST
                self.model.at_most(terms if is_closest else {**terms, spacing: -float(residency.weeks)}, 1)
                near_confirmed = any(abs(monday - other) < apart * WEEK for other in residency.confirmed_weeks)
                if near_confirmed:
                    chosen = {self.chosen[monday]: 1.0}
                    self.model.at_most(chosen if is_closest else {**chosen, spacing: -1.0}, 0)

    def _rule_weeks_out(self) -> None:
        """Require that each rule against a week is lifted if the week is chosen, and that locked weeks are chosen."""
        for monday in self.open_mondays:
            for rule in self.residency.ruled_out.get(monday, ()):
                self.model.at_most({self.chosen[monday]: 1, self.lift(rule): -1}, 0)
        for monday in sorted(self.residency.locked & set(self.open_mondays)):
            lifted = self.lift(PlanRule(RuleKind.LOCKED, monday=monday))
            self.model.at_most({self.chosen[monday]: -1, lifted: -1}, -1)

    def _bring_people(self) -> None:
        """Require that people are on site only in chosen weeks in which they are free; each gives points."""
        residency = self.residency
        seats = residency.open_weeks * len(residency.team)
        for (person, monday), variable in self.present.items():
            self.model.at_most({variable: 1, self.chosen[monday]: -1}, 0)
            if rule := residency.away.get((person, monday)):
                self.model.at_most({variable: 1, self.lift(rule): -1}, 0)
            if seats:
                self.points[variable] = WEIGHTS[ScoreCriterion.TEAM] * presence(residency, person, monday) / seats

    def _bring_disciplines(self) -> None:
        """Require that each chosen week has somebody of each required discipline."""
        for discipline in sorted(self.residency.required):
            people = [person for person, own in self.residency.team.items() if discipline in own]
            for monday in self.open_mondays:
                lifted = self.lift(PlanRule(RuleKind.DISCIPLINE, discipline, monday))
                present = {self.present[person, monday]: -1.0 for person in people}
                self.model.at_most({self.chosen[monday]: 1, lifted: -1, **present}, 0)

    def _limit_days(self) -> None:
        """Require that the days on site of all people are at most those left of the agreement."""
        residency = self.residency
        if residency.days_left is None:
            return
        days = {variable: float(residency.days_in(monday)) for (_, monday), variable in self.present.items()}
        lifted = self.lift(PlanRule(RuleKind.DAYS))
        self.model.at_most({**days, lifted: -sum(days.values())}, residency.days_left)

    def count_weekends(self, sites: Iterable["_Site"]) -> None:
        """Take points for people who are elsewhere in the week before or after an on-site week; `sites` are all of the
        model.
        """
        residency = self.residency
        count, size = residency.open_weeks, len(residency.team)
        if not (count and size):
            return
        others = [site for site in sites if site is not self]
        worst = self.model.add_variable(upper=2 * count, is_integer=False)
        self.points[worst] = -FAIRNESS / (2 * count)
        each = (WEIGHTS[ScoreCriterion.WEEKENDS] - FAIRNESS) / (2 * count * size)
        for person in residency.team:
            weekends = Counter(self._weekends_of(person, others))
            for variable, number in weekends.items():
                self.points[variable] = self.points.get(variable, 0.0) - number * each
            self.model.at_most({**weekends, worst: -1}, 0)

    def _weekends_of(self, person: str, others: Iterable["_Site"]) -> list[int]:
        """Return the variables that count the weekends of a person between a week here and one elsewhere."""
        weekends = []
        for monday in self.open_mondays:
            here = self.present[person, monday]
            for neighbour in (monday - WEEK, monday + WEEK):
                elsewhere = [site.present[person, neighbour] for site in others if (person, neighbour) in site.present]
                if self.residency.is_elsewhere(person, neighbour):
                    weekends.append(here)
                elif elsewhere:
                    both = self.model.add_variable(is_integer=False)
                    self.model.at_most({here: 1, **dict.fromkeys(elsewhere, 1.0), both: -1}, 1)
                    weekends.append(both)
        return weekends
