"""Actions on the further addresses of people: claim one, confirm it, withdraw the claim; the lab releases one."""

from datetime import datetime, timedelta
from typing import Any, Final

from allauth.account.models import EmailAddress
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import AddressClaim, AddressRelease, User
from accounts.privacy.actions import erase_person
from accounts.registries import address_waits
from web.actions import action
from web.errors import DomainError
from web.mailboxes import canonical_address
from web.security.link_tokens import hash_of, new_token

CLAIM_LASTS: Final = timedelta(days=3)

NO_LONGER_VALID = _(
    "This link is not valid, or is no longer valid. Copy the whole link from the latest"
    " e-mail, or add the address again on the page “Your e-mail addresses”."
)
OF_ANOTHER_ACCOUNT = _(
    "A different account asked for this address, not the one you are signed in to. Nothing"
    " has changed. If both accounts are yours, sign out, then sign in to the account that"
    " asked for it."
)
HAS_AN_ACCOUNT = _(
    "This address already belongs to another account, so it was not added to the account that"
    " asked for it. Nothing has changed for you: sign in with this address as usual. If both"
    " accounts are yours, ask the lab to release the address."
)
IS_INVITED = _(
    "An invitation was sent to this address, so it was not added to the account that asked"
    " for it. Open the link in the invitation e-mail and accept the invitation there. If you"
    " want the address in the account you already have, ask the lab."
)
MAIN_ADDRESS = _(
    "This is the main address of the account. The person must first choose another main address, or close the account."
)
STILL_INVITED = _("This address has an open invitation. Withdraw the invitation first, then release the address.")


@action(_("Address added, to be confirmed"), security_event=True, forbidden_while_acting=True)
def claim_address(*, user: User, email: str, at: datetime, by: User | None) -> str:
    """Record that a member claims an address, and return the token of the link that confirms it.

    The token is stored nowhere. A second claim on the same address replaces the first one's link.
    """
    token = new_token()
    dates = {"token_hash": hash_of(token), "made_at": at, "expires_at": at + CLAIM_LASTS}
    AddressClaim.objects.update_or_create(user=user, email=canonical_address(email), defaults=dates)
    return token


@action(_("Added address confirmed"), security_event=True, forbidden_while_acting=True)
def confirm_claim(*, token: str, user: User, at: datetime, by: User | None) -> EmailAddress:
    """Add the claimed address to the account of the person who claimed it and follows the link signed in.

    Someone who was invited at the address, never joined and is no longer invited is erased. Raises DomainError with the
    reason where the link opens nothing.
    """
    claim = AddressClaim.objects.select_for_update().with_token(token).first()
    awaited = _lock_awaited(claim) if claim else None
    if reason := why_not_confirmed(claim, at, user):
        raise DomainError(reason)
    assert claim is not None  # noqa: S101 - a missing claim has its reason above
    if awaited is not None:
        erase_person(user=awaited, at=at, by=by)
    row, _new = EmailAddress.objects.update_or_create(user=user, email=claim.email, defaults={"verified": True})
    claim.delete()
    return row


def why_not_confirmed(claim: AddressClaim | None, at: datetime, user: User | None = None) -> StrOrPromise:
    """Return why a claim cannot be confirmed, by anyone or by the signed-in `user`; "" when it can."""
    if claim is None or at >= claim.expires_at:
        return NO_LONGER_VALID
    holder = User.objects.with_address(claim.email).exclude(pk=claim.user_id).first()
    if holder is not None and holder.joined:
        return HAS_AN_ACCOUNT
    if holder is not None and is_awaited(claim.email, at):
        return IS_INVITED
    return OF_ANOTHER_ACCOUNT if user is not None and user.pk != claim.user_id else ""


def is_awaited(email: str, at: datetime) -> bool:
    """Return whether something waits for the owner of an address, such as an open invitation."""
    return any(waits([email], at) for waits in address_waits)


def _lock_awaited(claim: AddressClaim) -> User | None:
    """Return, locked, the person who was invited at the address and has not joined: no new invitation gets between."""
    found = User.objects.with_address(claim.email).filter(joined=False).first()
    return found and User.objects.select_for_update().get(pk=found.pk)


@action(_("Added address withdrawn"))
def withdraw_claim(*, claim: AddressClaim, by: User | None) -> None:
    """Delete a claim: its link opens nothing any more."""
    claim.delete()


@action(_("Address released"), security_event=True)
def release_address(*, person: User, email: str, because: str, at: datetime, by: User | None) -> AddressRelease:
    """Take an address off a person, so that it is free for the one it belongs to.

    Ends a claim on it, removes it from the further addresses of the account, or erases someone who never joined and
    is no longer invited. The argument is not called `reason`, which the history would keep for ever. Raises DomainError
    for a main address, while an invitation waits for the address, and when the person does not have it.
    """
    row = User.objects.select_for_update().get(pk=person.pk)
    details = {"person": row, "staff": by, "because": because, "made_at": at}
    if not row.joined and row.email == email:
        return _release_invited(row, details, at, by)
    claims, _models = AddressClaim.objects.filter(user=row, email=email.lower()).delete()
    if not claims and row.email.lower() == email.lower():
        raise DomainError(MAIN_ADDRESS)
    further, _models = EmailAddress.objects.filter(user=row, email=email).exclude(email=row.email).delete()
    if not claims + further:
        raise DomainError(
            _("This person does not have this address, or no longer has it. Check the list of addresses.")
        )
    return AddressRelease.objects.create(email=email, **details)


def _release_invited(row: User, details: dict[str, Any], at: datetime, by: User | None) -> AddressRelease:
    if is_awaited(row.email, at):
        raise DomainError(STILL_INVITED)
    release = AddressRelease.objects.create(email=row.email, **details)
    erase_person(user=row, at=at, by=by)
    return release


def purge_claims(*, at: datetime, dry_run: bool = False) -> int:
    """Delete the claims that nobody confirmed in time; return how many."""
    expired = AddressClaim.objects.filter(expires_at__lte=at)
    return expired.count() if dry_run else expired.delete()[0]
