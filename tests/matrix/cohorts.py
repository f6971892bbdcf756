"""Routes of the cohorts app: cohorts, their members, their steps, and opening an edition."""

from datetime import date
from typing import Any

from cohorts.models import InvitationList
from tests.factories.cast import NOW, Cast
from tests.factories.cohorts import AccessRequestFactory
from tests.factories.invitations import InvitationFactory, token
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


def asking(cast: Cast) -> list[Any]:
    return [AccessRequestFactory(authority=cast.cohort.authority).pk]


def invitation(cast: Cast) -> list[Any]:
    return [InvitationFactory(cohort=cast.cohort).pk]


def link(cast: Cast) -> list[Any]:
    """Of an invitation for somebody else than anyone of the cast."""
    return [token(InvitationFactory(cohort=cast.cohort))]


def pasted(cast: Cast) -> list[Any]:
    made_by = cast["S"]
    row = InvitationList.objects.create(cohort=cast.cohort, made_by=made_by, made_at=NOW, language="en", total=1)
    return [cast.cohort.slug, row.pk]


ROUTES: dict[str, Row] = {
    "cohorts:access_requests": Row(act="S"),
    "cohorts:grant_access": Row(see="S", post=True, args=asking),
    "cohorts:refuse_access": Row(see="S", post=True, args=asking),
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
    "cohorts:undo_replanning": about_cohort("SCDP"),
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
    "cohorts:invitations": Row(see=WITHIN, act=LEADS, args=cohort),
    "cohorts:invite_list": about_cohort(LEADS),
    "cohorts:invitation_list": Row(see=WITHIN, act=LEADS, args=pasted),
    "cohorts:invitation": Row(see=LEADS, args=invitation),
    "cohorts:resend_invitation": Row(see=LEADS, get=False, post=True, args=invitation),
    "cohorts:revoke_invitation": Row(see=LEADS, post=True, args=invitation),
    "cohorts:take_up": Row(post=True),
    "cohorts:join": Row(act="", post=True, public=True, args=link),
    "cohorts:assess": Row(see=WITHIN, act="PMR", post=True, args=asking_cohort),
    "cohorts:take_back_answers": Row(see=WITHIN, post=True, args=cohort),
    "cohorts:assessments": Row(see=WITHIN, args=cohort),
    "cohorts:edition_assessments": Row(act="S", args=edition),
}
