"""The body of a list's table as HTML, made in Python: with fifty rows a template took half of the page's time."""

from collections.abc import Iterable
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from web.lists.bound import BoundList
from web.lists.columns import NUMBER
from web.text.escaping import as_html

SELECTION_FORM = "rows"  # the id of the form with the bulk actions, which stands outside the table
ROW_FORM = "row-form"  # the id of the form that the buttons in rows send, each to an address of its own


def table_rows(bound_list: BoundList, rows: Iterable[Any]) -> SafeString:
    """Return the HTML of the rows, each with a box to select it and the cells of the shown columns.

    All values are escaped; cells that a column makes as HTML are not escaped again.
    """
    name = bound_list.declaration.short_name or bound_list.declaration.name
    columns = [(column, *_tags(bound_list, key)) for key, column in bound_list.columns.items()]
    label = _("Select %(name)s")
    content = "".join(
        f"<tr id=row-{row.pk}>{_box(row.pk, label % {'name': name(row)})}"
        f"{''.join([_cell(column.cell(row), *tags) for column, *tags in columns])}</tr>"
        for row in rows
    )
    html = content.replace("> <", ">&#32;<")  # else the tag `spaceless` of the page would join the words
    return mark_safe(html)  # noqa: S308 - every part is escaped


def _tags(bound_list: BoundList, name: str) -> tuple[str, str, str]:
    """Return the start tag of the cells of a column, that of its empty cells, and the end tag.

    A phone names the column of dates and numbers, by the label of the cell.
    """
    column = bound_list.columns[name]
    if name == bound_list.declaration.heading:
        return '<th scope="row">', '<th scope="row">', "</th>"
    quote = '"' if " " in column.css else ""  # fewer bytes for each of many cells
    css = f" class={quote}{column.css}{quote}" if column.css else ""
    label = f' data-label="{as_html(column.header)}"' if column.css == NUMBER else ""
    return f"<td{css}{label}>", f"<td{css}>", "</td>"


def _cell(content: str, start: str, start_if_empty: str, end: str) -> str:
    """Return the HTML of a cell with its escaped content."""
    return f"{start if content else start_if_empty}{content}{end}"


def _box(key: int, label: str) -> str:
    """Return the HTML of the cell with the box that selects the row."""
    return (
        f"<td class=pick><input type=checkbox name=row value={key} form={SELECTION_FORM}"
        f' aria-label="{as_html(label)}"></td>'
    )
