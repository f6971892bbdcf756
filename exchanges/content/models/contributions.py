"""Questions sent ahead of an exchange, the contributions of cohorts, and matches of offers with requests."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import MD5
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.models import Cohort
from exchanges.content.enums import CONTRIBUTION_STATES, QUESTION_STATES, ContributionKind
from exchanges.exchange.models import Exchange
from exchanges.visibility import content_visible_to
from prototypes.models import Idea
from web.database.created_on import created_on_field, created_on_is_fixed
from web.database.lengths import MAX_CHARACTERS, max_length_constraint
from web.database.text_search import words_index
from web.database.tracking import tracked
from web.database.triggers import Frozen, Rule


def in_state(row: str, states: tuple[str, ...]) -> str:
    """Return an SQL condition: the exchange of a row is in one of these states, or is a published fact.

    `row` is NEW, OLD or the alias of a table with an `exchange_id`.
    """
    listed = ", ".join(f"'{state}'" for state in states)
    return (
        "EXISTS (SELECT 1 FROM exchanges_exchange x"
        f" WHERE x.id = {row}.exchange_id AND (x.retrospective OR x.state IN ({listed})))"
    )


@tracked()
class Question(models.Model):
    """A question sent ahead. It cannot change once registration has closed or someone has answered it."""

    exchange = models.ForeignKey(Exchange, models.PROTECT, related_name="questions", verbose_name=_("Intertransfo"))
    position = models.PositiveSmallIntegerField(_("position"))
    text = models.TextField(_("question"))
    created_on = created_on_field()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering: ClassVar[list[str]] = ["exchange", "position", "id"]
        indexes = [words_index("text", name="question_words")]
        constraints = [
            models.UniqueConstraint(fields=["exchange", "position"], name="question_position_once"),
            models.UniqueConstraint("exchange", MD5("text"), name="question_once"),
            models.CheckConstraint(condition=~Q(text=""), name="question_text_required"),
            max_length_constraint(MAX_CHARACTERS, "text", name="question_length"),
        ]
        triggers = [
            Rule(name="question_in_time", broken=f"TG_OP = 'INSERT' AND NOT {in_state('NEW', QUESTION_STATES)}"),
            Frozen(name="question_frozen", frozen_if=f"NOT {in_state('OLD', QUESTION_STATES)}"),
            Frozen(
                name="question_answered",
                frozen_if="EXISTS (SELECT 1 FROM exchanges_contribution c WHERE c.question_id = OLD.id)",
                mutable_columns=["position"],
            ),
            created_on_is_fixed("question_created_on_fixed"),
        ]

    def __str__(self) -> str:
        return self.text

    def form_values(self) -> dict[str, object]:
        """Return the saved value of the form that edits the question, by field: its `text`."""
        return {"text": self.text}


class ContributionQuerySet(models.QuerySet["Contribution"]):
    def as_read_by(self, user: User) -> ContributionQuerySet:
        """Return the contributions the person may read, with cohort, author and last editor.

        Each is annotated with `reference`, that of the idea it cites, and `cited`, that idea's title if the person may
        read the idea; both are None without one.
        """
        readable = Idea.objects.visible_to(user).filter(pk=OuterRef("idea"))
        return (
            self.filter(content_visible_to(user))
            .select_related("cohort", "author", "edited_by")
            .annotate(reference=F("idea__reference"), cited=Subquery(readable.values("title")[:1]))
        )


@tracked()
class Contribution(models.Model):
    """A success, difficulty, answer, offer or request of one cohort of the edition. Published facts have no author."""

    exchange = models.ForeignKey(Exchange, models.PROTECT, related_name="contributions", verbose_name=_("Intertransfo"))
    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="contributions", verbose_name=_("cohort"))
    kind = models.CharField(_("kind"), max_length=10, choices=ContributionKind.choices)
    text = models.TextField(_("text"))
    question = models.ForeignKey(
        Question, models.PROTECT, null=True, blank=True, related_name="answers", verbose_name=_("question")
    )
    idea = models.ForeignKey(
        Idea, models.PROTECT, null=True, blank=True, related_name="contributions", verbose_name=_("idea")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="contributions",
        verbose_name=_("author"),
    )
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="contributions_edited",
        verbose_name=_("last edited by"),
    )
    created_on = created_on_field()

    objects = ContributionQuerySet.as_manager()

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        ordering: ClassVar[list[str]] = ["exchange", "id"]
        indexes = [words_index("text", name="contribution_words")]
        constraints = [
            models.UniqueConstraint("exchange", "cohort", "kind", MD5("text"), name="contribution_once"),
            models.CheckConstraint(condition=~Q(text=""), name="contribution_text_required"),
            max_length_constraint(MAX_CHARACTERS, "text", name="contribution_length"),
            models.CheckConstraint(condition=Q(question=None) | Q(kind="answer"), name="contribution_answers"),
            models.CheckConstraint(
                condition=~Q(kind="answer") | Q(question__isnull=False), name="contribution_answers_something"
            ),
        ]
        triggers = [
            Rule(name="contribution_in_time", broken=f"NOT {in_state('NEW', CONTRIBUTION_STATES)}"),
            Frozen(
                name="contribution_closed",
                frozen_if=f"NOT {in_state('OLD', CONTRIBUTION_STATES)}",
                rule="contribution_in_time",
            ),
            Rule(
                name="contribution_of_edition",
                broken="NOT EXISTS (SELECT 1 FROM cohorts_cohort c JOIN exchanges_exchange x ON x.id = NEW.exchange_id"
                " WHERE c.id = NEW.cohort_id AND c.edition_id = x.edition_id)",
            ),
            Rule(
                name="contribution_question_of_exchange",
                broken="NEW.question_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM exchanges_question q"
                " WHERE q.id = NEW.question_id AND q.exchange_id = NEW.exchange_id)",
            ),
            Rule(
                name="contribution_idea_of_cohort",
                broken="NEW.idea_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM prototypes_idea i"
                " WHERE i.id = NEW.idea_id AND i.cohort_id = NEW.cohort_id)",
            ),
            Rule(
                name="contribution_author_required",
                broken="NEW.author_id IS NULL AND NOT EXISTS (SELECT 1 FROM exchanges_exchange x"
                " WHERE x.id = NEW.exchange_id AND x.retrospective)",
            ),
            Rule(
                name="contribution_fixed",
                broken="TG_OP = 'UPDATE' AND (NEW.exchange_id, NEW.cohort_id, NEW.kind)"
                " IS DISTINCT FROM (OLD.exchange_id, OLD.cohort_id, OLD.kind)",
            ),
            created_on_is_fixed("contribution_created_on_fixed"),
        ]

    def __str__(self) -> str:
        return self.text

    def form_values(self) -> dict[str, object]:
        """Return the saved values of the edit form's fields: `text`, and `idea` as the key of the idea or None."""
        return {"text": self.text, "idea": self.idea_id}

    @property
    def tone(self) -> str:
        """Return the name of the colour in which pages show the kind of contribution: "done", "risk", "neutral", "open"
        or "waiting".
        """
        return ContributionKind(self.kind).tone


def _matching(row: str) -> str:
    """Return an SQL condition: the exchange of a match is between its announcement and its closing.

    `row` is NEW or OLD, the row of the match.
    """
    offer = in_state("c", CONTRIBUTION_STATES)
    return f"EXISTS (SELECT 1 FROM exchanges_contribution c WHERE c.id = {row}.offer_id AND {offer})"


@tracked()
class Match(models.Model):
    """An offer of one cohort matched with a request of another, and who matched them."""

    offer = models.ForeignKey(Contribution, models.PROTECT, related_name="matches_as_offer", verbose_name=_("offer"))
    request = models.ForeignKey(
        Contribution, models.PROTECT, related_name="matches_as_request", verbose_name=_("request")
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="matches_made", verbose_name=_("matched by")
    )

    class Meta:
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        ordering: ClassVar[list[str]] = ["id"]
        constraints = [models.UniqueConstraint(fields=["offer", "request"], name="match_once")]
        triggers = [
            Rule(
                name="match_fits",
                broken="NOT EXISTS (SELECT 1 FROM exchanges_contribution o JOIN exchanges_contribution r"
                " ON r.exchange_id = o.exchange_id AND r.cohort_id <> o.cohort_id"
                " WHERE o.id = NEW.offer_id AND r.id = NEW.request_id AND o.kind = 'offer' AND r.kind = 'request')",
            ),
            Rule(name="match_in_time", broken=f"TG_OP = 'INSERT' AND NOT {_matching('NEW')}"),
            Frozen(
                name="match_closed",
                frozen_if=f"NOT {_matching('OLD')}",
                mutable_columns=["made_by_id"],
                rule="match_in_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offer} → {self.request}"
