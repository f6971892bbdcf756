"""Who may invite whom into a cohort, and send an invitation again or take it back."""

from datetime import date

from accounts.models import User
from cohorts.invitations.invitable_roles import BRINGS, NOT_YOURS
from cohorts.models import Cohort, Invitation
from cohorts.people.enums import Role
from cohorts.permissions import LETTERS, ONLY_STAFF, standing
from web.decisions import ALLOW, Decision, deny

# Whom each letter brings in; admins of an authority are the lab's.
GIVES: dict[str, tuple[Role, ...]] = {"S": tuple(Role)} | {LETTERS[role]: given for role, given in BRINGS.items()}


def roles_given_by(user: User, cohort: Cohort, today: date) -> list[Role]:
    """Under which roles the person may bring people into the cohort."""
    return roles_to_give(standing(user, cohort, today))


def roles_to_give(letters: frozenset[str]) -> list[Role]:
    """Under which roles these letters may bring people into the cohort."""
    given = {role for letter in letters for role in GIVES.get(letter, ())}
    return [role for role in Role if role in given]


def may_settle(user: User, invitation: Invitation, today: date) -> Decision:
    """Send an invitation again or take it back: only who could give what it invites to."""
    if user.is_lab_staff:
        return ALLOW
    if invitation.cohort is None:
        return deny(ONLY_STAFF)
    return ALLOW if invitation.role in roles_given_by(user, invitation.cohort, today) else deny(NOT_YOURS)
