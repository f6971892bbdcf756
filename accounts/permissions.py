"""Permissions that only lab staff have: on the lab's people, closed accounts, registers, addresses, second factors."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.roles import STAFF, Role, Roles
from web.decisions import ALLOW, Decision, deny

READERS_CHANGE_NOTHING = gettext_lazy(
    "You are a reader of the lab: you see what the lab sees, and change nothing. Ask a colleague at the lab."
)
ONLY_ADMINISTRATORS = gettext_lazy("Only administrators of the lab can manage its people and settings.")


def lab_roles(user: User) -> Roles:
    """Return the role that lab staff have in every cohort: staff or reader of the lab; empty for other people."""
    if user.is_lab_reader:
        return frozenset({Role.LAB_READER})
    return STAFF if user.is_lab_staff else frozenset()


def can_change_as_lab(user: User, reason: StrOrPromise) -> Decision:
    """Return whether the user may do what only lab staff do: administrators and members of the lab, not its readers.

    `reason` is what people outside the lab read.
    """
    if user.is_lab_reader:
        return deny(READERS_CHANGE_NOTHING)
    return ALLOW if user.is_lab_staff else deny(reason)


def can_manage_lab(user: User) -> Decision:
    """Return whether the user may manage the people and the settings of the lab: its administrators only."""
    return ALLOW if user.is_lab_administrator else deny(ONLY_ADMINISTRATORS)


def can_change_account_of(user: User, person: User) -> Decision:
    """Return whether the lab's rules let the user change the account of this `person`.

    The accounts of the lab's own people are changed by administrators only. A refusal holds its reason.
    """
    return can_manage_lab(user) if person.is_lab_staff else ALLOW


def can_read_registers(user: User) -> Decision:
    """Return whether the user may read the registers of consents and of processing, and who leaves: lab staff."""
    return ALLOW if user.is_lab_staff else deny(_("Only lab staff can read the registers."))


def can_manage_accounts(user: User) -> Decision:
    """Return whether a user may reopen closed accounts.

    Lab staff may; a refusal holds a sentence with its reason. `can_change_account_of` decides for a given person.
    """
    return can_change_as_lab(user, _("Only lab staff can manage closed accounts."))


def can_support(user: User) -> Decision:
    """Return whether a user may act for other people at all, to support them.

    Lab staff may; a refusal holds its reason. `can_act_as` decides for a given person.
    """
    return can_change_as_lab(user, _("Only lab staff can act for other people, to support them."))


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
    return can_change_as_lab(user, _("Only lab staff can release addresses."))


def can_reset_second_factors(user: User) -> Decision:
    """Return whether a user may remove lost second factors of other people at all.

    Lab staff may; a refusal holds its reason. `can_reset_second_factor` decides for a given person.
    """
    return can_change_as_lab(user, _("Only lab staff can remove a lost second factor."))


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
    return can_change_account_of(user, person)
