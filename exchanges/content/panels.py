"""What needs people at home after an exchange: its closing, their own promises, and what they thought of it."""

from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from accounts.models import User
from exchanges.exchange.clock import today_of_host
from exchanges.exchange.enums import PAST, ExchangeState
from exchanges.exchange.models import NAMED
from exchanges.models import Commitment, Exchange, Minutes
from exchanges.registration.enums import RegistrationState
from web.database.nested_rows import nested, revived
from web.dates.clock import Today
from web.pages.home import Attention, Found, Watch
from web.text import formats

MOST_PROMISES, MOST_ASKED = 5, 2
CLOSED_WITHIN = timedelta(weeks=2)  # how long after the first day it should be closed
ASKED_FOR = timedelta(weeks=4)  # how long after the first day feedback is asked for


def _find_promises(user: User, _today: Today) -> ArraySubquery:
    own = Commitment.objects.open().filter(owner=user).order_by("due_on", "pk")
    return nested(own[:MOST_PROMISES], "id", "what", "due_on", zone="exchange__host__authority__time_zone")


def _say_promises(_request: HttpRequest, found: Found) -> list[Attention]:
    return [_promise(row) for row in found]


def _promise(row: dict[str, Any]) -> Attention:
    due_on = date.fromisoformat(row["due_on"])
    late = due_on < today_of_host(row["zone"])
    lead = _("Your commitment is overdue:") if late else _("Your commitment:")
    words = {"what": row["what"], "day": formats.short_day(due_on, get_language() or "fr")}
    href = reverse("exchanges:close_commitment", args=[row["id"]])
    action = pgettext("commitment", "Update the commitment")
    return Attention(lead, _("%(what)s (due %(day)s)") % words, href, action)


def _find_unheard(user: User, today: Today) -> ArraySubquery:
    """Exchanges of late where the person came and has not said what they thought."""
    came = user.registrations.filter(state=RegistrationState.ATTENDED, feedback=None)
    rows = Exchange.objects.planned_here().with_local_day(today, lambda day: day - ASKED_FOR)
    rows = rows.filter(state__in=PAST, first_day__gte=F("local_day"), pk__in=came.values("exchange"))
    return nested(rows.order_by("first_day", "pk")[:MOST_ASKED], *NAMED)


def _say_unheard(_request: HttpRequest, found: Found) -> list[Attention]:
    text, action = _("what should the next host keep, what should it change?"), _("Give feedback")
    return [
        Attention(
            _("%(exchange)s:") % {"exchange": revived(Exchange, row)},
            text,
            reverse("exchanges:give_feedback", args=[row["id"]]),
            action,
        )
        for row in found
    ]


def _find_unclosed(user: User, today: Today) -> ArraySubquery | None:
    if not user.is_lab_staff:
        return None
    rows = Exchange.objects.planned_here().with_local_day(today, lambda day: day - CLOSED_WITHIN)
    rows = rows.filter(state=ExchangeState.HELD, first_day__lte=F("local_day"))
    written = Exists(Minutes.objects.filter(exchange=OuterRef("pk")))
    rows = rows.annotate(written=written).order_by("first_day", "pk")
    return nested(rows[:MOST_ASKED], *NAMED, "written", edition="edition__name")


def _say_unclosed(_request: HttpRequest, found: Found) -> list[Attention]:
    return [_unclosed(row) for row in found]


def _unclosed(row: dict[str, Any]) -> Attention:
    name = _("%(exchange)s of %(edition)s:") % {"exchange": revived(Exchange, row), "edition": row["edition"]}
    if row["written"]:
        href = reverse("exchanges:follow_up", args=[row["id"]])
        return Attention(name, _("it is not closed yet."), href, _("Close the Intertransfo"))
    href = reverse("exchanges:write_minutes", args=[row["id"]])
    return Attention(name, _("it has no minutes yet."), href, _("Write the minutes"))


# Exchanges that were held and are not closed, with the step that is missing; for lab staff only.
what_is_not_closed = Watch(_find_unclosed, _say_unclosed)
# Promises the person has neither kept nor dropped, the most urgent first.
what_was_promised = Watch(_find_promises, _say_promises)
# Exchanges the person came to, while they remember.
what_was_thought = Watch(_find_unheard, _say_unheard)
