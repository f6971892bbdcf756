"""How far a calculation of plans is, and what its page gets that asks every two seconds."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.http import HttpResponseClientRefresh

from planning.enums import UNDER_WAY, PlanState
from planning.models import CalculatedPlan
from planning.solver.problem import STEPS
from web.pages.htmx import wants_partial


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a calculation is, in percent; `href` is the page of the plans, `cancel_href` stops the calculation."""

    state: PlanState
    percent: int
    href: str
    cancel_href: str = ""

    @property
    def is_under_way(self) -> bool:
        """Return whether a worker calculates the plans, or will soon."""
        return self.state in UNDER_WAY


def progress_of(plan: CalculatedPlan, href: str, cancel_href: str = "") -> Progress:
    """Return how far the calculation of plans is."""
    return Progress(plan.current_state, 100 * plan.steps_done // STEPS, href, cancel_href)


def answer_to_poll(request: HttpRequest, progress: Progress, *, can_plan: bool) -> HttpResponse | None:
    """Return what the open page gets: the progress, or, once it is over, the order to load the page again.

    None for a person who opens the page. What the page offers above its plans depends on them too.
    """
    if not wants_partial(request):
        return None
    if progress.is_under_way:
        return render(request, "planning/parts/progress.html", {"progress": progress, "can_plan": can_plan})
    return HttpResponseClientRefresh()
