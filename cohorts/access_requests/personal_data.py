"""Personal data of access requests: what is exported, erased and retained for how long."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.hooks import PersonalData, Retention
from accounts.models import User
from cohorts.access_requests.models import RETENTION_PERIOD
from cohorts.models import AccessRequest


def _exported_requests(user: User) -> Iterator[Mapping[str, object]]:
    """Yield the access requests of a person as the mappings that the export of their personal data contains."""
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
            "requested_at": row.requested_at.isoformat(),
            "state": row.state,
            "answered_at": row.answered_at.isoformat() if row.answered_at else None,
            "reason": row.reason,
        }


def erase(*, user: User, **_when: object) -> None:
    """Delete the access requests of a person whose data is erased: no statistic counts them."""
    AccessRequest.objects.of_person(user).delete()


def _purge(*, at: datetime, dry_run: bool) -> int:
    """Delete the access requests whose retention period is over at the moment `at`; return how many.

    With `dry_run`, only count them.
    """
    rows = AccessRequest.objects.expired_before(at)
    return rows.count() if dry_run else rows.delete()[1].get(AccessRequest._meta.label, 0)


PERSONAL = PersonalData(_("Access requests"), _exported_requests, covers=("cohorts.AccessRequest.user",))
RETENTION = Retention(
    what=_(
        "Access requests: name, e-mail address, SIRET and the identity at the provider, counted from the"
        " answer, or from the request if nobody answered"
    ),
    why=_("So that the lab can answer, and the person who comes back can read the answer."),
    days=RETENTION_PERIOD.days,
    purge=_purge,
)
