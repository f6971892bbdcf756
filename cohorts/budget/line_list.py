"""The list of the budget lines of a cohort: its columns and filters."""

from collections.abc import Mapping
from typing import Final

import django_filters
from django.db.models import Q, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cohorts.budget.enums import BudgetKind, CostCategory
from cohorts.budget.permissions import costs_subject
from cohorts.models import BudgetLine
from web.forms.filters import ListFilter
from web.lists.columns import (
    FIGURE,
    NUMBER,
    ListColumn,
    Reader,
    button_column,
    by_value,
    choice_column,
    field_column,
    text_column,
    value_column,
)
from web.lists.declarations import List
from web.site_addresses import cached_reverse
from web.templatetags.web import euros


class BudgetLineFilter(ListFilter):
    """Filter of the budget lines of a cohort by what they are for, kind and category."""

    q = django_filters.CharFilter(label=gettext_lazy("What for"), method="noted_like")
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Planned or spent"),
        choices=BudgetKind.choices,
        empty_label=gettext_lazy("Planned and spent"),
    )
    category = django_filters.ChoiceFilter(
        label=gettext_lazy("Category"), choices=CostCategory.choices, empty_label=gettext_lazy("All categories")
    )

    def noted_like(self, lines: QuerySet[BudgetLine], _name: str, text: str) -> QuerySet[BudgetLine]:
        """Return those of the lines whose note contains the text; accents and capitals do not matter."""
        return lines.filter(Q(note__unaccent__icontains=text.strip()))


def _rows(reader: Reader) -> QuerySet[BudgetLine]:
    """Return the lines of the cohort that count, if the reader may see them."""
    return BudgetLine.objects.visible_to(reader.user, reader.today).filter(cohort=reader.subject.cohort).current()


def _writes(reader: Reader) -> bool:
    """Return whether the reader of a cohort's lines may change them."""
    return bool(reader.subject.permissions["manage_cohort"])


def _links(line: BudgetLine) -> SafeString:
    """Return the links to the pages that change and remove the line."""
    return format_html(
        '<a href="{}">{}<span class="visually-hidden">: {}</span></a> · '
        '<a href="{}">{}<span class="visually-hidden">: {}</span></a>',
        *(cached_reverse("cohorts:edit_budget_line", line.pk), _("Edit"), line.note),
        *(cached_reverse("cohorts:remove_budget_line", line.pk), _("Remove"), line.note),
    )


COLUMNS: Final[Mapping[str, ListColumn]] = {
    "day": field_column("day", gettext_lazy("Day"), order=by_value("day", "pk"), width=12, css=FIGURE, always=True),
    "note": text_column("note", gettext_lazy("What for"), width=40, always=True),
    "kind": choice_column("kind", gettext_lazy("Planned or spent"), BudgetKind.values, width=12),
    "category": choice_column("category", gettext_lazy("Category"), CostCategory.values, width=24),
    "days": value_column("days", gettext_lazy("Days outside sessions"), width=12, css=NUMBER),
    "euros": value_column(
        "euros", gettext_lazy("Amount (€, VAT included)"), html=lambda line: euros(line.euros), width=16, css=NUMBER
    ),
    "actions": button_column(gettext_lazy("Actions"), _links, offered_to=_writes),
}

BUDGET_LINES: Final = List(
    slug="budget-lines",
    title=gettext_lazy("Budget lines"),
    route="cohorts:budget_lines",
    rows=_rows,
    filters=BudgetLineFilter,
    columns=COLUMNS,
    heading="note",
    order="-day",
    reads=("note",),
    subject=costs_subject,
    empty_icon="file-text",
    empty_title=gettext_lazy("No line yet."),
    empty_text=gettext_lazy("What the cohort costs appears here, apart from the days in sessions, which are counted."),
)
