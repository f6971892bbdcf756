"""The comparison of groups as a table to download, with the numbers of the page."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from figures.groups.comparison import Comparison
from figures.groups.definitions import definitions
from figures.groups.forms import GroupsForm
from figures.number_formats import interval_name
from figures.scope.about import about_rows
from web.exports.tables import Cell, Table


def comparison_table(form: GroupsForm, comparison: Comparison) -> Table:
    """Return the downloadable table of the comparison, one row per group and horizon; `form` is the valid form."""
    return Table(
        title=_("Figures"),
        header=[
            _("Group"),
            _("Counted"),
            _("Not included (each cohort chooses whether to share its figures)"),
            _("Accepted"),
            _("Implemented"),
            _("Months after acceptance"),
            _("Share implemented"),
            _("Low bound"),
            _("High bound"),
            _("Interval"),
            _("Followed up to that age"),
            _("Compared with"),
            _("Difference"),
            _("Low bound of the difference"),
            _("High bound of the difference"),
            _("Note"),
        ],
        rows=list(_rows(comparison)),
        about_title=_("Definitions"),
        about=[
            *about_rows(form, _("Ideas covered")),
            *((definition.heading, definition.text) for definition in definitions()),
        ],
        widths=(34, 34, 34),
    )


def _rows(comparison: Comparison) -> Iterator[tuple[Cell, ...]]:
    """Yield the cells of each group at each horizon, in the order of the page."""
    reference = comparison.reference.name if comparison.reference else ""
    for table in comparison.horizons:
        for counts, row in zip(comparison.groups, table.rows, strict=True):
            yield (
                row.group.name,
                *(", ".join(names) for names in row.group.coverage),
                counts.accepted,
                counts.implemented,
                table.months,
                *(row.at.share, row.at.low, row.at.high, interval_name(row.at.interval), row.at.followed),
                reference if row.difference else "",
                *(row.difference or (None, None, None)),
                str(row.note),
            )
