"""Actions on further e-mail addresses: a person claims, confirms or withdraws one; the lab releases one."""

from datetime import datetime, timedelta
from typing import Any, Final

from allauth.account.models import EmailAddress
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.hooks import account_hooks
from accounts.models import AddressClaim, AddressRelease, User
from accounts.privacy.actions import erase_person
from web.actions import action
from web.errors import DomainError
from web.mailboxes import canonical_address
from web.security.link_tokens import hash_token, new_token

CLAIM_LIFETIME: Final = timedelta(days=3)

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
    """Record that the person `user` wants to add the address `email`, and return the token of the link that confirms
    it.

    The link is valid for three days from `at`; only a hash of the token is stored. A second claim of the address by the
    same person replaces the link of the first.
    """
    token = new_token()
    dates = {"token_hash": hash_token(token), "made_at": at, "expires_at": at + CLAIM_LIFETIME}
    AddressClaim.objects.update_or_create(user=user, email=canonical_address(email), defaults=dates)
    return token


@action(_("Added address confirmed"), security_event=True, forbidden_while_acting=True)
def confirm_claim(*, token: str, user: User, at: datetime, by: User | None) -> EmailAddress:
    """Add the address of the claim with this token to the account of `user`, and return it; the claim is deleted.

    An invited person with this address who never joined is erased. Raises DomainError with a sentence for the person
    when the link is unknown or has expired at the moment `at`, when someone else claimed or has the address, or when an
    invitation to it is open.
    """
    claim = AddressClaim.objects.select_for_update().with_token(token).first()
    invited = _lock_invited(claim) if claim else None
    if reason := claim_refusal(claim, at, user):
        raise DomainError(reason)
    assert claim is not None  # noqa: S101 - a missing claim has its reason above
    if invited is not None:
        erase_person(user=invited, at=at, by=by)
    row, _new = EmailAddress.objects.update_or_create(user=user, email=claim.email, defaults={"verified": True})
    claim.delete()
    return row


def claim_refusal(claim: AddressClaim | None, at: datetime, user: User | None = None) -> StrOrPromise:
    """Return a sentence on why an address claim cannot be confirmed at the moment `at`; "" when it can.

    The reasons: the link is unknown (`claim` is None) or has expired, the address has another account, an invitation to
    it is open, or another app needs it. With `user`, also that this person did not make the claim.
    """
    if claim is None or at >= claim.expires_at:
        return NO_LONGER_VALID
    holder = User.objects.with_address(claim.email).exclude(pk=claim.user_id).first()
    if holder is not None and holder.joined:
        return HAS_AN_ACCOUNT
    if holder is not None and has_pending_invitation(claim.email, at):
        return IS_INVITED
    if holder is not None and (needed := _reason_to_keep(holder)):
        return needed
    return OF_ANOTHER_ACCOUNT if user is not None and user.pk != claim.user_id else ""


def has_pending_invitation(email: str, at: datetime) -> bool:
    """Return whether an app reports that something waits at the moment `at` for the owner of the address, such as an
    open invitation.
    """
    return any(hooks.pending_for_addresses([email], at) for hooks in account_hooks)


def _reason_to_keep(user: User) -> StrOrPromise:
    """Return a sentence on why someone who never joined needs their address; "" when no app says so."""
    decisions = (hooks.can_give_up_address(user) for hooks in account_hooks)
    return next((decision.reason for decision in decisions if not decision), "")


def _lock_invited(claim: AddressClaim) -> User | None:
    """Return the person invited at the claimed address who has not joined, or None.

    Their row is locked, so that nobody can invite them again at the same moment.
    """
    invited = User.objects.with_address(claim.email).filter(joined=False).first()
    return invited and User.objects.select_for_update().get(pk=invited.pk)


@action(_("Added address withdrawn"))
def withdraw_claim(*, claim: AddressClaim, by: User | None) -> None:
    """Delete an address claim, so that its link no longer works; the account does not change.

    `by` is who withdraws it.
    """
    claim.delete()


@action(_("Address released"), security_event=True)
def release_address(*, person: User, email: str, because: str, at: datetime, by: User | None) -> AddressRelease:
    """Remove the address `email` from a person, so that its owner can use it; return the record of it.

    It deletes the person's claim of the address and the further address of their account, or erases someone who never
    joined. `because` is the reason, which the person reads (an argument called `reason` would stay in the history for
    ever). Raises DomainError for a main address, while an invitation to the address is open, and when the person does
    not have it.
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
    """Record that the main address of an invited person (`row`), who never joined, is released, and erase them.

    Returns the record. `details` are the record's other fields: `person`, `staff`, `because` and `made_at`. Raises
    DomainError while their invitation is open, or another app needs the address.
    """
    if has_pending_invitation(row.email, at):
        raise DomainError(STILL_INVITED)
    if needed := _reason_to_keep(row):
        raise DomainError(needed)
    release = AddressRelease.objects.create(email=row.email, **details)
    erase_person(user=row, at=at, by=by)
    return release


def purge_claims(*, at: datetime, dry_run: bool = False) -> int:
    """Delete the address claims whose link, valid for three days, has expired at the moment `at`; return how many.

    With `dry_run`, only count them.
    """
    expired = AddressClaim.objects.filter(expires_at__lte=at)
    return expired.count() if dry_run else expired.delete()[0]
