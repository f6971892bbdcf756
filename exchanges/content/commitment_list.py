"""The list of the commitments made at Intertransfos: its columns and filters."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import django_filters
from django import forms
from django.db.models import F, Q, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from cohorts.models import Cohort
from exchanges.content.bulk_actions import FULFIL, can_close
from exchanges.content.enums import CommitmentState
from exchanges.content.part_forms import content_href
from exchanges.exchange.clock import exchange_today
from exchanges.exchange.models import NAMING_FIELDS
from exchanges.models import Commitment
from programmes.models import Edition
from web.dates.clock import day_of_rows
from web.forms.filters import ListFilter, RowFilter
from web.lists.columns import (
    NUMBER,
    ListColumn,
    Reader,
    button_column,
    by_name,
    by_value,
    choice_label,
    field_column,
    text_column,
    value_column,
)
from web.lists.declarations import List
from web.site_addresses import cached_reverse
from web.templatetags.web import state_tag

PER_PAGE: Final = 40  # keeps the page under 60 KiB
LATE: Final = "late"  # an open commitment whose due date is over


def _rows(reader: Reader) -> QuerySet[Commitment]:
    """Return the commitments that the reader may read."""
    return Commitment.objects.visible_to(reader.user)


def _editions(reader: Reader) -> QuerySet[Edition]:
    """Return the editions with commitments that the reader may read."""
    return Edition.objects.filter(pk__in=_rows(reader).order_by().values("exchange__edition"))


def _cohorts(reader: Reader) -> QuerySet[Cohort]:
    """Return the cohorts with commitments that the reader may read."""
    return Cohort.objects.filter(pk__in=_rows(reader).order_by().values("cohort"))


class CommitmentFilter(ListFilter):
    """Filter of the list of commitments by words, edition, cohort and state."""

    q = django_filters.CharFilter(label=gettext_lazy("Filter by keyword"), method="search")
    edition = RowFilter(
        label=gettext_lazy("Edition"),
        field_name="exchange__edition",
        rows=_editions,
        empty_label=gettext_lazy("All editions"),
    )
    cohort = RowFilter(
        label=gettext_lazy("Cohort"), field_name="cohort", rows=_cohorts, empty_label=gettext_lazy("All cohorts")
    )
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"),
        choices=[(LATE, gettext_lazy("late")), *CommitmentState.choices],
        empty_label=gettext_lazy("All states"),
        method="in_state",
    )
    mine = django_filters.BooleanFilter(
        label=gettext_lazy("Only my commitments"), method="mine_only", widget=forms.CheckboxInput
    )

    def search(self, commitments: QuerySet[Commitment], _name: str, text: str) -> QuerySet[Commitment]:
        """Return those of the commitments with the text in what was promised or in the name of its owner; accents and
        capitals do not matter.
        """
        words = text.strip()
        return commitments.filter(Q(what__unaccent__icontains=words) | Q(owner__full_name__unaccent__icontains=words))

    def in_state(self, commitments: QuerySet[Commitment], _name: str, state: str) -> QuerySet[Commitment]:
        """Return those of the commitments in this state; for "late" open ones whose due date is over, by today's date
        at the host of their exchange.
        """
        if state != LATE:
            return commitments.filter(state=state)
        today = day_of_rows(self.reader.today, "exchange__host__authority")
        return commitments.filter(state=CommitmentState.OPEN, due_on__lt=today)

    def mine_only(self, commitments: QuerySet[Commitment], _name: str, chosen: bool) -> QuerySet[Commitment]:
        """Return those of the commitments that the reader made, if the box is ticked (`chosen`); else all."""
        return commitments.filter(owner=self.reader.user) if chosen else commitments


def _load_for_cells(commitments: Sequence[Any], reader: Reader) -> None:
    """Give each commitment whether it is late, and whether the reader may close it (two statements at most)."""
    decide = can_close(reader, commitments)
    for commitment in commitments:
        commitment.late = commitment.is_late(exchange_today(commitment.exchange))
        commitment.can_close = commitment.state == CommitmentState.OPEN and decide(commitment)


def _what(commitment: Commitment) -> SafeString:
    """Return what was promised, as a link to the minutes of the exchange."""
    return format_html('<a href="{}">{}</a>', content_href("minutes", commitment.exchange), commitment.what)


def _state_label(commitment: Any) -> str:
    """Return the state in words; "late" for an open commitment whose due date is over."""
    return _("late") if commitment.late else choice_label(commitment, "state")


def _state(commitment: Any) -> SafeString:
    """Return the state with its shape and colour, and why the commitment was dropped."""
    tag = state_tag(_state_label(commitment), "risk" if commitment.late else commitment.tone)
    return format_html("{}<br><small>{}</small>", tag, commitment.reason) if commitment.reason else tag


def _close_link(commitment: Any) -> SafeString | str:
    """Return the link to the form that closes the commitment; "" for readers who may not close it."""
    if not commitment.can_close:
        return ""
    return format_html(
        '<a href="{}">{}<span class="visually-hidden"> {}</span></a>',
        cached_reverse("exchanges:close_commitment", commitment.pk),
        pgettext("commitment", "Update the commitment"),
        Truncator(commitment.what).chars(60),
    )


COLUMNS: Final[Mapping[str, ListColumn]] = {
    "what": ListColumn(
        header=gettext_lazy("Commitment"),
        value=lambda commitment: commitment.what,
        html=_what,
        order=by_name("what"),
        width=60,
        always=True,
    ),
    "owner": ListColumn(
        header=pgettext_lazy("commitment", "Owner"),
        value=lambda commitment: str(commitment.owner),
        order=by_name("owner__full_name"),
        width=28,
        reads=("owner__full_name", "owner__email"),
    ),
    "cohort": ListColumn(
        header=gettext_lazy("Cohort"),
        value=lambda commitment: commitment.cohort.name if commitment.cohort else "",
        order=by_name("cohort__name"),
        width=24,
        reads=("cohort__name",),
    ),
    "exchange": ListColumn(
        header=gettext_lazy("Intertransfo"),
        value=lambda commitment: str(commitment.exchange),
        order=by_value("exchange__first_day"),
        width=20,
    ),
    "edition": text_column("exchange__edition__name", gettext_lazy("Edition"), width=24, by_default=False),
    "made": value_column("made_on", pgettext_lazy("commitment", "Made on"), width=12, css=NUMBER, by_default=False),
    "due": ListColumn(
        header=pgettext_lazy("commitment", "Due date"),
        value=lambda commitment: commitment.due_on,
        order=by_value("due_on"),
        width=12,
        css=NUMBER,
    ),
    "state": ListColumn(
        header=gettext_lazy("State"),
        value=_state_label,
        html=_state,
        order=(F("closed_on").desc(nulls_first=True), F("due_on").asc()),
        width=12,
        reads=("reason",),
    ),
    "closed": value_column(
        "closed_on", pgettext_lazy("commitment", "Closed on"), width=12, css=NUMBER, by_default=False
    ),
    "reason": field_column("reason", gettext_lazy("Reason"), width=40, by_default=False),
    "actions": button_column(gettext_lazy("Actions"), _close_link),
}

COMMITMENTS: Final = List(
    slug="commitments",
    title=gettext_lazy("Commitments"),
    route="exchanges:commitments",
    rows=_rows,
    filters=CommitmentFilter,
    columns=COLUMNS,
    heading="what",
    order="state",  # open ones first, by due date
    reads=(
        *("what", "due_on", "state", "owner", "cohort__edition", "cohort__authority"),
        *(f"exchange__{name}" for name in NAMING_FIELDS),
        "exchange__host__authority__time_zone",
    ),
    load_for_cells=_load_for_cells,
    bulk_actions={"done": FULFIL},
    per_page=PER_PAGE,
    empty_icon="handshake",
    empty_title=gettext_lazy("No commitment yet"),
    empty_text=gettext_lazy("Commitments that people make at Intertransfos appear here, with what became of them."),
)
