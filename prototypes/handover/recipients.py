"""Who is asked what became of an idea on the day the letter leaves, and when nobody is asked any more."""

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
from cohorts.people.enums import Role
from notifications.models import Reminder
from notifications.reminders.recipients import Audiences
from programmes.models import AuthorityAdmin
from prototypes.enums import IDEA_HANDED_OVER, STANDING, IdeaState, ImplementationKind, ImplementationState
from prototypes.handover.reminders import CORRECTED, LIVE_YET
from prototypes.ideas.models import IdeaQuerySet
from prototypes.models import Idea, Implementation
from web.dates.clock import day_of_rows, today_everywhere

REASONS: Final = {
    "parked": _("the idea was set aside"),
    "abandoned": _("the idea was abandoned"),
    "merged": _("the idea was merged into another one"),
    "split": _("the idea was split into parts"),
    "live": _("the idea is live"),
    CORRECTED: _("the records of the idea were corrected"),
    "ended": _("the idea is recorded as no longer in use"),
}
ONCE: Final = {"parked": _("when the idea is taken up again")}


def _owner(idea: int, today: Combinable) -> Q:
    """The owner; where they have left or their account is closed, the cohort's pilot and the authority's admins."""
    members = Membership.objects.active(today).filter(cohort__ideas=idea)
    admins = AuthorityAdmin.objects.active(today).filter(authority__cohorts__ideas=idea)
    present = Q(pk__in=members.values("user")) | Q(pk__in=admins.values("user")) | Q(is_lab_staff=True)
    own = Idea.objects.filter(pk=idea, owner__isnull=False)
    owner = User.objects.filter(present, pk__in=own.values("owner"), is_active=True)
    leads = Q(pk__in=members.filter(role=Role.PILOT).values("user")) | Q(pk__in=admins.values("user"))
    return Q(pk__in=owner.values("pk")) | (leads & Q(~Exists(owner)))


def _events(_letters: Collection[str]) -> IdeaQuerySet:
    """With the cohort, and the states of what was put to work where the idea was born."""
    born = Implementation.objects.filter(idea=OuterRef("pk"), kind=ImplementationKind.ORIGIN)
    ideas = Idea.objects.select_related("cohort").order_by()
    return ideas.annotate(at_work=ArraySubquery(born.order_by().values("state")))


def _out_of_place(idea: Idea, letter: str, _at: datetime) -> str:
    """The reason why the idea, as it stands, has no use for the question."""
    if idea.state not in IDEA_HANDED_OVER:
        return str(idea.state) if idea.state in REASONS else CORRECTED
    if letter == LIVE_YET and idea.state == IdeaState.IMPLEMENTED:
        return "live"
    return "ended" if idea.state != IdeaState.HANDED_OVER and _is_over(set(vars(idea)["at_work"])) else ""


def _is_over(states: set[str]) -> bool:
    """Put to work, and not any more."""
    over = {ImplementationState.DISCONTINUED, ImplementationState.FAILED}
    return bool(states & over) and not states & {*STANDING, ImplementationState.PLANNED}


def today_of(idea: int, at: datetime) -> Subquery:
    """Return a subquery for today's date at the idea's authority."""
    day = day_of_rows(today_everywhere(at), "cohort__authority")
    return Subquery(Idea.objects.filter(pk=idea).order_by().values(today=day))


def _left(_idea: Idea, _reminder: Reminder, _user: User, _today: Combinable) -> str:
    return "left"


AUDIENCES: Final = MappingProxyType({"owner": _owner})
IDEAS: Final = Audiences(
    events=_events,
    today=today_of,
    people=AUDIENCES,
    out_of_place=_out_of_place,
    why_not=_left,
    on_the_day={"owner"},  # one, or those who stand in for them, is nothing to count
)
