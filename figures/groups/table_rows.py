"""The rows of the tables of groups as HTML.

They are composed here because loops in the templates take several times as long.
"""

from collections.abc import Iterable

from django.http import QueryDict
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from figures.groups.comparison import GroupCounts, HorizonRow
from figures.groups.groupings import Group
from web.templatetags.web import number, percent
from web.text.escaping import as_html


def group_rows(groups: Iterable[GroupCounts], reference: Group | None, query: QueryDict) -> SafeString:
    """Return a row for each group: what it counts, and a link to compare the others with it instead of `reference`.

    `query` is the query string of the page.
    """
    changed = query.copy()
    rows = (_group_row(counts, reference, changed) for counts in groups)
    return mark_safe("".join(rows))  # noqa: S308 - numbers, and texts that are escaped


def _group_row(counts: GroupCounts, reference: Group | None, query: QueryDict) -> str:
    """Return the row of one group; `query` is changed."""
    group, name = counts.group, as_html(counts.group.name)
    query["reference"] = group.slug
    address, label = as_html(f"?{query.urlencode()}"), as_html(_("Compare others with it"))
    link = f'<a href="{address}">{label} <span class="visually-hidden">({name})</span></a>'
    head = f'<a href="{as_html(group.href)}">{name}</a>' if group.href else name
    sentences = " ".join(f'<p class="small">{as_html(sentence)}</p>' for sentence in group.coverage.sentences)
    return (
        f'<tr><th scope="row">{head}</th>'
        f'<td class="n" data-label="{as_html(_("Accepted"))}">{number(counts.accepted)}</td>'
        f'<td class="n" data-label="{as_html(_("Implemented"))}">{number(counts.implemented)}</td><td>{sentences}</td>'
        f'<td class="no-print">{as_html(_("Others are compared with it")) if group == reference else link}</td></tr>'
    )


def horizon_rows(rows: Iterable[HorizonRow], reference: Group | None) -> SafeString:
    """Return a row for each group at one horizon: its share, the interval, and the difference from `reference`."""
    label = as_html(_("Difference from %(group)s") % {"group": reference.name}) if reference else ""
    return mark_safe("".join(_horizon_row(row, label) for row in rows))  # noqa: S308 - texts are escaped


def _horizon_row(row: HorizonRow, label: str) -> str:
    """Return the row of one group; `label` is that of its difference, on phones."""
    at = row.at
    interval = f"{percent(at.low, 0)} – {percent(at.high, 0)}"
    share = as_html(_("not known yet")) if at.share is None else percent(at.share, 0)
    note = f'<small class="small">{as_html(row.note)}</small>' if row.note else ""
    return (
        f'<tr><th scope="row">{as_html(row.group.name)}</th>'
        f'<td class="n nowrap" data-label="{as_html(_("Share"))}">{share}</td>'
        f'<td class="fig" data-label="{as_html(_("95%% interval") % {})}">'
        f"{note or interval}</td>{_difference_cells(row, label)}"
        f'<td class="n" data-label="{as_html(_("Followed up to that age"))}">{number(at.followed)}</td></tr>'
    )


def _difference_cells(row: HorizonRow, label: str) -> str:
    """Return the cells of the difference and of whether it is shown; empty ones where there is none."""
    if not row.difference:
        return '<td class="fig"></td><td></td>'
    words = dict(zip(("points", "low", "high"), row.difference_texts, strict=True))
    text = _("%(points)s, between %(low)s and %(high)s") % words
    answer = _("no") if row.difference.could_be_zero else _("yes")
    return (
        f'<td class="fig" data-label="{label}">{as_html(text)}</td>'
        f'<td data-label="{as_html(_("Shown to differ"))}">{as_html(answer)}</td>'
    )
