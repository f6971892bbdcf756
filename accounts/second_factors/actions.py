"""The action on a lost second factor."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import FactorReset, User
from accounts.sign_in.actions.sessions import end_sign_ins
from web.actions import action
from web.errors import DomainError


@action(gettext_lazy("Lost second factor removed"), security_event=True)
def reset_second_factor(*, person: User, because: str, at: datetime, by: User | None) -> FactorReset:
    """Remove a person's authenticator app, passkeys and recovery codes, and end all their sessions.

    Returns the record of it. `because` says how their identity was checked (an argument called `reason` would stay in
    the history for ever). `by` is a member of lab staff, or None for the operator of the server. The password stays.
    Raises DomainError for oneself, for a closed account and for a person without a second factor.
    """
    row = User.objects.select_for_update().get(pk=person.pk)
    if not row.is_active:
        raise DomainError(_("This account is closed."))
    if not Authenticator.objects.filter(user=row).delete()[0]:
        raise DomainError(_("This person has no second factor: there is nothing to remove."))
    reset = FactorReset.objects.create(person=row, staff=by, because=because, made_at=at)
    end_sign_ins(user=row, by=by)
    return reset
