"""The download of the network: the page's numbers as rows, and the definitions that page and file share."""

from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django_stubs_ext import StrOrPromise

from figures import number_formats
from figures.network.links import LinkKind
from figures.network.people import NetworkCircle
from figures.scope.about import about_rows
from figures.scope.forms import ScopeForm
from web.exports.tables import Cell, Table

TableRow = tuple[Cell, ...]
DEFINITIONS: Final[tuple[tuple[StrOrPromise, StrOrPromise], ...]] = (
    (
        gettext_lazy("Who is counted"),
        gettext_lazy(
            "The network is everyone with a membership on that day, each person once. A cohort that ends keeps its"
            " people: they count until they leave. Those who have left stay in the history and are counted apart."
        ),
    ),
    (
        gettext_lazy("Since each cohort began"),
        gettext_lazy(
            "Months run from the day a cohort began. Each month counts the cohorts that were followed that long, then"
            " and when they began: the growth is that of the same cohorts, not that of their number. Someone who is"
            " in two cohorts counts in each. Cohorts that have not begun are not in this curve."
        ),
    ),
    (
        gettext_lazy("Circles"),
        gettext_lazy(
            "Someone who is in several circles on one day is counted in the innermost one: ambassadors and"
            " pilots first, then relays, then elected officials and direction, then the design teams."
        ),
    ),
    (
        gettext_lazy("Links"),
        gettext_lazy(
            "A contribution to an Intertransfo is a link from the cohort’s authority to the host"
            " authority, from the first day of the Intertransfo on. An offer is a link to the authority"
            " that had asked for it. A commitment is a link to the authority that hosted the Intertransfo"
            " where it was made. An idea is a link to the authority that reused it. It is also a link to"
            " an authority where it is live but did not start: in full or adapted, shown by evidence, and"
            " not ended by that day. Within one authority there are no links."
        ),
    ),
    (
        gettext_lazy("Commitments"),
        gettext_lazy(
            "Commitments are due on the date given by their owner. Commitments closed after the date of"
            " the figures still count as open."
        ),
    ),
    (
        gettext_lazy("Who sees what"),
        gettext_lazy(
            "People are counted here, never named. Each cohort is shown to the people of its authority, to"
            " its admins and to the lab. Totals of an edition also count the cohorts that share their"
            " figures with it; the page names the authorities that are counted and those that are not."
            " Authorities are never ranked."
        ),
    ),
)


def network_table(form: ScopeForm, page: dict[str, Any] | None) -> Table:
    """Return the downloadable table of the numbers of the network page, with the definitions, in the reader's language.

    `form` is the valid form, `page` the context from `network_page`, None where there is nothing to show.
    """
    return Table(
        title=_("Figures"),
        header=[
            _("Figure"),
            pgettext("figure", "Cohort or authority"),
            pgettext("figure", "Circle or receiving authority"),
            pgettext("figure", "As of"),
            _("Number"),
        ],
        rows=_lines(page) if page else (),
        about_title=_("Definitions"),
        about=[
            *about_rows(form, _("People counted")),
            *((str(heading), str(words)) for heading, words in DEFINITIONS),
        ],
        widths=(38, 34, 34, 14, 12),
    )


def _lines(page: dict[str, Any]) -> Iterator[TableRow]:
    """Yield the rows of the download: people, growth, cohorts, teams, commitments, replicated ideas, links.

    A row is figure, cohort or authority, circle or receiving authority, day, number.
    """
    yield from _people(page)
    yield from _growth(page)
    yield from _cohorts(page)
    as_of, commitments = page["as_of"], page["commitments"]
    if page["network"].now:
        yield _("Innovation teams open"), "", "", as_of, page["teams_open"]
        for label, count in (
            (_("Commitments kept"), commitments.fulfilled),
            (_("Commitments dropped"), commitments.dropped),
            (_("Commitments due and still open"), commitments.late),
        ):
            yield label, "", "", as_of, count
        yield _("Ideas live in another authority"), "", "", as_of, page["replications"]
    yield from _links(page)


def _people(page: dict[str, Any]) -> Iterator[TableRow]:
    """Yield people by circle, all active people and those who left, for each row of the page's table."""
    for point, circles in page["table"]:
        for circle, people in zip(NetworkCircle, circles, strict=True):
            yield _("People active"), "", str(circle.label), point.day, people
        yield _("People active"), "", "", point.day, point.active
        yield _("People who left (kept in the history)"), "", "", point.day, point.left


def _growth(page: dict[str, Any]) -> Iterator[TableRow]:
    """Yield the row of people in cohorts that began later, then three rows for each month since cohorts began.

    The first row is left out where the page compares the day with no other.
    """
    as_of, compared = page["as_of"], page["network"].compared
    if compared:
        label = _("People active in cohorts that had not begun on %(day)s") % {"day": number_formats.day(compared.day)}
        yield label, "", "", as_of, page["in_later_cohorts"]
    for point in page["growth_points"]:
        words = {"period": number_formats.months(point.months)}
        yield _("Cohorts followed for %(period)s") % words, "", "", as_of, point.cohorts
        yield _("People when these cohorts began (%(period)s)") % words, "", "", as_of, point.people_at_start
        yield _("People in these cohorts after %(period)s") % words, "", "", as_of, point.people


def _cohorts(page: dict[str, Any]) -> Iterator[TableRow]:
    """Yield the rows of people by cohort and circle, with totals and people who left; none without members.

    Other cohorts that share their figures are one sum, “Other cohorts”.
    """
    for row in page["cohort_rows"] if page["network"].now else ():
        name, as_of = row.cohort.name if row.cohort else _("Other cohorts"), page["as_of"]
        for label, people in row.by_label:
            yield _("People active"), name, str(label), as_of, people
        yield _("People active"), name, "", as_of, row.active
        yield _("People who left (kept in the history)"), name, "", as_of, row.left


def _links(page: dict[str, Any]) -> Iterator[TableRow]:
    """Yield links by pair of authorities and kind, then one row per kind for links among other authorities."""
    links, day = page["links"], page["as_of"]
    for pair in links.pairs:
        for label, cell in pair:
            yield str(label), pair.giver, pair.taker, day, cell.number
    for link in LinkKind if links.unlisted else ():
        yield (
            str(link.label),
            _("Among other authorities"),
            "",
            day,
            links.unlisted.get(link, 0),
        )
