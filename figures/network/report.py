"""The network to take away: the page's numbers as lines, and the definitions that page and file share."""

from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from figures.groups import Group
from figures.network.links import Link
from figures.network.people import Circle
from figures.scope.forms import ReachForm
from figures.scope.sentences import whose
from web.exports.tables import Cell, Table
from web.text.formats import long_day

Line = tuple[Cell, ...]
FEW: Final = "< 5"  # as on the page, for what may not be told
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
            " where it was made. An idea is a link to the authority that took it up. It is also a link to"
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


def network_table(form: ReachForm, shown: dict[str, Any] | None) -> Table:
    """`shown` is what the page shows (`network_page`); None where nothing is the person's own."""
    return Table(
        title=_("Figures"),
        header=[
            _("Figure"),
            pgettext("figure", "Cohort or authority"),
            pgettext("figure", "Circle or receiving authority"),
            pgettext("figure", "As of"),
            _("Number"),
        ],
        rows=_lines(shown) if shown else (),
        about_title=_("Definitions"),
        about=list(_about(form)),
        widths=(38, 34, 34, 14, 12),
    )


def _lines(shown: dict[str, Any]) -> Iterator[Line]:
    yield from _people(shown)
    yield from _cohorts(shown)
    as_of, linked_by, promises = shown["as_of"], shown["linked_by"], shown["promises"]
    if shown["network"].now:
        yield _("Innovation teams open"), "", "", as_of, told(shown["teams_open"].shown)
        for label, group in (
            (_("Commitments kept"), promises.kept),
            (_("Commitments dropped"), promises.dropped),
            (_("Commitments due and still open"), promises.late),
        ):
            yield label, "", "", as_of, told(None if promises.masked else group.total)
        yield _("Ideas live in another authority"), "", "", linked_by, told(shown["replications"].shown)
    yield from _links(shown)


def _people(shown: dict[str, Any]) -> Iterator[Line]:
    """The table behind the curve."""
    for point, circles in shown["table"]:
        for circle, people in zip(Circle, circles, strict=True):
            yield _("People active"), "", str(circle.label), point.day, told(people)
        yield _("People active"), "", "", point.day, told(point.active.shown)
        yield _("People who left (kept in the history)"), "", "", point.day, told(point.left.shown)


def _cohorts(shown: dict[str, Any]) -> Iterator[Line]:
    for row in shown["cohort_rows"] if shown["network"].now else ():
        name, as_of = row.cohort.name if row.cohort else _("Other cohorts"), shown["as_of"]
        for label, people in row.by_label:
            yield _("People active"), name, str(label), as_of, told(people)
        yield _("People active"), name, "", as_of, told(row.active)
        yield _("People who left (kept in the history)"), name, "", as_of, told(row.left)


def _links(shown: dict[str, Any]) -> Iterator[Line]:
    links, day = shown["links"], shown["linked_by"]
    for pair in links.pairs:
        for label, cell in pair:
            yield str(label), pair.giver, pair.taker, day, cell.number
    for link in Link if links.others else ():
        yield str(link.label), _("Among other authorities"), "", day, told(links.others.get(link, Group()).shown)


def told(number: int | None) -> Cell:
    return FEW if number is None else number


def _about(form: ReachForm) -> Iterator[tuple[str, Cell]]:
    language = (get_language() or "fr")[:2]
    yield _("People counted"), " · ".join(str(part) for part in whose(form.reach, form.scope))
    yield _("As of"), long_day(form.cleaned_data["as_of"], language)
    if form.another_day:
        yield _("Why this day"), str(form.another_day)
    yield _("Made on"), long_day(form.today, language)
    for heading, words in DEFINITIONS:
        yield str(heading), str(words)
