"""What exchanges bring to other pages: the edition's, home, and what needs someone now."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.models import User
from cohorts.enums import Role
from cohorts.models import Cohort, Membership
from exchanges.enums import ANSWERABLE, ExchangeState
from exchanges.models import Exchange
from programmes.models import Edition
from web.home import Attention
from web.panels import Panel
from web.timeline import Mark

S = ExchangeState

# By when each state should be over, in weeks before the first day; what to say, and the button that deals with it.
DUE: dict[str, tuple[int, StrOrPromise, str, StrOrPromise]] = {
    S.PROPOSED: (26, gettext_lazy("date and host are not confirmed."), "exchange", gettext_lazy("Look at it")),
    S.HOST_CONFIRMED: (16, gettext_lazy("members do not know the date yet."), "announce", gettext_lazy("Announce it")),
    S.ANNOUNCED: (12, gettext_lazy("nobody can register yet."), "open_registration", gettext_lazy("Open registration")),
    S.REGISTRATION_OPEN: (
        3,
        gettext_lazy("registration is still open."),
        "close_registration",
        gettext_lazy("Close registration"),
    ),
    S.REGISTRATION_CLOSED: (0, gettext_lazy("did it take place?"), "hold", gettext_lazy("It took place")),
}


def what_needs_the_lab(request: HttpRequest) -> list[Attention]:
    """Exchanges that should be further on by now, the most urgent first (one statement, lab staff only)."""
    if not (isinstance(request.user, User) and request.user.is_lab_staff):
        return []
    today = timezone.localdate()
    soon = Exchange.objects.planned_here().filter(state__in=list(DUE), first_day__lte=today + timedelta(weeks=26))
    rows = soon.select_related("host", "edition").order_by("first_day", "pk")
    return [_attention(exchange) for exchange in rows[:20] if _is_due(exchange, today)]


def _is_due(exchange: Exchange, today: date) -> bool:
    weeks = DUE[exchange.state][0]
    return exchange.first_day is not None and exchange.first_day - timedelta(weeks=weeks) <= today


def _attention(exchange: Exchange) -> Attention:
    _weeks, text, route, action = DUE[exchange.state]
    name = _("%(exchange)s of %(edition)s:") % {"exchange": exchange, "edition": exchange.edition}
    return Attention(name, text, reverse(f"exchanges:{route}", args=[exchange.pk]), action)


def what_needs_a_host(request: HttpRequest) -> list[Attention]:
    """Exchanges that the person's cohort is asked to host (one statement; pilots and coordinators)."""
    if not isinstance(request.user, User) or request.user.is_lab_staff:
        return []
    today = timezone.localdate()
    led = Membership.objects.active(today).filter(user=request.user, role__in=[Role.PILOT, Role.COORDINATOR])
    asked = Exchange.objects.coming(today).filter(
        state=S.PROPOSED, host__in=led.values("cohort"), first_day__lte=today + timedelta(weeks=26)
    )
    text = _("your cohort is asked to host it.")
    return [
        Attention(f"{exchange}:", text, reverse("exchanges:confirm", args=[exchange.pk]), _("Confirm hosting"))
        for exchange in asked[:5]
    ]


def next_exchange(request: HttpRequest) -> dict[str, Any] | None:
    """The next exchange everybody was told of, with the person's own answer (one statement; not for lab staff)."""
    if not isinstance(request.user, User) or request.user.is_lab_staff:
        return None
    known = Exchange.objects.visible_to(request.user).coming(timezone.localdate())
    told = known.exclude(state__in=[S.PROPOSED, S.HOST_CONFIRMED]).with_place().with_own_answer(request.user).first()
    if told is None:
        return None
    return {"exchange": told, "open": told.state == S.REGISTRATION_OPEN, "answerable": told.state in ANSWERABLE}


def exchanges_of_edition(request: HttpRequest, edition: Edition) -> dict[str, Any] | None:
    """The edition's exchanges in their order, for those who may read them (one statement)."""
    if not isinstance(request.user, User):
        return None
    visible = Exchange.objects.visible_to(request.user).filter(edition=edition).select_related("host")
    rows: Iterable[Exchange] = visible.order_by("first_day", "number", "pk")
    found = list(rows)
    may_propose = request.user.is_lab_staff and edition.state in {"open", "running"}
    return {"exchanges": found, "edition": edition, "may_propose": may_propose} if found or may_propose else None


EDITION = Panel("exchanges/edition_panel.html", exchanges_of_edition)
HOME = Panel("exchanges/home_card.html", next_exchange)


def marks_of_cohort(cohort: Cohort) -> list[Mark]:
    """Exchanges across a cohort's line of time (one statement)."""
    exchanges = Exchange.objects.filter(edition=cohort.edition_id, first_day__isnull=False).standing()
    return [mark_of(exchange) for exchange in exchanges.order_by("first_day", "pk")]


def mark_of(exchange: Exchange) -> Mark:
    """A yellow note on a line of time, for an exchange whose day is known."""
    return Mark(exchange.first_day or date.max, str(exchange.number or "•"), str(exchange))
