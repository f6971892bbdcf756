"""Pages of the steps in the life of an exchange: each lists the consequences, then runs the action."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.requests import person
from exchanges.content import actions as content_actions
from exchanges.exchange.enums import ExchangeState
from exchanges.exchange.forms import VersionedExchangeForm
from exchanges.exchange.pages import (
    current_time,
    dates_of,
    exchange_form_page,
    get_exchange_or_404,
    refusal_unless_upcoming,
    roles_for,
)
from exchanges.lifecycle import actions
from exchanges.lifecycle.forms import CancelForm, ThemeAndVenueForm
from exchanges.models import Exchange
from exchanges.permissions import EditionRoles, can_confirm_host, can_plan_exchanges, can_record_attendance
from exchanges.planning import actions as planning_actions
from exchanges.registration import actions as registration_actions
from exchanges.reminders import planned_sending_day
from web.decisions import Decision, enforce
from web.forms.pages import apply_form, form_page, submitted_data
from web.text import formats
from web.text.language import active_language


def _decide_for_lab_staff(roles: EditionRoles, _exchange: Exchange) -> Decision:
    """Return the decision on a step that only lab staff may take, whatever the exchange: allowed, or refused with a
    reason.
    """
    return can_plan_exchanges(roles.user)


def _no_consequences(_exchange: Exchange) -> list[str]:
    """Return an empty list: the default for a step that has no consequences to list before it is confirmed."""
    return []


def _at_any_time(_exchange: Exchange, _today: date) -> bool:
    """Return True: the step is offered as soon as the exchange is in the state from which the step starts."""
    return True


def _from_its_first_day(exchange: Exchange, today: date) -> bool:
    """Return whether `today` is the first day of the exchange or later: the step is offered from then on.

    False while the first day is not known.
    """
    return exchange.first_day is not None and exchange.first_day <= today


def _once_minutes_are_written(exchange: Exchange, _today: date) -> bool:
    """Return whether the exchange has minutes: closing it is offered once they are written.

    One statement, unless the exchange was read with the annotation `has_minutes`.
    """
    written = getattr(exchange, "has_minutes", None)  # annotated when the page of the exchange has read it
    return exchange.minutes.exists() if written is None else bool(written)


@dataclass(frozen=True, slots=True)
class LifecycleStep:
    """A step from one state of an exchange to the next: its route and title, who may take it, its action, and texts.

    The page of the exchange offers the step to people who may take it, once `is_time`.
    """

    state: ExchangeState
    route: str
    title: StrOrPromise
    permission: Callable[[EditionRoles, Exchange], Decision]
    action: Callable[..., object]
    success_message: StrOrPromise
    consequences: Callable[[Exchange], list[str]] = _no_consequences
    is_time: Callable[[Exchange, date], bool] = _at_any_time


@form_page
def take_step(request: HttpRequest, pk: int, step: LifecycleStep) -> HttpResponse:
    """Show the page of a lifecycle step with its consequences, to people who may take it; on POST run its action.

    `step` is that of the address. Redirects to the exchange afterwards. Raises Refused for other people. Where the step
    does not follow the state of the exchange, the page has a reason instead of the form; a refusal of the action is an
    error on the page.
    """
    exchange = get_exchange_or_404(request, pk)
    enforce(step.permission(roles_for(request, exchange), exchange))
    form = VersionedExchangeForm(request.POST or None, exchange=exchange)
    if apply_form(form, step.action, exchange=exchange, at=current_time(), by=person(request)):
        messages.success(request, str(step.success_message))
        return redirect(exchange)
    is_possible = form.is_bound or (exchange.state == step.state and not exchange.retrospective)
    page = exchange_form_page(
        exchange,
        step.title,
        step.title,
        consequences=step.consequences(exchange),
        unavailable_reason="" if is_possible else gettext("The Intertransfo is not at this step."),
    )
    return page.show(request, form)


def _sending_text(exchange: Exchange, email_type: str, email: str) -> str:
    """Return a sentence on when an e-mail about the exchange is sent: on its planned day, or at once if none is
    planned.

    `email_type` is the slug of the type of e-mail; `email` names the e-mail in the sentence.
    """
    day = planned_sending_day(exchange, email_type)
    if day is None:
        return gettext("%(email)s is sent at once.") % {"email": email}
    words = {"email": email, "day": formats.weekday(day, active_language())}
    return gettext("%(email)s is sent on %(day)s.") % words


def _confirm_consequences(exchange: Exchange) -> list[str]:
    """Return sentences, shown before it is done, on what happens when host and dates of the exchange are confirmed."""
    values = {"host": exchange.host.name if exchange.host else "", "dates": dates_of(exchange)}
    return [
        gettext("%(host)s hosts on %(dates)s.") % values,
        gettext("E-mails that ask the host to confirm stop."),
        gettext("Members receive nothing yet. The next step is to announce the Intertransfo."),
    ]


def _announce_consequences(exchange: Exchange) -> list[str]:
    """Return sentences, shown before it is done, on what happens when the exchange is announced."""
    return [
        gettext("Members of every cohort see that date and host are confirmed."),
        _sending_text(
            exchange, "exchange_save_the_date", gettext("The “Save the date” e-mail, with a calendar entry,")
        ),
    ]


def _open_consequences(exchange: Exchange) -> list[str]:
    """Return sentences, shown before it is done, on what happens when registration opens, with the capacity of the
    exchange.
    """
    capacity = gettext("Capacity: %(n)s.") % {"n": exchange.capacity} if exchange.capacity else ""
    return [
        gettext("Every active member of the edition’s cohorts is invited and can answer."),
        _sending_text(exchange, "exchange_registration", gettext("The invitation, with what a travel order needs,")),
        capacity or gettext("There is no capacity limit: set one first if the venue is small."),
    ]


def _close_consequences(_exchange: Exchange) -> list[str]:
    """Return sentences, shown before it is done, on what happens when registration closes.

    They are equal for every exchange.
    """
    return [
        gettext("Nobody else can register."),
        gettext("People who are registered can still release their seat."),
        gettext("Registration does not open again."),
    ]


def _hold_consequences(exchange: Exchange) -> list[str]:
    """Return sentences, shown before it is done, on what happens when the exchange is recorded as held."""
    return [
        gettext("%(host)s has served its turn.") % {"host": exchange.host.name if exchange.host else ""},
        gettext("You can then record who came."),
    ]


def _close_exchange_consequences(_exchange: Exchange) -> list[str]:
    """Return sentences, shown before it is done, on what happens when the exchange is closed.

    They are equal for every exchange.
    """
    return [
        gettext("Minutes and contributions can still be read and searched. Cohorts can no longer contribute."),
        gettext("Open commitments carry over to the next Intertransfo."),
    ]


CONFIRM = LifecycleStep(
    ExchangeState.PROPOSED,
    "exchanges:confirm",
    _("Confirm date and host"),
    can_confirm_host,
    planning_actions.confirm_host,
    _("Date and host are confirmed."),
    _confirm_consequences,
)
ANNOUNCE = LifecycleStep(
    ExchangeState.HOST_CONFIRMED,
    "exchanges:announce",
    _("Announce the Intertransfo"),
    _decide_for_lab_staff,
    actions.announce_exchange,
    _("The Intertransfo is announced."),
    _announce_consequences,
)
OPEN = LifecycleStep(
    ExchangeState.ANNOUNCED,
    "exchanges:open_registration",
    _("Open registration"),
    _decide_for_lab_staff,
    actions.open_exchange_registration,
    _("Registration is open."),
    _open_consequences,
)
CLOSE_REGISTRATION = LifecycleStep(
    ExchangeState.REGISTRATION_OPEN,
    "exchanges:close_registration",
    _("Close registration"),
    _decide_for_lab_staff,
    actions.close_registration,
    _("Registration is closed."),
    _close_consequences,
)
HOLD = LifecycleStep(
    ExchangeState.REGISTRATION_CLOSED,
    "exchanges:hold",
    _("Record that it took place"),
    _decide_for_lab_staff,
    actions.hold_exchange,
    _("The Intertransfo is recorded as held."),
    _hold_consequences,
    _from_its_first_day,
)
CLOSE_EXCHANGE = LifecycleStep(
    ExchangeState.HELD,
    "exchanges:close_exchange",
    _("Close the Intertransfo"),
    _decide_for_lab_staff,
    content_actions.close_exchange,
    _("The Intertransfo is closed. Open commitments carry over to the next one."),
    _close_exchange_consequences,
    _once_minutes_are_written,
)
RECORD = LifecycleStep(
    ExchangeState.HELD,
    "exchanges:participants",
    _("Record who came"),
    can_record_attendance,
    registration_actions.record_remaining,
    _("Attendance is recorded."),
)
STEPS: Final = (
    CONFIRM,
    ANNOUNCE,
    OPEN,
    CLOSE_REGISTRATION,
    HOLD,
    CLOSE_EXCHANGE,
    RECORD,
)  # the first step of a state for which `is_time` is the one offered


@form_page
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Show lab staff the form to cancel the exchange with a reason, and what follows; cancel it on POST.

    For an exchange that is over or cancelled the page says so instead.
    """
    exchange = get_exchange_or_404(request, pk)
    enforce(can_plan_exchanges(person(request)))
    form, done = CancelForm(request.POST or None), gettext("The Intertransfo is cancelled.")
    if apply_form(form, actions.cancel_exchange, exchange=exchange, at=current_time(), by=person(request)):
        messages.success(request, done)
        return redirect(exchange)
    unavailable_reason = refusal_unless_upcoming(
        request, exchange, gettext("This Intertransfo is over or cancelled already.")
    )
    title = gettext("Cancel the Intertransfo")
    page = exchange_form_page(
        exchange,
        title,
        title,
        consequences=_cancel_consequences(exchange),
        is_destructive=True,
        unavailable_reason=unavailable_reason,
    )
    return page.show(request, form)


def _cancel_consequences(exchange: Exchange) -> list[str]:
    """Return sentences, shown before it is done, on what happens when the exchange is cancelled, with its dates and
    host.
    """
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
def theme_and_venue(request: HttpRequest, pk: int) -> HttpResponse:
    """Show lab staff the form for theme, venue and capacity of the exchange; save it on POST.

    For a cancelled exchange the page says that they can no longer change.
    """
    exchange = get_exchange_or_404(request, pk)
    enforce(can_plan_exchanges(person(request)))
    form = ThemeAndVenueForm(request.POST or None, current=exchange.theme_and_venue_values())
    success = gettext("Theme and venue are saved.")
    if apply_form(form, actions.set_theme_and_venue, exchange=exchange, at=current_time(), by=person(request)):
        messages.success(request, success)
        return redirect(exchange)
    is_cancelled = exchange.state == ExchangeState.CANCELLED and not submitted_data(request)
    unavailable_reason = (
        gettext("This Intertransfo is cancelled: theme and venue cannot change any more.") if is_cancelled else ""
    )
    return exchange_form_page(
        exchange, gettext("Edit theme and venue"), gettext("Save"), unavailable_reason=unavailable_reason
    ).show(request, form)
