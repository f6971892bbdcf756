"""Personal data of roles by groups: what is exported, erased and retained for how long."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.hooks import PersonalData, Retention
from accounts.models import User
from accounts.privacy.personal_data import row_reader
from cohorts.group_roles.actions import expire_provider_groups
from cohorts.group_roles.models import RETENTION_PERIOD, GroupGrant, ProviderGroups

GROUPS = PersonalData(
    _("Your groups at identity providers"),
    row_reader(lambda user: ProviderGroups.objects.filter(user=user), "provider", "groups", "siren", "signed_in_at"),
    covers=("cohorts.ProviderGroups.user",),
    model=ProviderGroups,
)
GRANTS = PersonalData(
    _("Roles that you have by your groups"),
    row_reader(lambda user: GroupGrant.objects.filter(user=user), "role", "previous_role", "granted_at", "ended_at"),
    covers=("cohorts.GroupGrant.user",),
    model=GroupGrant,
)


def erase(*, user: User, at: datetime) -> None:
    """Delete the groups of a person whose data is erased, and end what they had by them at the moment `at`."""
    ProviderGroups.objects.filter(user=user).delete()
    GroupGrant.objects.filter(user=user, ended_at=None).update(ended_at=at)


def _purge(*, at: datetime, dry_run: bool) -> int:
    """Delete the groups of people who have not signed in with the provider for 90 days before the moment `at`, with the
    roles that they gave; return how many rows. With `dry_run`, only count them.
    """
    return ProviderGroups.objects.expired(at).count() if dry_run else expire_provider_groups(at=at, by=None)


RETENTION = Retention(
    what=_("Groups at an identity provider, counted from the last sign-in with it, with the roles that they gave"),
    why=_("So that the lab sees whom a rule about a group concerns, and a role ends with the group."),
    days=RETENTION_PERIOD.days,
    purge=_purge,
)
