"""Who has webhooks: lab staff for everything they may see, coordinators for their cohort."""

from datetime import datetime
from typing import Final

from django.db.models import Exists
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import READERS_CHANGE_NOTHING, can_change_as_lab
from cohorts.clock import local_day
from cohorts.cohort.models import CohortQuerySet
from cohorts.models import Cohort, Membership
from cohorts.people.enums import MembershipRole
from cohorts.permissions import ONLY_LAB_AND_COORDINATORS, decisions, roles_of
from cohorts.visibility import active_on
from web.dates.clock import today_everywhere
from web.decisions import ALLOW, Decision, deny
from webhooks.models import Webhook

ONLY_LAB_HAS_EVERYTHING: Final = _("Only lab staff have webhooks for everything. Choose a cohort.")


def coordinated_cohorts(user: User, at: datetime) -> CohortQuerySet:
    """Return the cohorts for which the user may have webhooks at the moment `at`: all for lab staff, not its readers,
    for others those of which they are the coordinator that day.
    """
    current = Cohort.objects.visible_to(user).current().select_related("authority", "edition").order_by("name", "pk")
    if user.is_lab_staff:
        return current.none() if user.is_lab_reader else current
    own = Membership.objects.filter(active_on(today_everywhere(at)), user=user, role=MembershipRole.COORDINATOR)
    return current.filter(pk__in=own.values("cohort"))


def can_read_webhooks(user: User, at: datetime) -> Decision:
    """Return whether the user may open the list of webhooks: lab staff, coordinators of cohorts, and people who own a
    webhook from the time when they were coordinators (one statement).
    """
    reasons = Exists(coordinated_cohorts(user, at)) | Exists(Webhook.objects.filter(owner=user))
    may_read = user.is_lab_staff or User.objects.filter(reasons, pk=user.pk).exists()
    return ALLOW if may_read else deny(ONLY_LAB_AND_COORDINATORS)


def can_add_webhooks(user: User, at: datetime) -> Decision:
    """Return whether the user may add a webhook of some kind at the moment `at`."""
    if user.is_lab_staff:
        return can_change_as_lab(user, READERS_CHANGE_NOTHING)
    return ALLOW if coordinated_cohorts(user, at).exists() else deny(ONLY_LAB_AND_COORDINATORS)


def can_have_webhook(user: User, cohort: Cohort | None, at: datetime) -> Decision:
    """Return whether the user may have a webhook for a cohort, or with None for everything, at the moment `at`."""
    if not user.is_active:
        return deny(ONLY_LAB_AND_COORDINATORS)
    if cohort is None:
        return can_change_as_lab(user, ONLY_LAB_HAS_EVERYTHING)
    return decisions(roles_of(user, cohort, local_day(cohort, at)))["have_webhooks"]


def can_change_webhook(user: User, webhook: Webhook, at: datetime) -> Decision:
    """Return whether the user may change and test a webhook: lab staff any, its owner while they may have it."""
    return can_have_webhook(user, webhook.cohort, at)


def can_end_webhook(user: User, webhook: Webhook, at: datetime) -> Decision:
    """Return whether the user may disable and delete a webhook: its owner always, others as for changing it."""
    return ALLOW if webhook.owner_id == user.pk else can_change_webhook(user, webhook, at)
