"""The list of calls: its columns and filters."""

from collections.abc import Mapping
from typing import Any, Final

import django_filters
from django.db.models import F, Q, QuerySet
from django.utils.html import format_html
from django.utils.translation import gettext_lazy, pgettext_lazy

from cohorts.calls.enums import CallState
from cohorts.calls.models import Call
from cohorts.calls.permissions import can_read_calls
from web.forms.filters import ListFilter
from web.lists.columns import NUMBER, ListColumn, Reader, by_name, choice_column, choice_label, value_column
from web.lists.declarations import List
from web.templatetags.web import state_tag


class CallFilter(ListFilter):
    """Filter of the calls by words and state."""

    q = django_filters.CharFilter(label=gettext_lazy("Filter by keyword"), method="containing")
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=CallState.choices, empty_label=gettext_lazy("All states")
    )

    def containing(self, calls: QuerySet[Call], _name: str, text: str) -> QuerySet[Call]:
        """Return those of the calls whose title contains the text in one of the languages, ignoring accents."""
        words = text.strip()
        return calls.filter(Q(title_fr__unaccent__icontains=words) | Q(title_en__unaccent__icontains=words))


def _rows(reader: Reader) -> QuerySet[Call]:
    """Return the calls that the reader may see."""
    return Call.objects.visible_to(reader.user)


def _with_counts(rows: Any, _reader: Reader) -> QuerySet[Call]:
    """Return the rows with the numbers of their applications."""
    counted: QuerySet[Call] = rows.with_counts()
    return counted


COLUMNS: Final[Mapping[str, ListColumn]] = {
    "title": ListColumn(
        header=pgettext_lazy("call", "Title"),
        value=str,
        html=lambda call: format_html('<a href="{}">{}</a>', call.get_absolute_url(), call),
        order=by_name("title_fr"),
        width=40,
        always=True,
        reads=("title_fr", "title_en"),
    ),
    "state": choice_column(
        "state",
        gettext_lazy("State"),
        CallState.values,
        html=lambda call: state_tag(choice_label(call, "state"), call.tone),
        width=14,
    ),
    "opens": value_column("opens_on", gettext_lazy("First day"), width=12, css=NUMBER),
    "closes": value_column("closes_on", gettext_lazy("Last day"), width=12, css=NUMBER),
    "applications": ListColumn(
        header=gettext_lazy("Applications"),
        value=lambda call: call.sent_count,
        order=(F("sent_count").asc(),),
        width=14,
        css=NUMBER,
        annotate=_with_counts,
    ),
    "undecided": ListColumn(
        header=gettext_lazy("Not decided"),
        value=lambda call: call.undecided_count,
        order=(F("undecided_count").asc(),),
        width=14,
        css=NUMBER,
        annotate=_with_counts,
    ),
}

CALLS: Final = List(
    slug="calls",
    title=gettext_lazy("Calls for authorities"),
    route="cohorts:calls",
    rows=_rows,
    filters=CallFilter,
    columns=COLUMNS,
    heading="title",
    order="-closes",
    reads=("title_fr", "title_en"),
    permission=can_read_calls,
    empty_icon="globe",
    empty_title=gettext_lazy("No call yet"),
    empty_text=gettext_lazy("A call invites authorities to apply. It appears here once the lab writes it."),
)
