"""Who may do what with an exchange. Letters are those of `cohorts.permissions`, in the host's cohort or one's own."""

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from cohorts.enums import Role
from cohorts.models import Membership
from cohorts.permissions import LETTERS, ONLY_STAFF, decide
from exchanges.enums import PLANNED_FOR
from exchanges.models import Exchange
from programmes.models import AuthorityAdmin, Edition
from web.decisions import ALLOW, Decision, deny

TABLE: dict[str, tuple[str, StrOrPromise]] = {
    "plan": ("S", ONLY_STAFF),
    "confirm_host": ("SCP", _("Only the lab, the host’s coordinator and its pilot can do this.")),
    "register_others": ("SCP", _("Only the lab, a cohort’s coordinator and its pilot can register others.")),
    "record_attendance": ("SCDP", _("Only the lab, the host’s design team and its pilot can do this.")),
    "see_needs": ("SCP", _("Only the lab, the host’s coordinator and its pilot read what people need.")),
    "keep_guests": ("SCP", _("Only the lab, the host’s coordinator and its pilot invite guests.")),
    "answer": ("SCDPMRA", _("Only people active in the edition answer.")),
}


NONE_FORESEEN = _("The format of this edition has no Intertransfos.")


class Standing:
    """The letters a person has on a day in each cohort of an edition (two statements, none for lab staff)."""

    def __init__(self, user: User, edition: Edition, today: date) -> None:
        self.user, self.staff = user, user.is_lab_staff
        self.edition, self.today = edition, today
        self._letters: dict[int, set[str]] = {}
        if not self.staff:
            self._read(user, edition, today)

    def _read(self, user: User, edition: Edition, today: date) -> None:
        mine = Membership.objects.active(today).filter(user=user, cohort__edition=edition)
        for cohort, role in mine.values_list("cohort_id", "role"):
            self._letters.setdefault(cohort, set()).add(LETTERS[Role(role)])
        administered = AuthorityAdmin.objects.active(today).filter(user=user, authority__cohorts__edition=edition)
        for cohort in administered.values_list("authority__cohorts", flat=True):
            self._letters.setdefault(cohort, set()).add("A")

    def in_cohort(self, cohort: int | None) -> frozenset[str]:
        """Letters in one cohort."""
        return frozenset("S") if self.staff else frozenset(self._letters.get(cohort or 0, ()))

    def anywhere(self) -> frozenset[str]:
        """Letters in any cohort of the edition, lab staff's own included."""
        return frozenset("S") if self.staff else frozenset().union(*self._letters.values())

    def cohorts_with(self, letters: str) -> list[int]:
        """Cohorts in which the person has one of these letters."""
        return [cohort for cohort, held in self._letters.items() if held & set(letters)]


def may_plan(user: User) -> Decision:
    """Propose, move, announce, open, hold and cancel exchanges; swap hosts."""
    return ALLOW if user.is_lab_staff else deny(ONLY_STAFF)


def may_propose(user: User, edition: Edition) -> Decision:
    """Propose one more exchange for an edition under way. Reads the edition's format for lab staff only."""
    if not user.is_lab_staff:
        return deny(ONLY_STAFF)
    if edition.state not in PLANNED_FOR:
        return deny(_("Intertransfos are proposed for editions that are open or under way."))
    if edition.format.exchange_interval_months is None:
        return deny(NONE_FORESEEN)
    return ALLOW


def may_confirm_host(standing: Standing, exchange: Exchange) -> Decision:
    """Confirm hosting, for the host's cohort."""
    return decide(standing.in_cohort(exchange.host_id), *TABLE["confirm_host"])


def may_register_others(standing: Standing) -> Decision:
    """Register people of some cohort of the edition; of which ones, `leads_of` says."""
    return decide(standing.anywhere(), *TABLE["register_others"])


def may_record_attendance(standing: Standing, exchange: Exchange) -> Decision:
    """Say who came."""
    return decide(standing.in_cohort(exchange.host_id), *TABLE["record_attendance"])


def may_see_needs(standing: Standing, exchange: Exchange) -> Decision:
    """Read how people travel and what they need, for those who welcome them."""
    return decide(standing.in_cohort(exchange.host_id), *TABLE["see_needs"])


def may_keep_guests(standing: Standing, exchange: Exchange) -> Decision:
    """Add guests, take them off, read their addresses."""
    return decide(standing.in_cohort(exchange.host_id), *TABLE["keep_guests"])


def may_answer(standing: Standing) -> Decision:
    """Answer for oneself, as a member of any cohort of the edition."""
    return decide(standing.anywhere(), *TABLE["answer"])


def line_of(standing: Standing, exchange: Exchange) -> list[int] | None:
    """Ids of the cohorts whose people on the waiting list the person sees by name: the host's leads see all (None)."""
    return None if may_see_needs(standing, exchange) else leads_of(standing)


def leads_of(standing: Standing) -> list[int] | None:
    """Ids of the cohorts whose members the person may register; None for all of them."""
    return None if standing.staff else standing.cohorts_with("CP")


def members_led(standing: Standing) -> QuerySet[Membership]:
    """Memberships active on the day in the cohorts the person leads; for lab staff in all of the edition."""
    members = Membership.objects.active(standing.today).filter(cohort__edition=standing.edition)
    led = leads_of(standing)
    return members if led is None else members.filter(cohort__in=led)
