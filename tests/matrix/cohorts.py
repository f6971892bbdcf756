"""Routes of the cohorts app: cohorts, their members, their steps, and opening an edition."""

from datetime import date
from typing import Any

from tests.factories.cast import Cast
from tests.matrix import Row

WITHIN = "SCDPMRA"
LEADS = "SCP"


def cohort(cast: Cast) -> list[Any]:
    return [cast.cohort.slug]


def membership(cast: Cast) -> list[Any]:
    return [cast.cohort.slug, cast.cohort.memberships.get(user=cast["M"]).pk]


def edition(cast: Cast) -> list[Any]:
    return [cast.edition.slug]


def asking_cohort(cast: Cast) -> list[Any]:
    """So near its end that its members are asked how they see their skills, today and looking back."""
    type(cast.cohort).objects.filter(pk=cast.cohort.pk).update(planned_end=date(2027, 1, 15))
    return [cast.cohort.slug]


def about_cohort(act: str) -> Row:
    return Row(see=WITHIN, act=act, post=True, args=cohort)


ROUTES: dict[str, Row] = {
    "cohorts:open_edition": Row(act="S"),
    "cohorts:choose_authorities": Row(act="S"),
    "cohorts:review_edition": Row(act="S", post=True),
    "cohorts:add_cohort": Row(act="S", post=True, args=edition),
    "cohorts:cohorts": Row(),
    "cohorts:cohort": Row(see=WITHIN, args=cohort),
    "cohorts:edit_cohort": about_cohort("S"),
    "cohorts:reschedule_cohort": about_cohort("S"),
    "cohorts:change_budget": about_cohort("S"),
    "cohorts:open_calendar": Row(see=WITHIN, get=False, post=True, args=cohort),
    "cohorts:revoke_calendar": Row(see=WITHIN, post=True, args=cohort),
    "cohorts:replan_sessions": about_cohort("SCDP"),
    "cohorts:agree_cohort": about_cohort("S"),
    "cohorts:start_cohort": about_cohort(LEADS),
    "cohorts:suspend_cohort": about_cohort(LEADS),
    "cohorts:resume_cohort": about_cohort(LEADS),
    "cohorts:complete_cohort": about_cohort(LEADS),
    "cohorts:become_alumni": about_cohort("S"),
    "cohorts:withdraw_cohort": about_cohort("S"),
    "cohorts:members": Row(see=WITHIN, args=cohort),
    "cohorts:add_member": about_cohort(LEADS),
    "cohorts:edit_membership": Row(see=WITHIN, act=LEADS, post=True, args=membership),
    "cohorts:end_membership": Row(see=WITHIN, act=LEADS, post=True, args=membership),
    "cohorts:assess": Row(see=WITHIN, act="PMR", post=True, args=asking_cohort),
    "cohorts:take_back_answers": Row(see=WITHIN, post=True, args=cohort),
    "cohorts:assessments": Row(see=WITHIN, args=cohort),
    "cohorts:edition_assessments": Row(act="S", args=edition),
}
