"""Who gets a follow-up e-mail on the day it leaves, and when it is no longer needed."""

from collections.abc import Collection
from datetime import datetime
from types import MappingProxyType
from typing import Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.models import Membership
from cohorts.people.enums import MembershipRole
from notifications.reminders.recipients import Audiences
from programmes.formats.wordings import own_wordings
from programmes.models import AuthorityAdmin
from prototypes.enums import CURRENTLY_LIVE, IDEA_HANDED_OVER, IdeaState, ImplementationKind, ImplementationState
from prototypes.handover.reminders import LIVE_YET, REASON_CORRECTED
from prototypes.ideas.models import IdeaQuerySet
from prototypes.models import Idea, Implementation
from web.dates.clock import day_of_rows, today_everywhere

REASONS: Final = {
    "parked": _("the idea was set aside"),
    "abandoned": _("the idea was abandoned"),
    "merged": _("the idea was merged into another one"),
    "split": _("the idea was split into parts"),
    "live": _("the idea is live"),
    REASON_CORRECTED: _("the records of the idea were corrected"),
    "ended": _("the idea is recorded as no longer in use"),
}
ONCE: Final = {"parked": _("when the idea is resumed")}


def _owner(idea_id: int, today: Combinable) -> Q:
    """Return a filter for the owner of the idea, or for those who stand in when nobody owns it or the owner has left.

    These are the pilots of the cohort and the admins of the authority on the day `today`, an expression for the local
    date. An owner whose account is closed has left too.
    """
    members = Membership.objects.active(today).filter(cohort__ideas=idea_id)
    admins = AuthorityAdmin.objects.active(today).filter(authority__cohorts__ideas=idea_id)
    present = Q(pk__in=members.values("user")) | Q(pk__in=admins.values("user")) | Q(is_lab_staff=True)
    own = Idea.objects.filter(pk=idea_id, owner__isnull=False)
    owner = User.objects.filter(present, pk__in=own.values("owner"), is_active=True)
    leads = Q(pk__in=members.filter(role=MembershipRole.PILOT).values("user")) | Q(pk__in=admins.values("user"))
    return Q(pk__in=owner.values("pk")) | (leads & Q(~Exists(owner)))


def _events(email_types: Collection[str]) -> IdeaQuerySet:
    """Return the query for ideas with their cohort, from which the idea of a reminder is read, and the lab's wordings
    of these types of e-mails.

    `at_work` holds the states of the idea's implementations in its own authority.
    """
    origin = Implementation.objects.filter(idea=OuterRef("pk"), kind=ImplementationKind.ORIGIN)
    ideas = Idea.objects.select_related("cohort").order_by()
    ideas = ideas.annotate(own_wordings=own_wordings("cohort__edition__format", email_types))
    return ideas.annotate(at_work=ArraySubquery(origin.order_by().values("state")))


def _not_needed_reason(idea: Idea, email_type: str, _at: datetime) -> str:
    """Return the reason why nobody needs the follow-up e-mail about this idea, such as "abandoned", "live" or "ended";
    "" if needed.

    `email_type` tells whether it asks if the idea is live yet, or still. The time does not matter.
    """
    if idea.state not in IDEA_HANDED_OVER:
        return str(idea.state) if idea.state in REASONS else REASON_CORRECTED
    if email_type == LIVE_YET and idea.state == IdeaState.IMPLEMENTED:
        return "live"
    return "ended" if idea.state != IdeaState.HANDED_OVER and _is_over(set(vars(idea)["at_work"])) else ""


def _is_over(states: set[str]) -> bool:
    """Return whether implementations in these states have all ended: some stopped or failed, and none is planned or
    live.
    """
    ended_states = {ImplementationState.DISCONTINUED, ImplementationState.FAILED}
    return bool(states & ended_states) and not states & {*CURRENTLY_LIVE, ImplementationState.PLANNED}


def today_of(idea_id: int, at: datetime) -> Subquery:
    """Return a subquery for the date at the moment `at` in the time zone of the authority of the idea."""
    day = day_of_rows(today_everywhere(at), "cohort__authority")
    return Subquery(Idea.objects.filter(pk=idea_id).order_by().values(today=day))


def name_with_cohort(idea: Idea) -> str:
    """Return the reference and title of the idea with the name of its cohort."""
    return f"{idea} · {idea.cohort.name}"


AUDIENCES: Final = MappingProxyType({"owner": _owner})
IDEAS: Final = Audiences(
    events=_events,
    today=today_of,
    people=AUDIENCES,
    event_stop_reason=_not_needed_reason,
    event_name=name_with_cohort,
    uncountable_audiences={"owner"},  # only the owner or their substitutes: not counted ahead
)
