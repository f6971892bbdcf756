"""The policy problems a cohort takes on."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.models import User
from cohorts.models import Cohort, Session, Stakeholder
from cohorts.visibility import within_reach
from prototypes.columns import FIXED, entry_field, known
from prototypes.enums import CHALLENGE_TRANSITIONS, ChallengeKind, ChallengeState
from web.database.created_on import born_field, born_fixed
from web.database.text_search import together, words_index
from web.database.tracking import tracked
from web.database.triggers import Rule, StateMachine
from web.dates.precision import Precision, precision_field
from web.forms.edit_conflicts import by_field

CHALLENGE_TEXT = together("title", "framing", "sponsor")


class ChallengeQuerySet(models.QuerySet["Challenge"]):
    def visible_to(self, user: User) -> "ChallengeQuerySet":
        return self.filter(within_reach(user, "cohort__", "born_on"))

    def alive(self) -> "ChallengeQuerySet":
        """Those an idea can still be added to."""
        return self.exclude(state__in=["closed", "dropped"])


@tracked()
class Challenge(models.Model):
    """A policy problem, first as a test case to learn on, then as priorities of the authority.

    Published facts may not say its state: it is then empty, or said in its own words in `state_label`.
    """

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="challenges", verbose_name=_("cohort"))
    kind = models.CharField(_("kind"), max_length=10, choices=ChallengeKind.choices, default=ChallengeKind.TEST_CASE)
    kind_label = models.CharField(_("kind, in free text"), max_length=80, blank=True)
    title = models.CharField(_("title"), max_length=160)
    framing = models.TextField(_("framing"), blank=True)
    sponsor = models.CharField(_("sponsor"), max_length=160, blank=True)
    state = models.CharField(
        _("state"), max_length=11, choices=ChallengeState.choices, default=ChallengeState.PROPOSED, blank=True
    )
    state_label = models.CharField(_("state, in free text"), max_length=80, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    started_on = models.DateField(pgettext_lazy("challenge", "started on"), null=True, blank=True)
    started_precision = precision_field()
    ended_on = models.DateField(pgettext_lazy("challenge", "ended on"), null=True, blank=True)
    ended_precision = precision_field()
    stakeholders = models.ManyToManyField(
        Stakeholder,
        through="prototypes.ChallengeStakeholder",
        related_name="challenges",
        verbose_name=_("stakeholders"),
    )
    sessions = models.ManyToManyField(
        Session, through="prototypes.ChallengeSession", related_name="challenges", verbose_name=_("sessions")
    )
    retrospective = models.BooleanField(_("published facts"), default=False)
    source = models.TextField(_("source"), blank=True)
    entry = entry_field()
    born_on = born_field()

    objects = ChallengeQuerySet.as_manager()

    class Meta:
        verbose_name = _("challenge")
        verbose_name_plural = _("challenges")
        indexes = [words_index(CHALLENGE_TEXT, name="challenge_words")]
        constraints = [
            models.UniqueConstraint(fields=["entry"], name="challenge_entry_once"),
            known("kind", ChallengeKind, "challenge_kind_known"),
            known("state", ChallengeState, "challenge_state_known", blank=True),
            known("started_precision ended_precision", Precision, "challenge_precisions_known"),
            models.CheckConstraint(
                condition=Q(retrospective=True) | ~Q(state="dropped", reason=""), name="challenge_dropped_reason"
            ),
            models.CheckConstraint(condition=Q(ended_on__gte=models.F("started_on")), name="challenge_dates"),
        ]
        triggers = [
            StateMachine(
                name="challenge_state",
                transitions=CHALLENGE_TRANSITIONS,
                initial=[ChallengeState.PROPOSED],
                retrospective=True,
            ),
            Rule(name="challenge_retrospective_fixed", broken=FIXED),
            Rule(name="challenge_cohort_fixed", broken="TG_OP = 'UPDATE' AND NEW.cohort_id <> OLD.cohort_id"),
            born_fixed("challenge_born"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("prototypes:challenge", args=[self.pk])

    def stands(self) -> dict[str, object]:
        """What its form starts from, by field."""
        return by_field(self, "title", "kind", "kind_label", "framing", "sponsor")

    def linked(self) -> dict[str, object]:
        """The same of the form of its links."""
        return {name: sorted(getattr(self, name).values_list("pk", flat=True)) for name in ("stakeholders", "sessions")}

    @property
    def tone(self) -> str:
        return ChallengeState(self.state).tone if self.state else "neutral"

    @property
    def state_text(self) -> StrOrPromise:
        """The state in the words of our list, else of its source, else that nobody wrote it down."""
        return self.get_state_display() or self.state_label or _("not known")


def _of_cohort(name: str, table: str, column: str) -> Rule:
    """Refuses what belongs to another cohort than the challenge."""
    return Rule(
        name=name,
        broken=f"(SELECT o.cohort_id FROM {table} o WHERE o.id = NEW.{column})"
        " <> (SELECT c.cohort_id FROM prototypes_challenge c WHERE c.id = NEW.challenge_id)",
    )


@tracked()
class ChallengeStakeholder(models.Model):
    """Someone the cohort works with, whom a challenge concerns."""

    challenge = models.ForeignKey(Challenge, models.CASCADE, related_name="+", verbose_name=_("challenge"))
    stakeholder = models.ForeignKey(Stakeholder, models.CASCADE, related_name="+", verbose_name=_("stakeholder"))

    class Meta:
        verbose_name = _("stakeholder of a challenge")
        verbose_name_plural = _("stakeholders of challenges")
        constraints = [models.UniqueConstraint(fields=["challenge", "stakeholder"], name="challenge_stakeholder_once")]
        triggers = [_of_cohort("challenge_stakeholder_of_cohort", "cohorts_stakeholder", "stakeholder_id")]

    def __str__(self) -> str:
        return str(self.stakeholder)


@tracked()
class ChallengeSession(models.Model):
    """A session that worked on a challenge."""

    challenge = models.ForeignKey(Challenge, models.CASCADE, related_name="+", verbose_name=_("challenge"))
    session = models.ForeignKey(Session, models.CASCADE, related_name="+", verbose_name=_("session"))

    class Meta:
        verbose_name = _("session on a challenge")
        verbose_name_plural = _("sessions on challenges")
        constraints = [models.UniqueConstraint(fields=["challenge", "session"], name="challenge_session_once")]
        triggers = [_of_cohort("challenge_session_of_cohort", "cohorts_session", "session_id")]

    def __str__(self) -> str:
        return str(self.session)
