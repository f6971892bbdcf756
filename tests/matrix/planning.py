"""Routes of the plans of a residency: for those who plan its sessions."""

from typing import Any

from planning.models import Absence, PlanException, ResidencyPlan
from programmes.models import Programme
from tests.factories.cast import Cast
from tests.factories.planning import AbsenceFactory, PlanExceptionFactory, ResidencyPlanFactory
from tests.matrix import RouteRow
from tests.matrix.cohorts import WITHIN
from tests.matrix.sessions import PLAN


def residency(cast: Cast) -> list[Any]:
    """Return the cohort, in a programme of residencies, with plans."""
    Programme.objects.filter(pk=cast.edition.programme_id).update(family="residency")
    plan_in(cast)
    return [cast.cohort.slug]


def plan_in(cast: Cast) -> ResidencyPlan:
    return ResidencyPlan.objects.filter(cohort=cast.cohort).first() or ResidencyPlanFactory(cohort=cast.cohort)


def first_plan(cast: Cast) -> list[Any]:
    """Return the first plan of the cohort, of no weeks."""
    plan = {"mondays": [], "people": {}, "points": {}, "lifted": []}
    rows = ResidencyPlan.objects.filter(cohort=cast.cohort)
    if not rows.update(result={"plans": [plan]}):
        ResidencyPlanFactory(cohort=cast.cohort, result={"plans": [plan]})
    return [*residency(cast), 1]


def absence(cast: Cast) -> list[Any]:
    """Return an absence of a host."""
    found = Absence.objects.filter(plan__cohort=cast.cohort).first()
    return [*residency(cast), (found or AbsenceFactory(plan=plan_in(cast))).pk]


def exception(cast: Cast) -> list[Any]:
    """Return an exception to a rule."""
    found = PlanException.objects.filter(plan__cohort=cast.cohort).first()
    return [*residency(cast), (found or PlanExceptionFactory(plan=plan_in(cast))).pk]


def planned(args: Any, **more: Any) -> RouteRow:
    return RouteRow(visible_to=WITHIN, usable_by=PLAN, args=args, **{"post": True, **more})


ROUTES: dict[str, RouteRow] = {
    "planning:weeks": planned(residency),
    "planning:lock_week": planned(residency, get=False),
    "planning:unlock_week": planned(residency, get=False),
    "planning:add_absence": planned(residency),
    "planning:remove_absence": planned(absence, get=False),
    "planning:allow_exception": planned(residency),
    "planning:withdraw_exception": planned(exception, get=False),
    "planning:use_plan": planned(first_plan),
    "planning:undo_plan": planned(residency),
}
