"""Lessons: what an edition taught, judged by the lab, and answered by a later version of the format."""

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.db.models.functions import MD5
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from programmes.enums import LESSON_TRANSITIONS, About, LessonState, PhaseKind
from programmes.models.editions import Edition
from programmes.models.formats import Format
from programmes.visibility import lived_by, mandates
from web.database.lengths import MOST_LETTERS, at_most
from web.database.tracking import tracked
from web.database.triggers import Rule, StateMachine
from web.dates.plausible import plausible_dates

PHASES = PhaseKind.values


def noted_near(user: User) -> Exists:
    """Whether a lesson was noted by the person, or for an authority in its edition that is one of the person's."""
    mine = [user.memberships.values("cohort__authority"), mandates(user).values("authority")]
    writers = User.objects.filter(pk=OuterRef("noted_by"))
    near = Q(pk=user.pk)
    for own in mine:
        near |= Q(memberships__cohort__edition=OuterRef("edition"), memberships__cohort__authority__in=own)
        near |= Q(administered__authority__cohorts__edition=OuterRef("edition"), administered__authority__in=own)
    return Exists(writers.filter(near))


def answer_shown(user: User) -> Q:
    """Lessons a version answers, as far as the person may know: drafts are the lab's."""
    return Q(answered_by__isnull=False) if user.is_lab_staff else Q(answered_by__published_at__isnull=False)


class LessonQuerySet(models.QuerySet["Lesson"]):
    def visible_to(self, user: User) -> "LessonQuerySet":
        """Accepted lessons are the edition's: all its people read them, past ones what was noted by their last day.

        Before that, or refused, they are read by the lab and by people of the authority they come from. `near` of a
        lesson says whether the person is one of these, who also read who noted it.
        """
        rows = self.filter(lived_by(user, "edition__", "noted_on"))
        if not user.is_authenticated or user.is_lab_staff:
            return rows.annotate(near=Value(value=True))
        return rows.annotate(near=noted_near(user)).filter(Q(near=True) | Q(state=LessonState.ACCEPTED))

    def proposed(self) -> "LessonQuerySet":
        """Noted, and not judged by the lab yet."""
        return self.filter(state=LessonState.PROPOSED)

    def refused(self) -> "LessonQuerySet":
        return self.filter(state=LessonState.REFUSED)

    def answered(self, user: User) -> "LessonQuerySet":
        """By a version the person may know of."""
        return self.filter(answer_shown(user))

    def unanswered(self, user: User) -> "LessonQuerySet":
        """Accepted, without a version the person may know of that answers it."""
        return self.filter(~answer_shown(user), state=LessonState.ACCEPTED)

    def behind(self, user: User, before: Format, after: Format) -> "LessonQuerySet":
        """Those that versions after `before` answer, up to `after`, and those that `after` leaves; drafts too."""
        given = Q(answered_by__version__range=(before.version + 1, after.version))
        return self._given_or_left(user, given, after)

    def at(self, user: User, version: Format) -> "LessonQuerySet":
        """Those that a version answers, and those it could."""
        return self._given_or_left(user, Q(answered_by=version), version)

    def _given_or_left(self, user: User, given: Q, version: Format) -> "LessonQuerySet":
        left = ~answer_shown(user) & Q(edition__format__version__lt=version.version)
        return self.filter(given | left, state=LessonState.ACCEPTED, edition__programme=version.programme_id)

    def with_sources(self) -> "LessonQuerySet":
        """With who noted it, where, and what answers it."""
        return self.select_related("noted_by", "edition", "answered_by")

    def in_order(self) -> "LessonQuerySet":
        """By phase, in the order of phases, then as they were noted."""
        place = Case(*(When(phase=kind, then=Value(order)) for order, kind in enumerate(PHASES)), default=Value(99))
        return self.order_by(place, "noted_on", "pk")


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
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="lessons", verbose_name=_("recorded by")
    )
    noted_on = models.DateField(_("date recorded"))
    state = models.CharField(_("state"), max_length=8, choices=LessonState.choices, default=LessonState.PROPOSED)
    reason = models.TextField(_("reason"), blank=True)
    answered_by = models.ForeignKey(
        Format, models.PROTECT, null=True, blank=True, related_name="lessons", verbose_name=_("answered by")
    )
    answer = models.TextField(_("what changed"), blank=True)
    about = models.CharField(_("where it changed"), max_length=24, choices=About.choices, blank=True)

    objects = LessonQuerySet.as_manager()

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
