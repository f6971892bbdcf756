"""Lessons: what people of an edition learned, accepted or refused by the lab, and answered by a later version."""

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.db.models.functions import MD5
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from programmes.enums import LESSON_TRANSITIONS, FormatPart, LessonState, PhaseKind
from programmes.methods.models import Method
from programmes.models.editions import Edition
from programmes.models.formats import Format
from programmes.visibility import active_mandates, in_own_editions
from web.database.lengths import MAX_CHARACTERS, max_length_constraint
from web.database.tracking import tracked
from web.database.triggers import Rule, StateMachine
from web.dates.plausible import plausible_dates

PHASES = PhaseKind.values


def from_own_people(user: User) -> Exists:
    """Return a condition on a query of lessons: the author is the person, or is from one of the person's authorities.

    The author was a member or admin of that authority in the lesson's edition. The person's authorities are those of
    their memberships, present or past, and those they are an admin of today.
    """
    own_authorities = [user.memberships.values("cohort__authority"), active_mandates(user).values("authority")]
    writers = User.objects.filter(pk=OuterRef("noted_by"))
    is_own = Q(pk=user.pk)
    for authority in own_authorities:
        is_own |= Q(memberships__cohort__edition=OuterRef("edition"), memberships__cohort__authority__in=authority)
        is_own |= Q(
            administered__authority__cohorts__edition=OuterRef("edition"), administered__authority__in=authority
        )
    return Exists(writers.filter(is_own))


def has_visible_answer(user: User) -> Q:
    """Return a filter for lessons answered by a format version the person may see: a published one; for lab staff also
    a draft.
    """
    return Q(answered_by__isnull=False) if user.is_lab_staff else Q(answered_by__published_at__isnull=False)


class LessonQuerySet(models.QuerySet["Lesson"]):
    def visible_to(self, user: User) -> "LessonQuerySet":
        """Return the lessons the person may read: all for lab staff, else those of editions they take part in.

        A person takes part as a present or past member of a cohort, or as an admin today. Past members read only
        lessons added by their last day; lessons not accepted are only for people of the author's authority.

        The annotation `is_own` says whether the person is lab staff or of that authority; these people also see the
        author.
        """
        rows = self.filter(in_own_editions(user, "edition__", "noted_on"))
        if not user.is_authenticated or user.is_lab_staff:
            return rows.annotate(is_own=Value(value=True))
        return rows.annotate(is_own=from_own_people(user)).filter(Q(is_own=True) | Q(state=LessonState.ACCEPTED))

    def proposed(self) -> "LessonQuerySet":
        """Return lessons the lab has neither accepted nor refused."""
        return self.filter(state=LessonState.PROPOSED)

    def refused(self) -> "LessonQuerySet":
        """Return lessons the lab has refused."""
        return self.filter(state=LessonState.REFUSED)

    def answered(self, user: User) -> "LessonQuerySet":
        """Return the lessons that a later version of the programme's format answers, when the person may see that
        version.

        Draft versions are seen by lab staff only.
        """
        return self.filter(has_visible_answer(user))

    def unanswered(self, user: User) -> "LessonQuerySet":
        """Return accepted lessons that no format version answers, or only a draft that the person may not see."""
        return self.filter(~has_visible_answer(user), state=LessonState.ACCEPTED)

    def explaining_changes(self, user: User, before: Format, after: Format) -> "LessonQuerySet":
        """Return the accepted lessons behind the changes from version `before` to version `after` of a programme's
        format.

        These are the lessons answered by versions after `before` up to `after`, drafts included, and those for which
        the person may see no answer, from editions that use an earlier version than `after`.
        """
        is_answered = Q(answered_by__version__range=(before.version + 1, after.version))
        return self._answered_or_open(user, is_answered, after)

    def for_version(self, user: User, version: Format) -> "LessonQuerySet":
        """Return the accepted lessons that a format version answers, and those it could still answer.

        It could answer those for which the person may see no answer, from editions of its programme that use an earlier
        version.
        """
        return self._answered_or_open(user, Q(answered_by=version), version)

    def _answered_or_open(self, user: User, is_answered: Q, version: Format) -> "LessonQuerySet":
        """Return accepted lessons of the version's programme that match the filter `is_answered` or that it could still
        answer.

        It could answer those for which the person may see no answer, from editions that use an earlier version.
        """
        is_unanswered = ~has_visible_answer(user) & Q(edition__format__version__lt=version.version)
        return self.filter(
            is_answered | is_unanswered, state=LessonState.ACCEPTED, edition__programme=version.programme_id
        )

    def with_sources(self) -> "LessonQuerySet":
        """Load each lesson's author, edition and answering format version in the same query."""
        return self.select_related("noted_by", "edition", "answered_by")

    def in_order(self) -> "LessonQuerySet":
        """Order lessons by phase, in the order in which a programme has its phases, then by the date of adding."""
        phase_order = Case(
            *(When(phase=kind, then=Value(order)) for order, kind in enumerate(PHASES)), default=Value(99)
        )
        return self.order_by(phase_order, "noted_on", "pk")


_CHANGED_AFTER_DECISION = (
    "OLD.state <> 'proposed' AND (NEW.text, NEW.phase, NEW.method_id, NEW.reason)"
    " IS DISTINCT FROM (OLD.text, OLD.phase, OLD.method_id, OLD.reason)"
)


@tracked()
class Lesson(models.Model):
    """What people of an edition learned in one of its phases.

    `answered_by` is a later format version of the programme that answers the lesson, `answer` says in words what that
    version changed, and `about` in which part of the format, if any. The edition itself keeps its version.
    """

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="lessons", verbose_name=_("edition"))
    phase = models.CharField(_("phase"), max_length=20, choices=PhaseKind.choices)
    text = models.TextField(_("what was learned"))
    method = models.ForeignKey(
        Method, models.PROTECT, null=True, blank=True, related_name="lessons", verbose_name=_("method")
    )
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
    about = models.CharField(_("where it changed"), max_length=24, choices=FormatPart.choices, blank=True)

    objects = LessonQuerySet.as_manager()

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        constraints = [
            models.UniqueConstraint("edition", "phase", "noted_by", MD5("text"), name="lesson_once"),
            models.CheckConstraint(condition=Q(text__regex=r"\S"), name="lesson_text_required"),
            max_length_constraint(MAX_CHARACTERS, "text", name="lesson_length"),
            max_length_constraint(MAX_CHARACTERS, "reason", name="lesson_reason_length"),
            max_length_constraint(MAX_CHARACTERS, "answer", name="lesson_answer_length"),
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
                name="lesson_answer_text_required",
            ),
        ]
        triggers = [
            StateMachine(name="lesson_state", transitions=LESSON_TRANSITIONS, initial=[LessonState.PROPOSED]),
            Rule(
                name="lesson_fixed",
                broken="TG_OP = 'UPDATE' AND (NEW.edition_id <> OLD.edition_id OR NEW.noted_on <> OLD.noted_on"
                f" OR ({_CHANGED_AFTER_DECISION}))",
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
        """Return the URL of the list of lessons of its edition, scrolled to this lesson."""
        return f"{reverse('programmes:lessons', args=[self.edition.slug])}#lesson-{self.pk}"

    @property
    def tone(self) -> str:
        """Return the name of the colour in which pages show the lesson's state: "waiting", "open" or "stopped"."""
        return LessonState(self.state).tone

    def answer_for(self, user: User) -> Format | None:
        """Return the format version that answers the lesson, as the user may see it; None without one.

        None too for a draft version, which only lab staff may see.
        """
        version = self.answered_by
        return version if version and (user.is_lab_staff or version.published) else None

    def form_values(self) -> dict[str, object]:
        """Return the saved values of the form for the lesson's phase, text and method, by field, to detect edit
        conflicts.
        """
        return {"phase": self.phase, "text": self.text, "method": self.method_id}

    def answer_form_values(self) -> dict[str, object]:
        """Return the saved values of the form for the lesson's answer, by field, to detect edit conflicts.

        The fields are `answered_by` (the key of the version or None), `answer` and `about`.
        """
        return {"answered_by": self.answered_by_id, "answer": self.answer, "about": self.about}
