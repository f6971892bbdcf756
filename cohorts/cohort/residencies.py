"""What the page of a residency shows: its on-site weeks, and its team by discipline."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from cohorts.cohort.format_checks import comparable_name
from cohorts.models import Cohort, Membership
from cohorts.people.enums import MembershipRole
from cohorts.sessions.enums import SessionKind, SessionState
from cohorts.sessions.next_steps import SessionLine
from programmes.enums import ProgrammeFamily


@dataclass(frozen=True, slots=True)
class TeamDiscipline:
    """A discipline of the team and the residents who bring it; nobody does while a required one is missing."""

    name: str
    people: tuple[Membership, ...]


@dataclass(frozen=True, slots=True)
class ResidencyPage:
    """The on-site weeks of a residency by date, how many its format expects (0: any number), and the team."""

    weeks: list[SessionLine]
    expected_weeks: int
    team: list[TeamDiscipline]

    @property
    def weeks_in_all(self) -> int:
        """Return how many weeks there are to be: those of the format, or more where more are planned."""
        return max(self.expected_weeks, len(self.weeks))

    @property
    def weeks_held(self) -> int:
        """Return how many of the weeks have been held."""
        return sum(line.is_over for line in self.weeks)


def is_residency(cohort: Cohort) -> bool:
    """Return whether the cohort is a residency with a page of its own; published facts have the page of all cohorts."""
    return cohort.edition.programme.family == ProgrammeFamily.RESIDENCY and not cohort.retrospective


def is_week(line: SessionLine) -> bool:
    """Return whether a session is an on-site week."""
    return line.session.kind == SessionKind.IMMERSION


class HasKindAndState(Protocol):
    """A session, or what a page has read of one."""

    @property
    def kind(self) -> str: ...

    @property
    def state(self) -> str: ...


def gets_new_days(session: HasKindAndState, cohort: Cohort) -> bool:
    """Return whether new days can be proposed for a session: it is a draft, and no on-site week of a residency, whose
    plans choose the weeks.
    """
    is_planned_week = session.kind == SessionKind.IMMERSION and is_residency(cohort)
    return session.state == SessionState.DRAFT and not is_planned_week


def residency_page(cohort: Cohort, lines: Iterable[SessionLine], members: Iterable[Membership]) -> ResidencyPage:
    """Return what the page of a residency shows; `lines` are all its on-site weeks, `members` its present members."""
    weeks = sorted(filter(is_week, lines), key=lambda line: (str(line.session.first_day or "9999"), line.session.pk))
    residents = [member for member in members if member.role == MembershipRole.RESIDENT]
    published = cohort.edition.format
    return ResidencyPage(weeks, published.onsite_weeks, team_by_discipline(residents, published.required_disciplines))


def team_by_discipline(residents: Sequence[Membership], required: Iterable[str]) -> list[TeamDiscipline]:
    """Return the residents grouped by discipline: first the required ones, also those that nobody brings, then others.

    Residents without a discipline come last, under an empty name.
    """
    groups: dict[str, list[Membership]] = {}
    names = {comparable_name(name): name for name in required}
    for name in names:
        groups[name] = []
    for member in residents:
        key = comparable_name(member.discipline)
        names.setdefault(key, member.discipline)
        groups.setdefault(key, []).append(member)
    ordered = sorted(groups.items(), key=lambda group: not group[0])  # without a discipline last; else as found
    return [TeamDiscipline(names[key], tuple(people)) for key, people in ordered]
