"""The body of a list's table as HTML, made in Python: with fifty rows a template took half of the page's time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from web.lists.bound import BoundList
from web.lists.columns import NUMBER

SELECTION_FORM = "rows"  # the id of the form with the bulk actions, which stands outside the table
ROW_FORM = "row-form"  # the id of the form that the buttons in rows send, each to an address of its own


def table_rows(bound_list: BoundList, rows: Iterable[Any]) -> SafeString:
    """Return the HTML of the rows, each with a box to select it and the cells of the shown columns.

    All values are escaped; cells that a column makes as HTML are not escaped again.
    """
    figures = {name: column for name, column in bound_list.columns.items() if column.css == NUMBER}
    labels = {name: conditional_escape(column.header) for name, column in figures.items()}
    content = "".join(_row(bound_list, row, labels) for row in rows)
    html = content.replace("> <", ">&#32;<")  # else the tag `spaceless` of the page would join the words
    return mark_safe(html)  # noqa: S308 - every part is escaped


def _row(bound_list: BoundList, row: Any, labels: Mapping[str, str]) -> str:
    """Return the HTML of one row; `labels` are the escaped headers, by name, of the columns that a phone names: dates
    and numbers.
    """
    cells = [_box(bound_list, row)]
    for name, column in bound_list.columns.items():
        content = column.cell(row)
        if name == bound_list.declaration.heading:
            cells.append(f'<th scope="row">{content}</th>')
        else:
            quote = '"' if " " in column.css else ""  # fewer bytes for each of many cells
            css = f" class={quote}{column.css}{quote}" if column.css else ""
            label = f' data-label="{labels[name]}"' if content and name in labels else ""
            cells.append(f"<td{css}{label}>{content}</td>")
    return f"<tr id=row-{row.pk}>{''.join(cells)}</tr>"


def _box(bound_list: BoundList, row: Any) -> str:
    """Return the HTML of the cell with the box that selects the row."""
    name = bound_list.declaration.short_name or bound_list.declaration.name
    label = _("Select %(name)s") % {"name": name(row)}
    return format_html(
        '<td class=pick><input type=checkbox name=row value={} form={} aria-label="{}"></td>',
        row.pk,
        SELECTION_FORM,
        label,
    )
