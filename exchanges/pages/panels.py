"""Parts of other pages about exchanges: the edition page, cohort timelines, and the home page."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.requests import person
from cohorts.hooks import TakenDay
from cohorts.models import Cohort, Membership
from cohorts.people.enums import MembershipRole
from exchanges.exchange.enums import (
    ANSWERABLE,
    ESCALATION_PERIOD,
    PLANNED_EDITION_STATES,
    UNABLE_TO_HOST,
    UNANNOUNCED,
    ExchangeState,
)
from exchanges.exchange.models import NAMING_FIELDS
from exchanges.models import Exchange
from exchanges.permissions import can_propose_exchange
from exchanges.planning.reason_texts import against_text, in_favour_text
from exchanges.planning.stored_reasons import read_reason
from exchanges.registration.enums import RegistrationState
from exchanges.registration.seats import with_fullness
from programmes.models import Edition
from programmes.workdays import days_between
from web.database.nested_rows import nested, row_from_nested
from web.database.prepared import prepared
from web.dates.clock import Today, day_in, day_of_rows, platform_zone, today_everywhere
from web.pages.home import HomeNotice, HomeNoticeSource, NestedRows, on_day
from web.pages.panels import Panel
from web.pages.timeline import ExchangeMark

S = ExchangeState
LOOK_AHEAD = timedelta(weeks=26)
MAX_DUE, MAX_NOTICES = 20, 5
DECLINES = ("no", gettext_lazy("I cannot come"))
ANSWERS = (("yes", gettext_lazy("I am coming")), DECLINES)
ANSWERS_WITHOUT_SEAT = (("yes", gettext_lazy("Join the waiting list")), DECLINES)
OverdueNote = tuple[StrOrPromise, str, StrOrPromise]  # text, route and label of the button

# For each state: the weeks before the first day by which it should be over, the text, and the button's route and label.
DEADLINES: dict[str, tuple[int, StrOrPromise, str, StrOrPromise]] = {
    S.PROPOSED: (
        26,
        gettext_lazy("date and host are not confirmed."),
        "exchange",
        gettext_lazy("See the Intertransfo"),
    ),
    S.HOST_CONFIRMED: (
        16,
        gettext_lazy("members do not know the date yet."),
        "announce",
        gettext_lazy("Announce the Intertransfo"),
    ),
    S.ANNOUNCED: (12, gettext_lazy("nobody can register yet."), "open_registration", gettext_lazy("Open registration")),
    S.REGISTRATION_OPEN: (
        3,
        gettext_lazy("registration is still open."),
        "close_registration",
        gettext_lazy("Close registration"),
    ),
    S.REGISTRATION_CLOSED: (0, gettext_lazy("did it take place?"), "hold", gettext_lazy("Record that it took place")),
}


# More urgent than any of these: no host any more, or a host that has not confirmed in time.
HOST_GONE: OverdueNote = (
    gettext_lazy("its host %(host)s has dropped out."),
    "swap",
    gettext_lazy("Choose another host"),
)
HOST_UNCONFIRMED: OverdueNote = (
    gettext_lazy("%(host)s has not confirmed."),
    "ask_next",
    gettext_lazy("Ask the next cohort"),
)


def _overdue_exchanges(user: User, today: Today) -> ArraySubquery | None:
    """Return a query column with up to 20 exchanges in which a step may be overdue, the earliest first; None outside
    the lab.

    These begin within 26 weeks of `today`, or their host is suspended or has withdrawn. Held and cancelled ones are
    left out.
    """
    if not user.is_lab_staff:
        return None
    near = Q(first_day__lte=F("local_day")) | Q(host__state__in=UNABLE_TO_HOST)
    rows = (
        Exchange.objects.planned_here()
        .with_local_day(today, lambda day: day + LOOK_AHEAD)
        .filter(near, state__in=list(DEADLINES))
        .order_by("first_day", "pk")
    )
    related = {
        "edition": "edition__name",
        "host": "host__name",
        "host_state": "host__state",
        "zone": "host__authority__time_zone",
    }
    return nested(rows[:MAX_DUE], *NAMING_FIELDS, "state", "first_day", **related)


def _overdue_notices(_request: HttpRequest, rows: NestedRows) -> list[HomeNotice]:
    """Return a notice for the home page on each exchange that has an overdue step.

    `rows` are the exchanges read by `_overdue_exchanges`; overdue is by today's date at each host.
    """
    now = timezone.now()
    notices = ((row, _overdue_notice(row, day_in(row["zone"] or platform_zone(), now))) for row in rows)
    return [_home_notice(row, *due) for row, due in notices if due]


def _overdue_notice(row: dict[str, Any], today: date) -> OverdueNote | None:
    """Return the text and button of the most urgent overdue step of an exchange; None if nothing is overdue.

    In order: its host has dropped out, its host has not confirmed 18 weeks before, or the next step of its life is
    late, such as the announcement 16 weeks before. `row` is the exchange as read by `_overdue_exchanges`, `today` the
    date at its host.
    """
    first_day = date.fromisoformat(row["first_day"])
    if row["host_state"] in UNABLE_TO_HOST:
        return HOST_GONE
    if row["state"] == S.PROPOSED and first_day - ESCALATION_PERIOD <= today:
        return HOST_UNCONFIRMED
    weeks, text, route, action = DEADLINES[row["state"]]
    return (text, route, action) if first_day - timedelta(weeks=weeks) <= today else None


def _home_notice(row: dict[str, Any], text: StrOrPromise, route: str, action: StrOrPromise) -> HomeNotice:
    """Return the home page's notice on an exchange, with a button to a page of this app.

    `row` is the exchange as read by `_overdue_exchanges`; `text` may use “%(host)s”, `route` names the page, and
    `action` is the label of the button.
    """
    name = _("%(exchange)s of %(edition)s:") % {"exchange": row_from_nested(Exchange, row), "edition": row["edition"]}
    return HomeNotice(
        name,
        text % {"host": row["host"]},
        reverse(f"exchanges:{route}", args=[row["id"]]),
        action,
        when=on_day(row["first_day"]),
    )


def _exchanges_to_host(user: User, today: Today) -> ArraySubquery | None:
    """Return a query column with up to five exchanges of the next 26 weeks that a cohort the person leads is asked to
    host.

    They are proposed and not confirmed. The person leads a cohort as pilot or coordinator on `today`. Returns None for
    lab staff.
    """
    if user.is_lab_staff:
        return None
    led = Membership.objects.active(today).filter(
        user=user, role__in=[MembershipRole.PILOT, MembershipRole.COORDINATOR]
    )
    exchanges = Exchange.objects.coming(today).filter(state=S.PROPOSED, host__in=led.values("cohort"))
    exchanges = exchanges.filter(first_day__lte=day_of_rows(today, "host__authority", lambda day: day + LOOK_AHEAD))
    return nested(exchanges[:MAX_NOTICES], *NAMING_FIELDS, "first_day")


def _hosting_notices(_request: HttpRequest, rows: NestedRows) -> list[HomeNotice]:
    """Return a notice for the home page for each exchange that the person's cohort is to host and has not confirmed.

    `rows` are the exchanges read by `_exchanges_to_host`.
    """
    text = _("your cohort is asked to host it.")
    return [
        HomeNotice(
            _lead_text(row),
            text,
            reverse("exchanges:confirm", args=[row["id"]]),
            _("Confirm hosting"),
            when=on_day(row["first_day"]),
        )
        for row in rows
    ]


def _exchanges_to_answer(user: User, today: Today) -> ArraySubquery:
    """Return a query column with up to five exchanges whose registration is open and whose invitation the person has
    not answered.

    They begin on `today` or later, the next one first.
    """
    own = Exchange.objects.coming(today).filter(
        state=S.REGISTRATION_OPEN, registrations__user=user, registrations__state=RegistrationState.INVITED
    )
    return nested(with_fullness(own)[:MAX_NOTICES], *NAMING_FIELDS, "first_day", "full")


def _answer_notices(_request: HttpRequest, rows: NestedRows) -> list[HomeNotice]:
    """Return a notice for the home page, with the buttons of both answers, for each exchange to answer.

    `rows` are the exchanges read by `_exchanges_to_answer`.
    """
    text = _("you have not said whether you are coming.")
    waiting = _("All seats are taken. If you answer yes now, you go on the waiting list.")
    return [
        HomeNotice(
            _lead_text(row),
            f"{text} {waiting}" if row["full"] else text,
            reverse("exchanges:answer", args=[row["id"]]),
            _("Answer"),
            ANSWERS_WITHOUT_SEAT if row["full"] else ANSWERS,
            on_day(row["first_day"]),
        )
        for row in rows
    ]


def _lead_text(row: dict[str, Any]) -> str:
    """Return the first words of a notice: the name of the exchange and a colon, like “Intertransfo 4:”.

    `row` is the exchange as a dictionary with the fields that its name needs.
    """
    return _("%(exchange)s:") % {"exchange": row_from_nested(Exchange, row)}


# Exchanges with an overdue step, the most urgent first; for lab staff only.
overdue_notices = HomeNoticeSource(
    _overdue_exchanges, _overdue_notices, "exchanges_overdue", gettext_lazy("Intertransfos with a late step")
)
# Exchanges that the person's cohort is asked to host; for pilots and coordinators.
hosting_notices = HomeNoticeSource(
    _exchanges_to_host, _hosting_notices, "exchanges_to_host", gettext_lazy("Intertransfos to host")
)
# Exchanges for which the person has not answered the invitation.
answer_notices = HomeNoticeSource(
    _exchanges_to_answer, _answer_notices, "exchange_answers", gettext_lazy("Intertransfos to answer")
)


def next_exchange(request: HttpRequest) -> dict[str, Any] | None:
    """Return the template context of the home page's card on the next announced exchange, with the person's own answer.

    Keys: `exchange`, `is_open` (registration is open) and `is_answerable` (people can answer or release their seat).
    One statement. None for lab staff, and when the person may see no announced exchange to come.
    """
    user = person(request)
    if user.is_lab_staff:
        return None
    for exchange in _next_exchange(user, today_everywhere()):
        return {
            "exchange": exchange,
            "is_open": exchange.state == S.REGISTRATION_OPEN,
            "is_answerable": exchange.state in ANSWERABLE,
        }
    return None


@prepared
def _next_exchange(user: User, today: Today) -> QuerySet[Exchange]:
    """Return the query for the next announced exchange that the person may see, with their own answer; at most one row.

    It begins on `today` or later and is neither held nor cancelled.
    """
    upcoming = Exchange.objects.visible_to(user).coming(today)
    upcoming = upcoming.exclude(state__in=UNANNOUNCED).with_host_and_edition().with_own_answer(user)
    return with_fullness(upcoming)[:1]


def exchanges_of_edition(request: HttpRequest, edition: Edition) -> dict[str, Any] | None:
    """Return the template context of the edition page's panel with the exchanges that the person may see, by first day.

    `reasons` has the texts for and against the dates of each proposed exchange. One statement, and one more if a reason
    names cohorts. None without exchanges, which hides the panel; for an open or running edition lab staff get the
    reason why there are none.
    """
    user = person(request)
    exchanges = _exchanges_of_edition(user, edition.pk)
    if not exchanges and not (user.is_lab_staff and edition.state in PLANNED_EDITION_STATES):
        return None
    return {
        "exchanges": exchanges,
        "edition": edition,
        "can_propose": can_propose_exchange(user, edition),
        "reasons": _reasons_of_proposals(exchanges),
    }


@prepared
def _exchanges_of_edition(user: User, edition: int) -> QuerySet[Exchange]:
    """Return the exchanges of an edition (by id) that the user may see, with their hosts, by first day."""
    visible = Exchange.objects.visible_to(user).filter(edition=edition).select_related("host")
    return visible.order_by("first_day", "number", "pk")


def _reasons_of_proposals(exchanges: Iterable[Exchange]) -> list[tuple[Exchange, str, str]]:
    """Return each proposed exchange whose dates the platform chose, with the texts for and against them, as stored.

    Dates that a person chose have no reasons. One statement if a reason names cohorts.
    """
    proposed = (row for row in exchanges if row.state == S.PROPOSED)
    windows = [(row, why) for row in proposed if (why := row.why.get("window", {})).get("for") or why.get("against")]
    slugs = {slug for _row, window in windows for reason in window["against"] for slug in reason["participants"]}
    names = dict(Cohort.objects.filter(slug__in=slugs).values_list("slug", "name")) if slugs else {}
    return [
        (
            row,
            in_favour_text(map(read_reason, window["for"])),
            against_text(map(read_reason, window["against"]), names),
        )
        for row, window in windows
    ]


EDITION = Panel("exchanges/pages/edition_panel.html", exchanges_of_edition)
HOME = Panel("exchanges/pages/home_card.html", next_exchange)


def marks_of_editions(editions: Collection[int]) -> dict[int, list[ExchangeMark]]:
    """Return the exchanges to mark on the timelines of these editions' cohorts, by key of the edition, in order of
    time.

    `editions` are keys; one without exchanges has no entry or an empty list. Cancelled exchanges and those without a
    first day are left out. One statement.
    """
    marks: dict[int, list[ExchangeMark]] = defaultdict(list)
    for exchange in _dated_exchanges(tuple(sorted(editions))):
        marks[exchange.edition_id].append(mark_of(exchange))
    return marks


@prepared
def _dated_exchanges(editions: tuple[int, ...]) -> QuerySet[Exchange]:
    """Return the query for the exchanges of these editions (keys) that have a first day and are not cancelled."""
    dated = Exchange.objects.filter(edition__in=editions, first_day__isnull=False)
    return dated.not_cancelled().order_by("first_day", "pk")


def mark_of(exchange: Exchange) -> ExchangeMark:
    """Return an exchange as cohort timelines mark it: first day, its number (“•” without one) as label, and its name.

    The first day must be known.
    """
    return ExchangeMark(exchange.first_day or date.max, str(exchange.number or "•"), str(exchange))


def days_taken(edition_id: int, days: Collection[date]) -> list[TakenDay]:
    """Return the days among `days` that an exchange of the edition takes, in order of time.

    Each has the name of the exchange, and whether its date is confirmed (no longer only proposed).
    Cancelled exchanges and imported published facts are left out. One statement.
    """
    wanted = set(days)
    taken = [
        TakenDay(day, str(exchange), confirmed=exchange.state != S.PROPOSED)
        for exchange in _dated_exchanges((edition_id,))
        if exchange.first_day and exchange.last_day and not exchange.retrospective
        for day in days_between(exchange.first_day, exchange.last_day)
        if day in wanted
    ]
    return sorted(taken, key=lambda each: each.day)
