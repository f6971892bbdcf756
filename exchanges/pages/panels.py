"""What exchanges bring to other pages: the edition's, home, and what needs someone now."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.conf import settings
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
from cohorts.models import Membership
from cohorts.people.enums import Role
from exchanges.exchange.enums import ANSWERABLE, ESCALATES, GONE, PLANNED_FOR, UNANNOUNCED, ExchangeState
from exchanges.exchange.models import NAMED
from exchanges.models import Exchange
from exchanges.permissions import may_propose
from exchanges.registration.enums import RegistrationState
from programmes.models import Edition
from web.database.nested_rows import nested, revived
from web.database.prepared import prepared
from web.dates.clock import Today, day_in, day_of_rows, today_everywhere
from web.pages.home import Attention, Found, Watch
from web.pages.panels import Panel
from web.pages.timeline import Mark

S = ExchangeState
LOOK_AHEAD = timedelta(weeks=26)
MOST_READ, MOST_ASKED = 20, 5
Due = tuple[StrOrPromise, str, StrOrPromise]  # what to say, the route and the words of the button that deals with it

# By when each state should be over, in weeks before the first day; what to say, and the button that deals with it.
DUE: dict[str, tuple[int, StrOrPromise, str, StrOrPromise]] = {
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


# Before any of these: it has no host any more, or one that has not confirmed when everyone should soon be told.
HOST_GONE: Due = (gettext_lazy("its host %(host)s has dropped out."), "swap", gettext_lazy("Choose another host"))
HOST_SILENT: Due = (gettext_lazy("%(host)s has not confirmed."), "ask_next", gettext_lazy("Ask the next cohort"))


def _find_due(user: User, today: Today) -> ArraySubquery | None:
    if not user.is_lab_staff:
        return None
    near = Q(first_day__lte=F("local_day")) | Q(host__state__in=GONE)
    rows = (
        Exchange.objects.planned_here()
        .with_local_day(today, lambda day: day + LOOK_AHEAD)
        .filter(near, state__in=list(DUE))
        .order_by("first_day", "pk")
    )
    beside = {
        "edition": "edition__name",
        "host": "host__name",
        "host_state": "host__state",
        "zone": "host__authority__time_zone",
    }
    return nested(rows[:MOST_READ], *NAMED, "state", "first_day", **beside)


def _say_due(_request: HttpRequest, found: Found) -> list[Attention]:
    now = timezone.now()
    notes = ((row, _due(row, day_in(row["zone"] or settings.TIME_ZONE, now))) for row in found)
    return [_attention(row, *due) for row, due in notes if due]


def _due(row: dict[str, Any], today: date) -> Due | None:
    """What is late, the worst first: no host any more, a host that does not confirm, the step of its state."""
    first_day = date.fromisoformat(row["first_day"])
    if row["host_state"] in GONE:
        return HOST_GONE
    if row["state"] == S.PROPOSED and first_day - ESCALATES <= today:
        return HOST_SILENT
    weeks, text, route, action = DUE[row["state"]]
    return (text, route, action) if first_day - timedelta(weeks=weeks) <= today else None


def _attention(row: dict[str, Any], text: StrOrPromise, route: str, action: StrOrPromise) -> Attention:
    name = _("%(exchange)s of %(edition)s:") % {"exchange": revived(Exchange, row), "edition": row["edition"]}
    return Attention(name, text % {"host": row["host"]}, reverse(f"exchanges:{route}", args=[row["id"]]), action)


def _find_asked(user: User, today: Today) -> ArraySubquery | None:
    if user.is_lab_staff:
        return None
    led = Membership.objects.active(today).filter(user=user, role__in=[Role.PILOT, Role.COORDINATOR])
    asked = Exchange.objects.coming(today).filter(state=S.PROPOSED, host__in=led.values("cohort"))
    asked = asked.filter(first_day__lte=day_of_rows(today, "host__authority", lambda day: day + LOOK_AHEAD))
    return nested(asked[:MOST_ASKED], *NAMED)


def _say_asked(_request: HttpRequest, found: Found) -> list[Attention]:
    text = _("your cohort is asked to host it.")
    return [
        Attention(_named(row), text, reverse("exchanges:confirm", args=[row["id"]]), _("Confirm hosting"))
        for row in found
    ]


def _find_unanswered(user: User, today: Today) -> ArraySubquery:
    own = Exchange.objects.coming(today).filter(
        state=S.REGISTRATION_OPEN, registrations__user=user, registrations__state=RegistrationState.INVITED
    )
    return nested(own[:MOST_ASKED], *NAMED)


def _say_unanswered(_request: HttpRequest, found: Found) -> list[Attention]:
    text = _("you have not said whether you are coming.")
    return [Attention(_named(row), text, reverse("exchanges:exchange", args=[row["id"]]), _("Answer")) for row in found]


def _named(row: dict[str, Any]) -> str:
    return _("%(exchange)s:") % {"exchange": revived(Exchange, row)}


# Exchanges that should be further on by now, the most urgent first; for lab staff only.
what_needs_the_lab = Watch(_find_due, _say_due)
# Exchanges that the person's cohort is asked to host; for pilots and coordinators.
what_needs_a_host = Watch(_find_asked, _say_asked)
# Exchanges the person is invited to, and has not answered for.
what_needs_an_answer = Watch(_find_unanswered, _say_unanswered)


def next_exchange(request: HttpRequest) -> dict[str, Any] | None:
    """The next exchange everybody was told of, with the person's own answer (one statement; not for lab staff)."""
    user = person(request)
    if user.is_lab_staff:
        return None
    for told in _next(user, today_everywhere()):
        return {"exchange": told, "open": told.state == S.REGISTRATION_OPEN, "answerable": told.state in ANSWERABLE}
    return None


@prepared
def _next(user: User, today: Today) -> QuerySet[Exchange]:
    known = Exchange.objects.visible_to(user).coming(today)
    return known.exclude(state__in=UNANNOUNCED).with_place().with_own_answer(user)[:1]


def exchanges_of_edition(request: HttpRequest, edition: Edition) -> dict[str, Any] | None:
    """The edition's exchanges in their order, for those who may read them (one statement).

    Lab staff are told why there are none.
    """
    user = person(request)
    visible = Exchange.objects.visible_to(user).filter(edition=edition).select_related("host")
    found = list(visible.order_by("first_day", "number", "pk"))
    if not found and not (user.is_lab_staff and edition.state in PLANNED_FOR):
        return None
    return {"exchanges": found, "edition": edition, "may_propose": may_propose(user, edition)}


EDITION = Panel("exchanges/edition_panel.html", exchanges_of_edition)
HOME = Panel("exchanges/home_card.html", next_exchange)


def marks_of_editions(editions: Collection[int]) -> dict[int, list[Mark]]:
    """Exchanges across the lines of time of these editions' cohorts, by edition (one statement for all)."""
    marks: dict[int, list[Mark]] = defaultdict(list)
    for exchange in _dated(tuple(sorted(editions))):
        marks[exchange.edition_id].append(mark_of(exchange))
    return marks


@prepared
def _dated(editions: tuple[int, ...]) -> QuerySet[Exchange]:
    dated = Exchange.objects.filter(edition__in=editions, first_day__isnull=False)
    return dated.standing().order_by("first_day", "pk")


def mark_of(exchange: Exchange) -> Mark:
    """A yellow note on a line of time, for an exchange whose day is known."""
    return Mark(exchange.first_day or date.max, str(exchange.number or "•"), str(exchange))


def days_taken(edition: int, days: Collection[date]) -> list[tuple[date, str, bool]]:
    """Of these days, those an exchange of the edition takes, its name, and whether its date is confirmed.

    One statement.
    """
    near = Exchange.objects.planned_here().standing().filter(edition=edition, first_day__lte=max(days))
    spans = list(near.order_by("first_day", "pk"))
    return [
        (day, str(exchange), exchange.state != S.PROPOSED)
        for day in sorted(set(days))
        for exchange in spans
        if exchange.first_day and exchange.last_day and exchange.first_day <= day <= exchange.last_day
    ]
