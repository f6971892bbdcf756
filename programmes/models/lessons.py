"""Lessons: what an edition taught, judged by the lab, and answered by a later version of the format."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import MD5
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from programmes import visibility
from programmes.enums import LESSON_TRANSITIONS, About, LessonState, PhaseKind
from programmes.models.editions import Edition
from programmes.models.formats import Format
from web.history import tracked
from web.lengths import MOST_LETTERS, at_most
from web.plausible import plausible_dates
from web.triggers import Rule, StateMachine

_JUDGED_OTHERWISE = (
    "OLD.state <> 'proposed' AND (NEW.text, NEW.phase, NEW.reason) IS DISTINCT FROM (OLD.text, OLD.phase, OLD.reason)"
)


@tracked()
class Lesson(models.Model):
    """What people of an edition learned in one of its phases.

    The edition keeps the version it pinned; `answered_by` is a later one of its programme, and `answer` says in words
    what it changed, `about` which number, phases or letters where it is one of these.
    """

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="lessons", verbose_name=_("edition"))
    phase = models.CharField(_("phase"), max_length=20, choices=PhaseKind.choices)
    text = models.TextField(_("what was learned"))
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="lessons", verbose_name=_("noted by")
    )
    noted_on = models.DateField(_("noted on"))
    state = models.CharField(_("state"), max_length=8, choices=LessonState.choices, default=LessonState.PROPOSED)
    reason = models.TextField(_("reason"), blank=True)
    answered_by = models.ForeignKey(
        Format, models.PROTECT, null=True, blank=True, related_name="lessons", verbose_name=_("answered by")
    )
    answer = models.TextField(_("what changed"), blank=True)
    about = models.CharField(_("where it changed"), max_length=24, choices=About.choices, blank=True)

    objects = visibility.LessonQuerySet.as_manager()

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        constraints = [
            models.UniqueConstraint("edition", "phase", "noted_by", MD5("text"), name="lesson_once"),
            models.CheckConstraint(condition=Q(text__regex=r"\S"), name="lesson_said"),
            at_most(MOST_LETTERS, "text", name="lesson_length"),
            at_most(MOST_LETTERS, "reason", name="lesson_reason_length"),
            at_most(MOST_LETTERS, "answer", name="lesson_answer_length"),
            plausible_dates("lesson_plausible_date", "noted_on"),
            models.CheckConstraint(
                condition=Q(state="refused", reason__regex=r"\S") | (~Q(state="refused") & Q(reason="")),
                name="lesson_refused_reason",
            ),
            models.CheckConstraint(
                condition=Q(answered_by=None) | Q(state="accepted"), name="lesson_answered_accepted"
            ),
            models.CheckConstraint(
                condition=Q(answered_by=None, answer="", about="") | Q(answered_by__isnull=False, answer__regex=r"\S"),
                name="lesson_answer_said",
            ),
        ]
        triggers = [
            StateMachine(name="lesson_state", transitions=LESSON_TRANSITIONS, initial=[LessonState.PROPOSED]),
            Rule(
                name="lesson_fixed",
                broken="TG_OP = 'UPDATE' AND (NEW.edition_id <> OLD.edition_id OR NEW.noted_on <> OLD.noted_on"
                f" OR ({_JUDGED_OTHERWISE}))",
            ),
            Rule(
                name="lesson_version_of_programme",
                broken="NEW.answered_by_id IS NOT NULL AND (SELECT f.programme_id <> e.programme_id"
                " FROM programmes_format f, programmes_edition e"
                " WHERE f.id = NEW.answered_by_id AND e.id = NEW.edition_id)",
            ),
            Rule(
                name="lesson_version_later",
                broken="NEW.answered_by_id IS NOT NULL AND (SELECT later.version <= pinned.version"
                " FROM programmes_edition e JOIN programmes_format pinned ON pinned.id = e.format_id,"
                " programmes_format later WHERE e.id = NEW.edition_id AND later.id = NEW.answered_by_id)",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        """Its place in the list of its edition."""
        return f"{reverse('programmes:lessons', args=[self.edition.slug])}#lesson-{self.pk}"

    @property
    def tone(self) -> str:
        return LessonState(self.state).tone

    def answer_for(self, user: User) -> Format | None:
        """The version that answers it, as far as the person may know: drafts are the lab's."""
        version = self.answered_by
        return version if version and (user.is_lab_staff or version.published) else None

    def said(self) -> dict[str, object]:
        """What the form on its words starts from, by field."""
        return {"phase": self.phase, "text": self.text}

    def answered(self) -> dict[str, object]:
        """What the form on its answer starts from, by field."""
        return {"answered_by": self.answered_by_id, "answer": self.answer, "about": self.about}
