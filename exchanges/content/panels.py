"""Notes on the home page after an exchange: commitments to update, feedback to give, exchanges to close."""

from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.models import User
from exchanges.exchange.clock import today_of_host
from exchanges.exchange.enums import PAST, ExchangeState
from exchanges.exchange.models import NAMING_FIELDS
from exchanges.models import Commitment, Exchange, Minutes
from exchanges.registration.enums import RegistrationState
from web.database.nested_rows import nested, row_from_nested
from web.dates.clock import Today
from web.pages.home import HomeNotice, HomeNoticeSource, NestedRows, held_day, on_day
from web.site_addresses import cached_reverse
from web.text import formats
from web.text.language import active_language

MAX_COMMITMENTS, MAX_EXCHANGES = 5, 2
CLOSING_DELAY = timedelta(weeks=2)  # after the first day an exchange should be closed within this time
FEEDBACK_PERIOD = timedelta(weeks=4)  # after the first day people are asked for feedback for this long


def _open_commitments(user: User, _today: Today) -> ArraySubquery:
    """Return a query column with the person's five most urgent open commitments, as JSON objects, by due date."""
    own = Commitment.objects.open().filter(owner=user).order_by("due_on", "pk")
    return nested(own[:MAX_COMMITMENTS], "id", "what", "due_on", zone="exchange__host__authority__time_zone")


def _commitment_notices(_request: HttpRequest, rows: NestedRows) -> list[HomeNotice]:
    """Return a notice for the home page on each of the person's open commitments.

    `rows` are the commitments read by `_open_commitments`.
    """
    return [_commitment_notice(row) for row in rows]


def _commitment_notice(row: dict[str, Any]) -> HomeNotice:
    """Return the home page's notice on one open commitment, which says whether it is overdue at the exchange's host.

    `row` is the commitment as a dictionary read by `_open_commitments`.
    """
    due_on = date.fromisoformat(row["due_on"])
    late = due_on < today_of_host(row["zone"])
    lead = _("Your commitment is overdue:") if late else _("Your commitment:")
    words = {"what": row["what"], "day": formats.short_day(due_on, active_language())}
    href = cached_reverse("exchanges:close_commitment", row["id"])
    action = pgettext("commitment", "Update the commitment")
    return HomeNotice(lead, _("%(what)s (due %(day)s)") % words, href, action)


def _exchanges_without_feedback(user: User, today: Today) -> ArraySubquery:
    """Return a query column with up to two exchanges that the person attended without giving feedback, the earliest
    first.

    Their first day lies in the last four weeks before `today`.
    """
    came = user.registrations.filter(state=RegistrationState.ATTENDED, feedback=None)
    rows = Exchange.objects.planned_here().with_local_day(today, lambda day: day - FEEDBACK_PERIOD)
    rows = rows.filter(state__in=PAST, first_day__gte=F("local_day"), pk__in=came.values("exchange"))
    return nested(rows.order_by("first_day", "pk")[:MAX_EXCHANGES], *NAMING_FIELDS, "first_day")


def _feedback_notices(_request: HttpRequest, rows: NestedRows) -> list[HomeNotice]:
    """Return one notice for the home page per exchange that the person attended and has given no feedback on.

    `rows` are the exchanges read by `_exchanges_without_feedback`.
    """
    text, action = _("what should the next host keep, what should it change?"), _("Give feedback")
    return [
        HomeNotice(
            _("%(exchange)s:") % {"exchange": row_from_nested(Exchange, row)},
            text,
            cached_reverse("exchanges:give_feedback", row["id"]),
            action,
            when=on_day(row["first_day"]),
        )
        for row in rows
    ]


def _exchanges_to_close(user: User, today: Today) -> ArraySubquery | None:
    """Return a query column with up to two held exchanges that lab staff have to close: begun two weeks before `today`
    or earlier.

    Each has `written`, whether it has minutes. Returns None for people outside the lab, who cannot close exchanges.
    """
    if not user.is_lab_staff:
        return None
    rows = Exchange.objects.planned_here().with_local_day(today, lambda day: day - CLOSING_DELAY)
    rows = rows.filter(state=ExchangeState.HELD, first_day__lte=F("local_day"))
    written = Exists(Minutes.objects.filter(exchange=OuterRef("pk")))
    rows = rows.annotate(written=written).order_by("first_day", "pk")
    return nested(rows[:MAX_EXCHANGES], *NAMING_FIELDS, "written", "first_day", edition="edition__name")


def _closing_notices(_request: HttpRequest, rows: NestedRows) -> list[HomeNotice]:
    """Return a notice for the home page on each exchange that lab staff have to close (`rows`, read by
    `_exchanges_to_close`).
    """
    return [_closing_notice(row) for row in rows]


def _closing_notice(row: dict[str, Any]) -> HomeNotice:
    """Return the home page's notice on one exchange that is not closed: write its minutes, or close it if they are
    written.

    `row` is the exchange as a dictionary read by `_exchanges_to_close`.
    """
    name = _("%(exchange)s of %(edition)s:") % {"exchange": row_from_nested(Exchange, row), "edition": row["edition"]}
    when = held_day(row["first_day"])
    if row["written"]:
        href = cached_reverse("exchanges:close_exchange", row["id"])
        return HomeNotice(name, _("it is not closed yet."), href, _("Close the Intertransfo"), when=when)
    href = cached_reverse("exchanges:write_minutes", row["id"])
    return HomeNotice(name, _("it has no minutes yet."), href, _("Write the minutes"), when=when)


# Held exchanges that are not closed, with the missing step; for lab staff only.
closing_notices = HomeNoticeSource(
    _exchanges_to_close, _closing_notices, "exchanges_to_close", gettext_lazy("Intertransfos to close")
)
# The person's open commitments, the most urgent first.
open_commitment_notices = HomeNoticeSource(
    _open_commitments, _commitment_notices, "commitments", gettext_lazy("Your commitments")
)
# Recent exchanges the person attended without giving feedback.
feedback_notices = HomeNoticeSource(
    _exchanges_without_feedback, _feedback_notices, "feedback", gettext_lazy("Intertransfos you attended")
)
