"""What the pages of an edition's plans have in common: of its residencies, Intertransfos and sessions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.requests import person
from planning.actions import PlansChanged
from planning.board import PLAN_LABELS, CalculatedBoard
from planning.editions.actions import calculation
from planning.editions.actions.calculation import PlansModel
from planning.editions.shared_people import shared_days
from planning.permissions import can_plan_edition, can_see_plans_of_edition
from planning.progress import answer_to_poll, progress_of
from programmes.models import Edition
from web.database.prepared import TextArgument, one_or_404, prepared
from web.dates.clock import platform_today
from web.decisions import enforce
from web.forms.fields import ConfirmationForm
from web.forms.pages import FormPage, apply_form, submitted_data
from web.history_pages import HistoryLink
from web.pages.pagination import page_of

PER_PAGE: Final = 12  # Intertransfos or sessions, in rows of two, three or four


def edition_to_plan(request: HttpRequest, slug: str, condition: Q | None = None) -> Edition:
    """Return the edition with this slug that meets a condition, for lab staff; readers of the lab see it and change
    nothing.

    Raises Http404 for another edition or one of published facts, and Refused for people who are not of the lab.
    """
    user = person(request)
    edition = one_or_404(_measured_edition(user, TextArgument(slug), condition or Q()))
    enforce(can_see_plans_of_edition(user) if request.method != "POST" else can_plan_edition(user))
    return edition


@prepared
def _measured_edition(user: User, slug: TextArgument, condition: Q) -> QuerySet[Edition]:
    """Return the edition with this slug, unless it is one of published facts, if the person may see it."""
    rows = Edition.objects.visible_to(user).measured().filter(condition, slug=slug)
    return rows.select_related("programme", "format")


def number_of(request: HttpRequest) -> int:
    """Return the number of the plan that the query `plan` chooses; 1 without one."""
    number = request.GET.get("plan", "")
    return int(number) if number in {"1", "2", "3"} else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionPlansPage:
    """What is different in the pages of an edition's plans, by the model of the plans.

    `page`, `cancel` and `use` are the names of routes, `history` the slug of its history; `read_board` returns what the
    page shows of the plans, given them and the number of the plan to show.
    """

    model: PlansModel
    page: str
    cancel: str
    use: str
    history: str
    template: str
    read_board: Callable[[Any, int], CalculatedBoard]


def show_plans(request: HttpRequest, edition: Edition, of: EditionPlansPage) -> HttpResponse:
    """Show the plans of an edition; have them calculated on POST."""
    form = ConfirmationForm(submitted_data(request))
    arguments: dict[str, Any] = {"model": of.model, "edition": edition, "at": timezone.now(), "by": person(request)}
    if apply_form(form, calculation.request_edition_plans, **arguments):
        return redirect(of.page, edition.slug)
    plan, can_plan = calculation.plans_of_edition(of.model, edition), can_plan_edition(person(request))
    progress = progress_of(plan, reverse(of.page, args=[edition.slug]), reverse(of.cancel, args=[edition.slug]))
    if answer := answer_to_poll(request, progress, can_plan=bool(can_plan)):
        return answer
    board = of.read_board(plan, number_of(request))
    context = {
        "edition": edition,
        "plan": plan,
        "board": board,
        "use_href": reverse(of.use, args=[edition.slug, board.number]),
        "page": page_of(board.rows, request.GET.get("page"), per_page=PER_PAGE),
        "form": form,
        "progress": progress,
        "shared_days": shared_days(edition, platform_today(), request.GET.get("days")),
        "can_plan": can_plan,
        "history_of": HistoryLink(of.history, edition.slug) if plan.pk else None,
    }
    return render(request, of.template, context)


def use_page(edition: Edition, back: str, number: int, label: Any, **more: Any) -> FormPage:
    """Return the page that uses a plan of an edition, from which Cancel leads back to the route `back`.

    `more` has the consequences, empty where something has changed since the plan was calculated.
    """
    return FormPage(
        _("Use plan %(label)s") % {"label": PLAN_LABELS[number - 1]},
        label,
        reverse(back, args=[edition.slug]),
        crumb=edition.name,
        crumb_href=edition.get_absolute_url(),
        **more,
    )


def reason_not_to_use(token: str, *, is_bound: bool) -> str:
    """Return why a plan cannot be used: something has changed since it was calculated; "" when it can."""
    return "" if token or is_bound else str(PlansChanged())
