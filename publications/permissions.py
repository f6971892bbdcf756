"""Who may publish, approve and withdraw: one table of roles for what belongs to a cohort; the rest is the lab's."""

from typing import Final

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.permissions import can_change_as_lab
from accounts.roles import LEADS, Role, Roles
from cohorts.models import Cohort
from cohorts.permissions import ONLY_STAFF, decide, roles_of
from publications.enums import Approval, PublicationState
from publications.models import Publication
from web.dates.clock import Day
from web.decisions import ALLOW, Decision, deny

TABLE: Final[dict[str, tuple[Roles, StrOrPromise]]] = {
    "publish": (
        LEADS | {Role.ADMIN},
        _("Only the lab, the cohort’s coordinator, its pilot and the authority’s admin can do this."),
    ),
    "ask_for_approval": (frozenset({Role.ADMIN}), _("Only the admin of the authority can do this.")),
}
SECOND_PERSON_NEEDED: Final = _("The lab asks for a second person: someone other than the one who submitted it.")
ADMIN_NEEDED: Final = _("This authority asks for the approval of its admin.")


def publishing_roles(user: User, subject: Model, today: Day) -> Roles:
    """Return the roles of the user in the cohort of an idea or a cohort; empty for other things (one statement)."""
    cohort = subject if isinstance(subject, Cohort) else getattr(subject, "cohort", None)
    return roles_of(user, cohort, today) if cohort else frozenset()


def can_publish(user: User, roles: Roles, *, of_cohort: bool) -> Decision:
    """Return whether someone with these roles may write, submit and withdraw publications.

    Of cohorts and their ideas: lab staff, the coordinator, the pilot and the admin. Of anything else: lab staff.
    """
    return decide(roles, *TABLE["publish"]) if of_cohort else can_change_as_lab(user, ONLY_STAFF)


def can_approve(user: User, roles: Roles, publication: Publication) -> Decision:
    """Return whether the user may approve what was submitted, with which it is public.

    Whoever may publish may, but the rules that counted when it was submitted may ask for a second person, the admin, or
    an admin who is that second person.
    """
    decision = can_publish(user, roles, of_cohort=publication.current_kind.of_cohort)
    if not decision or publication.state != PublicationState.SUBMITTED:
        return decision
    approval = Approval(publication.approval)
    if approval.needs_admin and Role.ADMIN not in roles:
        return deny(ADMIN_NEEDED)
    if approval.needs_second_person and publication.submitted_by_id == user.pk:
        return deny(SECOND_PERSON_NEEDED)
    return ALLOW


def can_ask_for_approval(roles: Roles) -> Decision:
    """Return whether someone with these roles may decide that publications of an authority need its admin's approval.

    Its admins only: also the lab cannot lift what they asked for.
    """
    return decide(roles, *TABLE["ask_for_approval"])
