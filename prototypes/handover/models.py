"""The package of a hand-over, and the follow-ups after it."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from prototypes.enums import COUNTED_SCOPES, EVER_LIVE, FOLLOW_UP_MONTHS, FollowUpAnswer, FollowUpStart
from prototypes.ideas.models import Idea, IdeaEvent
from prototypes.ideas.triggers import STORY, IdeaUpdate, sql_list
from prototypes.visibility import readable_by
from web.database.columns import choices_constraint
from web.database.created_on import created_on_field, created_on_is_fixed
from web.database.tracking import tracked
from web.database.triggers import Frozen, NoTruncate, Rule
from web.forms.edit_conflicts import column_values


class PackageQuerySet(models.QuerySet["Package"]):
    def visible_to(self, user: User) -> "PackageQuerySet":
        """Return the hand-over packages that the person may read: of ideas of their cohorts, or shared with their
        editions.

        Lab staff read all. Past members read the packages that existed on their last day.
        """
        return self.filter(readable_by(user, "event__idea__", "created_on"))


@tracked()
class Package(models.Model):
    """What a department received at the hand-over of an idea: texts written for it, and the work of that day.

    `content` is a snapshot (see `handover.packages`); later edits do not change it.
    """

    event = models.ForeignKey(IdeaEvent, models.PROTECT, related_name="packages", verbose_name=_("hand-over"))
    receives = models.TextField(_("what the department receives"), blank=True)
    watch = models.TextField(_("what to watch"), blank=True)
    open_points = models.TextField(_("open points"), blank=True)
    contact = models.TextField(_("who to ask"), blank=True)
    content = models.JSONField(_("the work at the time of the hand-over"), default=dict)
    created_on = created_on_field()

    objects = PackageQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand-over package")
        verbose_name_plural = _("hand-over packages")
        constraints = [models.UniqueConstraint(fields=["event"], name="package_once")]
        triggers = [
            Rule(
                name="package_of_hand_over",
                broken="(SELECT e.state FROM prototypes_ideaevent e WHERE e.id = NEW.event_id) <> 'handed_over'",
            ),
            Frozen(name="package_frozen"),
            created_on_is_fixed("package_created_on_fixed"),
        ]

    def __str__(self) -> str:
        """Return the hand-over that the package belongs to: its state and day."""
        return str(self.event)

    def get_absolute_url(self) -> str:
        """Return the URL of the package's page."""
        return reverse("prototypes:package", args=[self.pk])


# Months count from the day an idea went live only if a full or adapted implementation was live by the day of answering,
# in the own authority of the idea.
NOT_LIVE_YET = f"""NEW.counted_from = 'live' AND NOT EXISTS (
    SELECT 1 FROM prototypes_implementation m WHERE m.idea_id = NEW.idea_id AND m.kind = 'origin'
    AND m.scope IN ({sql_list(COUNTED_SCOPES)}) AND m.state IN ({sql_list(EVER_LIVE)}) AND m.live_on <= NEW.noted_on)"""


@tracked()
class FollowUp(models.Model):
    """The answer whether a handed-over idea is live, some months after its hand-over or after it went live.

    Answers are appended: the latest answer to a question counts, and earlier ones stay readable.
    """

    idea = models.ForeignKey(Idea, models.PROTECT, related_name="follow_ups", verbose_name=_("idea"))
    counted_from = models.CharField(
        _("months counted from"), max_length=8, choices=FollowUpStart.choices, default=FollowUpStart.HANDOVER
    )
    months = models.PositiveSmallIntegerField(_("months"))
    answer = models.CharField(_("idea still live?"), max_length=7, choices=FollowUpAnswer.choices)
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
            models.CheckConstraint(
                condition=Q(months__in=FOLLOW_UP_MONTHS[FollowUpStart.LIVE]), name="follow_up_months"
            ),
            choices_constraint("counted_from", FollowUpStart, "follow_up_counted_from_known"),
            choices_constraint("answer", FollowUpAnswer, "follow_up_answer_known"),
            models.CheckConstraint(
                condition=~Q(answer__in=["full", "partial"]) | ~Q(evidence=""), name="follow_up_evidence"
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
            Frozen(name="follow_up_append_only", mutable_columns=["by_id"]),
            NoTruncate(name="follow_up_no_truncate"),
            IdeaUpdate(name="follow_up_updates_idea", days=["noted_on"], idea="NEW.idea_id"),
        ]

    def __str__(self) -> str:
        """Return the number of months and the answer, like “6 · yes, in full”."""
        return f"{self.months} · {self.get_answer_display()}"

    def form_values(self) -> dict[str, object]:
        """Return the saved values of the form to answer the follow-up, by field: answer, words and evidence."""
        return column_values(self, "answer", "words", "evidence")

    @property
    def tone(self) -> str:
        """Return the name of the colour that shows the answer: "done", "open", "stopped" or "neutral"."""
        return FollowUpAnswer(self.answer).tone
