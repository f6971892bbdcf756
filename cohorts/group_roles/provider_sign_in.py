"""What follows from a sign-in with an identity provider: roles by groups, else an access request."""

from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.hooks import AccessAnswer, ProviderIdentity
from accounts.models import User
from cohorts.access_requests.provider_sign_in import request_access_at_sign_in
from cohorts.group_roles.actions import apply_provider_groups
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
        for plan in apply_provider_groups(user=user, identity=identity, at=at, by=None, reason=reason):
            log_security_event("group_role_kept", request=request, provider=identity.provider, account=plan.person.pk)
        user.refresh_from_db(fields=["is_lab_staff", "lab_role"])
    return request_access_at_sign_in(request=request, identity=identity, user=user, at=at)
