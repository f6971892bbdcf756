"""Rules, changes and reasons of plans in words, in the current language."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django_stubs_ext import StrOrPromise

from cohorts.cohort.format_checks import comparable_name
from planning.reading import WORKWEEK, PlanningInputs
from planning.solver.problem import DAYS_A_WEEK, PlanRule, RuleKind, ScoreCriterion, WeeksPlan
from planning.solver.scoring import WEEK
from web.text import formats
from web.text.language import active_language

CRITERION_LABELS: Final[Mapping[ScoreCriterion, StrOrPromise]] = {
    ScoreCriterion.TEAM: gettext_lazy("The team is complete"),
    ScoreCriterion.FULL_WEEKS: gettext_lazy("Full weeks, hosts confirmed"),
    ScoreCriterion.SPREAD: gettext_lazy("Weeks at an even pace"),
    ScoreCriterion.WEEKENDS: gettext_lazy("Few weekends away, shared fairly"),
}


class Reason(NamedTuple):
    """A reason for a plan, or against it (`is_against`)."""

    text: str
    is_against: bool = False


def week_text(monday: date) -> str:
    """Return a week in words, from Monday to Friday."""
    language = active_language()
    return formats.period(monday, monday + timedelta(days=WORKWEEK[-1]), language)


def short_week_text(monday: date) -> str:
    """Return a week in words as short as they can be, without the year."""
    language, friday = active_language(), monday + timedelta(days=WORKWEEK[-1])
    first = str(monday.day) if monday.month == friday.month else formats.day_month(monday, language)
    return f"{first}–{formats.day_month(friday, language)}"


def weeks_text(mondays: Iterable[date]) -> str:
    """Return several weeks in words."""
    return ", ".join(map(week_text, mondays))


@dataclass(frozen=True)
class PlanSentences:
    """The words for the rules, changes and reasons of one residency."""

    inputs: PlanningInputs

    def person(self, key: str) -> str:
        """Return the name of a person of the team."""
        member = self.inputs.team.get(key)
        return member.name if member else _("someone who has left")

    def discipline(self, key: str) -> str:
        """Return a discipline as the format writes it."""
        names = self.inputs.plan.cohort.edition.format.required_disciplines
        return next((name for name in names if comparable_name(name) == key), key)

    def rule(self, rule: PlanRule) -> str:
        """Return the sentence of a rule for all weeks, or of a locked week."""
        residency = self.inputs.residency
        weeks = self._weeks_of(rule)
        texts: dict[RuleKind, Callable[[], str]] = {
            RuleKind.WEEKS: lambda: (
                ngettext(
                    "There is %(n)d on-site week, between %(first)s and %(last)s.",
                    "There are %(n)d on-site weeks, between %(first)s and %(last)s.",
                    residency.weeks,
                )
                % {"n": residency.weeks, **self._time()}
            ),
            RuleKind.SPACING: lambda: (
                ngettext(
                    "On-site weeks are at least %(n)d week apart.",
                    "On-site weeks are at least %(n)d weeks apart.",
                    residency.weeks_apart,
                )
                % {"n": residency.weeks_apart}
            ),
            RuleKind.LOCKED: lambda: (
                _("The week of %(week)s is locked.") % {"week": week_text(rule.monday) if rule.monday else ""}
            ),
            RuleKind.HOST: lambda: _("%(who)s is away: %(weeks)s.") % {"who": rule.subject, "weeks": weeks},
            RuleKind.SCHOOL_HOLIDAYS: lambda: _("School holidays: %(weeks)s.") % {"weeks": weeks},
            RuleKind.CLOSED: lambda: _("Closed periods: %(weeks)s.") % {"weeks": weeks},
            RuleKind.EDITION: lambda: _("The edition meets: %(weeks)s.") % {"weeks": weeks},
            RuleKind.SESSION: lambda: _("The cohort has another session: %(weeks)s.") % {"weeks": weeks},
            RuleKind.DISCIPLINE: lambda: (
                _("Someone from each required discipline must be on site: %(discipline)s.")
                % {"discipline": self.discipline(rule.subject)}
            ),
            RuleKind.AWAY: lambda: (
                _("%(who)s is away: %(weeks)s.") % {"who": self.person(rule.subject), "weeks": weeks}
            ),
            RuleKind.ELSEWHERE: lambda: (
                _("%(who)s works with another cohort: %(weeks)s.") % {"who": self.person(rule.subject), "weeks": weeks}
            ),
            RuleKind.DAYS: lambda: (
                ngettext(
                    "%(n)d day of the team is left of the agreement.",
                    "%(n)d days of the team are left of the agreement.",
                    residency.days_left or 0,
                )
                % {"n": residency.days_left or 0}
            ),
        }
        return texts[rule.kind]()

    def change(self, rule: PlanRule, plan: WeeksPlan) -> str:
        """Return the sentence that says what would have to change for a plan to break a rule."""
        week = week_text(rule.monday) if rule.monday else ""
        texts: dict[RuleKind, str] = {
            RuleKind.WEEKS: _("Hold %(n)d on-site weeks instead of %(all)d.")
            % {"n": len(plan.mondays), "all": self.inputs.residency.weeks},
            RuleKind.SPACING: _("Allow less time between two on-site weeks."),
            RuleKind.LOCKED: _("Unlock the week of %(week)s."),
            RuleKind.HOST: _("%(who)s is there in the week of %(week)s."),
            RuleKind.SCHOOL_HOLIDAYS: _("Go on site in the school holidays, in the week of %(week)s."),
            RuleKind.CLOSED: _("Go on site in a closed period, in the week of %(week)s."),
            RuleKind.EDITION: _("Go on site in the week of %(week)s, while the edition meets."),
            RuleKind.SESSION: _("Move the other session of the cohort in the week of %(week)s."),
            RuleKind.DISCIPLINE: _("In the week of %(week)s, do without %(what)s, or find someone else who covers it."),
            RuleKind.AWAY: _("%(who)s is available in the week of %(week)s."),
            RuleKind.ELSEWHERE: _(
                "Release %(who)s from %(code)s in the week of %(week)s. Ask that cohort’s coordinator."
            ),
            RuleKind.DAYS: _("Agree on more days of the team."),
        }
        is_person = rule.kind in (RuleKind.AWAY, RuleKind.ELSEWHERE)
        values = {
            "week": week,
            "who": self.person(rule.subject) if is_person else rule.subject,
            "what": self.discipline(rule.subject),
            "code": self.inputs.elsewhere.get((rule.subject, rule.monday or date.min), ""),
        }
        text = texts[rule.kind]
        return text if rule.kind == RuleKind.WEEKS else text % values

    def reasons(self, plan: WeeksPlan) -> list[Reason]:
        """Return the reasons for a plan and against it, those for it first."""
        found = [*self._of_team(plan), *self._of_weeks(plan), *self._of_weekends(plan), *self._of_exceptions(plan)]
        return sorted(found, key=lambda reason: reason.is_against)

    def missing(self, plan: WeeksPlan, monday: date) -> list[str]:
        """Return a sentence for each person of the team who is not on site in a week of the plan, with the reason."""
        absent = [key for key in self.inputs.team if key not in plan.people.get(monday, ())]
        return [self._why_missing(key, monday) for key in absent]

    def uncovered(self, plan: WeeksPlan, monday: date) -> list[str]:
        """Return the required disciplines that nobody on site covers in a week of the plan."""
        team = self.inputs.residency.team
        brought = frozenset().union(*(team[key] for key in plan.people.get(monday, ()) if key in team))
        return [self.discipline(key) for key in sorted(self.inputs.residency.required - brought)]

    def _time(self) -> dict[str, str]:
        """Return the first and the last week that can be chosen, in words."""
        language, mondays = active_language(), self.inputs.mondays
        return {"first": formats.long_day(mondays[0], language), "last": formats.long_day(mondays[-1], language)}

    def _weeks_of(self, rule: PlanRule) -> str:
        """Return the weeks in which a rule stands against being on site, in words."""
        residency = self.inputs.residency
        rules_against = [*residency.away.values(), *(each for rules in residency.ruled_out.values() for each in rules)]
        mondays = {
            each.monday
            for each in rules_against
            if each.for_all_weeks == rule.for_all_weeks and each.monday in residency.mondays
        }
        return weeks_text(sorted(filter(None, mondays)))

    def _of_team(self, plan: WeeksPlan) -> Iterator[Reason]:
        """Yield who is missing from the team in which week; or that nobody is."""
        size = len(self.inputs.team)
        complete = [monday for monday, people in plan.people.items() if len(people) == size]
        if size and complete:
            yield Reason(_("The complete team can be on site: %(weeks)s.") % {"weeks": weeks_text(complete)})
        for monday in sorted(plan.people):
            for discipline in self.uncovered(plan, monday):
                text = _("No one on site covers %(discipline)s in the week of %(week)s.")
                yield Reason(text % {"discipline": discipline, "week": week_text(monday)}, is_against=True)
            yield from (Reason(text, is_against=True) for text in self.missing(plan, monday))

    def _why_missing(self, key: str, monday: date) -> str:
        """Return the sentence why a person is not on site in a week."""
        values = {"who": self.person(key), "week": week_text(monday)}
        if code := self.inputs.elsewhere.get((key, monday)):
            return _("%(who)s is with %(code)s in the week of %(week)s.") % {**values, "code": code}
        if (key, monday) in self.inputs.residency.away:
            return _("%(who)s is away in the week of %(week)s.") % values
        return _("%(who)s does not come in the week of %(week)s: the days agreed are not enough for everyone.") % values

    def _of_weeks(self, plan: WeeksPlan) -> Iterator[Reason]:
        """Yield how far apart the weeks are, whether they are full, and what is still to be confirmed."""
        residency = self.inputs.residency
        gaps = [str((later - earlier) // WEEK) for earlier, later in pairwise(plan.mondays)]
        if gaps:
            yield Reason(_("Weeks from one on-site week to the next: %(weeks)s.") % {"weeks": ", ".join(gaps)})
        placed = sorted(plan.people)
        short = [
            monday for monday in placed if residency.days_in(monday) < DAYS_A_WEEK or residency.bridges.get(monday)
        ]
        if placed and not short:
            yield Reason(_("No public holiday, and no working day between two days off, in these weeks."))
        for monday in short:
            text = _("A public holiday or a working day between two days off shortens the week of %(week)s.")
            yield Reason(text % {"week": week_text(monday)}, is_against=True)
        for absence in self.inputs.absences:
            for monday in placed:
                if absence.is_unsure_in(monday):
                    text = _("%(who)s has still to confirm the week of %(week)s.")
                    who = absence.host or (absence.member.name if absence.member else "")
                    yield Reason(text % {"who": who, "week": week_text(monday)}, is_against=True)

    def _of_weekends(self, plan: WeeksPlan) -> Iterator[Reason]:
        """Yield who works with another cohort in the week before or after; or that nobody does."""
        residency, found = self.inputs.residency, False
        for monday, people in sorted(plan.people.items()):
            for key in self.inputs.team:
                for neighbour in (monday - WEEK, monday + WEEK):
                    if key in people and residency.is_elsewhere(key, neighbour):
                        found = True
                        text = _("%(who)s is with %(code)s in the week next to %(week)s.")
                        code = self.inputs.elsewhere[key, neighbour]
                        values = {"who": self.person(key), "code": code, "week": week_text(monday)}
                        yield Reason(text % values, is_against=True)
        if plan.people and self.inputs.elsewhere and not found:
            yield Reason(_("Nobody works with another cohort in the week before or after."))

    def _of_exceptions(self, plan: WeeksPlan) -> Iterator[Reason]:
        """Yield each exception that the plan uses, with its reason."""
        reasons = {exception.solver_rule: exception.reason for exception in self.inputs.exceptions}
        for rule in plan.lifted:
            if rule in reasons:
                text = pgettext("of a plan", "Exception: %(what)s Reason: %(reason)s")
                yield Reason(text % {"what": self.change(rule, plan), "reason": reasons[rule]}, is_against=True)
