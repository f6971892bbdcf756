"""The next step in the life of an exchange: each page says what will happen, then does it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.requests import person
from exchanges.content import actions as content_actions
from exchanges.exchange.action_pages import acted, dates_of, find, now, page_about, standing_of, unless_coming
from exchanges.exchange.enums import ExchangeState
from exchanges.exchange.forms import SeenForm
from exchanges.lifecycle import actions
from exchanges.lifecycle.forms import CancelForm, PlaceForm
from exchanges.models import Exchange
from exchanges.permissions import Standing, may_confirm_host, may_plan, may_record_attendance
from exchanges.planning import actions as planning_actions
from exchanges.registration import actions as registration_actions
from exchanges.reminders import leaves_on
from web.decisions import Decision, enforce
from web.forms.pages import form_page, sent
from web.text import formats


def _staff(standing: Standing, _exchange: Exchange) -> Decision:
    return may_plan(standing.user)


def _nothing_more(_exchange: Exchange) -> list[str]:
    return []


def _at_any_time(_exchange: Exchange, _today: date) -> bool:
    return True


def _from_its_first_day(exchange: Exchange, today: date) -> bool:
    return exchange.first_day is not None and exchange.first_day <= today


def _once_minutes_are_written(exchange: Exchange, _today: date) -> bool:
    written = getattr(exchange, "minutes_written", None)  # the page has read it already
    return exchange.minutes.exists() if written is None else bool(written)


@dataclass(frozen=True, slots=True)
class Step:
    """The one step out of a state: its route and button, who may, what it does, what the page says before and after.

    The page of the exchange offers it to those who may, once `is_time`.
    """

    state: ExchangeState
    route: str
    title: StrOrPromise
    may: Callable[[Standing, Exchange], Decision]
    do: Callable[..., object]
    done: StrOrPromise
    says: Callable[[Exchange], list[str]] = _nothing_more
    is_time: Callable[[Exchange, date], bool] = _at_any_time


def _taken(request: HttpRequest, exchange: Exchange, step: Step) -> HttpResponse:
    enforce(step.may(standing_of(request, exchange), exchange))
    form = SeenForm(request.POST or None, exchange=exchange)
    if acted(request, form, step.do, done=str(step.done), exchange=exchange, at=now()):
        return redirect(exchange)
    return page_about(exchange, step.title, step.title, says=step.says(exchange)).show(request, form)


def _leaves(exchange: Exchange, letter: str, said: str) -> str:
    """When a letter leaves, in words."""
    day = leaves_on(exchange, letter)
    if day is None:
        return gettext("%(letter)s is sent at once.") % {"letter": said}
    words = {"letter": said, "day": formats.weekday(day, get_language() or "fr")}
    return gettext("%(letter)s is sent on %(day)s.") % words


def _confirm_says(exchange: Exchange) -> list[str]:
    values = {"host": exchange.host.name if exchange.host else "", "dates": dates_of(exchange)}
    return [
        gettext("%(host)s hosts on %(dates)s.") % values,
        gettext("E-mails that ask the host to confirm stop."),
        gettext("Members receive nothing yet. The next step is to announce the Intertransfo."),
    ]


def _announce_says(exchange: Exchange) -> list[str]:
    return [
        gettext("Members of every cohort see that date and host are confirmed."),
        _leaves(exchange, "exchange_save_the_date", gettext("The “Save the date” e-mail, with a calendar entry,")),
    ]


def _open_says(exchange: Exchange) -> list[str]:
    places = gettext("Capacity: %(n)s.") % {"n": exchange.capacity} if exchange.capacity else ""
    return [
        gettext("Every active member of the edition’s cohorts is invited and can answer."),
        _leaves(exchange, "exchange_registration", gettext("The invitation, with what a travel order needs,")),
        places or gettext("There is no capacity limit: set one first if the venue is small."),
    ]


def _close_says(_exchange: Exchange) -> list[str]:
    return [
        gettext("Nobody else can register."),
        gettext("People who are registered can still release their seat."),
        gettext("Registration does not open again."),
    ]


def _hold_says(exchange: Exchange) -> list[str]:
    return [
        gettext("%(host)s has served its turn.") % {"host": exchange.host.name if exchange.host else ""},
        gettext("You can then record who came."),
    ]


def _follow_up_says(_exchange: Exchange) -> list[str]:
    return [
        gettext("Minutes and contributions can still be read and searched. Cohorts can no longer contribute."),
        gettext("Open commitments carry over to the next Intertransfo."),
    ]


CONFIRM = Step(
    ExchangeState.PROPOSED,
    "exchanges:confirm",
    _("Confirm date and host"),
    may_confirm_host,
    planning_actions.confirm_host,
    _("Date and host are confirmed."),
    _confirm_says,
)
ANNOUNCE = Step(
    ExchangeState.HOST_CONFIRMED,
    "exchanges:announce",
    _("Announce the Intertransfo"),
    _staff,
    actions.announce,
    _("The Intertransfo is announced."),
    _announce_says,
)
OPEN = Step(
    ExchangeState.ANNOUNCED,
    "exchanges:open_registration",
    _("Open registration"),
    _staff,
    actions.open_registration,
    _("Registration is open."),
    _open_says,
)
CLOSE = Step(
    ExchangeState.REGISTRATION_OPEN,
    "exchanges:close_registration",
    _("Close registration"),
    _staff,
    actions.close_registration,
    _("Registration is closed."),
    _close_says,
)
HOLD = Step(
    ExchangeState.REGISTRATION_CLOSED,
    "exchanges:hold",
    _("Record that it took place"),
    _staff,
    actions.hold_exchange,
    _("The Intertransfo is recorded as held."),
    _hold_says,
    _from_its_first_day,
)
FOLLOW_UP = Step(
    ExchangeState.HELD,
    "exchanges:follow_up",
    _("Close the Intertransfo"),
    _staff,
    content_actions.follow_up,
    _("The Intertransfo is closed. Open commitments carry over to the next one."),
    _follow_up_says,
    _once_minutes_are_written,
)
RECORD = Step(
    ExchangeState.HELD,
    "exchanges:attendance",
    _("Record who came"),
    may_record_attendance,
    registration_actions.record_attendance,
    _("Attendance is recorded."),
)
STEPS: Final = (CONFIRM, ANNOUNCE, OPEN, CLOSE, HOLD, FOLLOW_UP, RECORD)  # the first whose time it is counts


@form_page
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm hosting on the present days."""
    return _taken(request, find(request, pk), CONFIRM)


@form_page
def announce(request: HttpRequest, pk: int) -> HttpResponse:
    return _taken(request, find(request, pk), ANNOUNCE)


@form_page
def open_registration(request: HttpRequest, pk: int) -> HttpResponse:
    return _taken(request, find(request, pk), OPEN)


@form_page
def close_registration(request: HttpRequest, pk: int) -> HttpResponse:
    return _taken(request, find(request, pk), CLOSE)


@form_page
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that it took place."""
    return _taken(request, find(request, pk), HOLD)


@form_page
def follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the whole, with its minutes."""
    return _taken(request, find(request, pk), FOLLOW_UP)


@form_page
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    exchange = find(request, pk)
    enforce(may_plan(person(request)))
    form, done = CancelForm(request.POST or None), gettext("The Intertransfo is cancelled.")
    if acted(request, form, actions.cancel_exchange, done=done, exchange=exchange, at=now()):
        return redirect(exchange)
    over = unless_coming(request, exchange, gettext("This Intertransfo is over or cancelled already."))
    title = gettext("Cancel the Intertransfo")
    page = page_about(exchange, title, title, says=_cancel_says(exchange), grave=True, impossible=over)
    return page.show(request, form)


def _cancel_says(exchange: Exchange) -> list[str]:
    host = exchange.host.name if exchange.host else ""
    return [
        gettext("The Intertransfo will not take place on %(dates)s. This cannot be undone.")
        % {"dates": dates_of(exchange)},
        gettext(
            "Everyone who was informed receives one e-mail that removes the Intertransfo from their calendar."
            " All other e-mails stop."
        ),
        gettext("%(host)s keeps its turn for later. No other Intertransfo is proposed in its place.") % {"host": host},
    ]


@form_page
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """Theme, place and places."""
    exchange = find(request, pk)
    enforce(may_plan(person(request)))
    form = PlaceForm(request.POST or None, stands=exchange.where_and_for_how_many())
    noted = gettext("Theme and venue are saved.")
    if acted(request, form, actions.set_theme_and_place, done=noted, exchange=exchange, at=now()):
        return redirect(exchange)
    gone = exchange.state == ExchangeState.CANCELLED and not sent(request)
    impossible = gettext("This Intertransfo is cancelled: theme and venue cannot change any more.") if gone else ""
    return page_about(exchange, gettext("Edit theme and venue"), gettext("Save"), impossible=impossible).show(
        request, form
    )
