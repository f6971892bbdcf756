"""Pages of the plans of an edition's Intertransfos: calculated together, locked one by one, used."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import person
from exchanges.models import Exchange
from planning.actions import PlansChanged
from planning.board import PLAN_LABELS
from planning.editions import actions
from planning.editions.board import ExchangeBoard
from planning.editions.shared_people import shared_days
from planning.forms import UsePlanForm
from planning.permissions import can_plan_edition, can_see_plans_of_edition
from planning.solver.problem import STEPS
from programmes.models import Edition
from web.dates.clock import platform_today
from web.decisions import enforce
from web.forms.fields import ConfirmationForm
from web.forms.pages import FormPage, apply_form, form_page, form_response, submitted_data
from web.pages import htmx


def _edition(request: HttpRequest, slug: str) -> Edition:
    """Return the edition with this slug, whose format has Intertransfos, for lab staff; readers of the lab see it and
    change nothing.

    Raises Http404 for another edition, and Refused for people who are not of the lab.
    """
    user = person(request)
    rows = Edition.objects.visible_to(user).measured().filter(format__exchange_interval_months__isnull=False)
    edition = get_object_or_404(rows.select_related("programme", "format"), slug=slug)
    enforce(can_see_plans_of_edition(user) if request.method != "POST" else can_plan_edition(user))
    return edition


@form_page
def plans(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the plans of the Intertransfos that are only proposed; have them calculated on POST. For the lab.

    The query `plan` chooses the plan that is shown.
    """
    edition = _edition(request, slug)
    form = ConfirmationForm(submitted_data(request))
    arguments: dict[str, Any] = {"edition": edition, "at": timezone.now(), "by": person(request)}
    if apply_form(form, actions.request_exchange_plans, **arguments):
        return redirect("planning:exchanges", slug)
    plan, number = actions.exchange_plan_of(edition), request.GET.get("plan", "")
    board = ExchangeBoard(
        plan, actions.read_exchanges(plan, timezone.now()), int(number) if number in {"1", "2", "3"} else 1
    )
    context = {
        "edition": edition,
        "plan": plan,
        "board": board,
        "form": form,
        "shared_days": shared_days(edition, platform_today()),
        "percent": 100 * plan.steps_done // STEPS,
        "can_plan": can_plan_edition(person(request)),
    }
    return htmx.render(request, "planning/editions/exchanges.html", "results", context)


@require_POST
def cancel(request: HttpRequest, slug: str) -> HttpResponse:
    """Stop the calculation of the plans of Intertransfos. For lab staff."""
    actions.cancel_exchange_plans(edition=_edition(request, slug), by=person(request))
    return redirect("planning:exchanges", slug)


def _change_lock(request: HttpRequest, slug: str, pk: int, action: Callable[..., Any]) -> HttpResponse:
    """Run an action on an Intertransfo of the edition, and go back to the plans; 404 for one of another edition."""
    edition = _edition(request, slug)
    exchange = get_object_or_404(Exchange.objects.visible_to(person(request)).filter(edition=edition), pk=pk)
    exchange.edition = edition
    action(exchange=exchange, by=person(request))
    return redirect("planning:exchanges", slug)


@require_POST
def lock(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Lock an Intertransfo: every plan keeps its date and host. For lab staff."""
    return _change_lock(request, slug, pk, actions.lock_in_plans)


@require_POST
def unlock(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Unlock an Intertransfo. For lab staff."""
    return _change_lock(request, slug, pk, actions.unlock_in_plans)


@form_page
def use(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show which Intertransfos get which dates and hosts of a plan, and who is informed; save them on POST.

    404 for a plan that does not exist; if something has changed since the plan was calculated, the page says so.
    """
    edition = _edition(request, slug)
    enforce(can_plan_edition(person(request)))
    plan = actions.exchange_plan_of(edition)
    board = ExchangeBoard(plan, actions.read_exchanges(plan, timezone.now()), number)
    if not 1 <= number <= len(board.result.plans):
        raise Http404
    token = actions.exchange_plan_token(plan, board.inputs, number)
    form = UsePlanForm(submitted_data(request), initial={"version_token": token})
    page = FormPage(
        _("Use plan %(label)s") % {"label": PLAN_LABELS[number - 1]},
        _("Save these dates and hosts"),
        reverse("planning:exchanges", args=[slug]),
        crumb=edition.name,
        crumb_href=edition.get_absolute_url(),
        consequences=_consequences(board) if token else (),
        unavailable_reason="" if token or form.is_bound else str(PlansChanged()),
    )
    more: dict[str, Any] = {"edition": edition, "number": number, "at": timezone.now(), "by": person(request)}
    done = _("The Intertransfos have the dates and hosts of the plan.")
    return form_response(request, form, page, actions.use_exchange_plan, done=done, **more)


def _consequences(board: ExchangeBoard) -> tuple[str, ...]:
    """Return what using a plan changes, as sentences: each Intertransfo that changes, and e-mails."""
    changes = [
        _("%(exchange)s: from %(before)s to %(after)s.")
        % {"exchange": row.exchange, "before": row.present, "after": row.planned}
        for row in board.rows
        if row.is_changed
    ]
    return (
        *changes,
        _("Confirmed Intertransfos keep their date and their host."),
        _("New hosts are asked to confirm. People who already received an e-mail about one of these receive one more."),
    )
