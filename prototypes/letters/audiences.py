"""Who is asked what became of an idea on the day the letter leaves, and when nobody is asked any more."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from django.db.models import Exists, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.enums import Role
from cohorts.models import Membership
from notifications.models import Reminder
from notifications.registries import Recipient
from programmes.models import AuthorityAdmin
from prototypes.actions.reminders import CORRECTED, FOLLOWED
from prototypes.enums import STANDING, IdeaState, ImplementationKind, ImplementationState
from prototypes.models import Idea

Audience = Callable[[Idea, date], Q]
REASONS: Final = {
    "parked": _("the idea was set aside"),
    "abandoned": _("the idea was abandoned"),
    "merged": _("the idea lives on in another one"),
    CORRECTED: _("what was recorded of the idea was corrected"),
    "ended": _("it is not in use any more, and that is known"),
}


def _owner(idea: Idea, today: date) -> Q:
    """The owner; where they have left or their account is closed, the cohort's pilot and the authority's admins."""
    members = Membership.objects.active(today).filter(cohort=idea.cohort_id)
    admins = AuthorityAdmin.objects.active(today).filter(authority=idea.cohort.authority_id)
    here = Q(pk__in=members.values("user")) | Q(pk__in=admins.values("user")) | Q(is_lab_staff=True)
    own = Idea.objects.filter(pk=idea.pk, owner__isnull=False)
    owner = User.objects.filter(here, pk__in=own.values("owner"), is_active=True)
    leads = Q(pk__in=members.filter(role=Role.PILOT).values("user")) | Q(pk__in=admins.values("user"))
    return Q(pk__in=owner.values("pk")) | (leads & Q(~Exists(owner)))


AUDIENCES: Final[Mapping[str, Audience]] = MappingProxyType({"owner": _owner})


def recipients(reminder: Reminder, at: datetime) -> list[Recipient]:
    """The people of the reminder's audience today; nobody where the idea's story makes the question senseless."""
    idea = found(reminder)
    if idea is None or _out_of_place(idea):
        return []
    people = User.objects.filter(_concerned(idea, reminder, at), is_active=True)
    return [Recipient(user) for user in people.order_by("pk")]


def refusal(reminder: Reminder, user: User, at: datetime) -> str:
    """Why the person should not get the letter any more, as a slug; "" when they should."""
    idea = found(reminder)
    if idea is None:
        return "removed"
    if out_of_place := _out_of_place(idea):
        return out_of_place
    return "" if User.objects.filter(_concerned(idea, reminder, at), pk=user.pk).exists() else "left"


def found(reminder: Reminder) -> Idea | None:
    """The idea of a reminder with its cohort."""
    return Idea.objects.select_related("cohort").filter(pk=reminder.object_id).first()


def _concerned(idea: Idea, reminder: Reminder, at: datetime) -> Q:
    audience = AUDIENCES.get(reminder.audience)
    return audience(idea, timezone.localdate(at)) if audience else Q(pk__in=[])


def _out_of_place(idea: Idea) -> str:
    """The reason why the idea, as it stands, has no use for the question."""
    if idea.state not in FOLLOWED:
        return str(idea.state) if idea.state in REASONS else CORRECTED
    return "ended" if idea.state != IdeaState.HANDED_OVER and _is_over(idea) else ""


def _is_over(idea: Idea) -> bool:
    """Put to work where it was born, and not any more."""
    states = set(idea.implementations.filter(kind=ImplementationKind.ORIGIN).values_list("state", flat=True))
    over = {ImplementationState.DISCONTINUED, ImplementationState.FAILED}
    return bool(states & over) and not states & {*STANDING, ImplementationState.PLANNED}
