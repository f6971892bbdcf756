"""What a decision stands on, what a department receives at hand-over, and what became of it afterwards."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from prototypes.columns import known
from prototypes.enums import BEEN_LIVE, COUNTED_SCOPES, FOLLOWED_UP, FollowedFrom, StillLive
from prototypes.ideas.models import Idea, IdeaEvent
from prototypes.ideas.triggers import STORY, WorkSign, listed
from prototypes.trials.models import Trial
from prototypes.visibility import readable
from web.database.created_on import born_field, born_fixed
from web.database.tracking import tracked
from web.database.triggers import Frozen, NoTruncate, Rule
from web.forms.edit_conflicts import by_field


def _of_event(name: str, state: str) -> Rule:
    """Refuses what hangs on an event in another state."""
    return Rule(
        name=name,
        broken=f"(SELECT e.state FROM prototypes_ideaevent e WHERE e.id = NEW.event_id) <> '{state}'",
    )


@tracked()
class Support(models.Model):
    """A concluded test that a decision names as what it stands on (rule 5)."""

    event = models.ForeignKey(IdeaEvent, models.PROTECT, related_name="supports", verbose_name=_("decision"))
    trial = models.ForeignKey(Trial, models.PROTECT, related_name="supports", verbose_name=_("test"))

    class Meta:
        verbose_name = _("test behind a decision")
        verbose_name_plural = _("tests behind decisions")
        ordering: ClassVar[list[str]] = ["event", "id"]
        constraints = [models.UniqueConstraint(fields=["event", "trial"], name="support_once")]
        triggers = [
            _of_event("support_of_decision", "decided"),
            Rule(
                name="support_concluded",
                broken="NOT EXISTS (SELECT 1 FROM prototypes_trial t JOIN prototypes_prototype p"
                " ON p.id = t.prototype_id JOIN prototypes_ideaevent e ON e.idea_id = p.idea_id"
                " WHERE t.id = NEW.trial_id AND e.id = NEW.event_id AND t.state = 'concluded')",
            ),
            Frozen(name="support_append_only"),
        ]

    def __str__(self) -> str:
        return str(self.trial)


class PackageQuerySet(models.QuerySet["Package"]):
    def visible_to(self, user: User) -> "PackageQuerySet":
        return self.filter(readable(user, "event__idea__", "born_on"))


@tracked()
class Package(models.Model):
    """What a department received when an idea was handed over: what people wrote for it, and the work as it then stood.

    `content` is frozen with it (see `actions.packages`): what is edited later changes nothing here.
    """

    event = models.ForeignKey(IdeaEvent, models.PROTECT, related_name="packages", verbose_name=_("hand-over"))
    receives = models.TextField(_("what the department receives"), blank=True)
    watch = models.TextField(_("what to watch"), blank=True)
    open_points = models.TextField(_("open points"), blank=True)
    contact = models.TextField(_("who to ask"), blank=True)
    content = models.JSONField(_("the work at the time of the hand-over"), default=dict)
    born_on = born_field()

    objects = PackageQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand-over package")
        verbose_name_plural = _("hand-over packages")
        constraints = [models.UniqueConstraint(fields=["event"], name="package_once")]
        triggers = [
            _of_event("package_of_hand_over", "handed_over"),
            Frozen(name="package_frozen"),
            born_fixed("package_born"),
        ]

    def __str__(self) -> str:
        return str(self.event)

    def get_absolute_url(self) -> str:
        return reverse("prototypes:package", args=[self.pk])


# Months count from the day an idea went live only where it is live, in full or adapted, by the day of the answer.
NOT_LIVE_YET = f"""NEW.counted_from = 'live' AND NOT EXISTS (
    SELECT 1 FROM prototypes_implementation m WHERE m.idea_id = NEW.idea_id AND m.kind = 'origin'
    AND m.scope IN ({listed(COUNTED_SCOPES)}) AND m.state IN ({listed(BEEN_LIVE)}) AND m.live_on <= NEW.noted_on)"""


@tracked()
class FollowUp(models.Model):
    """Whether a handed-over idea is live, so many months after hand-over or after it went live, and what shows it.

    Answers are appended: the latest one to a question counts, and the earlier ones stay readable.
    """

    idea = models.ForeignKey(Idea, models.PROTECT, related_name="follow_ups", verbose_name=_("idea"))
    counted_from = models.CharField(
        _("months counted from"), max_length=8, choices=FollowedFrom.choices, default=FollowedFrom.HANDOVER
    )
    months = models.PositiveSmallIntegerField(_("months"))
    answer = models.CharField(_("idea still live?"), max_length=7, choices=StillLive.choices)
    words = models.TextField(_("in a few words"), blank=True)
    evidence = models.TextField(_("evidence"), blank=True)
    noted_on = models.DateField(_("date recorded"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering: ClassVar[list[str]] = ["idea", "noted_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(months__in=FOLLOWED_UP[FollowedFrom.LIVE]), name="follow_up_months"),
            known("counted_from", FollowedFrom, "follow_up_counted_from_known"),
            known("answer", StillLive, "follow_up_answer_known"),
            models.CheckConstraint(
                condition=~Q(answer__in=["full", "partial"]) | ~Q(evidence=""), name="follow_up_shown"
            ),
            models.CheckConstraint(condition=~Q(answer="no") | ~Q(words=""), name="follow_up_why_not"),
        ]
        triggers = [
            Rule(
                name="follow_up_after_hand_over",
                broken=f"NOT EXISTS (SELECT 1 FROM {STORY} AND e.state = 'handed_over'"
                " AND e.effective_on <= NEW.noted_on)",
            ),
            Rule(name="follow_up_after_live", operation=pgtrigger.Insert, broken=NOT_LIVE_YET),
            Frozen(name="follow_up_append_only", but=["by_id"]),
            NoTruncate(name="follow_up_no_truncate"),
            WorkSign(name="follow_up_sign", days=["noted_on"], idea="NEW.idea_id"),
        ]

    def __str__(self) -> str:
        return f"{self.months} · {self.get_answer_display()}"

    def stands(self) -> dict[str, object]:
        """What its form starts from, by field."""
        return by_field(self, "answer", "words", "evidence")

    @property
    def tone(self) -> str:
        return StillLive(self.answer).tone
