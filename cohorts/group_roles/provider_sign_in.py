"""What follows from a sign-in with an identity provider: roles by groups, else an access request. What follows when it
is disconnected: roles by its groups end.
"""

from collections.abc import Iterable
from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.hooks import AccessAnswer, ProviderIdentity
from accounts.models import User
from cohorts.access_requests.provider_sign_in import request_access_at_sign_in
from cohorts.group_roles.actions import apply_provider_groups, forget_provider_groups
from cohorts.group_roles.plans import RolePlan
from web.security.log import log_security_event


def handle_provider_identity(
    *, request: HttpRequest, identity: ProviderIdentity, user: User | None, at: datetime
) -> AccessAnswer | None:
    """Give a person with an account the roles of their groups, and take those of groups that they left; then answer an
    access request as `request_access_at_sign_in` does.

    A group opens no account: someone unknown waits for the lab, whatever their groups.
    """
    if user and identity.groups is not None:
        reason = _("Groups at %(provider)s") % {"provider": identity.provider}
        plans = apply_provider_groups(user=user, identity=identity, at=at, by=None, reason=reason)
        _log_refused_plans(plans, request, identity.provider)
        user.refresh_from_db(fields=["is_lab_staff", "lab_role"])
    return request_access_at_sign_in(request=request, identity=identity, user=user, at=at)


def forget_disconnected_provider(*, request: HttpRequest, user: User, provider: str, at: datetime) -> None:
    """Take the roles that groups gave a person at a provider whose account they disconnected: nothing states these
    groups any longer.
    """
    reason = _("%(provider)s was disconnected") % {"provider": provider}
    plans = forget_provider_groups(user=user, provider=provider, at=at, by=None, reason=reason)
    _log_refused_plans(plans, request, provider)


def _log_refused_plans(plans: Iterable[RolePlan], request: HttpRequest, provider: str) -> None:
    """Log whose role stays by a rule of the platform: that of the lab's last administrator."""
    for plan in plans:
        log_security_event("group_role_kept", request=request, provider=provider, account=plan.person.pk)
