"""Personal data of access requests: what is exported, erased and retained for how long."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.hooks import PersonalData, Retention
from accounts.models import User
from cohorts.access_requests.models import RETENTION_PERIOD
from cohorts.models import AccessRequest


def _exported_requests(user: User) -> Iterator[Mapping[str, object]]:
    """Yield the person's access requests, oldest first, as mappings of column name to value for the export of personal
    data.
    """
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
            "requested_at": row.requested_at,
            "state": row.state,
            "answered_at": row.answered_at,
            "reason": row.reason,
        }


def erase(*, user: User, **_when: object) -> None:
    """Delete all access requests of a person whose personal data is erased; nothing of them is retained.

    The other arguments of the erasure, such as its moment, are not used.
    """
    AccessRequest.objects.of_person(user).delete()


def _purge(*, at: datetime, dry_run: bool) -> int:
    """Delete the access requests answered, or never answered, more than 90 days before the moment `at`; return how
    many.

    With `dry_run`, only count them.
    """
    rows = AccessRequest.objects.expired_before(at)
    return rows.count() if dry_run else rows.delete()[1].get(AccessRequest._meta.label, 0)


PERSONAL = PersonalData(
    _("Access requests"), _exported_requests, covers=("cohorts.AccessRequest.user",), model=AccessRequest
)
RETENTION = Retention(
    what=_(
        "Access requests: name, e-mail address, SIRET and the identity at the provider, counted from the"
        " answer, or from the request if nobody answered"
    ),
    why=_("So that the lab can answer, and the person who comes back can read the answer."),
    days=RETENTION_PERIOD.days,
    purge=_purge,
)
