"""Personal data of invitations: what is exported, and what is retained for how long."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext_lazy as _

from accounts.hooks import PersonalData, Retention
from accounts.models import User
from cohorts.invitations.actions import retention
from cohorts.models import Invitation


def invitations_of(user: User) -> Iterator[Mapping[str, object]]:
    """Yield the invitations that the user received, oldest first, as mappings for the export of their personal data."""
    for row in Invitation.objects.with_targets().filter(person=user).order_by("pk"):
        yield {
            "into": str(row.target),
            "role": row.role,
            "invited_at": row.invited_at,
            "open_until": row.last_day,
            "accepted_at": row.accepted_at,
            "withdrawn_at": row.revoked_at,
            "name": row.full_name,
            "email": row.email,
            "department_or_service": row.unit,
        }


INVITATIONS = PersonalData(
    _("Invitations you received"),
    invitations_of,
    covers=("cohorts.Invitation.person",),
    model=Invitation,
    labels={
        "into": _("Into"),
        "open_until": _("Last day to accept"),
        "withdrawn_at": _("Withdrawn on"),
        "name": _("Name"),
        "email": _("E-mail address"),
        "department_or_service": _("Department or service"),
    },
)
RETENTION = Retention(
    what=_("Invitations without an answer, or withdrawn"),
    why=_(
        "So that the person who sent the invitation can see the outcome. After this time, the address of"
        " someone who did not join is no longer needed."
    ),
    days=retention.RETENTION_DAYS,
    purge=retention.purge,
)
