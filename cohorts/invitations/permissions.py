"""Who may invite whom to a cohort, and send an invitation again or withdraw it."""

from datetime import date

from accounts.models import User
from accounts.permissions import can_change_as_lab, can_manage_lab
from accounts.roles import Role, Roles
from cohorts.invitations.invitable_roles import INVITABLE_ROLES, ROLE_NOT_ALLOWED
from cohorts.models import Cohort, Invitation
from cohorts.people.enums import MembershipRole
from cohorts.permissions import ONLY_STAFF, ROLE_OF_MEMBER, roles_of
from web.decisions import ALLOW, Decision, deny

# The roles under which each role invites people. Only the lab invites admins of an authority.
INVITES: dict[Role, tuple[MembershipRole, ...]] = {Role.LAB: tuple(MembershipRole)} | {
    ROLE_OF_MEMBER[role]: invitable for role, invitable in INVITABLE_ROLES.items()
}


def roles_given_by(user: User, cohort: Cohort, today: date) -> list[MembershipRole]:
    """Return the roles under which the user may invite people to the cohort on `today`; empty when they may invite
    nobody.

    Lab staff give every role, coordinators all but coordinator, pilots all but coordinator and pilot.
    """
    return roles_to_give(roles_of(user, cohort, today))


def roles_to_give(roles: Roles) -> list[MembershipRole]:
    """Return the roles under which someone who has these `roles` in a cohort may invite people to it; empty for
    none.
    """
    invitable = {given for role in roles for given in INVITES.get(role, ())}
    return [role for role in MembershipRole if role in invitable]


def can_resend_or_revoke(user: User, invitation: Invitation, today: date) -> Decision:
    """Return whether the user may send the invitation again or withdraw it, on `today`.

    Allowed to lab staff, and to people who may invite to its role; invitations of admins are for lab staff only.
    """
    if invitation.is_to_lab:
        return can_manage_lab(user)
    if user.is_lab_staff:
        return can_change_as_lab(user, ONLY_STAFF)
    if invitation.cohort is None:
        return deny(ONLY_STAFF)
    return can_manage_with(roles_of(user, invitation.cohort, today), invitation)


def can_manage_with(roles: Roles, invitation: Invitation) -> Decision:
    """Return whether someone with these roles in the invitation's cohort may send it again or withdraw it: they may
    invite to its role.
    """
    return ALLOW if invitation.role in roles_to_give(roles) else deny(ROLE_NOT_ALLOWED)
