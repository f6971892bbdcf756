"""What people say to one another about an idea, a prototype or a canvas, as `SUBJECTS` names them."""

from functools import reduce
from operator import or_
from types import MappingProxyType
from typing import ClassVar, Final, TypeAlias

import pgtrigger
from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, Max, OuterRef, Q, Window
from django.db.models.functions import Coalesce, Length
from django.db.models.lookups import LessThanOrEqual
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from canvases.models import Canvas
from cohorts.models import Cohort
from prototypes.columns import entry_field
from prototypes.ideas.models import Idea
from prototypes.prototypes.models import Prototype
from prototypes.visibility import readable
from web.database.created_on import born_field, born_fixed
from web.database.tracking import tracked
from web.database.triggers import Frozen, Rule

Subject: TypeAlias = Idea | Prototype | Canvas
MOST_SAID: Final = 20_000  # letters
MOST_REASONED: Final = 500
# What comments are about, by their column: SQL for its cohort, whether the edition reads it, whether it is published
# fact. `{row}` is the comment.
SUBJECTS: Final = MappingProxyType(
    {
        "idea": "SELECT i.cohort_id, i.shared_with_edition AS shared, i.retrospective AS published"
        " FROM prototypes_idea i WHERE i.id = {row}.idea_id",
        "prototype": "SELECT i.cohort_id, i.shared_with_edition, i.retrospective OR p.retrospective"
        " FROM prototypes_prototype p JOIN prototypes_idea i ON i.id = p.idea_id WHERE p.id = {row}.prototype_id",
        "canvas": "SELECT d.cohort_id, d.shared_with_edition, o.retrospective FROM canvases_canvas d"
        " JOIN cohorts_cohort o ON o.id = d.cohort_id WHERE d.id = {row}.canvas_id",
    }
)


# The way from a comment to what says who may read it, by the column of what it is about.
WAYS = {"idea": "idea__", "prototype": "prototype__idea__", "canvas": "canvas__"}
# The days since which it, and what lies between, are there.
SINCE = {"prototype": ("prototype__born_on",)}
# What is read along to know whose a comment is.
WITH_COHORT = tuple(f"{way}cohort__authority" for way in WAYS.values())


def _subject(row: str) -> str:
    """SQL: the one row that says whose a comment is to read."""
    return " UNION ALL ".join(sql.format(row=row) for sql in SUBJECTS.values())


def _about(side: str) -> str:
    return ", ".join(f"{side}.{subject}_id" for subject in SUBJECTS)


def _about_one() -> Q:
    """Exactly one of the columns names what the comment is about."""
    first, *others = [Q(**{f"{name}__isnull": name != chosen for name in SUBJECTS}) for chosen in SUBJECTS]
    return reduce(or_, others, first)


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible_to(self, user: User) -> "CommentQuerySet":
        """On what the person may read."""
        return self.filter(
            reduce(or_, [readable(user, way, *SINCE.get(what, ()), "born_on") for what, way in WAYS.items()])
        )

    def about(self, subject: models.Model) -> "CommentQuerySet":
        return self.filter(**{subject._meta.model_name or "": subject})

    def as_talk(self) -> "CommentQuerySet":
        """Each comment followed by its answers; whatever was written last, with what it answers, is at the end."""
        opener = Coalesce("thread", "pk")
        latest = Window(Max("pk"), partition_by=[opener])
        return self.annotate(opener=opener, latest=latest).order_by("latest", "opener", "pk")

    def with_names(self) -> "CommentQuerySet":
        """With its writer, and `names`: those of the people it mentions."""
        mentions = self.model._meta.get_field("mentions").related_model._default_manager
        named = mentions.filter(comment=OuterRef("pk")).order_by("pk").values("person__full_name")
        return self.select_related("written_by").annotate(names=ArraySubquery(named))


@tracked(exclude=["text"])
class Comment(models.Model):
    """A text about something, or an answer to one (`thread`), one level deep.

    Its writer may change it and take it back: the text is gone then, from here and from the history, which never
    had it. The lab may take back what others wrote (`taken_back_by`), and says why.
    """

    idea = models.ForeignKey(
        Idea, models.PROTECT, null=True, blank=True, related_name="comments", verbose_name=_("idea")
    )
    prototype = models.ForeignKey(
        Prototype, models.PROTECT, null=True, blank=True, related_name="comments", verbose_name=_("prototype")
    )
    canvas = models.ForeignKey(
        Canvas, models.PROTECT, null=True, blank=True, related_name="comments", verbose_name=_("canvas")
    )
    thread = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="answers", verbose_name=_("answer to")
    )
    text = models.TextField(_("comment"), blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    written_at = models.DateTimeField(_("written at"))
    edited_at = models.DateTimeField(_("edited at"), null=True, blank=True)
    taken_back_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("withdrawn for the lab by"),
    )
    taken_back_reason = models.CharField(_("reason for withdrawing the comment"), max_length=MOST_REASONED, blank=True)
    entry = entry_field()
    born_on = born_field()

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering: ClassVar[list[str]] = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["entry"], name="comment_entry_once"),
            models.CheckConstraint(condition=_about_one(), name="comment_about_one"),
            models.CheckConstraint(condition=LessThanOrEqual(Length("text"), MOST_SAID), name="comment_length"),
            models.CheckConstraint(
                condition=(Q(taken_back_at=None) & ~Q(text="")) | Q(taken_back_at__isnull=False, text=""),
                name="comment_says_something",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_by=None, taken_back_reason="")
                | Q(taken_back_at__isnull=False, taken_back_by__isnull=False, taken_back_reason__regex=r"\S"),
                name="comment_taken_back_why",
            ),
            models.CheckConstraint(
                condition=(Q(edited_at=None) | Q(edited_at__gte=F("written_at")))
                & (Q(taken_back_at=None) | Q(taken_back_at__gte=F("written_at"))),
                name="comment_in_order",
            ),
        ]
        triggers = [
            Rule(
                name="comment_on_running_work",
                operation=pgtrigger.Insert,
                broken=f"EXISTS (SELECT 1 FROM ({_subject('NEW')}) s WHERE s.published)",
            ),
            Rule(
                name="comment_answers_one_level",
                operation=pgtrigger.Insert,
                broken="NEW.thread_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM comments_comment c"
                " WHERE c.id = NEW.thread_id AND c.thread_id IS NULL"
                f" AND ROW({_about('c')}) IS NOT DISTINCT FROM ROW({_about('NEW')}))",
            ),
            Rule(
                name="comment_fixed",
                operation=pgtrigger.Update,
                broken=f"ROW({_about('NEW')}, NEW.thread_id, NEW.written_at) IS DISTINCT FROM"
                f" ROW({_about('OLD')}, OLD.thread_id, OLD.written_at)",
            ),
            Rule(
                name="comment_taken_back_by_lab",
                broken="TG_OP = 'INSERT' AND NEW.taken_back_by_id IS NOT NULL"
                " OR TG_OP = 'UPDATE' AND OLD.taken_back_at IS NULL AND NEW.taken_back_by_id IS NOT NULL"
                " AND NOT EXISTS (SELECT 1 FROM accounts_user u WHERE u.id = NEW.taken_back_by_id AND u.is_lab_staff)",
            ),
            Frozen(
                name="comment_stays",
                once="TG_OP = 'DELETE' OR OLD.taken_back_at IS NOT NULL",
                but=["written_by_id", "taken_back_by_id"],
            ),
            born_fixed("comment_born"),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    def get_absolute_url(self) -> str:
        return f"{reverse('comments:comment', args=[self.pk])}#comment-{self.pk}"

    @property
    def subject(self) -> Subject:
        """What it is about."""
        found = self.idea or self.prototype or self.canvas
        assert found is not None  # noqa: S101 - comment_about_one
        return found

    def stands(self) -> dict[str, object]:
        """What its form starts from."""
        return {"text": self.text}


def home_of(subject: Subject) -> Idea | Canvas:
    """What says who may read and comment on it: an idea, or a canvas itself."""
    return subject.idea if isinstance(subject, Prototype) else subject


def cohort_of(subject: Subject) -> Cohort:
    return home_of(subject).cohort


def published(subject: Subject) -> bool:
    """Whether it is a fact known from publications, which nobody discusses here."""
    return subject.cohort.retrospective if isinstance(subject, Canvas) else subject.retrospective


def named(subject: Subject) -> str:
    """As letters name it: of a canvas its kind too, since a title alone may be a person's name."""
    if not isinstance(subject, Canvas):
        return str(subject)
    return gettext("%(kind)s “%(title)s”") % {"kind": subject.get_kind_display(), "title": subject.title}


@tracked()
class Mention(models.Model):
    """Somebody a comment is meant for: a letter tells them of it."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="mentions", verbose_name=_("comment"))
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        ordering: ClassVar[list[str]] = ["pk"]
        constraints = [models.UniqueConstraint(fields=["comment", "person"], name="mention_once")]
        triggers = [
            Rule(
                name="mention_of_a_reader",
                operation=pgtrigger.Insert,
                broken=f"""NOT EXISTS (
                    SELECT 1 FROM comments_comment r
                    CROSS JOIN LATERAL ({_subject("r")}) s
                    JOIN cohorts_cohort c ON c.id = s.cohort_id
                    JOIN accounts_user u ON u.id = NEW.person_id
                    WHERE r.id = NEW.comment_id AND (
                        u.is_lab_staff
                        OR EXISTS (SELECT 1 FROM cohorts_membership m WHERE m.user_id = u.id AND m.cohort_id = c.id)
                        OR EXISTS (SELECT 1 FROM programmes_authorityadmin a
                            WHERE a.user_id = u.id AND a.authority_id = c.authority_id)
                        OR (s.shared AND EXISTS (SELECT 1 FROM cohorts_membership m
                            JOIN cohorts_cohort mc ON mc.id = m.cohort_id
                            WHERE m.user_id = u.id AND mc.edition_id = c.edition_id))))""",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)
