"""Personal data of access requests: what is exported, erased and retained for how long."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.registries import PersonalData, Retention
from cohorts.access_requests.models import KEPT
from cohorts.models import AccessRequest


def _told_of(user: User) -> Iterator[Mapping[str, object]]:
    rows = AccessRequest.objects.of_person(user).select_related("authority").order_by("pk")
    for row in rows:
        yield {
            "provider": row.provider,
            "subject": row.subject,
            "email": row.email,
            "full_name": row.full_name,
            "siret": row.siret,
            "unit": row.unit,
            "authority": str(row.authority or ""),
            "asked_at": row.asked_at.isoformat(),
            "state": row.state,
            "answered_at": row.answered_at.isoformat() if row.answered_at else None,
            "reason": row.reason,
        }


def erase(*, user: User, **_when: object) -> None:
    """A request counts for nothing once its person is gone."""
    AccessRequest.objects.of_person(user).delete()


def _purge(*, at: datetime, dry_run: bool) -> int:
    """Requests answered long ago, let in or not, and those nobody answered: whoever comes again asks anew."""
    rows = AccessRequest.objects.over_before(at)
    return rows.count() if dry_run else rows.delete()[1].get(AccessRequest._meta.label, 0)


PERSONAL = PersonalData(_("Access requests"), _told_of, covers=("cohorts.AccessRequest.user",))
RETENTION = Retention(
    what=_(
        "Access requests: name, e-mail address, SIRET and the identity at the provider, counted from the"
        " answer, or from the request if nobody answered"
    ),
    why=_("So that the lab can answer, and the person who comes back can read the answer."),
    days=KEPT.days,
    purge=_purge,
)
