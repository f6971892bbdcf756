"""Routes of the plans of a residency, for those who plan its sessions, and of those of an edition, for the lab."""

from typing import Any

from planning.models import Absence, ExchangePlan, PlanException, ResidencyPlan, SessionPlan
from programmes.models import Programme
from tests.factories.cast import NOW, Cast
from tests.factories.cohorts import SessionFactory
from tests.factories.planning import AbsenceFactory, ExchangePlanFactory, PlanExceptionFactory, ResidencyPlanFactory
from tests.matrix import RouteRow
from tests.matrix.cohorts import WITHIN
from tests.matrix.sessions import PLAN

CALCULATED = {"requested_at": NOW, "heartbeat_at": NOW, "calculated_at": NOW, "fingerprint": "0" * 16}


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


def edition(cast: Cast) -> list[Any]:
    """Return the edition, with plans of its Intertransfos."""
    if not ExchangePlan.objects.filter(edition=cast.edition).exists():
        ExchangePlanFactory(edition=cast.edition)
    return [cast.edition.slug]


def edition_of_residencies(cast: Cast) -> list[Any]:
    """Return the edition, in a programme of residencies, with a plan of each cohort, calculated together."""
    Programme.objects.filter(pk=cast.edition.programme_id).update(family="residency")
    cohorts = list(cast.edition.cohorts.current().order_by("pk"))
    for cohort in cohorts:
        plan = ResidencyPlan.objects.filter(cohort=cohort).first() or ResidencyPlanFactory(cohort=cohort)
        result = {"plans": [{"mondays": [], "people": {}, "points": {}, "lifted": []}]}
        values = {"together": [each.pk for each in cohorts], "result": result, **CALCULATED}
        for state in ("waiting", "running", "done"):
            ResidencyPlan.objects.filter(pk=plan.pk).exclude(state="done").update(**{**values, "state": state})
    return [cast.edition.slug]


def edition_with_plan(cast: Cast) -> list[Any]:
    """Return the edition with a plan of its Intertransfos, which changes nothing."""
    plan = ExchangePlan.objects.filter(edition=cast.edition).first() or ExchangePlanFactory(edition=cast.edition)
    ExchangePlan.objects.filter(pk=plan.pk).update(result={"plans": [{"chosen": {}, "totals": {}, "lifted": []}]})
    return [cast.edition.slug, 1]


def exchange_of_edition(cast: Cast) -> list[Any]:
    """Return the edition and one of its Intertransfos."""
    return [cast.edition.slug, cast.edition.exchanges.earliest("pk").pk]


def edition_with_session_plan(cast: Cast) -> list[Any]:
    """Return the edition with a plan of its sessions, which changes nothing."""
    plan, _created = SessionPlan.objects.get_or_create(edition=cast.edition)
    SessionPlan.objects.filter(pk=plan.pk).update(result={"plans": [{"chosen": {}, "cost": 0, "lifted": []}]})
    return [cast.edition.slug, 1]


def session_of_edition(cast: Cast) -> list[Any]:
    """Return the edition and a session of one of its cohorts."""
    found = cast.cohort.sessions.order_by("pk").first() or SessionFactory(cohort=cast.cohort)
    return [cast.edition.slug, found.pk]


def planned(args: Any, **more: Any) -> RouteRow:
    return RouteRow(visible_to=WITHIN, usable_by=PLAN, args=args, **{"post": True, **more})


def of_edition(args: Any, **more: Any) -> RouteRow:
    return RouteRow(usable_by="S", args=args, post=True, **more)


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
    "planning:weeks_together": of_edition(edition_of_residencies),
    "planning:use_together": of_edition(edition_of_residencies),
    "planning:exchanges": of_edition(edition),
    "planning:cancel_exchanges": of_edition(edition, get=False),
    "planning:lock_exchange": of_edition(exchange_of_edition, get=False),
    "planning:unlock_exchange": of_edition(exchange_of_edition, get=False),
    "planning:use_exchanges": of_edition(edition_with_plan),
    "planning:sessions": of_edition(lambda cast: edition_with_session_plan(cast)[:1]),
    "planning:cancel_sessions": of_edition(lambda cast: edition_with_session_plan(cast)[:1], get=False),
    "planning:lock_session": of_edition(session_of_edition, get=False),
    "planning:unlock_session": of_edition(session_of_edition, get=False),
    "planning:use_sessions": of_edition(edition_with_session_plan),
}
