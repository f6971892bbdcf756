"""Who may do what with an exchange and its content: one table of roles, and one function per permission.

Each function says whether it looks at the roles in the host's cohort, in one's own or in any cohort of the edition.
Only lab staff plan exchanges, set questions and programme, match offers with requests, and close exchanges.
"""

from datetime import date

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.permissions import can_change_as_lab, lab_roles
from accounts.roles import ACTIVE, LEADS, LEADS_AND_RESIDENTS, STAFF, STAFF_AND_READERS, Role, Roles
from cohorts.cohort.enums import CohortState
from cohorts.models import Membership
from cohorts.permissions import ONLY_STAFF, ROLE_OF_MEMBER, decide
from exchanges.exchange.enums import PLANNED_EDITION_STATES
from exchanges.models import Commitment, Contribution, Exchange, Feedback, Registration
from exchanges.registration.enums import CAME
from programmes.models import AuthorityAdmin, Edition
from web.decisions import ALLOW, Decision, deny

TABLE: dict[str, tuple[Roles, StrOrPromise]] = {
    "plan_exchanges": (STAFF, ONLY_STAFF),
    "prepare_exchange": (STAFF, ONLY_STAFF),
    "confirm_host": (LEADS, _("Only the lab, the host’s coordinator and its pilot can do this.")),
    "register_others": (LEADS, _("Only the lab, a cohort’s coordinator and its pilot can register others.")),
    "record_attendance": (LEADS_AND_RESIDENTS, _("Only the lab, the host’s design team and its pilot can do this.")),
    "see_needs": (
        LEADS | STAFF_AND_READERS,
        _("Only the lab, the host’s coordinator and its pilot can read people’s needs."),
    ),
    "manage_guests": (LEADS, _("Only the lab, the host’s coordinator and its pilot can invite guests.")),
    "answer_invitation": (ACTIVE, _("Only people active in the edition can answer.")),
    "contribute": (ACTIVE, _("Only people active in the edition can contribute.")),
    "edit_contribution": (
        LEADS_AND_RESIDENTS,
        _("Only its author, the lab, the cohort’s design team and its pilot can change a contribution."),
    ),
    "write_minutes": (LEADS_AND_RESIDENTS, _("Only the lab, the host’s design team and its pilot can do this.")),
    "record_own_commitment": (ACTIVE, _("Only people active in the edition can make a commitment.")),
    "record_commitments_of_others": (
        LEADS,
        _("Only the lab, a cohort’s coordinator and its pilot can record the commitments of other people."),
    ),
    "close_commitment": (
        LEADS,
        _("Only the person who made the commitment, the lab, the cohort’s coordinator and its pilot can do this."),
    ),
}
HOST_HAS_NOT_AGREED = _("The host has not agreed to take part yet: record its agreement first.")
NO_EXCHANGES_IN_FORMAT = _("The format of this edition has no Intertransfos.")

NO_PARTICIPANTS_VISIBLE = _(
    "Only the lab, the host’s design team, and the coordinators and pilots of the cohorts can see the participants."
)


class EditionRoles:
    """The roles of a person on a day in each cohort of an edition (two statements, none for lab staff).

    `staff` people, readers of the lab included, see all cohorts; `plans` says whether they plan exchanges.
    """

    def __init__(self, user: User, edition: Edition, today: date) -> None:
        """Read the roles of the person in the edition's cohorts on `today`: two statements, none for lab staff."""
        self.user, self.staff = user, user.is_lab_staff
        self.plans = self.staff and not user.is_lab_reader
        self.edition, self.today = edition, today
        self._roles: dict[int, set[Role]] = {}
        if not self.staff:
            self._read(user, edition, today)

    def _read(self, user: User, edition: Edition, today: date) -> None:
        """Store the person's roles on `today` by cohort: as a member, and as an admin of the cohort's authority (two
        statements).
        """
        mine = Membership.objects.active(today).filter(user=user, cohort__edition=edition)
        for cohort, role in mine.values_list("cohort_id", "role"):
            self._roles.setdefault(cohort, set()).add(ROLE_OF_MEMBER[role])
        administered = AuthorityAdmin.objects.active(today).filter(user=user, authority__cohorts__edition=edition)
        for cohort in administered.values_list("authority__cohorts", flat=True):
            self._roles.setdefault(cohort, set()).add(Role.ADMIN)

    def in_cohort(self, cohort: int | None) -> Roles:
        """Return the person's roles in one cohort, given by its key; empty without any role, and for None.

        Lab staff have the role of the lab in every cohort.
        """
        return lab_roles(self.user) if self.staff else frozenset(self._roles.get(cohort or 0, ()))

    def anywhere(self) -> Roles:
        """Return the person's roles in all cohorts of the edition together; empty without any role.

        For lab staff it is the role of the lab.
        """
        return lab_roles(self.user) if self.staff else frozenset().union(*self._roles.values())

    def cohorts_with(self, roles: Roles) -> list[int]:
        """Return the keys of the cohorts in which the person has at least one of these roles.

        Empty for lab staff, who have no roles in single cohorts.
        """
        return [cohort for cohort, own in self._roles.items() if own & roles]


def _decide_at_host(permission: str, roles: EditionRoles, exchange: Exchange) -> Decision:
    """Return the decision on a permission, given by its name such as "see_needs", by the person's roles in the host's
    cohort.

    A refusal has the reason that people read.
    """
    return decide(roles.in_cohort(exchange.host_id), *TABLE[permission])


def _decide_in_any_cohort(permission: str, roles: EditionRoles) -> Decision:
    """Return the decision on a permission, given by its name such as "answer", by the person's roles in any cohort of
    the edition.

    A refusal has the reason that people read.
    """
    return decide(roles.anywhere(), *TABLE[permission])


def can_plan_exchanges(user: User) -> Decision:
    """Return whether the person may propose, move, announce, open, hold and cancel exchanges, and swap hosts: lab staff
    only.

    Runs no statement.
    """
    return can_change_as_lab(user, TABLE["plan_exchanges"][1])


def can_propose_exchange(user: User, edition: Edition) -> Decision:
    """Return whether the person may propose one more exchange for the edition: lab staff, while it is open or running.

    Refused, with the reason, also when the format of the edition has no exchanges. The format is read for lab staff
    only.
    """
    allowed = can_plan_exchanges(user)
    if allowed and edition.state not in PLANNED_EDITION_STATES:
        return deny(_("You can propose an Intertransfo only for an edition that is open or under way."))
    if allowed and edition.format.exchange_interval_months is None:
        return deny(NO_EXCHANGES_IN_FORMAT)
    return allowed


def can_prepare_exchange(roles: EditionRoles) -> Decision:
    """Return whether the person may ask questions, set the programme, match offers and close the exchange: lab staff
    only.
    """
    return _decide_in_any_cohort("prepare_exchange", roles)


def can_confirm_host(roles: EditionRoles, exchange: Exchange) -> Decision:
    """Return whether the person may confirm that the host will host: lab staff, and the coordinator and pilot of the
    host's cohort, once it has agreed to take part.

    The state of the exchange is not looked at.
    """
    decision = can_give_turn_back(roles, exchange)
    if decision and exchange.host and exchange.host.state == CohortState.PROSPECT:
        return deny(HOST_HAS_NOT_AGREED)
    return decision


def can_give_turn_back(roles: EditionRoles, exchange: Exchange) -> Decision:
    """Return whether the person may say that the host cannot host: lab staff, and the coordinator and pilot of the
    host's cohort.

    The state of the exchange is not looked at.
    """
    return _decide_at_host("confirm_host", roles, exchange)


def can_record_attendance(roles: EditionRoles, exchange: Exchange) -> Decision:
    """Return whether the person may record which people came: lab staff, and the coordinator, residents and pilot of
    the host's cohort.
    """
    return _decide_at_host("record_attendance", roles, exchange)


def can_see_needs(roles: EditionRoles, exchange: Exchange) -> Decision:
    """Return whether the person may read how people travel and what they need: lab staff, and the coordinator and pilot
    of the host's cohort.
    """
    return _decide_at_host("see_needs", roles, exchange)


def can_manage_guests(roles: EditionRoles, exchange: Exchange) -> Decision:
    """Return whether the person may add and remove guests and read their addresses: lab staff, the host's coordinator
    and its pilot.
    """
    return _decide_at_host("manage_guests", roles, exchange)


def can_write_minutes(roles: EditionRoles, exchange: Exchange) -> Decision:
    """Return whether the person may write the minutes and read the texts of the feedback: lab staff, and the host's
    coordinator, residents and pilot.
    """
    return _decide_at_host("write_minutes", roles, exchange)


def can_answer_invitation(roles: EditionRoles) -> Decision:
    """Return whether the person may answer an invitation for themselves: lab staff, and people active in any cohort of
    the edition.

    Active are members of any role, and admins of a cohort's authority, on the day of `roles`.
    """
    return _decide_in_any_cohort("answer_invitation", roles)


def can_register_others(roles: EditionRoles) -> Decision:
    """Return whether the person may register other people: lab staff, and coordinators and pilots of some cohort of the
    edition.

    They register people of the cohorts they lead, lab staff those of all cohorts.
    """
    return _decide_in_any_cohort("register_others", roles)


def can_contribute(roles: EditionRoles) -> Decision:
    """Return whether the person may contribute for a cohort: lab staff, and people active in some cohort of the
    edition.

    Active are members of any role, and admins of a cohort's authority. They contribute for these cohorts only, lab
    staff for all.
    """
    return _decide_in_any_cohort("contribute", roles)


def can_edit_contribution(roles: EditionRoles, contribution: Contribution) -> Decision:
    """Return whether the person may change or withdraw a contribution: lab staff, its cohort's coordinator, residents
    and pilot, and its author.

    The author must still be active in that cohort.
    """
    in_cohort = roles.in_cohort(contribution.cohort_id)
    own = contribution.author_id == roles.user.pk and in_cohort
    return ALLOW if own else decide(in_cohort, *TABLE["edit_contribution"])


def can_record_own_commitment(roles: EditionRoles) -> Decision:
    """Return whether the person may record a commitment of their own: lab staff, and people active in some cohort of
    the edition.

    Active are members of any role, and admins of a cohort's authority.
    """
    return _decide_in_any_cohort("record_own_commitment", roles)


def can_record_commitments_of_others(roles: EditionRoles) -> Decision:
    """Return whether the person may record commitments of other people: lab staff, and coordinators and pilots of some
    cohort of the edition.

    They record those of members of the cohorts they lead, lab staff those of all cohorts.
    """
    return _decide_in_any_cohort("record_commitments_of_others", roles)


def can_close_commitment(roles: EditionRoles, commitment: Commitment) -> Decision:
    """Return whether the person may mark a commitment as done or dropped: its owner, the lab, and the coordinator and
    pilot of the owner's cohort.
    """
    return can_close_commitment_with(roles.in_cohort(commitment.cohort_id), roles.user, commitment)


def can_close_commitment_with(roles: Roles, user: User, commitment: Commitment) -> Decision:
    """Return whether a person with these roles in the owner's cohort may mark the commitment as done or dropped."""
    return ALLOW if commitment.owner_id == user.pk else decide(roles, *TABLE["close_commitment"])


def registration_if_came(user: User, exchange: Exchange) -> Registration | None:
    """Return the person's registration for the exchange if they came, else None.

    While attendance is not recorded, a reserved seat counts as coming. The registration is annotated with
    `has_given_feedback`.
    """
    given = Exists(Feedback.objects.filter(registration=OuterRef("pk")))
    return exchange.registrations.filter(user=user, state__in=CAME).annotate(has_given_feedback=given).first()


def can_give_feedback(own: Registration | None) -> Decision:
    """Return whether the person may give feedback on an exchange: people who came; `own` is their registration, None
    for people who did not come.
    """
    return ALLOW if own else deny(_("Only people who came can give feedback."))


def cohorts_to_contribute_for(roles: EditionRoles) -> list[int] | None:
    """Return the keys of the cohorts the person may contribute for; None for all (lab staff).

    These are the cohorts where they are a member or whose authority they administer.
    """
    return None if roles.staff else roles.cohorts_with(TABLE["contribute"][0])


def cohorts_of_visible_participants(roles: EditionRoles, exchange: Exchange) -> list[int] | None:
    """Return the keys of the cohorts whose people the person sees in the exchange's list of participants; None for all.

    Those who record attendance see everyone: lab staff, and the coordinator, residents and pilot of the host's cohort.
    Others see the people of the cohorts they lead as coordinator or pilot; the list of keys may be empty.
    """
    return None if roles.staff or can_record_attendance(roles, exchange) else cohorts_led(roles)


def can_see_participants(roles: EditionRoles, exchange: Exchange) -> Decision:
    """Return whether the person may read the list of participants, or a part of it.

    Allowed to those who record attendance or register others: lab staff, the host's design team and pilot, and the
    coordinator and pilot of any cohort of the edition.
    """
    cohorts = cohorts_of_visible_participants(roles, exchange)
    return deny(NO_PARTICIPANTS_VISIBLE) if cohorts == [] else ALLOW


def cohorts_led(roles: EditionRoles) -> list[int] | None:
    """Return the keys of the cohorts that the person leads as coordinator or pilot; None for all (lab staff)."""
    return None if roles.staff else roles.cohorts_with(TABLE["register_others"][0])


def members_led(roles: EditionRoles) -> QuerySet[Membership]:
    """Return the active memberships in the cohorts that the person leads as coordinator or pilot, on the day of
    `roles`.

    For lab staff these are the active memberships in all cohorts of the edition.
    """
    members = Membership.objects.active(roles.today).filter(cohort__edition=roles.edition)
    led = cohorts_led(roles)
    return members if led is None else members.filter(cohort__in=led)
