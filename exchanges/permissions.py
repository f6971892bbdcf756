"""Who may do what with an exchange and with what it is made of: one table, read by every decision.

Letters are those of `cohorts.permissions`, in the host's cohort, in one's own or in any of the edition: each function
says where it looks. What the domain's table has no row for (questions, programme, matches, closing) is lab staff's.
"""

from datetime import date

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from cohorts.models import Membership
from cohorts.people.enums import Role
from cohorts.permissions import LETTERS, ONLY_STAFF, decide
from exchanges.exchange.enums import PLANNED_FOR
from exchanges.models import Commitment, Contribution, Exchange, Feedback, Registration
from exchanges.registration.enums import CAME
from programmes.models import AuthorityAdmin, Edition
from web.decisions import ALLOW, Decision, deny

TABLE: dict[str, tuple[str, StrOrPromise]] = {
    "plan": ("S", ONLY_STAFF),
    "prepare": ("S", ONLY_STAFF),
    "confirm_host": ("SCP", _("Only the lab, the host’s coordinator and its pilot can do this.")),
    "register_others": ("SCP", _("Only the lab, a cohort’s coordinator and its pilot can register others.")),
    "record_attendance": ("SCDP", _("Only the lab, the host’s design team and its pilot can do this.")),
    "see_needs": ("SCP", _("Only the lab, the host’s coordinator and its pilot can read people’s needs.")),
    "keep_guests": ("SCP", _("Only the lab, the host’s coordinator and its pilot can invite guests.")),
    "answer": ("SCDPMRA", _("Only people active in the edition can answer.")),
    "contribute": ("SCDPMRA", _("Only people active in the edition can contribute.")),
    "edit": ("SCDP", _("Only its author, the cohort’s design team and its pilot can change a contribution.")),
    "write_minutes": ("SCDP", _("Only the lab, the host’s design team and its pilot can do this.")),
    "commit": ("SCDPMRA", _("Only people active in the edition can make a commitment.")),
    "commit_for_others": (
        "SCP",
        _("Only the lab, a cohort’s coordinator and its pilot can record the commitments of other people."),
    ),
    "close": (
        "SCP",
        _("Only the person who made the commitment, the lab, the cohort’s coordinator and its pilot can do this."),
    ),
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


def _at_host(act: str, standing: Standing, exchange: Exchange) -> Decision:
    """By one's letters in the host's cohort."""
    return decide(standing.in_cohort(exchange.host_id), *TABLE[act])


def _anywhere(act: str, standing: Standing) -> Decision:
    """By one's letters in any cohort of the edition."""
    return decide(standing.anywhere(), *TABLE[act])


def may_plan(user: User) -> Decision:
    """Propose, move, announce, open, hold and cancel exchanges; swap hosts. Reads nothing."""
    return decide(frozenset("S" if user.is_lab_staff else ""), *TABLE["plan"])


def may_propose(user: User, edition: Edition) -> Decision:
    """Propose one more exchange for an edition under way. Reads the edition's format for lab staff only."""
    may = may_plan(user)
    if may and edition.state not in PLANNED_FOR:
        return deny(_("You can propose an Intertransfo only for an edition that is open or under way."))
    if may and edition.format.exchange_interval_months is None:
        return deny(NONE_FORESEEN)
    return may


def may_prepare(standing: Standing) -> Decision:
    """Ask questions, set the programme, match offers with requests, close the whole."""
    return _anywhere("prepare", standing)


def may_confirm_host(standing: Standing, exchange: Exchange) -> Decision:
    """Confirm hosting, for the host's cohort."""
    return _at_host("confirm_host", standing, exchange)


def may_record_attendance(standing: Standing, exchange: Exchange) -> Decision:
    """Say who came."""
    return _at_host("record_attendance", standing, exchange)


def may_see_needs(standing: Standing, exchange: Exchange) -> Decision:
    """Read how people travel and what they need, for those who welcome them."""
    return _at_host("see_needs", standing, exchange)


def may_keep_guests(standing: Standing, exchange: Exchange) -> Decision:
    """Add guests, take them off, read their addresses."""
    return _at_host("keep_guests", standing, exchange)


def may_write_minutes(standing: Standing, exchange: Exchange) -> Decision:
    """Write the minutes, and read what those who came would keep and change."""
    return _at_host("write_minutes", standing, exchange)


def may_answer(standing: Standing) -> Decision:
    """Answer for oneself, as a member of any cohort of the edition."""
    return _anywhere("answer", standing)


def may_register_others(standing: Standing) -> Decision:
    """Register people of some cohort of the edition; of which ones, `leads_of` says."""
    return _anywhere("register_others", standing)


def may_contribute(standing: Standing) -> Decision:
    """Contribute for some cohort of the edition; for which ones, `speaks_for` says."""
    return _anywhere("contribute", standing)


def may_edit(standing: Standing, contribution: Contribution) -> Decision:
    """Change or withdraw a contribution: one's own while active in its cohort, or as its team and pilot."""
    letters = standing.in_cohort(contribution.cohort_id)
    own = contribution.author_id == standing.user.pk and letters
    return ALLOW if own else decide(letters, *TABLE["edit"])


def may_commit(standing: Standing) -> Decision:
    """Promise something oneself."""
    return _anywhere("commit", standing)


def may_commit_for_others(standing: Standing) -> Decision:
    """Note what somebody else promised; of which cohorts, `leads_of` says."""
    return _anywhere("commit_for_others", standing)


def may_close(standing: Standing, commitment: Commitment) -> Decision:
    """Say that a promise was kept, or drop it: one's own, or of the cohort's people."""
    if commitment.owner_id == standing.user.pk:
        return ALLOW
    return decide(standing.in_cohort(commitment.cohort_id), *TABLE["close"])


def own_answer(user: User, exchange: Exchange) -> Registration | None:
    """The registration of somebody who was there, or expected there while attendance is not recorded.

    `told` is whether they have said what they thought.
    """
    said = Exists(Feedback.objects.filter(registration=OuterRef("pk")))
    return exchange.registrations.filter(user=user, state__in=CAME).annotate(told=said).first()


def may_give_feedback(own: Registration | None) -> Decision:
    """Say what one thought."""
    return ALLOW if own else deny(_("Only people who came can give feedback."))


def speaks_for(standing: Standing) -> list[int] | None:
    """Ids of the cohorts the person contributes for; None for all of them."""
    return None if standing.staff else standing.cohorts_with(TABLE["contribute"][0])


def line_of(standing: Standing, exchange: Exchange) -> list[int] | None:
    """Ids of the cohorts whose people on the waiting list the person sees by name: the host's leads see all (None)."""
    return None if may_see_needs(standing, exchange) else leads_of(standing)


def leads_of(standing: Standing) -> list[int] | None:
    """Ids of the cohorts whose members the person may register; None for all of them."""
    return None if standing.staff else standing.cohorts_with(TABLE["register_others"][0])


def members_led(standing: Standing) -> QuerySet[Membership]:
    """Memberships active on the day in the cohorts the person leads; for lab staff in all of the edition."""
    members = Membership.objects.active(standing.today).filter(cohort__edition=standing.edition)
    led = leads_of(standing)
    return members if led is None else members.filter(cohort__in=led)
