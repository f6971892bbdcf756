"""Permissions that only lab staff have: on closed accounts, the privacy registers, addresses and second factors."""

from django.utils.translation import gettext as _

from accounts.models import User
from web.decisions import ALLOW, Decision, deny


def can_manage_accounts(user: User) -> Decision:
    """Return whether a user may see and reopen closed accounts, and read the registers of consents and of processing.

    Lab staff may; a refusal holds a sentence with its reason.
    """
    return ALLOW if user.is_lab_staff else deny(_("Only lab staff can manage closed accounts and the registers."))


def can_support(user: User) -> Decision:
    """Return whether a user may act for other people at all, to support them.

    Lab staff may; a refusal holds its reason. `can_act_as` decides for a given person.
    """
    return ALLOW if user.is_lab_staff else deny(_("Only lab staff can act for other people, to support them."))


def can_act_as(user: User, person: User) -> Decision:
    """Return whether a user may act as this `person`.

    Lab staff may, for people with an open account; nobody may for lab staff or an administrator. A refusal holds its
    reason.
    """
    if not (decision := can_support(user)):
        return decision
    if person.is_lab_staff or person.is_staff or person.is_superuser:
        return deny(_("Nobody can act for a member of lab staff."))
    if not person.is_active:
        return deny(_("This account is closed."))
    return ALLOW


def can_release_addresses(user: User) -> Decision:
    """Return whether a user may read everyone's e-mail addresses and release one. Lab staff may.

    A refusal holds its reason.
    """
    return ALLOW if user.is_lab_staff else deny(_("Only lab staff can release addresses."))


def can_reset_second_factors(user: User) -> Decision:
    """Return whether a user may remove lost second factors of other people at all.

    Lab staff may; a refusal holds its reason. `can_reset_second_factor` decides for a given person.
    """
    return ALLOW if user.is_lab_staff else deny(_("Only lab staff can remove a lost second factor."))


def can_reset_second_factor(user: User, person: User) -> Decision:
    """Return whether a user may remove the second factor of this `person`; a refusal holds its reason.

    Lab staff may, for anyone with an open account except themselves: their own is removed on their account page.
    """
    if not (decision := can_reset_second_factors(user)):
        return decision
    if person.pk == user.pk:
        return deny(
            _(
                "You manage your own second factor on your account page. If you have lost it, ask a colleague at"
                " the lab."
            )
        )
    if not person.is_active:
        return deny(_("This account is closed."))
    return ALLOW
