"""The list of cohorts: its columns."""

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cohorts.cohort.enums import CohortState
from cohorts.cohort.filters import CohortFilter
from cohorts.models import Cohort
from web.lists.columns import (
    FIGURE,
    NUMBER,
    ListColumn,
    Reader,
    by_choice,
    by_name,
    by_value,
    text_column,
    value_column,
)
from web.lists.declarations import List
from web.templatetags.web import day, or_unknown, precise_to, state_tag


def _rows(reader: Reader) -> QuerySet[Cohort]:
    """Return the cohorts that the reader may see."""
    return Cohort.objects.visible_to(reader.user)


def _name(cohort: Cohort) -> SafeString:
    """Return the name of the cohort as a link to its page, with its authority if that is called otherwise."""
    authority = cohort.authority.name
    small = format_html(" <small>{}</small>", authority) if authority != cohort.name else ""
    return format_html('<a href="{}">{}</a>{}', cohort.get_absolute_url(), cohort.name, small)


def _first_day(cohort: Cohort) -> object:
    """Return the first day of the cohort as precisely as it is known; the planned one while it has not started."""
    return or_unknown(precise_to(cohort.starts_on, cohort.actual_start_precision if cohort.actual_start else "day"))


def _last_day(cohort: Cohort) -> object:
    """Return the last day of the cohort as precisely as it is known; the planned one while it has not ended."""
    return or_unknown(precise_to(cohort.ends_on, cohort.actual_end_precision if cohort.actual_end else "day"))


def _seats(cohort: Any) -> object:
    """Return how many seats are taken of how many; of published facts, that it is not known unless members are."""
    if cohort.retrospective and not cohort.seats_taken:
        return or_unknown("")
    if cohort.seats is None:
        return cohort.seats_taken
    return _("%(taken)s of %(seats)s") % {"taken": cohort.seats_taken, "seats": cohort.seats}


def _with_seats_taken(cohorts: Any, reader: Reader) -> QuerySet[Cohort]:
    """Annotate cohorts with the number of seats that are taken today."""
    rows: QuerySet[Cohort] = cohorts.with_seats_taken(reader.today)
    return rows


def _with_next_session(cohorts: Any, reader: Reader) -> QuerySet[Cohort]:
    """Annotate cohorts with the first day of their next session."""
    rows: QuerySet[Cohort] = cohorts.with_next_session(reader.today)
    return rows


PER_PAGE: Final = 40  # keeps the page under 60 KiB
COLUMNS: Final[Mapping[str, ListColumn]] = {
    "cohort": ListColumn(
        header=gettext_lazy("Cohort"),
        value=lambda cohort: cohort.name,
        html=_name,
        order=by_name("name"),
        indexed=True,
        width=28,
        always=True,
        reads=("slug", "authority__name"),
    ),
    "code": value_column("code", gettext_lazy("Code"), width=8, css=FIGURE, by_default=False),
    "authority": text_column("authority__name", gettext_lazy("Authority"), width=28, by_default=False),
    "edition": text_column("edition__name", gettext_lazy("Edition"), width=28),
    "state": ListColumn(
        header=gettext_lazy("State"),
        value=lambda cohort: cohort.get_state_display(),
        html=lambda cohort: state_tag(cohort.get_state_display(), cohort.tone),
        order=by_choice("state", CohortState.values),
        width=14,
        reads=("state",),
    ),
    "starts": ListColumn(
        header=gettext_lazy("First day"),
        value=lambda cohort: cohort.starts_on,
        html=_first_day,
        order=(Coalesce("actual_start", "planned_start").asc(nulls_last=True),),
        width=12,
        css=NUMBER,
        reads=("actual_start", "actual_start_precision", "planned_start"),
    ),
    "ends": ListColumn(
        header=gettext_lazy("Last day"),
        value=lambda cohort: cohort.ends_on,
        html=_last_day,
        order=(Coalesce("actual_end", "planned_end").asc(nulls_last=True),),
        width=12,
        css=NUMBER,
        reads=("actual_end", "actual_end_precision", "planned_end"),
    ),
    "seats-taken": ListColumn(
        header=gettext_lazy("Seats taken"),
        value=lambda cohort: cohort.seats_taken,
        html=_seats,
        order=(F("seats_taken").asc(),),
        width=12,
        css=NUMBER,
        reads=("seats", "retrospective"),
        annotate=_with_seats_taken,
    ),
    "seats": value_column("seats", gettext_lazy("Seats"), width=8, css=NUMBER, by_default=False),
    "next-session": ListColumn(
        header=gettext_lazy("Next session"),
        value=lambda cohort: cohort.next_session_on,
        html=lambda cohort: day(cohort.next_session_on),
        order=by_value("next_session_on"),
        width=14,
        css=NUMBER,
        annotate=_with_next_session,
    ),
    "agreed-days": value_column(
        "planned_team_days",
        gettext_lazy("Agreed days of the design team"),
        width=16,
        css=NUMBER,
        by_default=False,
        offered_to=lambda reader: bool(reader.user.is_lab_staff),
    ),
}

COHORTS: Final = List(
    slug="cohorts",
    title=gettext_lazy("Cohorts"),
    route="cohorts:cohorts",
    rows=_rows,
    filters=CohortFilter,
    columns=COLUMNS,
    heading="cohort",
    order="cohort",
    reads=("name",),
    per_page=PER_PAGE,
    empty_icon="users",
    empty_title=gettext_lazy("You do not belong to a cohort yet."),
    empty_text=gettext_lazy("The lab or a cohort’s pilot adds you. You then find the cohort here."),
)
