"""Comments on an idea, a prototype or a canvas: the columns of `SUBJECT_SQL`."""

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
from prototypes.ideas.models import Idea
from prototypes.prototypes.models import Prototype
from prototypes.visibility import readable_by
from web.database.columns import idempotency_key_field
from web.database.created_on import created_on_field, created_on_is_fixed
from web.database.tracking import tracked
from web.database.triggers import Frozen, Rule

Subject: TypeAlias = Idea | Prototype | Canvas
MAX_CHARACTERS: Final = 20_000
MAX_REASON_CHARACTERS: Final = 500
# SQL for each kind of subject, by its column: cohort, shared with the edition, published fact. `{row}` is the comment.
SUBJECT_SQL: Final = MappingProxyType(
    {
        "idea": "SELECT i.cohort_id, i.shared_with_edition AS shared, i.retrospective AS published"
        " FROM prototypes_idea i WHERE i.id = {row}.idea_id",
        "prototype": "SELECT i.cohort_id, i.shared_with_edition, i.retrospective OR p.retrospective"
        " FROM prototypes_prototype p JOIN prototypes_idea i ON i.id = p.idea_id WHERE p.id = {row}.prototype_id",
        "canvas": "SELECT d.cohort_id, d.shared_with_edition, o.retrospective FROM canvases_canvas d"
        " JOIN cohorts_cohort o ON o.id = d.cohort_id WHERE d.id = {row}.canvas_id",
    }
)


# The lookup paths from a comment to the object whose readers may read it, by the column of the subject.
PATHS_TO_READABLE_OBJECT = {"idea": "idea__", "prototype": "prototype__idea__", "canvas": "canvas__"}
# The further creation dates on the way to that object.
CREATED_ON_PATHS = {"prototype": ("prototype__created_on",)}
# What to select with a comment to know its cohort.
WITH_COHORT = tuple(f"{way}cohort__authority" for way in PATHS_TO_READABLE_OBJECT.values())


def _subject(row: str) -> str:
    """Return SQL that selects one row: the cohort of a comment's subject, whether it is shared, whether it is
    published.

    Shared means with the whole edition, published that it comes from published facts. `row` is the SQL name of the
    comment, such as `NEW`.
    """
    return " UNION ALL ".join(sql.format(row=row) for sql in SUBJECT_SQL.values())


def _about(side: str) -> str:
    """Return the SQL list of a comment's columns for its idea, prototype and canvas, of which one is filled.

    `side` is the SQL name of the comment, such as `NEW` or `OLD`.
    """
    return ", ".join(f"{side}.{subject}_id" for subject in SUBJECT_SQL)


def _about_one() -> Q:
    """Return the condition that a comment has exactly one subject.

    One of its columns for idea, prototype and canvas is filled, the other two are null.
    """
    first, *others = [Q(**{f"{name}__isnull": name != chosen for name in SUBJECT_SQL}) for chosen in SUBJECT_SQL]
    return reduce(or_, others, first)


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible_to(self, user: User) -> "CommentQuerySet":
        """Return the comments on ideas, prototypes and canvases that the person may read; withdrawn ones are included.

        Lab staff may read all; others those on work of their cohorts, or shared with their editions. Past members read
        what existed on their last day.
        """
        return self.filter(
            reduce(
                or_,
                [
                    readable_by(user, way, *CREATED_ON_PATHS.get(what, ()), "created_on")
                    for what, way in PATHS_TO_READABLE_OBJECT.items()
                ],
            )
        )

    def about(self, subject: models.Model) -> "CommentQuerySet":
        """Return the comments on one idea, prototype or canvas, withdrawn ones included."""
        return self.filter(**{subject._meta.model_name or "": subject})

    def by_conversation(self) -> "CommentQuerySet":
        """Order comments by thread, each opening comment before its replies.

        The thread with the latest comment comes last.
        """
        opener = Coalesce("thread", "pk")
        latest = Window(Max("pk"), partition_by=[opener])
        return self.annotate(opener=opener, latest=latest).order_by("latest", "opener", "pk")

    def with_mentioned_names(self) -> "CommentQuerySet":
        """Read with each comment its writer and, as `names`, the list of the names of the people it mentions."""
        mentions = self.model._meta.get_field("mentions").related_model._default_manager
        names = mentions.filter(comment=OuterRef("pk")).order_by("pk").values("person__full_name")
        return self.select_related("written_by").annotate(names=ArraySubquery(names))


@tracked(exclude=["text"])
class Comment(models.Model):
    """A comment on a subject, or a reply to a comment (`thread`), one level deep.

    Its writer may change and withdraw it; then its text is deleted, and the history never stores texts. The lab may
    withdraw comments of others (`withdrawn_by`), with a reason.
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
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("withdrawn for the lab by"),
    )
    withdrawal_reason = models.CharField(
        _("reason for withdrawing the comment"), max_length=MAX_REASON_CHARACTERS, blank=True
    )
    idempotency_key = idempotency_key_field()
    created_on = created_on_field()

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering: ClassVar[list[str]] = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["idempotency_key"], name="comment_idempotency_key_unique"),
            models.CheckConstraint(condition=_about_one(), name="comment_about_one"),
            models.CheckConstraint(condition=LessThanOrEqual(Length("text"), MAX_CHARACTERS), name="comment_length"),
            models.CheckConstraint(
                condition=(Q(withdrawn_at=None) & ~Q(text="")) | Q(withdrawn_at__isnull=False, text=""),
                name="comment_says_something",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_by=None, withdrawal_reason="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, withdrawal_reason__regex=r"\S"),
                name="comment_withdrawal_reason_given",
            ),
            models.CheckConstraint(
                condition=(Q(edited_at=None) | Q(edited_at__gte=F("written_at")))
                & (Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("written_at"))),
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
                name="comment_withdrawn_by_lab",
                broken="TG_OP = 'INSERT' AND NEW.withdrawn_by_id IS NOT NULL"
                " OR TG_OP = 'UPDATE' AND OLD.withdrawn_at IS NULL AND NEW.withdrawn_by_id IS NOT NULL"
                " AND NOT EXISTS (SELECT 1 FROM accounts_user u WHERE u.id = NEW.withdrawn_by_id AND u.is_lab_staff)",
            ),
            Frozen(
                name="comment_stays",
                frozen_if="TG_OP = 'DELETE' OR OLD.withdrawn_at IS NOT NULL",
                mutable_columns=["written_by_id", "withdrawn_by_id"],
            ),
            created_on_is_fixed("comment_created_on_fixed"),
        ]

    def __str__(self) -> str:
        """Return the first 80 characters of the text."""
        return self.text[:80]

    def get_absolute_url(self) -> str:
        """Return the URL of the page of the comment's thread, with the fragment that scrolls to the comment."""
        return f"{reverse('comments:comment', args=[self.pk])}#comment-{self.pk}"

    @property
    def subject(self) -> Subject:
        """Return the idea, the prototype or the canvas that the comment is about."""
        subject = self.idea or self.prototype or self.canvas
        assert subject is not None  # noqa: S101 - comment_about_one
        return subject

    def form_values(self) -> dict[str, object]:
        """Return the value that the form to change the comment starts from, by field: its text."""
        return {"text": self.text}


def readable_object_of(subject: Subject) -> Idea | Canvas:
    """Return the object whose readers may read comments on the subject: a prototype's idea, else the idea or canvas
    itself.
    """
    return subject.idea if isinstance(subject, Prototype) else subject


def cohort_of(subject: Subject) -> Cohort:
    """Return the cohort that the idea, the prototype (by its idea) or the canvas belongs to."""
    return readable_object_of(subject).cohort


def is_published(subject: Subject) -> bool:
    """Return whether the subject is imported from published facts, which cannot be commented on."""
    return subject.cohort.retrospective if isinstance(subject, Canvas) else subject.retrospective


def email_name(subject: Subject) -> str:
    """Return the subject's name for e-mails; for a canvas also its kind, as its title may be a person's name."""
    if not isinstance(subject, Canvas):
        return str(subject)
    return gettext("%(kind)s “%(title)s”") % {"kind": subject.get_kind_display(), "title": subject.title}


@tracked()
class Mention(models.Model):
    """A person whom a comment mentions, who gets an e-mail about it."""

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
        """Return the name of the person mentioned."""
        return str(self.person)
