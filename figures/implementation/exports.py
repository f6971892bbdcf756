"""Tables to download: the figures of a rates page, and the ideas behind them row by row.

Both take the query string of the page, and give the same person the same figures as the page.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.models import User
from figures.definitions import Definition
from figures.effects import rows as effect_rows
from figures.implementation import idea_rows, report
from figures.implementation.definitions import definitions
from figures.implementation.forms import RatesForm
from figures.outcomes.outcome_counts import Figures
from figures.outcomes.queries import implementation_rates
from figures.scope.about import about_rows
from figures.scope.moments import end_of
from figures.scope.selection import FiguresScope
from figures.scope.visibility import VisibleCohorts, visible_cohorts
from figures.work.definitions import work_definitions
from figures.work.queries import work_done
from figures.work.work_counts import WorkFigures
from files.registries import ExportKind
from web.dates.clock import platform_today
from web.errors import DomainError
from web.exports.tables import Cell, Table

IDEAS: Final = "rates-ideas"
AUTHORITIES_KEY: Final = "whose"  # in the query stored for the worker: the authorities the person reads row by row
ALL_AUTHORITIES: Final = "all"
ABOUT: Final = gettext_lazy("Definitions")
NO_LONGER_VISIBLE: Final = gettext_lazy(
    "You can no longer see these figures, or the date is not valid. Choose the figures again."
)


@dataclass(frozen=True)
class RatesQuery:
    """A query string of the rates page, parsed for one person and one day; `form` says whether it is valid."""

    address: QueryDict
    visible: VisibleCohorts
    scope: FiguresScope
    form: RatesForm

    @property
    def as_of(self) -> date:
        """The day of the figures, available only once the form is known to be valid."""
        chosen: date = self.form.cleaned_data["as_of"]
        return chosen

    @property
    def known_at(self) -> datetime | None:
        """The last moment chosen under “As known on”, None where none was chosen; the form must be valid."""
        return end_of(self.form.cleaned_data["known_at"])

    def figures(self, *, only_counts: bool = False) -> Figures | None:
        """Return the rates of the scope, None where the person has no authority and chose no edition or cohort.

        They include the bounds that imprecise dates allow and the number of measured effects, unless `only_counts`
        is set, which is one statement less. The form must be valid.
        """
        if self.visible.has_nothing_to_show(self.scope):
            return None
        return implementation_rates(
            scope=self.scope,
            as_of=self.as_of,
            known_at=self.known_at,
            bounded=not only_counts,
            with_effects=not only_counts,
        )

    def work(self) -> WorkFigures | None:
        """Return the results of the cohorts' work (first prototypes, tests, attendance) on the day of the figures.

        None where a day is chosen under “As known on”, or where the person has no authority and chose no edition or
        cohort.
        """
        if self.known_at or self.visible.has_nothing_to_show(self.scope):
            return None
        return work_done(scope=self.scope, as_of=self.as_of)

    def with_fixed_scope(self) -> QueryDict:
        """Return a copy of the query string that means the same tomorrow.

        The day of the figures and the ids of the authorities that the person may read are written into it; unknown
        fields are dropped.
        """
        with_fixed_scope = QueryDict(mutable=True)
        for name in self.form.fields:
            if value := self.address.get(name):
                with_fixed_scope[name] = str(value)
        with_fixed_scope["as_of"] = self.as_of.isoformat()
        with_fixed_scope[AUTHORITIES_KEY] = (
            ALL_AUTHORITIES if self.visible.own is None else "-".join(map(str, sorted(self.visible.own)))
        )
        return with_fixed_scope

    @property
    def is_still_visible(self) -> bool:
        """Whether the person may still read every authority that `with_fixed_scope` named, if it named any."""
        then, own = self.address.get(AUTHORITIES_KEY), self.visible.own
        return own is None or then is None or {*then.split("-")} <= {"", *map(str, own)}


def parse_rates_query(user: User, query: QueryDict, *, today: date) -> RatesQuery:
    """Return the query string of the rates page as parsed for one user, in one statement.

    `today` is the day of the figures where none is chosen, and the latest that may be.
    """
    visible = visible_cohorts(user, query)
    form = RatesForm(query, visible=visible, today=today)
    return RatesQuery(query, visible, form.scope, form)


def figures_table(query: RatesQuery, figures: Figures | None) -> Table:
    """Return the downloadable table of the figures of a valid query, with their definitions, in the reader's language.

    `figures` are those of the query, None where there is nothing to show.
    """
    return Table(
        title=_("Figures"),
        header=report.header(),
        rows=report.cells(figures, query.work()),
        about_title=str(ABOUT),
        about=[
            *about_rows(query.form, _("Ideas covered")),
            *_definition_rows([*definitions(), work_definitions()]),
            *effect_rows.definitions(),
        ],
        widths=(22, 44, 12, 12, 12, 12, 14, 60, 12),
    )


def ideas_table(query: RatesQuery) -> Table:
    """Return the downloadable table of the ideas that the reader may see one by one, with the definitions of the terms.

    The database is read only when the rows are written.
    """
    return Table(
        title=_("Ideas"),
        header=idea_rows.header(),
        rows=_rows(query),
        about_title=str(ABOUT),
        about=[*about_rows(query.form, _("Ideas covered")), *_definition_rows(definitions())],
        widths=idea_rows.WIDTHS,
    )


def effects_table(query: RatesQuery) -> Table:
    """Return the downloadable table of the values of indicators, of the ideas that the reader may see one by one.

    The database is read only when the rows are written.
    """
    nothing = query.visible.has_nothing_to_show(query.scope)
    values = () if nothing else effect_rows.values_one_by_one(query.scope, as_of=query.as_of, known_at=query.known_at)
    return Table(
        title=_("Effects"),
        header=effect_rows.header(),
        rows=effect_rows.cells(values),
        about_title=str(ABOUT),
        about=[*about_rows(query.form, _("Ideas covered")), *effect_rows.definitions()],
        widths=effect_rows.WIDTHS,
    )


def _rows(query: RatesQuery) -> Iterator[tuple[Cell, ...]]:
    """Return the cells of each idea that the reader may see one by one; none where there is nothing to show."""
    if query.visible.has_nothing_to_show(query.scope):
        return iter(())
    return idea_rows.cells(idea_rows.ideas_one_by_one(query.scope, as_of=query.as_of, known_at=query.known_at))


def _definition_rows(terms: list[Definition]) -> Iterator[tuple[str, Cell]]:
    """Return an iterator over pairs of a definition's heading and text, as rows of the sheet “Definitions”."""
    return ((term.heading, term.text) for term in terms)


def file_name(stem: StrOrPromise, as_of: date, kind: str) -> str:
    """Return the name of a download: “rates-2026-11-24.csv” for the stem “rates”, that day and the type “csv”."""
    return f"{stem}-{as_of.isoformat()}.{kind}"


def _prepare(person: User, query: QueryDict) -> Table:
    """Return the table of ideas that a background task writes to a file, with the person's rights of this moment.

    `query` is the query string stored with the request for the file. Raises DomainError where it is no longer valid, or
    the person may read fewer authorities than when they requested the file.
    """
    rates_query = parse_rates_query(person, query, today=platform_today())
    if not (rates_query.form.is_valid() and rates_query.is_still_visible):
        raise DomainError(NO_LONGER_VISIBLE)
    return ideas_table(rates_query)


IDEAS_KIND: Final = ExportKind(
    label=gettext_lazy("Ideas behind the rates"),
    prepare=_prepare,
    href=lambda query: (
        f"{reverse('figures:rates')}?{urlencode({name: query[name] for name in query if name != AUTHORITIES_KEY})}"
    ),
)
