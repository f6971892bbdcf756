"""What lab staff change in the plan: another date, another host, theme and place, one more exchange, or none."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.requests import person
from exchanges.exchange.action_pages import acted, dates_of, find, now, page_about, unless_coming
from exchanges.exchange.enums import UNANNOUNCED
from exchanges.models import Exchange
from exchanges.permissions import may_plan, may_propose
from exchanges.planning import actions
from exchanges.planning.forms import MoveForm, ProposeForm, SwapForm
from exchanges.planning.planning_context import expected_cohorts
from programmes.models import Edition
from web.dates.clock import platform_today
from web.decisions import enforce
from web.forms.pages import form_page


@form_page
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Take other days; `?first_day=` is the window the person chose on the page."""
    exchange = find(request, pk)
    enforce(may_plan(person(request)))
    form = MoveForm(request.POST or None, exchange=exchange, first_day=_asked_day(request))
    if acted(request, form, actions.move_exchange, done=_moved(exchange, form), exchange=exchange, at=now()):
        return redirect(exchange)
    over = unless_coming(request, exchange, _("This Intertransfo is over or cancelled: it cannot move any more."))
    title, action = _("Change the date"), _("Change the date")
    page = page_about(exchange, title, action, says=_move_says(exchange), impossible=over)
    return page.show(request, form)


def _moved(exchange: Exchange, form: MoveForm) -> str:
    """What to say once it went through: the days it has already change nothing."""
    asked = (form.cleaned_data["first_day"], form.cleaned_data["days"]) if form.is_valid() else None
    if asked == (exchange.first_day, exchange.days):
        return _("Nothing changed: the Intertransfo is already planned on these days.")
    return _("The date is changed.")


def _asked_day(request: HttpRequest) -> date | None:
    try:
        return date.fromisoformat(request.GET.get("first_day", ""))
    except ValueError:
        return None


def _move_says(exchange: Exchange) -> list[str]:
    return [
        _("Current dates: %(dates)s.") % {"dates": dates_of(exchange)},
        _("E-mails not sent yet follow the new date."),
        _nobody_or_told(exchange),
    ]


def _nobody_or_told(exchange: Exchange) -> str:
    if exchange.state in UNANNOUNCED:
        return _(
            "Members have not been informed yet. People who already received an e-mail about the Intertransfo"
            " receive one more, with what changed."
        )
    return _("Everyone who was informed receives one e-mail with what changed and a new calendar entry.")


@form_page
def swap(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the turn to another cohort, with a reason; `?host=` is the one the person chose on the page."""
    exchange = find(request, pk)
    enforce(may_plan(person(request)))
    cohorts = expected_cohorts(exchange.edition, platform_today())
    form = SwapForm(request.POST or None, exchange=exchange, cohorts=cohorts, asked=request.GET.get("host"))
    if acted(request, form, actions.swap_host, done=_("The host is changed."), exchange=exchange, at=now()):
        return redirect(exchange)
    over = unless_coming(
        request, exchange, _("This Intertransfo is over or cancelled: its host cannot change any more.")
    )
    title, action = _("Change the host"), _("Change the host")
    page = page_about(exchange, title, action, says=_swap_says(exchange), impossible=over)
    return page.show(request, form)


def _swap_says(exchange: Exchange) -> list[str]:
    return [
        _("At present %(host)s hosts.") % {"host": exchange.host.name if exchange.host else ""},
        _asked_or_agreed(exchange),
        _("Later turns that no host confirmed and nobody chose by hand are proposed anew."),
        _nobody_or_told(exchange),
    ]


def _asked_or_agreed(exchange: Exchange) -> str:
    if exchange.state in UNANNOUNCED:
        return _("The new host is asked to confirm; the other cohort keeps its turn for later.")
    return _(
        "No cohort is asked to confirm any more: agree the change with the new host first. The new host"
        " receives an e-mail saying that it hosts."
    )


@form_page
def propose(request: HttpRequest, slug: str) -> HttpResponse:
    """One more exchange for an edition, by hand."""
    edition = get_object_or_404(
        Edition.objects.visible_to(person(request)).measured().select_related("format"), slug=slug
    )
    enforce(may_propose(person(request), edition))
    cohorts = expected_cohorts(edition, platform_today())
    form = ProposeForm(request.POST or None, cohorts=cohorts, initial={"days": edition.format.exchange_days})
    if acted(
        request,
        form,
        actions.propose_exchange,
        done=_("The Intertransfo is proposed. The host is asked to confirm."),
        edition=edition,
        at=now(),
    ):
        return redirect(edition)
    return render(request, "exchanges/propose.html", {"edition": edition, "form": form})
