"""The rows of cohorts and teams on the network page, and their HTML.

The HTML is composed here because loops in the templates take several times as long.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.template.defaultfilters import capfirst
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django_stubs_ext import StrOrPromise

from cohorts.models import Cohort, InnovationTeam
from cohorts.teams.enums import TeamState
from cohorts.teams.steps import Milestone, milestones
from figures.network.people import NetworkCircle
from web.site_addresses import cached_reverse
from web.templatetags.web import number_cells, or_unknown, precise_to, state_tag
from web.text.escaping import as_html


@dataclass(frozen=True, slots=True)
class NetworkCohortRow:
    """People of one cohort by circle, those who have left, and the total; `cohort` is None for the sum of the others.

    Without `href` the reader may not open the members' page.
    """

    cohort: Cohort | None
    circles: Sequence[int]
    left: int
    active: int
    href: str = ""

    @property
    def by_label(self) -> Iterable[tuple[StrOrPromise, int]]:
        """Pairs of each circle's label and the cohort's number of people in it."""
        return zip(NetworkCircle.labels, self.circles, strict=True)

    @property
    def numbers(self) -> list[int]:
        """The numbers of the row's cells: people by circle, in all, and those who left."""
        return [*self.circles, self.active, self.left]


@dataclass(frozen=True, slots=True)
class TeamOnDay:
    """An innovation team on a day; `can_open_cohort`: the reader may open the pages of its cohort."""

    team: InnovationTeam
    day: date
    can_open_cohort: bool

    @property
    def steps(self) -> list[Milestone]:
        """The steps of the team, with those taken by the day."""
        return milestones(self.team, self.day)

    @property
    def href(self) -> str:
        """The address of the team's page, or its authority's if it has no cohort; "" if not for the reader."""
        if self.team.cohort is None:
            return self.team.authority.get_absolute_url()
        return cached_reverse("cohorts:innovation_team", self.team.cohort.slug) if self.can_open_cohort else ""

    @property
    def cells(self) -> SafeString:
        """The table cells of the steps, each with its day; “yes, undated” for a step taken on an unknown day.

        They are composed here because a loop in the template takes half as much time again.
        """
        undated, steps = _("yes, undated"), self.steps
        days = (
            undated if step.taken and not step.day else or_unknown(precise_to(step.day, step.precision))
            for step in steps
        )
        labels = (as_html(capfirst(str(step.label))) for step in steps)
        cells = (
            f'<td class="nowrap" data-label="{label}">{day}</td>'
            for label, day in zip(labels, map(as_html, days), strict=True)
        )
        return mark_safe("".join(cells))  # noqa: S308 - every part is escaped

    @property
    def state_text(self) -> StrOrPromise:
        """The state that day as text: in the publication's words if it is still the same, else its own label."""
        return self.team.state_label if self.team.state_label and self.state == self.team.state else self.state.label

    @property
    def state(self) -> TeamState:
        """The state of the team on the day of the figures (envisaged, prefigured, decided, open or closed)."""
        return self.team.state_at_date


def cohort_table_rows(rows: Iterable[NetworkCohortRow]) -> SafeString:
    """Return the rows of people by cohort as HTML; on phones each number has the label of its column."""
    labels = [*map(str, NetworkCircle.labels), pgettext("people", "Active"), pgettext("people", "Left")]
    return mark_safe("".join(_cohort_row(row, labels) for row in rows))  # noqa: S308 - names are escaped


def _cohort_row(row: NetworkCohortRow, labels: Sequence[str]) -> str:
    """Return the row of one cohort, or of all others together."""
    name = row.cohort.name if row.cohort else _("Other cohorts")
    return f'<tr><th scope="row">{_linked(name, row.href)}</th>{number_cells(row.numbers, labels)}</tr>'


def team_table_rows(rows: Iterable[TeamOnDay]) -> SafeString:
    """Return the rows of innovation teams as HTML: name, authority, state and the days of their steps."""
    return mark_safe("".join(map(_team_row, rows)))  # noqa: S308 - names are escaped


def _team_row(row: TeamOnDay) -> str:
    """Return the row of one team."""
    authority = f'<small class="small">{as_html(row.team.authority)}</small>'
    state = state_tag(row.state_text, row.state.tone)
    return f'<tr><th scope="row">{_linked(row.team, row.href)}&#32;{authority}</th><td>{state}</td>{row.cells}</tr>'


def _linked(name: object, href: str) -> str:
    """Return a name as HTML, as a link where there is an address."""
    return f'<a href="{as_html(href)}">{as_html(name)}</a>' if href else as_html(name)
