"""Routes of the cohorts app: cohorts, their members and phases, and the opening of an edition."""

from datetime import date
from typing import Any

from cohorts.models import BudgetLine, Statement
from tests.factories.budget import stated
from tests.factories.cast import Cast
from tests.factories.cohorts import AccessRequestFactory
from tests.factories.invitations import InvitationFactory, token
from tests.matrix import RouteRow

WITHIN = "SCDPMRA"
LEADS = "SCP"
COSTS = "SCPA"


def cohort(cast: Cast) -> list[Any]:
    return [cast.cohort.slug]


def membership(cast: Cast) -> list[Any]:
    return [cast.cohort.slug, cast.cohort.memberships.get(user=cast["M"]).pk]


def edition(cast: Cast) -> list[Any]:
    return [cast.edition.slug]


def cohort_near_its_end(cast: Cast) -> list[Any]:
    """Return a cohort close enough to its end that members assess their skills, today and in retrospect."""
    type(cast.cohort).objects.filter(pk=cast.cohort.pk).update(planned_end=date(2027, 1, 15))
    return [cast.cohort.slug]


def about_cohort(usable_by: str) -> RouteRow:
    return RouteRow(visible_to=WITHIN, usable_by=usable_by, post=True, args=cohort)


def access_request(cast: Cast) -> list[Any]:
    return [AccessRequestFactory(authority=cast.cohort.authority).pk]


def invitation(cast: Cast) -> list[Any]:
    return [InvitationFactory(cohort=cast.cohort).pk]


def statement(cast: Cast) -> list[Any]:
    """Return a statement that counts."""
    found = Statement.objects.current().filter(agreement__cohort=cast.cohort).first()
    return [(found or stated(cast.cohort).replacement).pk]


def agreement(cast: Cast) -> list[Any]:
    return [Statement.objects.get(pk=statement(cast)[0]).agreement_id]


def budget_line(cast: Cast) -> list[Any]:
    """Return a line for whose day a statement was issued, so that no POST removes it before the next role tries."""
    statement(cast)
    return [BudgetLine.objects.filter(cohort=cast.cohort).earliest("pk").pk]


def invitation_link(cast: Cast) -> list[Any]:
    """Return the token of an invitation for someone outside the cast."""
    return [token(InvitationFactory(cohort=cast.cohort))]


ROUTES: dict[str, RouteRow] = {
    "cohorts:access_requests": RouteRow(usable_by="S"),
    "cohorts:grant_access": RouteRow(visible_to="S", post=True, args=access_request),
    "cohorts:refuse_access": RouteRow(visible_to="S", post=True, args=access_request),
    "cohorts:open_edition": RouteRow(usable_by="S"),
    "cohorts:choose_authorities": RouteRow(usable_by="S", post=True),
    "cohorts:review_edition": RouteRow(usable_by="S", post=True),
    "cohorts:add_cohort": RouteRow(usable_by="S", post=True, args=edition),
    "cohorts:cohorts": RouteRow(),
    "cohorts:cohort": RouteRow(visible_to=WITHIN, args=cohort),
    "cohorts:edit_cohort": about_cohort("S"),
    "cohorts:reschedule_cohort": about_cohort("S"),
    "cohorts:costs": RouteRow(visible_to=WITHIN, usable_by=COSTS, args=cohort),
    "cohorts:budget_lines": RouteRow(visible_to=WITHIN, usable_by=COSTS, args=cohort),
    "cohorts:add_budget_line": about_cohort("S"),
    "cohorts:set_day_rate": about_cohort("S"),
    "cohorts:edit_budget_line": RouteRow(visible_to=COSTS, usable_by="S", post=True, args=budget_line),
    "cohorts:remove_budget_line": RouteRow(visible_to=COSTS, usable_by="S", post=True, args=budget_line),
    "cohorts:edition_costs": RouteRow(usable_by="S", args=edition),
    "cohorts:add_agreement": RouteRow(usable_by="S", post=True, args=edition),
    "cohorts:agreements": RouteRow(),
    "cohorts:agreement": RouteRow(visible_to=COSTS, args=agreement),
    "cohorts:edit_agreement": RouteRow(visible_to=COSTS, usable_by="S", post=True, args=agreement),
    "cohorts:issue_statement": RouteRow(visible_to=COSTS, usable_by="S", post=True, args=agreement),
    "cohorts:statements": RouteRow(),
    "cohorts:statement": RouteRow(visible_to=COSTS, args=statement),
    "cohorts:statement_csv": RouteRow(visible_to=COSTS, args=statement),
    "cohorts:statement_xlsx": RouteRow(visible_to=COSTS, args=statement),
    "cohorts:reissue_statement": RouteRow(visible_to=COSTS, usable_by="S", post=True, args=statement),
    "cohorts:replan_sessions": about_cohort("SCDP"),
    "cohorts:undo_replanning": about_cohort("SCDP"),
    "cohorts:agree_cohort": about_cohort("S"),
    "cohorts:start_cohort": about_cohort(LEADS),
    "cohorts:suspend_cohort": about_cohort(LEADS),
    "cohorts:resume_cohort": about_cohort(LEADS),
    "cohorts:complete_cohort": about_cohort(LEADS),
    "cohorts:become_alumni": about_cohort("S"),
    "cohorts:withdraw_cohort": about_cohort("S"),
    "cohorts:members": RouteRow(visible_to=WITHIN, args=cohort),
    "cohorts:add_member": about_cohort(LEADS),
    "cohorts:edit_membership": RouteRow(visible_to=WITHIN, usable_by=LEADS, post=True, args=membership),
    "cohorts:end_membership": RouteRow(visible_to=WITHIN, usable_by=LEADS, post=True, args=membership),
    "cohorts:invitations": RouteRow(visible_to=WITHIN, usable_by=LEADS, args=cohort),
    "cohorts:invitation": RouteRow(visible_to=LEADS, args=invitation),
    "cohorts:resend_invitation": RouteRow(visible_to=LEADS, get=False, post=True, args=invitation),
    "cohorts:revoke_invitation": RouteRow(visible_to=LEADS, post=True, args=invitation),
    "cohorts:accept_remembered": RouteRow(post=True),
    "cohorts:join": RouteRow(usable_by="", post=True, public=True, args=invitation_link),
    "cohorts:assess": RouteRow(visible_to=WITHIN, usable_by="PMR", post=True, args=cohort_near_its_end),
    "cohorts:withdraw_answers": RouteRow(visible_to=WITHIN, post=True, args=cohort),
    "cohorts:assessments": RouteRow(visible_to=WITHIN, args=cohort),
    "cohorts:edition_assessments": RouteRow(usable_by="S", args=edition),
}
