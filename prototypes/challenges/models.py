"""The policy problems a cohort takes on."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.models import User
from cohorts.models import Cohort, Session, Stakeholder
from cohorts.visibility import visible_rows
from prototypes.enums import CHALLENGE_TRANSITIONS, ChallengeKind, ChallengeState
from web.database.columns import choices_constraint, idempotency_key_field
from web.database.created_on import created_on_field, created_on_is_fixed
from web.database.text_search import joined_text, words_field
from web.database.tracking import tracked
from web.database.triggers import FixedColumns, Rule, StateMachine
from web.dates.precision import Precision, precision_field
from web.forms.edit_conflicts import column_values
from web.site_addresses import cached_reverse

CHALLENGE_TEXT = joined_text("title", "framing", "sponsor")


class ChallengeQuerySet(models.QuerySet["Challenge"]):
    def visible_to(self, user: User) -> "ChallengeQuerySet":
        """Return the challenges that the person may read: those of their cohorts, of authorities they administer, and
        published facts.

        Lab staff read all. Past members read the challenges that existed on their last day; other cohorts read none.
        """
        return self.filter(visible_rows(user, "cohort__", "created_on"))

    def alive(self) -> "ChallengeQuerySet":
        """Return the challenges to which ideas can be added: neither closed nor dropped."""
        return self.exclude(state__in=["closed", "dropped"])


@tracked()
class Challenge(models.Model):
    """A policy problem: first a test case to learn on, then the priorities of the authority.

    Published facts may not state a state. It is then empty, or given in free text in `state_label`.
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
    idempotency_key = idempotency_key_field()
    created_on = created_on_field()
    search_vector = words_field("title", CHALLENGE_TEXT)

    objects = ChallengeQuerySet.as_manager()

    class Meta:
        verbose_name = _("challenge")
        verbose_name_plural = _("challenges")
        indexes = [GinIndex(fields=["search_vector"], name="challenge_words")]
        constraints = [
            models.UniqueConstraint(fields=["idempotency_key"], name="challenge_idempotency_key_unique"),
            choices_constraint("kind", ChallengeKind, "challenge_kind_known"),
            choices_constraint("state", ChallengeState, "challenge_state_known", blank=True),
            choices_constraint("started_precision ended_precision", Precision, "challenge_precisions_known"),
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
            FixedColumns("retrospective", name="challenge_retrospective_fixed"),
            FixedColumns("cohort_id", name="challenge_cohort_fixed"),
            created_on_is_fixed("challenge_created_on_fixed"),
        ]

    def __str__(self) -> str:
        """Return the title of the challenge."""
        return self.title

    def get_absolute_url(self) -> str:
        """Return the URL of the challenge's page."""
        return cached_reverse("prototypes:challenge", self.pk)

    def form_values(self) -> dict[str, object]:
        """Return the saved values of the form to edit the challenge, by field: title, kind, kind_label, framing and
        sponsor.
        """
        return column_values(self, "title", "kind", "kind_label", "framing", "sponsor")

    def link_values(self) -> dict[str, object]:
        """Return the sorted keys of the linked rows, as {"stakeholders": […], "sessions": […]}, for the form that edits
        these links.
        """
        return {name: sorted(getattr(self, name).values_list("pk", flat=True)) for name in ("stakeholders", "sessions")}

    @property
    def tone(self) -> str:
        """Return the name of the colour for the challenge's state: "waiting", "open", "done", "stopped" or "neutral".

        It is "neutral" for published facts without a state.
        """
        return ChallengeState(self.state).tone if self.state else "neutral"

    @property
    def state_text(self) -> StrOrPromise:
        """Return the label of the state, else the published free text about it, else “not known”."""
        return self.get_state_display() or self.state_label or _("not known")


def _same_cohort_rule(name: str, table: str, column: str) -> Rule:
    """Return a database rule called `name` that refuses to link a challenge to a stakeholder or session of another
    cohort.

    `table` is the SQL table of the linked rows, `column` the column of the link that holds their key.
    """
    return Rule(
        name=name,
        broken=f"(SELECT o.cohort_id FROM {table} o WHERE o.id = NEW.{column})"
        " <> (SELECT c.cohort_id FROM prototypes_challenge c WHERE c.id = NEW.challenge_id)",
    )


@tracked()
class ChallengeStakeholder(models.Model):
    """A stakeholder of the cohort whom a challenge concerns."""

    challenge = models.ForeignKey(Challenge, models.CASCADE, related_name="+", verbose_name=_("challenge"))
    stakeholder = models.ForeignKey(Stakeholder, models.CASCADE, related_name="+", verbose_name=_("stakeholder"))

    class Meta:
        verbose_name = _("stakeholder of a challenge")
        verbose_name_plural = _("stakeholders of challenges")
        constraints = [models.UniqueConstraint(fields=["challenge", "stakeholder"], name="challenge_stakeholder_once")]
        triggers = [_same_cohort_rule("challenge_stakeholder_of_cohort", "cohorts_stakeholder", "stakeholder_id")]

    def __str__(self) -> str:
        """Return the name of the stakeholder."""
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
        triggers = [_same_cohort_rule("challenge_session_of_cohort", "cohorts_session", "session_id")]

    def __str__(self) -> str:
        """Return the name of the session."""
        return str(self.session)
