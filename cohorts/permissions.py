"""Who may do what with a cohort: the table of the domain, and one function per "may".

Letters: S lab staff · C coordinator · D outside resident (the design team) · P pilot · M ambassador ·
R relay, elected official, direction · A admin of the cohort's authority · N member of another cohort of the edition.
A letter holds on a day: past members read (see `queries.within_reach`) and act no more.
"""

from datetime import date

from django.db.models import Q, Value
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from cohorts.models import Cohort, Membership
from cohorts.people.enums import Role
from cohorts.visibility import active_on
from programmes.models import AuthorityAdmin, Edition
from web.dates.clock import Day
from web.decisions import ALLOW, Decision, deny

LETTERS: dict[str, str] = {
    Role.COORDINATOR: "C",
    Role.RESIDENT: "D",
    Role.PILOT: "P",
    Role.AMBASSADOR: "M",
    Role.RELAY: "R",
    Role.ELECTED: "R",
    Role.DIRECTION: "R",
    "admin": "A",
}

ONLY_STAFF = _("Only lab staff can do this.")
ONLY_LEADS = _("Only the lab, the cohort’s coordinator and its pilot can do this.")
ONLY_TEAM = _("Only the lab, the cohort’s design team and its pilot can do this.")
ONLY_OWNERS = _("Only the lab, the pilot and the authority’s admin can do this.")
ONLY_ACTIVE = _("Only people active in this cohort can do this.")
ONLY_MEMBERS = _("Only members of the cohort can say how they see their own skills.")

TABLE: dict[str, tuple[str, StrOrPromise]] = {
    "open_cohort": ("S", ONLY_STAFF),
    "see_contacts": ("SCDPMA", ONLY_ACTIVE),
    "lead_cohort": ("SCP", ONLY_LEADS),
    "plan_sessions": ("SCDP", ONLY_TEAM),
    "answer_for_oneself": ("SCDPMRA", ONLY_ACTIVE),
    "assess_oneself": ("PMR", ONLY_MEMBERS),
    "keep_innovation_team": ("SPA", ONLY_OWNERS),
    "note_lesson": ("SCDPMRA", ONLY_ACTIVE),
}


def standing(user: User, cohort: Cohort, today: Day) -> frozenset[str]:
    """The letters a person has in a cohort on a day (one statement at most)."""
    if user.is_lab_staff:
        return frozenset("S")
    memberships = Membership.objects.filter(
        active_on(today), Q(cohort=cohort) | Q(cohort__edition=cohort.edition_id), user=user
    ).values_list("cohort_id", "role")
    administered = (
        AuthorityAdmin.objects.active(today)
        .filter(user=user, authority=cohort.authority_id)
        .values_list(Value(cohort.pk), Value("admin"))
    )
    found = memberships.union(administered)
    return frozenset(LETTERS[role] if own == cohort.pk else "N" for own, role in found)


def decide(letters: frozenset[str], allowed: str, reason: StrOrPromise) -> Decision:
    """Allowed when one of the person's letters is in the row's."""
    return ALLOW if letters & set(allowed) else deny(reason)


def decisions(letters: frozenset[str]) -> dict[str, Decision]:
    """Every row of the table for these letters, for a page that shows several buttons."""
    return {act: decide(letters, *row) for act, row in TABLE.items()}


def _may(act: str, user: User, cohort: Cohort, today: date) -> Decision:
    return decide(standing(user, cohort, today), *TABLE[act])


def may_open_cohort(user: User) -> Decision:
    """Create cohorts, agree on them and withdraw them, change their dates, their budget and what they are called."""
    return ALLOW if user.is_lab_staff else deny(ONLY_STAFF)


def may_lead(user: User, cohort: Cohort, today: date) -> Decision:
    """Start, suspend and complete the cohort; add and end memberships."""
    return _may("lead_cohort", user, cohort, today)


def may_plan_sessions(user: User, cohort: Cohort, today: date) -> Decision:
    """Plan and move sessions, keep stakeholders, record attendance, write reports."""
    return _may("plan_sessions", user, cohort, today)


def may_answer(user: User, cohort: Cohort, today: date) -> Decision:
    """Answer an invitation for oneself."""
    return _may("answer_for_oneself", user, cohort, today)


def may_assess(user: User, cohort: Cohort, today: date) -> Decision:
    """Say how one sees one's own skills: those who came to learn, not those who teach or look on."""
    return _may("assess_oneself", user, cohort, today)


def may_sum_up_edition(user: User) -> Decision:
    """Read what the members of all cohorts of an edition say of their skills together."""
    return ALLOW if user.is_lab_staff else deny(ONLY_STAFF)


def may_keep_innovation_team(user: User, cohort: Cohort, today: date) -> Decision:
    """Record what becomes of the team that stays."""
    return _may("keep_innovation_team", user, cohort, today)


def has_part(user: User, edition: Edition, today: Day) -> bool:
    """Whether the person has a letter other than N in a cohort of the edition, as noting a lesson asks (one statement).

    Told to `programmes.registries.edition_people`: lessons are the edition's, whichever cohort they come from.
    """
    memberships = Membership.objects.active(today).filter(user=user, cohort__edition=edition).values("pk")
    mandates = AuthorityAdmin.objects.active(today).filter(user=user, authority__cohorts__edition=edition)
    return memberships.union(mandates.values("pk")).exists()
