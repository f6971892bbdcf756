"""Pages where lab staff change the date or the host, or propose another exchange."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.requests import person
from exchanges.exchange.enums import UNANNOUNCED
from exchanges.exchange.pages import (
    current_time,
    dates_of,
    exchange_form_page,
    get_exchange_or_404,
    refusal_unless_upcoming,
)
from exchanges.models import Exchange
from exchanges.permissions import can_plan_exchanges, can_propose_exchange
from exchanges.planning import actions
from exchanges.planning.forms import MoveExchangeForm, ProposeExchangeForm, SwapHostForm
from exchanges.planning.planning_context import expected_cohorts
from programmes.models import Edition
from web.dates.clock import platform_today
from web.decisions import enforce
from web.forms.pages import apply_form, form_page, form_response
from web.security.own_paths import next_path


@form_page
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Show lab staff the form to change the date of the exchange, and what follows; move it on POST.

    `?first_day=` (a date like 2027-06-08) preselects the first day, `?next=` names the page to go back to. For an
    exchange that is over or cancelled the page
    says so instead.
    """
    exchange = get_exchange_or_404(request, pk)
    enforce(can_plan_exchanges(person(request)))
    form = MoveExchangeForm(request.POST or None, exchange=exchange, first_day=_requested_day(request))
    done = _success_message(exchange, form)
    unavailable_reason = refusal_unless_upcoming(
        request, exchange, _("This Intertransfo is over or cancelled: it cannot move any more.")
    )
    title, action = _("Change the date"), _("Change the date")
    page = exchange_form_page(
        exchange,
        title,
        action,
        next_path(request),
        consequences=_move_consequences(exchange),
        unavailable_reason=unavailable_reason,
    )
    return form_response(
        request, form, page, actions.move_exchange, done=done, exchange=exchange, at=current_time(), by=person(request)
    )


def _success_message(exchange: Exchange, form: MoveExchangeForm) -> str:
    """Return the message after the date was changed; it says that nothing changed when the chosen days are the present
    ones.

    Call it before the exchange is moved.
    """
    requested = (form.cleaned_data["first_day"], form.cleaned_data["days"]) if form.is_valid() else None
    if requested == (exchange.first_day, exchange.days):
        return _("Nothing changed: the Intertransfo is already planned on these days.")
    return _("The date is changed.")


def _requested_day(request: HttpRequest) -> date | None:
    """Return the first day that the link to the form preselects (`?first_day=2027-06-08`); None without a valid one."""
    try:
        return date.fromisoformat(request.GET.get("first_day", ""))
    except ValueError:
        return None


def _move_consequences(exchange: Exchange) -> list[str]:
    """Return sentences, shown before it is done, on what happens when the exchange moves to other days."""
    return [
        _("Current dates: %(dates)s.") % {"dates": dates_of(exchange)},
        _("E-mails not sent yet follow the new date."),
        _change_notice_text(exchange),
    ]


def _change_notice_text(exchange: Exchange) -> str:
    """Return the sentence on who receives an e-mail when the date or host of the exchange changes.

    Before the announcement these are people who already received one, afterwards everyone who was informed (had an
    e-mail about it or was invited).
    """
    if exchange.state in UNANNOUNCED:
        return _(
            "Members have not been informed yet. People who already received an e-mail about the Intertransfo"
            " receive one more, with what changed."
        )
    return _("Everyone who was informed receives one e-mail with what changed and a new calendar entry.")


@form_page
def swap(request: HttpRequest, pk: int) -> HttpResponse:
    """Show lab staff the form to change the host of the exchange, with a reason; save it on POST.

    `?host=` preselects a cohort by its key. For an exchange that is over or cancelled the page says so instead.
    """
    exchange = get_exchange_or_404(request, pk)
    enforce(can_plan_exchanges(person(request)))
    cohorts = expected_cohorts(exchange.edition, platform_today())
    form = SwapHostForm(request.POST or None, exchange=exchange, cohorts=cohorts, host_id=request.GET.get("host"))
    if apply_form(form, actions.swap_host, exchange=exchange, at=current_time(), by=person(request)):
        messages.success(request, _("The host is changed."))
        return redirect(exchange)
    unavailable_reason = refusal_unless_upcoming(
        request, exchange, _("This Intertransfo is over or cancelled: its host cannot change any more.")
    )
    title, action = _("Change the host"), _("Change the host")
    page = exchange_form_page(
        exchange, title, action, consequences=_swap_consequences(exchange), unavailable_reason=unavailable_reason
    )
    return page.show(request, form)


def _swap_consequences(exchange: Exchange) -> list[str]:
    """Return sentences, shown before it is done, on what happens when another cohort hosts the exchange."""
    return [
        _("At present %(host)s hosts.") % {"host": exchange.host.name if exchange.host else ""},
        _new_host_text(exchange),
        _("Later turns that no host confirmed and nobody chose by hand are proposed anew."),
        _change_notice_text(exchange),
    ]


def _new_host_text(exchange: Exchange) -> str:
    """Return the sentence on whether the new host is asked to confirm: before the announcement yes, afterwards no."""
    if exchange.state in UNANNOUNCED:
        return _("The new host is asked to confirm; the other cohort keeps its turn for later.")
    return _(
        "No cohort is asked to confirm any more: agree the change with the new host first. The new host"
        " receives an e-mail saying that it hosts."
    )


@form_page
def propose(request: HttpRequest, slug: str) -> HttpResponse:
    """Show lab staff the form to propose an exchange of the edition on days they choose; propose it on POST.

    Raises Http404 for an unknown edition, and Refused unless it is open or running and its format has exchanges.
    """
    edition = get_object_or_404(
        Edition.objects.visible_to(person(request)).measured().select_related("format"), slug=slug
    )
    enforce(can_propose_exchange(person(request), edition))
    cohorts = expected_cohorts(edition, platform_today())
    form = ProposeExchangeForm(request.POST or None, cohorts=cohorts, initial={"days": edition.format.exchange_days})
    if apply_form(form, actions.propose_exchange, edition=edition, at=current_time(), by=person(request)):
        messages.success(request, _("The Intertransfo is proposed. The host is asked to confirm."))
        return redirect(edition)
    return render(request, "exchanges/planning/propose.html", {"edition": edition, "form": form})
