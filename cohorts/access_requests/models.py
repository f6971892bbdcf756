"""Access requests: people who signed in with a provider and have neither an account nor an invitation."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Case, ExpressionWrapper, Q, Value, When
from django.db.models.functions import Coalesce, Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from cohorts.access_requests.enums import ACCESS_TRANSITIONS, AccessState
from programmes.models import Authority
from web.database.tracking import tracked
from web.database.triggers import Frozen, Rule, StateMachine

RETENTION_PERIOD: Final = timedelta(days=90)  # after the answer, or after the request if nobody answers
_EXPIRY: Final = ExpressionWrapper(
    Coalesce("answered_at", "requested_at") + Value(RETENTION_PERIOD), models.DateTimeField()
)


class AccessRequestQuerySet(models.QuerySet["AccessRequest"]):
    def visible_to(self, user: User) -> "AccessRequestQuerySet":
        """Return all access requests for lab staff, none for anyone else."""
        return self if user.is_authenticated and user.is_lab_staff else self.none()

    def pending(self) -> "AccessRequestQuerySet":
        """Return the access requests that nobody has granted or refused yet."""
        return self.filter(state=AccessState.PENDING)

    def waiting_first(self) -> "AccessRequestQuerySet":
        """Sort the access requests: unanswered ones first, the oldest at the top, then the latest answers."""
        return self.order_by(
            Case(When(state=AccessState.PENDING, then=Value(0)), default=Value(1)), "-answered_at", "requested_at", "pk"
        )

    def answered(self) -> "AccessRequestQuerySet":
        """Return the access requests that were granted or refused."""
        return self.exclude(state=AccessState.PENDING)

    def with_expiry(self) -> "AccessRequestQuerySet":
        """Annotate `expires_at`, from which a request may be erased: 90 days after its answer, or after it was made if
        nobody answered.
        """
        return self.annotate(expires_at=_EXPIRY)

    def expired_before(self, at: datetime) -> "AccessRequestQuerySet":
        """Return the access requests that may be erased at the moment `at`: answered, or made and never answered, over
        90 days ago.
        """
        return self.alias(expires_at=_EXPIRY).filter(expires_at__lt=at)

    def named_like(self, text: str) -> "AccessRequestQuerySet":
        """Return the access requests whose name, address or proposed authority contains the text, ignoring accents."""
        return self.filter(
            Q(full_name__unaccent__icontains=text)
            | Q(email__icontains=text)
            | Q(authority__name__unaccent__icontains=text)
        )

    def of_person(self, user: User) -> "AccessRequestQuerySet":
        """Return the access requests made with the user's account or with their e-mail address, in capitals or not."""
        return self.alias(address=Lower("email")).filter(Q(user=user) | Q(address=user.email.lower()))


@tracked(exclude=["email", "full_name", "subject", "siret", "unit"])
class AccessRequest(models.Model):
    """A request for access by one identity of one provider. The SIRET proposes the authority; lab staff decide.

    `user` is the account it came with, if that account belongs to no cohort yet. `vouched` means that the provider
    has verified the address.
    """

    provider = models.CharField(_("signed in with"), max_length=30)
    issuer = models.CharField(_("issuer"), max_length=300)
    subject = models.CharField(pgettext_lazy("identity provider", "subject"), max_length=255)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        verbose_name=_("account"),
        null=True,
        blank=True,
        related_name="access_requests",
    )
    email = models.EmailField(_("e-mail address"), blank=True)
    vouched = models.BooleanField(_("the provider has verified the address"), default=False)
    full_name = models.CharField(_("name"), max_length=150, blank=True)
    siret = models.CharField(_("SIRET"), max_length=14, blank=True)
    unit = models.CharField(_("department or service"), max_length=120, blank=True)
    authority = models.ForeignKey(
        Authority, models.PROTECT, verbose_name=_("authority"), null=True, blank=True, related_name="access_requests"
    )
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    state = models.CharField(_("state"), max_length=8, choices=AccessState.choices, default=AccessState.PENDING)
    requested_at = models.DateTimeField(_("asked on"))
    answered_at = models.DateTimeField(_("answered on"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=pgettext_lazy("request", "answered by"),
        null=True,
        blank=True,
        related_name="answered_requests",
    )
    reason = models.CharField(_("reason for the refusal"), max_length=300, blank=True)

    objects = AccessRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("access request")
        verbose_name_plural = _("access requests")
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="access_request_once"),
            models.CheckConstraint(
                condition=Q(state=AccessState.PENDING, answered_at=None, answered_by=None)
                | Q(
                    state__in=[AccessState.GRANTED, AccessState.REFUSED],
                    answered_at__isnull=False,
                    answered_by__isnull=False,
                ),
                name="access_request_answered",
            ),
            models.CheckConstraint(
                condition=~Q(state=AccessState.REFUSED) | Q(reason__regex=r"\S"), name="access_request_reason"
            ),
            models.CheckConstraint(condition=Q(siret="") | Q(siret__regex=r"^[0-9]{14}$"), name="access_request_siret"),
        ]
        indexes = [
            models.Index("requested_at", condition=Q(state=AccessState.PENDING), name="access_request_pending"),
        ]
        triggers = [
            StateMachine(name="access_request_state", transitions=ACCESS_TRANSITIONS, initial=[AccessState.PENDING]),
            # Rows may be deleted: with their person, or once the retention period is over.
            Frozen(
                name="access_request_stays",
                frozen_if=f"OLD.state <> '{AccessState.PENDING.value}' AND TG_OP = 'UPDATE'",
            ),
            Rule(
                name="access_request_whose_fixed",
                broken="TG_OP = 'UPDATE' AND (NEW.issuer, NEW.subject) IS DISTINCT FROM (OLD.issuer, OLD.subject)",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email or str(self._meta.verbose_name)

    @property
    def has_proven_address(self) -> bool:
        """Whether the e-mail address is certain to be the person's: they have an account, or the provider has verified
        it.
        """
        return self.vouched or self.user_id is not None

    @property
    def tone(self) -> str:
        """The name of the colour (“attention”, “done” or “stopped”) in which pages show the state of the request."""
        return AccessState(self.state).tone
