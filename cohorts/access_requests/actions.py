"""Verbs on requests to come in: somebody asks, the lab lets them into a cohort or says why not, and it is forgotten."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions import confirm_address
from accounts.models import User
from accounts.registries import Arrival
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
def ask_for_access(
    *, arrival: Arrival, user: User | None, language: str, at: datetime, by: User | None
) -> AccessRequest:
    """Keep that somebody came; who comes again is the same request, answered or not.

    The SIRET proposes the authority that has its SIREN and is not dissolved; what is no SIRET is not kept.
    """
    siren = siren_of(arrival.siret)
    proposed = Authority.objects.living(platform_day(at)).filter(siren=siren).first() if siren else None
    row, _new = AccessRequest.objects.get_or_create(
        issuer=arrival.issuer,
        subject=arrival.subject,
        defaults={
            "provider": arrival.provider,
            "user": user,
            "email": arrival.email,
            "vouched": arrival.vouched,
            "full_name": arrival.full_name,
            "siret": arrival.siret if siren else "",
            "unit": arrival.unit,
            "authority": proposed,
            "language": language,
            "asked_at": at,
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
    """Let the person into a cohort, whose authority is then the confirmed one.

    Who has an account, or an address their provider vouches for, is in; anybody else is invited, and the letter proves
    the address. What the provider told of them wins over `email` and `full_name`. Raises DomainError when it is
    answered already, or when they cannot be let in.
    """
    row = _waiting(access)
    row.email = row.user.email if row.user else row.email or canonical_address(email) or email.strip()
    row.full_name = row.full_name or full_name.strip()
    _let_in(row, cohort=cohort, role=role, discipline=discipline, at=at, by=by)
    row.authority = cohort.authority
    return _answered(row, AccessState.GRANTED, at=at, by=by)


@action(gettext_lazy("Access refused"), security_event=True)
def refuse_access(*, access: AccessRequest, reason: str, at: datetime, by: User) -> AccessRequest:
    """Say why not: the person reads it when they sign in with their organisation's account again."""
    row = _waiting(access)
    row.reason = reason.strip()
    return _answered(row, AccessState.REFUSED, at=at, by=by)


def _let_in(row: AccessRequest, *, cohort: Cohort, role: str, discipline: str, at: datetime, by: User) -> None:
    """The one way in from here: a membership from today, or an invitation to it where nobody proved the address."""
    given: dict[str, Any] = {"email": row.email, "full_name": row.full_name, "language": row.language}
    given |= {"cohort": cohort, "role": role, "discipline": discipline, "unit": row.unit, "at": at, "by": by}
    if not row.proven:
        invite_member(**given)
        return
    member = add_member(starts_on=local_day(cohort, at), **given)
    if row.vouched:
        confirm_address(user=member.user, email=row.email, by=by)


def _waiting(access: AccessRequest) -> AccessRequest:
    """The request, locked: of two answers at once the first counts."""
    row = AccessRequest.objects.select_for_update(of=("self",)).select_related("user").get(pk=access.pk)
    if row.state != AccessState.PENDING:
        raise DomainError(_("This request has already been answered."))
    return row


def _answered(row: AccessRequest, state: AccessState, *, at: datetime, by: User) -> AccessRequest:
    row.state, row.answered_at, row.answered_by = state, at, by
    row.save()
    return row
