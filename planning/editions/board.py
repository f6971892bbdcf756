"""What the page of an edition's planned Intertransfos shows: plans, their reasons, and what would have to change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from exchanges.models import Exchange
from exchanges.planning.reason_texts import against_text, host_reason_text, in_favour_text
from planning.board import PLAN_LABELS, CalculatedBoard, PlanChoice, ProposedChange, ProposedStep, best_plan_text
from planning.editions.inputs import ExchangeInputs, window_of
from planning.editions.results import from_json
from planning.models import ExchangePlan
from planning.solver.exchanges import (
    DateOption,
    ExchangeCriterion,
    ExchangeRule,
    ExchangeRuleKind,
    ExchangesPlan,
    ExchangesResult,
)
from web.text import formats
from web.text.language import active_language

EXCHANGE_CRITERION_LABELS: Final[Mapping[ExchangeCriterion, StrOrPromise]] = {
    ExchangeCriterion.DATES: gettext_lazy("Dates: days from the targets and days that do not suit, times members"),
    ExchangeCriterion.TRAVEL: gettext_lazy("Journeys of everyone, one way, in kilometres"),
    ExchangeCriterion.FURTHEST: gettext_lazy("Journeys of the cohort that travels furthest, in kilometres per person"),
    ExchangeCriterion.ALL: gettext_lazy("All together, in days times members"),
}

SHORT_LABELS: Final[Mapping[ExchangeCriterion, StrOrPromise]] = {
    ExchangeCriterion.DATES: gettext_lazy("the dates"),
    ExchangeCriterion.TRAVEL: gettext_lazy("the journeys of everyone"),
    ExchangeCriterion.FURTHEST: gettext_lazy("the journeys of the cohort that travels furthest"),
    ExchangeCriterion.ALL: gettext_lazy("the total"),
}


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """An Intertransfo on the page: its present dates and host, those of the plan, and those proposed one by one.

    `why_dates` and `against` are the reasons for and against the dates of the plan, `why_host` why the host is proposed
    one by one.
    """

    exchange: Exchange
    present: str
    planned: str
    is_changed: bool
    is_locked: bool
    is_chosen_by_hand: bool
    why_dates: str
    against: str
    one_by_one: str
    why_host: str


@dataclass(frozen=True)
class ExchangeBoard(CalculatedBoard):
    """The plans of an edition's Intertransfos; `number` is that of the plan that is shown, from 1."""

    plan: ExchangePlan
    inputs: ExchangeInputs
    number: int = 1

    @cached_property
    def result(self) -> ExchangesResult:
        """What the solver found last; it may be out of date."""
        return from_json(self.plan.result)

    @property
    def stored(self) -> ExchangePlan:
        """The plans as they are stored."""
        return self.plan

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to plan."""
        return not self.inputs.exchanges

    @property
    def can_use(self) -> bool:
        """Whether the plan that is shown is up to date and changes something."""
        return self.is_current and self.chosen is not None and any(row.is_changed for row in self.rows)

    @property
    def criteria(self) -> list[tuple[StrOrPromise, int | None, list[int]]]:
        """The label of each criterion, with the totals of the proposals one by one and of each plan."""
        result = self.result
        return [
            (
                label,
                result.one_by_one.totals[criterion] if result.one_by_one else None,
                [plan.totals[criterion] for plan in result.plans],
            )
            for criterion, label in EXCHANGE_CRITERION_LABELS.items()
        ]

    @cached_property
    def rows(self) -> list[PlannedRow]:
        """The Intertransfos that can be planned, in their order."""
        return [self._row(exchange) for exchange in self.inputs.exchanges]

    @property
    def changes(self) -> list[ProposedChange]:
        """What would have to change where there is no plan: one of these is enough."""
        return [
            ProposedChange(
                tuple(ProposedStep(self._change(rule)) for rule in change.lifted),
                best_plan_text(self._place(row, change.plan) for row in self.inputs.exchanges),
            )
            for change in self.result.changes
        ]

    @cached_property
    def names(self) -> dict[str, str]:
        """The names of the cohorts by slug."""
        return {slug: cohort.name for slug, cohort in self.inputs.hosts.items()}

    def _choice(self, number: int, plan: ExchangesPlan) -> PlanChoice:
        """Return a plan as people choose it."""
        proposed = self.result.one_by_one
        comparison = _("The proposals one by one are missing, or break a rule.")
        if proposed and plan.is_never_worse_than(proposed):
            comparison = _("In nothing worse than one by one.")
        elif proposed:
            worse = [
                str(label)
                for criterion, label in SHORT_LABELS.items()
                if plan.totals[criterion] > proposed.totals[criterion]
            ]
            comparison = _("Worse than one by one: %(what)s.") % {"what": ", ".join(worse)}
        places = tuple(self._place(row, plan) for row in self.inputs.exchanges)
        return PlanChoice(number, PLAN_LABELS[number - 1], places, comparison)

    def _row(self, exchange: Exchange) -> PlannedRow:
        """Return an Intertransfo as the page shows it."""
        inputs, key = self.inputs, str(exchange.pk)
        option = self.chosen.chosen.get(key) if self.chosen else None
        host = inputs.hosts.get(option.host) if option else None
        window = window_of(inputs.planning, exchange, host, option.day) if option and host else None
        present = (exchange.host_id, exchange.first_day)
        stored = self.plan.result.get("host_reasons", {}).get(key, {})
        return PlannedRow(
            exchange=exchange,
            present=self._text(exchange, self._present(exchange)),
            planned=self._place(exchange, self.chosen) if self.chosen else "",
            is_changed=bool(option and host and (host.pk, option.day) != present),
            is_locked=exchange.pk in inputs.locked,
            is_chosen_by_hand=inputs.has_fixed_host(exchange) or inputs.has_fixed_day(exchange),
            why_dates=in_favour_text(window.in_favour) if window else "",
            against=against_text(window.against, self.names) if window else "",
            one_by_one=self._place(exchange, self.result.one_by_one) if self.result.one_by_one else "",
            why_host=host_reason_text(stored, self.names),
        )

    def _present(self, exchange: Exchange) -> DateOption:
        """Return the present host and first day of an Intertransfo."""
        slugs = [slug for slug, cohort in self.inputs.hosts.items() if cohort.pk == exchange.host_id]
        return DateOption(slugs[0] if slugs else "", exchange.first_day or date.min)

    def _place(self, exchange: Exchange, plan: ExchangesPlan) -> str:
        """Return the dates and the host of an Intertransfo in a plan, in words; "" where the plan does not have it."""
        option = plan.chosen.get(str(exchange.pk))
        return self._text(exchange, option) if option else ""

    def _text(self, exchange: Exchange, option: DateOption) -> str:
        """Return dates and a host in words."""
        last = option.day + timedelta(days=(exchange.days or 1) - 1)
        dates = formats.period(option.day, last, active_language(), with_weekday=True)
        return _("%(dates)s, %(host)s") % {"dates": dates, "host": self.names.get(option.host, option.host)}

    def _rule(self, rule: ExchangeRule) -> str:
        """Return the sentence of a rule."""
        texts: dict[ExchangeRuleKind, str] = {
            ExchangeRuleKind.TURNS: _(
                "Each cohort hosts once before any hosts again, the one that has waited longest first."
            ),
            ExchangeRuleKind.STARTS: _("%(cohort)s hosts only once it has started."),
            ExchangeRuleKind.DECLINED: _("%(cohort)s was asked to host and could not."),
            ExchangeRuleKind.LOCKED: _("%(exchange)s is locked, or someone chose its date or host."),
            ExchangeRuleKind.TARGET: _("%(exchange)s takes place six weeks from its target, %(target)s, at most."),
            ExchangeRuleKind.CLOSED: _(
                "No Intertransfo takes place in closed periods, from 10 July to 31 August, or from 15 December to"
                " 2 January."
            ),
            ExchangeRuleKind.EDITION: _("Intertransfos take place before the edition ends, on %(end)s."),
        }
        return texts[rule.kind] % self._values(rule)

    def _change(self, rule: ExchangeRule) -> str:
        """Return the sentence that says what would have to change for a plan to break a rule."""
        texts: dict[ExchangeRuleKind, str] = {
            ExchangeRuleKind.TURNS: _("Let a cohort host before its turn: change the host by hand, with a reason."),
            ExchangeRuleKind.STARTS: _("%(cohort)s starts earlier."),
            ExchangeRuleKind.DECLINED: _("Ask %(cohort)s again whether it can host."),
            ExchangeRuleKind.LOCKED: _("Unlock %(exchange)s, or choose another date or host for it."),
            ExchangeRuleKind.TARGET: _("Hold %(exchange)s further from its target: change its date by hand."),
            ExchangeRuleKind.CLOSED: _("Meet in a closed period: correct it in the calendar, or change the date."),
            ExchangeRuleKind.EDITION: _("Let the edition end later than on %(end)s."),
        }
        return texts[rule.kind] % self._values(rule)

    def _values(self, rule: ExchangeRule) -> dict[str, str]:
        """Return what the sentence of a rule may name."""
        language, end = active_language(), self.inputs.planning.edition.ends_on
        exchange = next((row for row in self.inputs.exchanges if str(row.pk) == rule.subject), None)
        return {
            "cohort": self.names.get(rule.subject, rule.subject),
            "exchange": str(exchange or ""),
            "target": formats.long_day(exchange.target, language) if exchange and exchange.target else "",
            "end": formats.long_day(end, language) if end else "",
        }
