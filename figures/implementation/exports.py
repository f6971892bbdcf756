"""The rates to take away: the figures of a page as a table, and the ideas behind them row by row.

Both are asked for with the page's own address, and give what the page gives to the same person.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.models import User
from figures.definitions import Definition
from figures.formats import day
from figures.implementation import idea_rows, report
from figures.implementation.definitions import definitions
from figures.implementation.forms import RatesForm, end_of
from figures.outcomes.figures import Figures
from figures.outcomes.queries import implementation_rates
from figures.scope.selection import Scope
from figures.scope.sentences import whose
from figures.scope.visibility import Reach, reach_of
from figures.work.definitions import work_definitions
from figures.work.figures import WorkFigures
from figures.work.queries import work_done
from files.registries import ExportKind
from web.dates.clock import platform_today
from web.errors import DomainError
from web.exports.tables import Cell, Table

IDEAS: Final = "rates-ideas"
WHOSE: Final = "whose"  # in what is asked of the worker: the authorities read row by row
EVERYBODYS: Final = "all"
LISTED: Final = "outcome"  # narrows the page's list, not what is counted
ABOUT: Final = gettext_lazy("Definitions")
NO_LONGER: Final = gettext_lazy(
    "You can no longer see these figures, or the date is not valid. Choose the figures again."
)


@dataclass(frozen=True)
class Asked:
    """What an address asks of the rates on a day, by somebody; the form says whether it can be answered."""

    address: QueryDict
    reach: Reach
    scope: Scope
    form: RatesForm

    @property
    def as_of(self) -> date:
        chosen: date = self.form.cleaned_data["as_of"]
        return chosen

    @property
    def known_at(self) -> datetime | None:
        """The moment whose knowledge counts, where a day is chosen."""
        return end_of(self.form.cleaned_data["known_at"])

    def figures(self, *, bounded: bool = True) -> Figures | None:
        """None where nothing was chosen and nothing is the person's own; `bounded` as `implementation_rates` has it."""
        if self.reach.owns_nothing(self.scope):
            return None
        return implementation_rates(scope=self.scope, as_of=self.as_of, known_at=self.known_at, bounded=bounded)

    def work(self) -> WorkFigures | None:
        """What the work gave; nothing where what was known once is asked for, as on the page."""
        if self.known_at or self.reach.owns_nothing(self.scope):
            return None
        return work_done(scope=self.scope, as_of=self.as_of)

    def fixed(self) -> QueryDict:
        """The same with its day written out, and whose ideas these are: asked tomorrow it still means the same."""
        fixed = QueryDict(mutable=True)
        for name in self.form.fields:
            if value := self.address.get(name):
                fixed[name] = str(value)
        fixed["as_of"] = self.as_of.isoformat()
        fixed[WHOSE] = EVERYBODYS if self.reach.own is None else "-".join(map(str, sorted(self.reach.own)))
        return fixed

    @property
    def still_read(self) -> bool:
        """Whether the person reads row by row all that they did when they asked, where `fixed` wrote that down."""
        then, own = self.address.get(WHOSE), self.reach.own
        return own is None or then is None or {*then.split("-")} <= {"", *map(str, own)}


def asked_by(user: User, asked: QueryDict, *, today: date) -> Asked:
    """One statement."""
    reach = reach_of(user, asked)
    form = RatesForm(asked, reach=reach, today=today)
    return Asked(asked, reach, form.scope, form)


def figures_table(asked: Asked, *, today: date) -> Table:
    """The figures, in the reader's language."""
    return Table(
        title=_("Figures"),
        header=report.header(),
        rows=report.cells(asked.figures(), asked.work()),
        about_title=str(ABOUT),
        about=[*_about(asked, today), *_defined([*definitions(), work_definitions()])],
        widths=(22, 44, 12, 12, 12, 12, 14, 60),
    )


def ideas_table(asked: Asked, *, today: date) -> Table:
    """The ideas the reader may see one by one: nothing is read before the rows are."""
    return Table(
        title=_("Ideas"),
        header=idea_rows.header(),
        rows=_rows(asked),
        about_title=str(ABOUT),
        about=[*_about(asked, today), *_defined(definitions())],
        widths=idea_rows.WIDTHS,
    )


def _rows(asked: Asked) -> Iterator[tuple[Cell, ...]]:
    if asked.reach.owns_nothing(asked.scope):
        return iter(())
    return idea_rows.cells(idea_rows.ideas_one_by_one(asked.scope, as_of=asked.as_of, known_at=asked.known_at))


def _defined(terms: list[Definition]) -> Iterator[tuple[str, Cell]]:
    return ((term.heading, term.text) for term in terms)


def _about(asked: Asked, today: date) -> Iterator[tuple[str, Cell]]:
    """Whose ideas, as of when, what was chosen, and when this was made."""
    yield _("Ideas covered"), " · ".join(str(part) for part in whose(asked.reach, asked.scope))
    for name, field in asked.form.fields.items():
        value = asked.form.cleaned_data.get(name)
        if value and name != LISTED:
            yield str(field.label), _said(field, value)
    if asked.form.another_day:
        yield _("Why this day"), str(asked.form.another_day)
    yield _("Made on"), day(today)


def _said(field: Any, value: Any) -> str:
    """A day written out; of a choice its words."""
    return day(value) if isinstance(value, date) else str(dict(field.choices)[value])


def file_name(stem: StrOrPromise, as_of: date, kind: str) -> str:
    return f"{stem}-{as_of.isoformat()}.{kind}"


def _prepare(person: User, asked: QueryDict) -> Table:
    """For the worker: what the person may read is asked anew. Raises DomainError where that is less than it was."""
    found = asked_by(person, asked, today=platform_today())
    if not (found.form.is_valid() and found.still_read):
        raise DomainError(NO_LONGER)
    return ideas_table(found, today=platform_today())


IDEAS_KIND: Final = ExportKind(
    label=gettext_lazy("Ideas behind the rates"),
    prepare=_prepare,
    href=lambda asked: (
        f"{reverse('figures:rates')}?{urlencode({name: asked[name] for name in asked if name != WHOSE})}"
    ),
)
