"""The download of the network: the page's numbers as rows, and the definitions that page and file share."""

from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from figures.groups import Group
from figures.network.links import LinkKind
from figures.network.people import NetworkCircle
from figures.scope.forms import ScopeForm
from figures.scope.sentences import scope_labels
from web.exports.tables import Cell, Table
from web.text.formats import long_day

TableRow = tuple[Cell, ...]
FEW: Final = "< 5"  # as on the page, for a number that may not be shown
DEFINITIONS: Final[tuple[tuple[StrOrPromise, StrOrPromise], ...]] = (
    (
        gettext_lazy("Who is counted"),
        gettext_lazy(
            "The network is everyone with a membership on that day, each person once. A cohort that ends keeps its"
            " people: they count until they leave. Those who have left stay in the history and are counted apart."
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
            " its admins and to the lab. Other members of the edition see the edition as a whole, as of"
            " the end of a month. A number that would reveal something about fewer than five other people"
            " is not shown. Authorities are never ranked."
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
        about=list(_about(form)),
        widths=(38, 34, 34, 14, 12),
    )


def _lines(page: dict[str, Any]) -> Iterator[TableRow]:
    """Yield the rows of the download from the page's context: people, cohorts, teams, commitments, replicated ideas,
    links.

    A row is figure, cohort or authority, circle or receiving authority, day, number.
    """
    yield from _people(page)
    yield from _cohorts(page)
    as_of, links_as_of, commitments = page["as_of"], page["links_as_of"], page["commitments"]
    if page["network"].now:
        yield _("Innovation teams open"), "", "", as_of, number_or_few(page["teams_open"].visible_total)
        for label, group in (
            (_("Commitments kept"), commitments.fulfilled),
            (_("Commitments dropped"), commitments.dropped),
            (_("Commitments due and still open"), commitments.late),
        ):
            yield label, "", "", as_of, number_or_few(None if commitments.masked else group.total)
        yield (
            _("Ideas live in another authority"),
            "",
            "",
            links_as_of,
            number_or_few(page["replications"].visible_total),
        )
    yield from _links(page)


def _people(page: dict[str, Any]) -> Iterator[TableRow]:
    """Yield the rows of people by circle, of all active people and of those who left,
    for each row of the page's table.
    """
    for point, circles in page["table"]:
        for circle, people in zip(NetworkCircle, circles, strict=True):
            yield _("People active"), "", str(circle.label), point.day, number_or_few(people)
        yield _("People active"), "", "", point.day, number_or_few(point.active.visible_total)
        yield _("People who left (kept in the history)"), "", "", point.day, number_or_few(point.left.visible_total)


def _cohorts(page: dict[str, Any]) -> Iterator[TableRow]:
    """Yield the rows of people by cohort and circle, with totals and people who left; none without members.

    Cohorts that the reader may not see one by one are one sum, “Other cohorts”.
    """
    for row in page["cohort_rows"] if page["network"].now else ():
        name, as_of = row.cohort.name if row.cohort else _("Other cohorts"), page["as_of"]
        for label, people in row.by_label:
            yield _("People active"), name, str(label), as_of, number_or_few(people)
        yield _("People active"), name, "", as_of, number_or_few(row.active)
        yield _("People who left (kept in the history)"), name, "", as_of, number_or_few(row.left)


def _links(page: dict[str, Any]) -> Iterator[TableRow]:
    """Yield the rows of links by pair of authorities and kind, then one row per kind for the links among other
    authorities.
    """
    links, day = page["links"], page["links_as_of"]
    for pair in links.pairs:
        for label, cell in pair:
            yield str(label), pair.giver, pair.taker, day, cell.number
    for link in LinkKind if links.others else ():
        yield (
            str(link.label),
            _("Among other authorities"),
            "",
            day,
            number_or_few(links.others.get(link, Group()).visible_total),
        )


def number_or_few(number: int | None) -> Cell:
    """Return the number as a cell of the file; “< 5” for None, which is a number that may not be shown."""
    return FEW if number is None else number


def _about(form: ScopeForm) -> Iterator[tuple[str, Cell]]:
    """Yield pairs of label and text that say what the file covers: scope, day, day it was made, and the definitions.

    `form` is the valid form. Where the figures are of another day than the one chosen, a row says why.
    """
    language = (get_language() or "fr")[:2]
    yield _("People counted"), " · ".join(str(part) for part in scope_labels(form.visible, form.scope))
    yield _("As of"), long_day(form.cleaned_data["as_of"], language)
    if form.other_day_reason:
        yield _("Why this day"), str(form.other_day_reason)
    yield _("Made on"), long_day(form.today, language)
    for heading, words in DEFINITIONS:
        yield str(heading), str(words)
