"""Actions on access requests: a person requests access, the lab gives it or refuses it with a reason."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions import confirm_address
from accounts.hooks import ProviderIdentity
from accounts.models import User
from cohorts.access_requests.enums import AccessState
from cohorts.clock import local_day
from cohorts.invitations.actions.invitations import invite_member
from cohorts.models import AccessRequest, Cohort
from cohorts.people.actions import add_member
from programmes.authorities.siret import siren_of
from programmes.models import Authority
from web.actions import action
from web.dates.clock import platform_day
from web.errors import DomainError
from web.mailboxes import canonical_address


@action(gettext_lazy("Access requested"))
def request_access(
    *, identity: ProviderIdentity, user: User | None, language: str, at: datetime, by: User | None
) -> AccessRequest:
    """Record the access request of a person who signed in with a provider; return the existing one if they come again.

    `identity` is what the provider sent, `user` the person's account if they have one, `language` that of the page,
    `at` the moment and `by` the actor for the history. The SIRET number proposes the authority (not dissolved) that has
    its SIREN; an invalid SIRET is not stored.
    """
    siren = siren_of(identity.siret)
    proposed = Authority.objects.living(platform_day(at)).filter(siren=siren).first() if siren else None
    row, _new = AccessRequest.objects.get_or_create(
        issuer=identity.issuer,
        subject=identity.subject,
        defaults={
            "provider": identity.provider,
            "user": user,
            "email": identity.email,
            "vouched": identity.email_verified,
            "full_name": identity.full_name,
            "siret": identity.siret if siren else "",
            "unit": identity.unit,
            "authority": proposed,
            "language": language,
            "requested_at": at,
        },
    )
    return row


@action(gettext_lazy("Access given"), security_event=True)
def grant_access(
    *,
    access: AccessRequest,
    cohort: Cohort,
    role: str,
    at: datetime,
    by: User,
    email: str = "",
    full_name: str = "",
    discipline: str = "",
) -> AccessRequest:
    """Answer an access request with a role in `cohort`, at the moment `at` by the lab's `by`; the request takes its
    authority.

    A person with an account, or with an address that the provider has verified, becomes a member at once; anyone else
    is invited by e-mail. `email` and `full_name` fill what the provider did not send, `discipline` is for residents.
    Raises DomainError when the request is answered already, or when the person cannot join the cohort.
    """
    row = _lock_pending(access)
    row.email = row.user.email if row.user else row.email or canonical_address(email) or email.strip()
    row.full_name = row.full_name or full_name.strip()
    _give_access(row, cohort=cohort, role=role, discipline=discipline, at=at, by=by)
    row.authority = cohort.authority
    return _save_answer(row, AccessState.GRANTED, at=at, by=by)


@action(gettext_lazy("Access refused"), security_event=True)
def refuse_access(*, access: AccessRequest, reason: str, at: datetime, by: User) -> AccessRequest:
    """Refuse an access request with a reason, which the person reads when they next sign in with the provider.

    `at` and `by` are recorded as the moment and the author of the answer. Returns the saved request. Raises DomainError
    when it is answered already.
    """
    row = _lock_pending(access)
    row.reason = reason.strip()
    return _save_answer(row, AccessState.REFUSED, at=at, by=by)


def _give_access(row: AccessRequest, *, cohort: Cohort, role: str, discipline: str, at: datetime, by: User) -> None:
    """Make the person of access request `row` a member of the cohort from the local day of `at` on, or invite them by
    e-mail.

    They are invited when neither an account nor the provider proves that the address is theirs. `role` and `discipline`
    (for residents) are those of the membership, `by` is the lab's person who grants the access. Raises DomainError when
    the person cannot join.
    """
    details: dict[str, Any] = {"email": row.email, "full_name": row.full_name, "language": row.language}
    details |= {"cohort": cohort, "role": role, "discipline": discipline, "unit": row.unit, "at": at, "by": by}
    if not row.has_proven_address:
        invite_member(**details)
        return
    member = add_member(starts_on=local_day(cohort, at), **details)
    if row.vouched:
        confirm_address(user=member.user, email=row.email, by=by)


def _lock_pending(access: AccessRequest) -> AccessRequest:
    """Return the access request as the database has it now, locked until the action ends.

    Raises DomainError if it has been granted or refused already.
    """
    row = AccessRequest.objects.select_for_update(of=("self",)).select_related("user").get(pk=access.pk)
    if row.state != AccessState.PENDING:
        raise DomainError(_("This request has already been answered."))
    return row


def _save_answer(row: AccessRequest, state: AccessState, *, at: datetime, by: User) -> AccessRequest:
    """Save the answer to access request `row`: its new `state` (granted or refused), the moment `at` and the author
    `by`.

    Returns the saved request.
    """
    row.state, row.answered_at, row.answered_by = state, at, by
    row.save()
    return row
