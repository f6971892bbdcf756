"""Calls for authorities, their reviewers, the applications, the people these name, and their ratings."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import ClassVar, Final
from uuid import uuid4

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from cohorts.calls.enums import (
    APPLICANT_ROLES,
    APPLICATION_TRANSITIONS,
    CALL_TRANSITIONS,
    DECIDED,
    NOT_SENT,
    SENT,
    ApplicationState,
    CallState,
)
from cohorts.cohort.models import Cohort
from cohorts.people.enums import MembershipRole
from programmes.models.authorities import LUHN_SQL
from web.database.lengths import MAX_CHARACTERS, max_length_constraint
from web.database.tracking import tracked
from web.database.triggers import Rule, StateMachine, columns_differ
from web.dates.plausible import plausible_dates
from web.mailboxes import mailbox_only
from web.text.language import active_language
from web.text.names import PersonName

MAX_CRITERIA: Final = 8
MIN_POINTS, MAX_POINTS = 1, 5
UNCONFIRMED_LIFETIME: Final = timedelta(days=2)  # of an address that nobody confirmed
DRAFT_LIFETIME: Final = timedelta(days=30)  # of a draft, after the last day of its call
ENDED_LIFETIME: Final = timedelta(days=365)  # of an application that was refused, withdrawn or accepted
TEXTS: Final = ("need", "challenge", "sponsors")
CONTENT: Final = ("authority_name", "siren", *TEXTS, "site", "contact_name", "contact_role")
REQUIRED: Final = ("authority_name", *TEXTS, "contact_name", "contact_role")
UNDECIDED: Final = [*NOT_SENT, ApplicationState.SUBMITTED]
# A person has one application in these states per call; an authority has one that is accepted.
CURRENT_STATES: Final = [*NOT_SENT, ApplicationState.SUBMITTED, ApplicationState.ACCEPTED]


def _in_state(states: tuple[ApplicationState, ...], row: str) -> str:
    """Return the SQL condition that the state of a row of a trigger, NEW or OLD, is one of these."""
    values = ", ".join(f"'{state.value}'" for state in states)
    return f"{row}.state IN ({values})"


class CallQuerySet(models.QuerySet["Call"]):
    def visible_to(self, user: User) -> CallQuerySet:
        """Return all calls for lab staff; for anyone else those that they review, once published."""
        if not user.is_authenticated:
            return self.none()
        if user.is_lab_staff:
            return self
        reviewed = CallReviewer.objects.current().filter(user=user).values("call")
        return self.filter(pk__in=reviewed).exclude(state=CallState.DRAFT)

    def public(self, today: date) -> CallQuerySet:
        """Return the calls that anyone may read on the day `today`: published ones, from their first day on, and those
        that were closed since.
        """
        return self.filter(state__in=(CallState.PUBLISHED, CallState.CLOSED), opens_on__lte=today)

    def with_applicants(self, today: date) -> CallQuerySet:
        """Return the calls whose applicants can ask for their link on the day `today`: the public ones, and those that
        were withdrawn.
        """
        return self.exclude(state=CallState.DRAFT).filter(opens_on__lte=today)

    def withdrawn(self) -> CallQuerySet:
        """Return the calls that were public, and that the lab withdrew."""
        return self.filter(state=CallState.WITHDRAWN)

    def open(self, today: date) -> CallQuerySet:
        """Return the calls that take applications on the day `today`."""
        return self.filter(state=CallState.PUBLISHED, opens_on__lte=today, closes_on__gte=today)

    def over(self, today: date) -> CallQuerySet:
        """Return the published calls that no longer take applications on the day `today`."""
        ended = Q(state__in=(CallState.CLOSED, CallState.WITHDRAWN))
        return self.filter(ended | Q(state=CallState.PUBLISHED, closes_on__lt=today))

    def undecided(self) -> CallQuerySet:
        """Return the calls with applications that were sent and are not decided."""
        return self.with_counts().filter(undecided_count__gt=0)  # type: ignore[misc] # annotated

    def with_counts(self) -> CallQuerySet:
        """Annotate how many applications were sent, and how many of them are not decided."""
        return self.annotate(
            sent_count=Count("applications", filter=Q(applications__state__in=SENT)),
            undecided_count=Count("applications", filter=Q(applications__state=ApplicationState.SUBMITTED)),
        )


@tracked()
class Call(models.Model):
    """A call to which authorities apply: texts, dates and criteria in both languages; the criteria in the same order.

    What applicants read before they apply (criteria, first day, address) is fixed once it is published.
    """

    slug = models.SlugField(_("short name for addresses"), max_length=80)
    title_fr = models.CharField(_("title in French"), max_length=160)
    title_en = models.CharField(_("title in English"), max_length=160)
    text_fr = models.TextField(_("text in French"))
    text_en = models.TextField(_("text in English"))
    criteria_fr = ArrayField(models.CharField(max_length=120), verbose_name=_("criteria in French"), size=MAX_CRITERIA)
    criteria_en = ArrayField(models.CharField(max_length=120), verbose_name=_("criteria in English"), size=MAX_CRITERIA)
    opens_on = models.DateField(pgettext_lazy("call", "first day"))
    closes_on = models.DateField(pgettext_lazy("call", "last day"))
    state = models.CharField(_("state"), max_length=9, choices=CallState.choices, default=CallState.DRAFT)
    published_at = models.DateTimeField(pgettext_lazy("call", "published on"), null=True, blank=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call for authorities")
        verbose_name_plural = _("calls for authorities")
        constraints = [
            models.UniqueConstraint(fields=["slug"], name="call_slug_once"),
            models.CheckConstraint(condition=Q(closes_on__gte=F("opens_on")), name="call_dates"),
            plausible_dates("call_plausible_dates", "opens_on", "closes_on"),
            models.CheckConstraint(
                condition=Q(title_fr__regex=r"\S", title_en__regex=r"\S", text_fr__regex=r"\S", text_en__regex=r"\S"),
                name="call_in_both_languages",
            ),
            models.CheckConstraint(
                condition=Q(criteria_fr__len=F("criteria_en__len"), criteria_fr__len__range=(1, MAX_CRITERIA)),
                name="call_criteria_in_both_languages",
            ),
            models.CheckConstraint(
                condition=Q(state=CallState.DRAFT, published_at=None)
                | (~Q(state=CallState.DRAFT) & Q(published_at__isnull=False)),
                name="call_published_at",
            ),
            max_length_constraint(MAX_CHARACTERS, "text_fr", name="call_text_fr_length"),
            max_length_constraint(MAX_CHARACTERS, "text_en", name="call_text_en_length"),
        ]
        triggers = [
            StateMachine(name="call_state", transitions=CALL_TRANSITIONS, initial=[CallState.DRAFT]),
            Rule(
                name="call_fixed",
                broken="TG_OP = 'UPDATE' AND OLD.state <> 'draft' AND "
                + columns_differ("slug", "criteria_fr", "criteria_en", "opens_on"),
            ),
        ]

    def __str__(self) -> str:
        """Return the title in the active language."""
        return self.title_in(active_language())

    def get_absolute_url(self) -> str:
        """Return the URL of the page on which the lab and the reviewers read the call."""
        return reverse("cohorts:call", args=[self.pk])

    def title_in(self, language: str) -> str:
        """Return the title in French or English."""
        return self.title_en if language == "en" else self.title_fr

    @property
    def text(self) -> str:
        """Return the text in the active language."""
        return self.text_en if active_language() == "en" else self.text_fr

    @property
    def criteria(self) -> list[str]:
        """Return the criteria in the active language."""
        return self.criteria_en if active_language() == "en" else self.criteria_fr

    @property
    def tone(self) -> str:
        """Return the name of the colour scheme in which pages show the state."""
        return CallState(self.state).tone

    def is_open(self, today: date) -> bool:
        """Return whether the call takes applications on the day `today`."""
        return self.state == CallState.PUBLISHED and self.opens_on <= today <= self.closes_on

    def form_values(self) -> dict[str, object]:
        """Return the saved values by field of the form; criteria as text, one on each line."""
        names = ("title_fr", "title_en", "text_fr", "text_en", "opens_on", "closes_on")
        lines = {name: "\n".join(getattr(self, name)) for name in ("criteria_fr", "criteria_en")}
        return {name: getattr(self, name) for name in names} | lines


class CallReviewerQuerySet(models.QuerySet["CallReviewer"]):
    def current(self) -> CallReviewerQuerySet:
        """Return the reviewers who were not removed."""
        return self.filter(ended_at=None)


@tracked()
class CallReviewer(models.Model):
    """A person whom the lab asks to review the applications to a call, until they are removed (`ended_at`). Their
    ratings then stay with their name.
    """

    call = models.ForeignKey(Call, models.CASCADE, related_name="reviewers", verbose_name=_("call for authorities"))
    user = models.ForeignKey(User, models.PROTECT, related_name="reviewed_calls", verbose_name=_("reviewer"))
    ended_at = models.DateTimeField(pgettext_lazy("reviewer", "removed on"), null=True, blank=True)

    objects = CallReviewerQuerySet.as_manager()

    class Meta:
        verbose_name = _("reviewer of a call")
        verbose_name_plural = _("reviewers of calls")
        constraints = [models.UniqueConstraint(fields=["call", "user"], name="call_reviewer_once")]

    def __str__(self) -> str:
        return str(self.user)


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, user: User) -> ApplicationQuerySet:
        """Return what was sent to calls that the user reviews, and everything that was sent for lab staff.

        Nobody but the applicant, by the link, reads a draft or a withdrawn application.
        """
        return self.filter(state__in=SENT, call__in=Call.objects.visible_to(user))

    def with_link(self, token_hash: str, at: datetime) -> ApplicationQuerySet:
        """Return the application whose link has this hash, if the link works at the moment `at`."""
        return self.filter(token_hash=token_hash, link_expires_at__gt=at)

    def expired(self, at: datetime) -> ApplicationQuerySet:
        """Return the applications to delete at the moment `at`: unconfirmed for two days, not sent a month after the
        call, sent and not decided a year after the call, or ended a year ago.
        """
        never_confirmed = Q(state=ApplicationState.UNCONFIRMED, created_at__lt=at - UNCONFIRMED_LIFETIME)
        never_sent = Q(state=ApplicationState.DRAFT, call__closes_on__lt=(at - DRAFT_LIFETIME).date())
        never_decided = Q(state=ApplicationState.SUBMITTED, call__closes_on__lt=(at - ENDED_LIFETIME).date())
        return self.filter(never_confirmed | never_sent | never_decided | Q(ended_at__lt=at - ENDED_LIFETIME))

    def to_review(self, user: User) -> ApplicationQuerySet:
        """Return the applications that the user reviews, has not rated, and that nobody has decided."""
        own = CallReviewer.objects.current().filter(user=user)
        rated = ApplicationRating.objects.filter(reviewer__in=own).values("application")
        return self.filter(state=ApplicationState.SUBMITTED, call__in=own.values("call")).exclude(pk__in=rated)

    def of_same_authority(self, row: Application) -> ApplicationQuerySet:
        """Return the other applications to the same call that name the same SIREN, or the same authority."""
        same = Q(siren=row.siren, siren__isnull=False) | Q(authority_name__iexact=row.authority_name)
        return self.filter(same, call=row.call_id).exclude(pk=row.pk)


@tracked(exclude=[*CONTENT, "seed", "token_hash", "reason"])
class Application(models.Model):
    """The application of an authority to a call, written by the person who has its link.

    `user` is the person with the address that the link was sent to, who need not have an account. The link is computed
    from `seed`, `link_version` and the address; only its hash is stored. `ended_at`: decided or withdrawn.
    """

    call = models.ForeignKey(Call, models.PROTECT, related_name="applications", verbose_name=_("call for authorities"))
    user = models.ForeignKey(User, models.PROTECT, related_name="applications", verbose_name=_("applicant"))
    state = models.CharField(
        _("state"), max_length=11, choices=ApplicationState.choices, default=ApplicationState.UNCONFIRMED
    )
    authority_name = models.CharField(pgettext_lazy("application", "authority"), max_length=120, blank=True)
    siren = models.CharField(_("SIREN"), max_length=9, null=True, blank=True)
    contact_name = PersonName(_("name of the officer"), max_length=150, blank=True)
    contact_role = models.CharField(_("function of the officer"), max_length=120, blank=True)
    need = models.TextField(pgettext_lazy("application", "need"), blank=True)
    challenge = models.TextField(pgettext_lazy("application", "challenge"), blank=True)
    sponsors = models.TextField(pgettext_lazy("application", "sponsors"), blank=True)
    site = models.CharField(_("site"), max_length=120, blank=True)
    seed = models.UUIDField(_("seed of the link"), default=uuid4, editable=False)
    link_version = models.PositiveIntegerField(_("version of the link"), default=1)
    token_hash = models.CharField(_("hash of the link"), max_length=64)
    link_expires_at = models.DateTimeField(_("the link works until"))
    created_at = models.DateTimeField(pgettext_lazy("application", "begun on"))
    submitted_on = models.DateField(pgettext_lazy("application", "sent on"), null=True, blank=True)
    ended_at = models.DateTimeField(pgettext_lazy("application", "decided or withdrawn on"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("decided by"), null=True, blank=True
    )
    reason = models.TextField(_("reason"), blank=True)
    cohort = models.ForeignKey(
        Cohort, models.PROTECT, related_name="applications", verbose_name=_("cohort"), null=True, blank=True
    )

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering: ClassVar[list[str]] = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["token_hash"], name="application_link_once"),
            models.UniqueConstraint(fields=["cohort"], name="application_cohort_once"),
            models.UniqueConstraint(
                fields=["call", "user"],
                condition=Q(state__in=CURRENT_STATES),
                name="application_of_person_once",
            ),
            models.UniqueConstraint(
                fields=["call", "siren"], condition=Q(state=ApplicationState.ACCEPTED), name="application_siren_once"
            ),
            models.UniqueConstraint(
                "call",
                Lower("authority_name"),
                condition=Q(state=ApplicationState.ACCEPTED, siren=None),
                name="application_name_once",
            ),
            models.CheckConstraint(
                condition=~Q(state=ApplicationState.UNCONFIRMED)
                | Q(**{name: None if name == "siren" else "" for name in CONTENT}),
                name="application_empty_until_confirmed",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=SENT)
                | Q(submitted_on__isnull=False, **{f"{name}__regex": r"\S" for name in REQUIRED}),
                name="application_complete",
            ),
            models.CheckConstraint(
                condition=Q(state__in=UNDECIDED, ended_at=None, decided_by=None, reason="")
                | Q(state=ApplicationState.WITHDRAWN, ended_at__isnull=False, decided_by=None, reason="")
                | Q(state__in=DECIDED, ended_at__isnull=False, decided_by__isnull=False, reason__regex=r"\S"),
                name="application_decided_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(cohort=None) | Q(state=ApplicationState.ACCEPTED), name="application_cohort_accepted"
            ),
            *(max_length_constraint(MAX_CHARACTERS, name, name=f"application_{name}_length") for name in TEXTS),
        ]
        triggers = [
            StateMachine(
                name="application_state", transitions=APPLICATION_TRANSITIONS, initial=[ApplicationState.UNCONFIRMED]
            ),
            Rule(
                name="application_fixed",
                broken=f"TG_OP = 'UPDATE' AND NOT {_in_state(NOT_SENT, 'OLD')} AND {columns_differ(*CONTENT)}",
            ),
            Rule(
                name="application_in_time",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.state = 'draft' AND NEW.state = 'submitted'"),
                broken="NOT EXISTS (SELECT FROM cohorts_call c WHERE c.id = NEW.call_id AND c.state = 'published'"
                " AND NEW.submitted_on BETWEEN c.opens_on AND c.closes_on)",
            ),
            Rule(
                name="application_siren_luhn",
                declare=[("luhn", "int")],
                before=LUHN_SQL,
                broken="NEW.siren IS NOT NULL AND luhn <> 0",
            ),
        ]

    def __str__(self) -> str:
        return self.authority_name or str(self._meta.verbose_name)

    def get_absolute_url(self) -> str:
        """Return the URL of the page on which the lab and the reviewers read the application."""
        return reverse("cohorts:application", args=[self.pk])

    @property
    def tone(self) -> str:
        """Return the name of the colour scheme in which pages show the state."""
        return ApplicationState(self.state).tone

    @property
    def authority_keys(self) -> set[str]:
        """The name of the authority in lower case, and its SIREN: applications that share one are from the same."""
        return {self.authority_name.lower(), self.siren or ""} - {""}

    @property
    def is_editable(self) -> bool:
        """Return whether the applicant can still write."""
        return self.state == ApplicationState.DRAFT


@tracked(exclude=["full_name", "email"])
class ApplicationPerson(models.Model):
    """A person whom an authority names for its cohort, who is invited only once the lab opens the cohort."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="people", verbose_name=_("application"))
    full_name = PersonName(_("name"), max_length=150)
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=11, choices=MembershipRole.choices)

    class Meta:
        verbose_name = _("person in an application")
        verbose_name_plural = _("people in applications")
        ordering: ClassVar[list[str]] = ["id"]
        constraints = [
            models.UniqueConstraint("application", Lower("email"), name="application_person_once"),
            models.CheckConstraint(condition=Q(role__in=APPLICANT_ROLES), name="application_person_role"),
            models.CheckConstraint(condition=Q(full_name__regex=r"\S"), name="application_person_name"),
            mailbox_only("application_person_mailbox", "email"),
        ]
        triggers = [
            # Rows may be deleted: with the application, or with the person.
            Rule(
                name="application_person_fixed",
                rule="application_fixed",
                broken="NOT EXISTS (SELECT FROM cohorts_application a"
                " WHERE a.id = NEW.application_id AND a.state = 'draft')",
            ),
        ]

    def __str__(self) -> str:
        return str(self.full_name)


@tracked(exclude=["sentence"])
class ApplicationRating(models.Model):
    """What one reviewer gives an application for one criterion of its call: points, and why in a sentence."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="ratings", verbose_name=_("application"))
    reviewer = models.ForeignKey(CallReviewer, models.PROTECT, related_name="ratings", verbose_name=_("reviewer"))
    criterion = models.PositiveSmallIntegerField(_("number of the criterion"))
    points = models.PositiveSmallIntegerField(_("points"))
    sentence = models.CharField(pgettext_lazy("rating", "why"), max_length=500)

    class Meta:
        verbose_name = _("rating of an application")
        verbose_name_plural = _("ratings of applications")
        ordering: ClassVar[list[str]] = ["criterion", "id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "reviewer", "criterion"], name="application_rating_once"),
            models.CheckConstraint(
                condition=Q(points__range=(MIN_POINTS, MAX_POINTS)), name="application_rating_points"
            ),
            models.CheckConstraint(condition=Q(sentence__regex=r"\S"), name="application_rating_sentence"),
        ]
        triggers = [
            Rule(
                name="application_rating_open",
                broken="NOT EXISTS (SELECT FROM cohorts_application a"
                " WHERE a.id = NEW.application_id AND a.state = 'submitted')",
            ),
            Rule(
                name="application_rating_of_call",
                broken="NOT EXISTS (SELECT FROM cohorts_application a"
                " JOIN cohorts_callreviewer r ON r.call_id = a.call_id JOIN cohorts_call c ON c.id = a.call_id"
                " WHERE a.id = NEW.application_id AND r.id = NEW.reviewer_id AND r.ended_at IS NULL"
                " AND NEW.criterion < cardinality(c.criteria_fr))",
            ),
        ]

    def __str__(self) -> str:
        return str(self.points)
