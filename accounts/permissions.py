"""What lab staff alone may do with accounts and what is kept of everything; the table “Who may do what” has no more."""

from django.utils.translation import gettext as _

from accounts.models import User
from web.decisions import ALLOW, Decision, deny


def may_read_history(user: User) -> Decision:
    """Who changed what, when and why, of every object."""
    return ALLOW if user.is_lab_staff else deny(_("Only lab staff can read the history."))


def may_keep_accounts(user: User) -> Decision:
    """Read who leaves, open an account again, read the registers of consents and of what is done with data."""
    return ALLOW if user.is_lab_staff else deny(_("Only lab staff can manage closed accounts and the registers."))


def may_support(user: User) -> Decision:
    """Act for anybody at all."""
    return ALLOW if user.is_lab_staff else deny(_("Only lab staff can act for other people, to support them."))


def may_act_as(user: User, person: User) -> Decision:
    """As someone who asked for support: never as a colleague, who could do more, and never as nobody."""
    if not (decision := may_support(user)):
        return decision
    if person.is_lab_staff or person.is_staff or person.is_superuser:
        return deny(_("Nobody can act for a member of lab staff."))
    if not person.is_active:
        return deny(_("This account is closed."))
    return ALLOW


def may_release_addresses(user: User) -> Decision:
    """Read which addresses wait for confirmation or belong to accounts, and take one off a person."""
    return ALLOW if user.is_lab_staff else deny(_("Only lab staff can release addresses."))


def may_reset_second_factors(user: User) -> Decision:
    """Take away a second factor that is lost, of anybody at all."""
    return ALLOW if user.is_lab_staff else deny(_("Only lab staff can remove a lost second factor."))


def may_reset_second_factor(user: User, person: User) -> Decision:
    """Somebody else's, colleagues included: one's own is removed on one's own page, which asks for it once more."""
    if not (decision := may_reset_second_factors(user)):
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
