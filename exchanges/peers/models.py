"""Entries of the directory, which only their person adds, and visits between two people of different cohorts."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from cohorts.models import Membership
from exchanges.peers.enums import VISIT_TRANSITIONS, VisitState
from web.database.created_on import created_on_field, created_on_is_fixed
from web.database.lengths import max_length_constraint
from web.database.text_search import name_order
from web.database.tracking import tracked
from web.database.triggers import FixedColumns, Rule, StateMachine
from web.dates.clock import platform_today, today_everywhere
from web.dates.plausible import plausible_dates

MAX_ENTRY_CHARACTERS = 1_000  # of each text of an entry
MAX_VISIT_CHARACTERS = 5_000  # of each text of a visit
ENDED_COHORT_STATES = ("completed", "alumni")  # states of a cohort whose members can join the alumni circle
_HAS_ALUMNI_COHORT = (
    "EXISTS (SELECT 1 FROM cohorts_membership m JOIN cohorts_cohort c ON c.id = m.cohort_id"
    f" WHERE m.user_id = NEW.user_id AND c.state IN {ENDED_COHORT_STATES})"
)


def current_editions(user: User, today: date) -> list[int]:
    """Return the ids of the editions in which the person is a member on the day `today`; it reads nothing."""
    access = user.access
    ending = zip(access.ending_editions, access.last_days_in_editions, strict=True)
    return [*access.member_editions, *(edition for edition, last_day in ending if last_day >= today)]


class PeerProfileQuerySet(models.QuerySet["PeerProfile"]):
    def listed(self) -> "PeerProfileQuerySet":
        """Return the entries of people with an open account who are members of a cohort today, without lab staff."""
        memberships = Membership.objects.active(today_everywhere()).filter(user=OuterRef("user"))
        return self.filter(Exists(memberships), user__is_active=True, user__is_lab_staff=False)

    def visible_to(self, user: User) -> "PeerProfileQuerySet":
        """Return the entries that the person finds in the directory: all for lab staff.

        Members find people of their editions, and the alumni circle of all editions. Nobody else finds anyone.
        """
        if not user.is_authenticated:
            return self.none()
        if user.is_lab_staff:
            return self.listed()
        editions = current_editions(user, platform_today())
        if not editions:
            return self.none()
        memberships = Membership.objects.active(today_everywhere()).filter(cohort__edition__in=editions)
        return self.listed().filter(Q(Exists(memberships.filter(user=OuterRef("user")))) | Q(is_alumnus=True))

    def by_name(self) -> "PeerProfileQuerySet":
        """Sort the entries by the names of their people; accents and capitals do not count."""
        return self.order_by(name_order("user__full_name"), "pk")


@tracked(exclude=["skills", "offers", "requests"])
class PeerProfile(models.Model):
    """What a person says of themselves in the directory. Without such a row they are not in it.

    `is_alumnus`: they joined the alumni circle, and are found by members of all editions. The history stores no texts.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="peer_profiles", verbose_name=_("person")
    )
    skills = models.TextField(_("skills"), blank=True)
    offers = models.TextField(_("offers"), blank=True)
    requests = models.TextField(_("requests"), blank=True)
    is_alumnus = models.BooleanField(_("in the alumni circle"), default=False)
    created_on = created_on_field()

    objects = PeerProfileQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry in the directory")
        verbose_name_plural = _("entries in the directory")
        constraints = [
            models.UniqueConstraint(fields=["user"], name="peer_profile_once"),
            models.CheckConstraint(
                condition=Q(skills__regex=r"\S") | Q(offers__regex=r"\S") | Q(requests__regex=r"\S"),
                name="peer_profile_text_required",
            ),
            max_length_constraint(MAX_ENTRY_CHARACTERS, "skills", name="peer_profile_skills_length"),
            max_length_constraint(MAX_ENTRY_CHARACTERS, "offers", name="peer_profile_offers_length"),
            max_length_constraint(MAX_ENTRY_CHARACTERS, "requests", name="peer_profile_requests_length"),
        ]
        triggers = [
            Rule(name="peer_profile_alumni", broken=f"NEW.is_alumnus AND NOT {_HAS_ALUMNI_COHORT}"),
            FixedColumns("user_id", name="peer_profile_person_fixed"),
            created_on_is_fixed("peer_profile_created_on_fixed"),
        ]

    def __str__(self) -> str:
        return str(self.user)


class PeerVisitQuerySet(models.QuerySet["PeerVisit"]):
    def visible_to(self, user: User) -> "PeerVisitQuerySet":
        """Return the visits in which the person is guest or host; all for lab staff."""
        if not user.is_authenticated:
            return self.none()
        return self if user.is_lab_staff else self.filter(Q(guest=user.pk) | Q(host=user.pk))

    def open(self) -> "PeerVisitQuerySet":
        """Return the visits that are requested or agreed."""
        return self.filter(state__in=(VisitState.REQUESTED, VisitState.AGREED))

    def off(self) -> "PeerVisitQuerySet":
        """Return the visits that were declined or cancelled."""
        return self.filter(state__in=(VisitState.DECLINED, VisitState.CANCELLED))


@tracked(exclude=["purpose", "reply", "venue", "report"])
class PeerVisit(models.Model):
    """A visit that one person asks another for: its days once agreed, its report once it took place.

    An e-mail address is shown to the other person only while its owner allows it (`guest_shares_address`,
    `host_shares_address`). The history stores no texts.
    """

    guest = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("visit", "visitor")
    )
    host = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("visit", "host")
    )
    state = models.CharField(_("state"), max_length=9, choices=VisitState.choices, default=VisitState.REQUESTED)
    purpose = models.TextField(_("what the visit is for"))
    reply = models.TextField(_("reply"), blank=True)
    first_day = models.DateField(_("first day"), null=True, blank=True)
    last_day = models.DateField(_("last day"), null=True, blank=True)
    venue = models.CharField(_("venue"), max_length=200, blank=True)
    report = models.TextField(_("report"), blank=True)
    guest_shares_address = models.BooleanField(_("the visitor shows their e-mail address"), default=False)
    host_shares_address = models.BooleanField(_("the host shows their e-mail address"), default=False)
    created_on = created_on_field()

    objects = PeerVisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("peer visit")
        verbose_name_plural = _("peer visits")
        constraints = [
            models.CheckConstraint(condition=~Q(guest=F("host")), name="peer_visit_two_people"),
            models.CheckConstraint(condition=Q(purpose__regex=r"\S"), name="peer_visit_purpose_required"),
            models.CheckConstraint(
                condition=Q(first_day=None, last_day=None)
                | Q(first_day__isnull=False, last_day__isnull=False, last_day__gte=F("first_day")),
                name="peer_visit_days",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("agreed", "done")) | Q(first_day__isnull=False),
                name="peer_visit_agreed_has_days",
            ),
            models.CheckConstraint(
                condition=Q(state="done", report__regex=r"\S") | (~Q(state="done") & Q(report="")),
                name="peer_visit_report",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("requested", "agreed", "done"))
                | Q(guest_shares_address=False, host_shares_address=False),
                name="peer_visit_addresses",
            ),
            models.UniqueConstraint(
                fields=["guest", "host"],
                condition=Q(state__in=("requested", "agreed")),
                name="peer_visit_open_once",
            ),
            max_length_constraint(MAX_VISIT_CHARACTERS, "purpose", name="peer_visit_purpose_length"),
            max_length_constraint(MAX_VISIT_CHARACTERS, "reply", name="peer_visit_reply_length"),
            max_length_constraint(MAX_VISIT_CHARACTERS, "report", name="peer_visit_report_length"),
            plausible_dates("peer_visit_plausible_dates", "first_day", "last_day"),
        ]
        triggers = [
            StateMachine(name="peer_visit_state", transitions=VISIT_TRANSITIONS, initial=[VisitState.REQUESTED]),
            FixedColumns("guest_id", "host_id", "purpose", name="peer_visit_people_fixed"),
            created_on_is_fixed("peer_visit_created_on_fixed"),
        ]

    def __str__(self) -> str:
        return f"{self.guest} → {self.host}"

    def get_absolute_url(self) -> str:
        return reverse("exchanges:visit", args=[self.pk])

    @property
    def tone(self) -> str:
        """Return the name of the colour in which pages show the visit's state."""
        return VisitState(self.state).tone

    def other_person(self, user: User) -> User:
        """Return the person whom `user` visits, or who visits them."""
        return self.host if user.pk == self.guest_id else self.guest
