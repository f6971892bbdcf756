"""Invitations to a cohort, to administer an authority, or to the lab."""

from datetime import date, datetime, timedelta
from typing import Final
from uuid import uuid4

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.models import User, lock_address
from cohorts.cohort.models import Cohort
from cohorts.invitations import ending_reasons
from cohorts.invitations.enums import ADMIN, LAB_ROLES, InvitationState, InvitedRole
from cohorts.invitations.invitable_roles import INVITABLE_ROLES
from cohorts.visibility import active_on
from programmes.models import Authority
from web.database.tracking import tracked
from web.database.triggers import Frozen, NoTruncate, Rule
from web.dates.clock import Day, day_in, platform_zone
from web.dates.plausible import plausible_dates
from web.mailboxes import mailbox_only

THE_LAB: Final = pgettext_lazy("invitation to", "the lab")
ENDING_SOON: Final = timedelta(days=3)  # before the end, the people who can send it again see a note
RECENTLY_ENDED: Final = timedelta(days=14)  # after the end, they still see the note


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, user: User, today: Day) -> "InvitationQuerySet":
        """Return the invitations that the user may see on `today`: those to cohorts of which they are pilot or
        coordinator.

        Lab staff see all, including those of future admins; people who are signed out see none.
        """
        if not user.is_authenticated:
            return self.none()
        if user.is_lab_staff:
            return self
        led = user.memberships.filter(active_on(today), role__in=INVITABLE_ROLES)
        return self.filter(cohort__in=led.values("cohort"))

    def manageable_by(self, user: User, today: Day) -> "InvitationQuerySet":
        """Return the invitations that the user may send again and withdraw on `today`.

        Administrators of the lab manage all, its members all but those to the lab, its readers none. Coordinators
        manage invitations to their cohort except of coordinators, pilots except of pilots and coordinators.
        """
        if not user.is_authenticated or user.is_lab_reader:
            return self.none()
        if user.is_lab_staff:
            return self if user.is_lab_administrator else self.exclude(role__in=LAB_ROLES)
        manageable = Q()
        for lead, roles in INVITABLE_ROLES.items():
            led = user.memberships.filter(active_on(today), role=lead)
            manageable |= Q(cohort__in=led.values("cohort"), role__in=roles)
        return self.filter(manageable)

    def with_token(self, token_hash: str) -> "InvitationQuerySet":
        """Return the invitation (at most one) whose present or earlier link has a token with this hash."""
        return self.filter(Q(token_hash=token_hash) | Q(earlier_hashes__contains=[token_hash]))

    def open(self) -> "InvitationQuerySet":
        """Return the invitations that are neither accepted nor withdrawn: pending and expired ones."""
        return self.filter(accepted_at=None, revoked_at=None)

    def pending(self, at: datetime) -> "InvitationQuerySet":
        """Return the invitations that can still be answered at the moment `at`: not accepted, withdrawn or expired."""
        return self.open().filter(expires_at__gt=at)

    def expired(self, at: datetime) -> "InvitationQuerySet":
        """Return the invitations that nobody accepted or withdrew, and whose time was over at the moment `at`."""
        return self.open().filter(expires_at__lte=at)

    def accepted(self) -> "InvitationQuerySet":
        """Return the invitations that were accepted."""
        return self.filter(accepted_at__isnull=False)

    def revoked(self) -> "InvitationQuerySet":
        """Return the invitations that were withdrawn."""
        return self.filter(revoked_at__isnull=False)

    def in_state(self, state: str, at: datetime) -> "InvitationQuerySet":
        """Return the invitations that are "pending", "expired", "accepted" or "revoked" (`state`) at the moment `at`.

        All of them for any other text.
        """
        querysets = {"pending": self.pending, "expired": self.expired}
        if state in querysets:
            return querysets[state](at)
        settled = {"accepted": self.accepted, "revoked": self.revoked}
        return settled[state]() if state in settled else self

    def named_like(self, text: str) -> "InvitationQuerySet":
        """Return the invitations whose name or address contains the text, ignoring accents and capitals."""
        return self.filter(Q(full_name__unaccent__icontains=text) | Q(email__icontains=text))

    def ending_or_just_ended(self, at: datetime) -> "InvitationQuerySet":
        """Return the unanswered invitations that expire within 3 days of the moment `at`, or expired in the 14 days
        before it.

        A note on the home page tells the people who can send them again.
        """
        return self.open().filter(expires_at__gt=at - RECENTLY_ENDED, expires_at__lte=at + ENDING_SOON)

    def ended_before(self, at: datetime) -> "InvitationQuerySet":
        """Return the invitations that were withdrawn, or expired without an answer, before the moment `at`; no accepted
        ones.
        """
        ended = Q(revoked_at__lte=at) | Q(revoked_at=None, accepted_at=None, expires_at__lte=at)
        return self.filter(ended)

    def latest_first(self) -> "InvitationQuerySet":
        """Sort the invitations by when they were first sent, the latest at the top."""
        return self.order_by("-invited_at", "-pk")

    def with_targets(self) -> "InvitationQuerySet":
        """Load cohort, edition, authority, inviting and invited person in the statement that reads the invitations."""
        return self.select_related("cohort__authority", "cohort__edition", "authority", "invited_by", "person")


_OTHER_ROW = " OR ".join(
    f"NEW.{column} IS DISTINCT FROM OLD.{column}"
    for column in ("cohort_id", "authority_id", "person_id", "role", "seed", "invited_at")
)

_OF_ANOTHER = (
    "EXISTS (SELECT FROM accounts_user WHERE lower(email) = NEW.email AND id <> NEW.person_id)"
    " OR EXISTS (SELECT FROM account_emailaddress WHERE lower(email) = NEW.email AND user_id <> NEW.person_id)"
    " OR EXISTS (SELECT FROM cohorts_invitation WHERE email = NEW.email AND accepted_at IS NULL"
    " AND revoked_at IS NULL AND person_id <> NEW.person_id)"
)
_OF_THE_PERSON = (
    "EXISTS (SELECT FROM accounts_user WHERE lower(email) = NEW.email AND id = NEW.person_id)"
    " OR EXISTS (SELECT FROM account_emailaddress WHERE lower(email) = NEW.email AND user_id = NEW.person_id)"
)


@tracked(exclude=["email", "full_name", "seed", "token_hash", "earlier_hashes"])
class Invitation(models.Model):
    """An invitation of one address to a role, open until a moment. Its state is derived: see `state_at`.

    `person` is the account with that address, present or future: see `accounts.actions.add_invited_person`. The token
    is computed from `seed`, `version` and address, and only its hash is stored; `earlier_hashes` are those of previous
    links.
    """

    cohort = models.ForeignKey(
        Cohort, models.PROTECT, null=True, blank=True, related_name="invitations", verbose_name=_("cohort")
    )
    authority = models.ForeignKey(
        Authority, models.PROTECT, null=True, blank=True, related_name="invitations", verbose_name=_("authority")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="invitations", verbose_name=_("person")
    )
    email = models.EmailField(_("e-mail address"), blank=True)
    full_name = models.CharField(_("name"), max_length=150, blank=True)
    role = models.CharField(_("role"), max_length=12, choices=InvitedRole.choices)
    discipline = models.CharField(_("discipline"), max_length=80, blank=True)
    unit = models.CharField(_("department or service"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, blank=True)
    starts_on = models.DateField(pgettext_lazy("date", "from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    mission_letter_on = models.DateField(_("date of the mission letter"), null=True, blank=True)
    day_allowance = models.PositiveSmallIntegerField(_("day allowance"), null=True, blank=True)
    seed = models.UUIDField(_("seed"), default=uuid4, editable=False)
    token_hash = models.CharField(_("hash of the token"), max_length=64)
    earlier_hashes = ArrayField(
        models.CharField(max_length=64), default=list, blank=True, verbose_name=_("earlier links")
    )
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    invited_at = models.DateTimeField(_("invited at"))
    sent_at = models.DateTimeField(_("last sent at"))
    expires_at = models.DateTimeField(_("open until"))
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("invited by"),
    )
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("accepted by"),
    )
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(accepted_at=None, revoked_at=None), name="invitation_open"),
            models.Index(
                fields=["email"], condition=Q(accepted_at=None, revoked_at=None), name="invitation_open_email"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(cohort__isnull=False, authority=None) & ~Q(role__in=[ADMIN, *LAB_ROLES])
                | Q(cohort=None, authority__isnull=False, role=ADMIN)
                | Q(cohort=None, authority=None, role__in=LAB_ROLES),
                name="invitation_into_one",
            ),
            models.CheckConstraint(condition=Q(role__in=InvitedRole.values), name="invitation_role_known"),
            mailbox_only("invitation_mailbox"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="invitation_email_lower"),
            models.CheckConstraint(
                condition=~Q(email="") | Q(accepted_at__isnull=False) | Q(revoked_at__isnull=False),
                name="invitation_has_email",
            ),
            models.CheckConstraint(condition=Q(token_hash__regex=r"^[0-9a-f]{64}$"), name="invitation_hashed"),  # noqa: S106
            models.UniqueConstraint(fields=["token_hash"], name="invitation_token_once"),
            models.UniqueConstraint(
                fields=["email", "cohort", "role"],
                condition=Q(accepted_at=None, revoked_at=None, cohort__isnull=False),
                name="invitation_once",
            ),
            models.UniqueConstraint(
                fields=["email", "authority"],
                condition=Q(accepted_at=None, revoked_at=None, authority__isnull=False),
                name="invitation_admin_once",
            ),
            models.UniqueConstraint(
                fields=["email"],
                condition=Q(accepted_at=None, revoked_at=None, cohort=None, authority=None),
                name="invitation_lab_once",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False, revoked_at=None),
                name="invitation_one_end",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(accepted_at__lt=F("expires_at")), name="invitation_in_time"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None) | Q(reason__regex=r"\S"), name="invitation_revoked_reason"
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("sent_at")), name="invitation_expires"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")), name="invitation_dates"
            ),
            plausible_dates("invitation_plausible_dates", "starts_on", "ends_on", "mission_letter_on"),
        ]
        triggers = [
            Rule(
                name="invitation_address_once",
                operation=pgtrigger.Insert,
                before=lock_address("NEW.person_id", "NEW.email"),
                broken=f"NEW.accepted_at IS NULL AND NEW.revoked_at IS NULL AND ({_OF_ANOTHER})",
            ),
            Rule(
                name="invitation_address",
                broken="NEW.accepted_at IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.accepted_at IS NULL)"
                f" AND (NEW.accepted_by_id <> NEW.person_id OR NOT ({_OF_THE_PERSON}))",
            ),
            Rule(
                name="invitation_settled",
                operation=pgtrigger.Update,
                broken="(OLD.accepted_at IS NOT NULL AND (NEW.accepted_at, NEW.accepted_by_id, NEW.token_hash)"
                " IS DISTINCT FROM (OLD.accepted_at, OLD.accepted_by_id, OLD.token_hash))"
                " OR (OLD.revoked_at IS NOT NULL AND (NEW.revoked_at, NEW.token_hash)"
                " IS DISTINCT FROM (OLD.revoked_at, OLD.token_hash))",
            ),
            Rule(
                name="invitation_token_new",
                operation=pgtrigger.Update,
                broken="(NEW.token_hash <> OLD.token_hash AND (NEW.version <> OLD.version + 1"
                " OR NEW.token_hash = ANY(OLD.earlier_hashes)"
                " OR NEW.earlier_hashes <> OLD.earlier_hashes || OLD.token_hash))"
                " OR (NEW.token_hash = OLD.token_hash AND (NEW.version, NEW.earlier_hashes)"
                " IS DISTINCT FROM (OLD.version, OLD.earlier_hashes))",
            ),
            Rule(
                name="invitation_fixed",
                operation=pgtrigger.Update,
                broken=f"{_OTHER_ROW} OR (NEW.email <> '' AND NEW.email <> OLD.email)",
            ),
            # deleted only once it is revoked, which ended ones are before a purge
            Frozen(name="invitation_kept", frozen_if="TG_OP = 'DELETE' AND OLD.revoked_at IS NULL"),
            NoTruncate(name="invitation_no_truncate"),
        ]

    def __str__(self) -> str:
        return f"{self.full_name or self.email} · {self.get_role_display()}"

    def get_absolute_url(self) -> str:
        return reverse("cohorts:invitation", args=[self.pk])

    @property
    def is_to_lab(self) -> bool:
        """Whether the person is invited to be a colleague at the lab."""
        return self.role in LAB_ROLES

    @property
    def target(self) -> Cohort | Authority | StrOrPromise:
        """The cohort or the authority to which the person is invited, or “the lab”."""
        return self.cohort or self.authority or THE_LAB

    @property
    def target_href(self) -> str:
        """The path of the page of the cohort or the authority, or of the lab."""
        target = self.cohort or self.authority
        return target.get_absolute_url() if target else reverse("cohorts:lab")

    @property
    def authority_in_charge(self) -> Authority | None:
        """The authority to which the person is invited, or that of the cohort; None for the lab."""
        return self.cohort.authority if self.cohort else self.authority

    @property
    def time_zone(self) -> str:
        """The time zone whose days count: that of the authority, or the platform's for the lab."""
        return self.authority_in_charge.time_zone if self.authority_in_charge else platform_zone()

    @property
    def last_day(self) -> date:
        """The last day on which the invitation can be answered, in its time zone."""
        return day_in(self.time_zone, self.expires_at - timedelta(seconds=1))

    @property
    def why(self) -> StrOrPromise:
        """The reason why the invitation was withdrawn, as a sentence or a person's words; "" when it was not
        withdrawn.
        """
        return ending_reasons.reason_text(self.reason)

    def state_at(self, at: datetime) -> InvitationState:
        """Return the state of the invitation at the moment `at`: accepted, withdrawn, else pending or expired by its
        end.
        """
        if self.accepted_at:
            return InvitationState.ACCEPTED
        if self.revoked_at:
            return InvitationState.REVOKED
        return InvitationState.PENDING if at < self.expires_at else InvitationState.EXPIRED
