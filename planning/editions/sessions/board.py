"""What the page of the planned sessions of an edition shows: plans, the sessions that they move, and what would have to
change.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import islice
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from planning.board import PLAN_LABELS, CalculatedBoard, PlanChoice, ProposedChange, ProposedStep, best_plan_text
from planning.editions.sessions.inputs import PlannedSession, SessionInputs
from planning.editions.sessions.results import from_json
from planning.solver.sessions import Days, SessionRule, SessionRuleKind, SessionsPlan, SessionsResult, pair_of
from web.site_addresses import cached_reverse
from web.text import formats
from web.text.language import active_language

LINES: Final = 3  # of a plan to choose from
REASONS: Final = 3  # of a session, one for each other session


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session on the page: its present days, those of the plan, and why it does not stay where it is."""

    inputs: SessionInputs
    session: PlannedSession
    planned_days: Days

    @property
    def present(self) -> str:
        """The present days in words."""
        return days_text(self.session.days)

    @property
    def planned(self) -> str:
        """The days of the plan in words."""
        return days_text(self.planned_days)

    @property
    def is_changed(self) -> bool:
        """Whether the plan gives the session other days."""
        return self.planned_days != self.session.days

    @property
    def is_locked(self) -> bool:
        """Whether staff locked the session."""
        return self.session.pk in self.inputs.plan.locked

    @property
    def lock_href(self) -> str:
        """The address that locks the session, or unlocks it."""
        route = "planning:unlock_session" if self.is_locked else "planning:lock_session"
        return cached_reverse(route, self.inputs.plan.edition.slug, self.session.pk)

    @property
    def has_conflict(self) -> bool:
        """Whether people are expected elsewhere on its present days."""
        return any(True for _conflict in self.inputs.in_conflict(self.session, self.session.days))

    @property
    def reasons(self) -> list[str]:
        """Why the session does not stay where it is, as sentences: about three other sessions, and how many more."""
        conflicts: dict[int, tuple[PlannedSession, date]] = {}
        for day, other in self.inputs.in_conflict(self.session, self.session.days):
            conflicts.setdefault(other.pk, (other, day))
        named = [self._reason(other, day) for other, day in islice(conflicts.values(), REASONS)]
        more = len(conflicts) - len(named)
        text = ngettext(
            "%(n)d more session is in conflict with it.", "%(n)d more sessions are in conflict with it.", more
        )
        return [*named, *([text % {"n": more}] if more else [])]

    def _reason(self, other: PlannedSession, day: date) -> str:
        """Return the sentence about another session that people are expected at on a day of this one."""
        reason = _("Also expected in %(session)s on %(day)s: %(who)s.")
        if self.is_changed:
            reason = _("Why it moves: on %(day)s %(who)s would also be in %(session)s.")
        return reason % {
            "day": formats.long_day(day, active_language()),
            "who": self.inputs.shared_names(pair_of(self.session.cohort, other.cohort), day),
            "session": str(other),
        }


@dataclass(frozen=True)
class SessionBoard(CalculatedBoard):
    """The plans of an edition's sessions; `number` is that of the plan that is shown, from 1."""

    inputs: SessionInputs
    number: int = 1

    @cached_property
    def result(self) -> SessionsResult:
        """What the solver found last; it may be out of date."""
        return from_json(self.inputs.plan.result)

    @property
    def is_empty(self) -> bool:
        """Whether no draft can move: no cohort of the edition shares people with another one, or all is confirmed."""
        return not self.inputs.movable

    @property
    def can_use(self) -> bool:
        """Whether the plan that is shown is up to date and changes something."""
        return self.is_current and any(row.is_changed for row in self.rows)

    @cached_property
    def rows(self) -> list[SessionRow]:
        """The sessions that the plan moves, that are locked, or that people are expected at while they are expected
        elsewhere; in order of time.
        """
        chosen = self.chosen.chosen if self.chosen else {}
        rows = (
            SessionRow(self.inputs, session, chosen.get(str(session.pk), session.days))
            for session in self.inputs.movable
        )
        return [row for row in rows if row.is_changed or row.is_locked or row.has_conflict]

    @property
    def changes(self) -> list[ProposedChange]:
        """What would have to change where there is no plan: one of these is enough."""
        return [
            ProposedChange(
                tuple(ProposedStep(self._change(rule)) for rule in change.lifted),
                best_plan_text(_moves_text(self._moved(change.plan)) or [_("no session moves")]),
            )
            for change in self.result.changes
        ]

    @cached_property
    def _sessions(self) -> Mapping[str, PlannedSession]:
        """The sessions that can move, by their key as text."""
        return {str(session.pk): session for session in self.inputs.movable}

    def _choice(self, number: int, plan: SessionsPlan) -> PlanChoice:
        """Return a plan as people choose it."""
        moved = self._moved(plan)
        count = ngettext("%(n)d session moves.", "%(n)d sessions move.", len(moved)) % {"n": len(moved)}
        remark = count if moved else _("No draft has to move.")
        return PlanChoice(number, PLAN_LABELS[number - 1], _moves_text(moved[:LINES]), remark)

    def _moved(self, plan: SessionsPlan) -> list[tuple[PlannedSession, Days]]:
        """Return the sessions to which a plan gives other days, with these, in order of time."""
        planned = ((session, plan.chosen.get(key, session.days)) for key, session in self._sessions.items())
        return [(session, days) for session, days in planned if days != session.days]

    def _rule(self, rule: SessionRule) -> str:
        """Return the sentence of a rule."""
        texts = {
            SessionRuleKind.PEOPLE: _("%(people)s cannot be in %(cohort)s and %(other)s on the same day."),
            SessionRuleKind.LOCKED: _("%(session)s is locked."),
            SessionRuleKind.NEAR: _("%(session)s stays within six weeks of its present days."),
            SessionRuleKind.HOLIDAYS: _("%(session)s does not move into school holidays or a closed period."),
        }
        return texts[rule.kind] % self._values(rule)

    def _change(self, rule: SessionRule) -> str:
        """Return the sentence that says what would have to change for a plan to break a rule."""
        texts = {
            SessionRuleKind.PEOPLE: _("Accept that %(people)s will miss a session of %(cohort)s or %(other)s."),
            SessionRuleKind.LOCKED: _("Unlock %(session)s."),
            SessionRuleKind.NEAR: _("Move %(session)s further than six weeks, on its own page."),
            SessionRuleKind.HOLIDAYS: _("Move %(session)s into school holidays or a closed period, on its own page."),
        }
        return texts[rule.kind] % self._values(rule)

    def _values(self, rule: SessionRule) -> dict[str, str]:
        """Return what the sentence of a rule may name."""
        if rule.kind != SessionRuleKind.PEOPLE:
            session = self._sessions.get(rule.subject)
            return {"session": str(session or "")}
        first, second = rule.subject.split()
        cohorts = {session.cohort: session.cohort_name for session in self.inputs.sessions}
        return {
            "people": self.inputs.shared_names((first, second)),
            "cohort": cohorts.get(first, first),
            "other": cohorts.get(second, second),
        }


def _moves_text(moved: Iterable[tuple[PlannedSession, Days]]) -> tuple[str, ...]:
    """Return in words which sessions move to which days."""
    return tuple(
        _("%(session)s: %(days)s") % {"session": str(session), "days": days_text(days)} for session, days in moved
    )


def days_text(days: Days) -> str:
    """Return the days of a session in words."""
    return formats.periods(days, active_language())
