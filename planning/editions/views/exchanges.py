"""Pages of the plans of an edition's Intertransfos: calculated together, locked one by one, used."""

from collections.abc import Callable
from typing import Any, Final

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import person
from exchanges.models import Exchange
from planning.editions.actions import calculation
from planning.editions.actions.exchanges import exchange_plan_token, read_exchanges, use_exchange_plan
from planning.editions.board import ExchangeBoard
from planning.editions.views.plans import EditionPlansPage, edition_to_plan, reason_not_to_use, show_plans, use_page
from planning.forms import UsePlanForm
from planning.models import ExchangePlan
from planning.permissions import can_plan_edition
from programmes.models import Edition
from web.decisions import enforce
from web.forms.pages import form_page, form_response, submitted_data


def _edition(request: HttpRequest, slug: str) -> Edition:
    """Return the edition with this slug, whose format has Intertransfos; see `edition_to_plan`."""
    return edition_to_plan(request, slug, Q(format__exchange_interval_months__isnull=False))


def _board(plan: ExchangePlan, number: int) -> ExchangeBoard:
    """Return what the page shows of the plans."""
    return ExchangeBoard(plan, read_exchanges(plan, timezone.now()), number)


PLANS_PAGE: Final = EditionPlansPage(
    model=ExchangePlan,
    page="planning:exchanges",
    cancel="planning:cancel_exchanges",
    use="planning:use_exchanges",
    history="exchange-plan",
    template="planning/editions/exchanges.html",
    read_board=_board,
)


@form_page
def plans(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the plans of the Intertransfos that are only proposed; have them calculated on POST. For the lab.

    The query `plan` is the number of the plan to show.
    """
    return show_plans(request, _edition(request, slug), PLANS_PAGE)


@require_POST
def cancel(request: HttpRequest, slug: str) -> HttpResponse:
    """Stop the calculation of the plans of Intertransfos. For lab staff."""
    calculation.cancel_edition_plans(model=ExchangePlan, edition=_edition(request, slug), by=person(request))
    return redirect("planning:exchanges", slug)


def _change_lock(request: HttpRequest, slug: str, pk: int, action: Callable[..., Any]) -> HttpResponse:
    """Run an action on an Intertransfo of the edition, and go back to the plans; 404 for one of another edition."""
    edition = _edition(request, slug)
    exchange = get_object_or_404(Exchange.objects.visible_to(person(request)).filter(edition=edition), pk=pk)
    action(model=ExchangePlan, edition=edition, key=exchange.pk, by=person(request))
    return redirect("planning:exchanges", slug)


@require_POST
def lock(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Lock an Intertransfo: every plan keeps its date and host. For lab staff."""
    return _change_lock(request, slug, pk, calculation.lock_in_plans)


@require_POST
def unlock(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Unlock an Intertransfo. For lab staff."""
    return _change_lock(request, slug, pk, calculation.unlock_in_plans)


@form_page
def use(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show which Intertransfos get which dates and hosts of a plan, and who is informed; save them on POST.

    404 for a plan that does not exist; if something has changed since the plan was calculated, the page says so.
    """
    edition = _edition(request, slug)
    enforce(can_plan_edition(person(request)))
    board = _board(calculation.plans_of_edition(ExchangePlan, edition), number)
    if not 1 <= number <= len(board.plans):
        raise Http404
    token = exchange_plan_token(board.plan, board.inputs, number)
    form = UsePlanForm(submitted_data(request), initial={"version_token": token})
    page = use_page(
        edition,
        "planning:exchanges",
        number,
        _("Save these dates and hosts"),
        consequences=_consequences(board) if token else (),
        unavailable_reason=reason_not_to_use(token, is_bound=form.is_bound),
    )
    more: dict[str, Any] = {"edition": edition, "number": number, "at": timezone.now(), "by": person(request)}
    done = _("The Intertransfos have the dates and hosts of the plan.")
    return form_response(request, form, page, use_exchange_plan, done=done, **more)


def _consequences(board: ExchangeBoard) -> tuple[str, ...]:
    """Return what using a plan changes, as sentences: each Intertransfo that changes, and e-mails."""
    changes = [
        _("%(exchange)s: %(before)s → %(after)s")
        % {"exchange": row.exchange, "before": row.present, "after": row.planned}
        for row in board.rows
        if row.is_changed
    ]
    return (
        *changes,
        _("Confirmed Intertransfos keep their date and their host."),
        _("New hosts are asked to confirm. People who already received an e-mail about one of these receive one more."),
    )
