"""Publications: what was made public of an idea, a cohort, a programme, a lesson or a method, version by version."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, ClassVar, Final

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Max, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from cohorts.models import Cohort
from cohorts.visibility import visible_rows
from files.enums import CONSENTS_BY_AUDIENCE, ConsentMethod, FileAudience
from files.models import Attachment
from programmes.models import Lesson, Method, Programme
from prototypes.models import Idea, Indicator
from publications.approval_rules import ApprovalRule, ApprovalRuleQuerySet
from publications.enums import (
    EVER_PUBLISHED,
    IN_PREPARATION,
    LICENCE_TEXTS,
    PUBLICATION_TRANSITIONS,
    Approval,
    DataLicence,
    PublicationKind,
    PublicationState,
    TextLicence,
)
from web.database.columns import choices_constraint
from web.database.created_on import created_on_field, created_on_is_fixed
from web.database.lengths import MAX_CHARACTERS, max_length_constraint
from web.database.text_search import SearchWords, joined_text, search_query, words_index
from web.database.tracking import tracked
from web.database.triggers import FixedColumns, Frozen, NoTruncate, Rule, StateMachine, columns_differ
from web.dates.plausible import plausible_dates
from web.forms.edit_conflicts import column_values
from web.text.language import active_language

__all__ = ["ApprovalRule", "ApprovalRuleQuerySet", "PublicName", "Publication", "PublicationPicture"]

TITLE_LENGTH: Final = 160
SUMMARY_LENGTH: Final = 500
ALT_LENGTH: Final = 500
NAME_LENGTH: Final = 120
MEASURE_LENGTH: Final = 200
UNIT_LENGTH: Final = 40
METHOD_LENGTH: Final = 500
TEXTS: Final = ("title_fr", "title_en", "summary_fr", "summary_en", "text_fr", "text_en")
MEASURE_TEXTS: Final = ("measure_fr", "measure_en", "unit_fr", "unit_en", "method_fr", "method_en")
ALL_TEXTS: Final = (*TEXTS, *MEASURE_TEXTS)  # where a person may be named
SUBJECTS: Final = {
    PublicationKind.IDEA: Idea,
    PublicationKind.COHORT: Cohort,
    PublicationKind.PROGRAMME: Programme,
    PublicationKind.LESSON: Lesson,
    PublicationKind.METHOD: Method,
}
SUBJECT_COLUMNS: Final = {kind: kind.value.removesuffix("s") for kind in SUBJECTS}  # “ideas”: the column `idea`
PUBLIC_TEXT = joined_text(*TEXTS)


def _about(kind: PublicationKind) -> Q:
    """Return the condition that a row of this kind names the one thing it is about, and its cohort if it has one."""
    named = {SUBJECT_COLUMNS[kind], "cohort"} if kind.of_cohort else {SUBJECT_COLUMNS[kind]}
    return Q(kind=kind, **{f"{column}__isnull": column not in named for column in SUBJECT_COLUMNS.values()})


def _are_filled_in(columns: Iterable[str]) -> Q:
    """Return the condition that no text in these columns is empty."""
    return Q(**{f"{column}__regex": r"\S" for column in columns})


class PublicationQuerySet(models.QuerySet["Publication"]):
    def visible_to(self, user: User) -> PublicationQuerySet:
        """Return the versions that the person may read before and after they are public: those of their cohorts.

        Those about programmes, lessons and methods are for lab staff. What the public reads is `published()`.
        """
        return self.filter(visible_rows(user, "cohort__", "created_on"))

    def published(self) -> PublicationQuerySet:
        """Return the versions that anyone can read now."""
        return self.filter(state=PublicationState.PUBLISHED)

    def ever_published(self) -> PublicationQuerySet:
        """Return the versions that are or were public."""
        return self.filter(state__in=EVER_PUBLISHED)

    def matching(self, words: str) -> PublicationQuerySet:
        """Return the versions with these words, in the text of either language."""
        return self.alias(vector=SearchWords(PUBLIC_TEXT)).filter(vector=search_query(words))

    def names_to_check(self) -> PublicationQuerySet:
        """Return the versions that lab staff have to read because they may name an erased person, the oldest first."""
        return self.filter(names_to_check_since__isnull=False).order_by("names_to_check_since", "pk")

    def in_preparation(self) -> PublicationQuerySet:
        """Return the drafts, and what waits for approval."""
        return self.filter(state__in=IN_PREPARATION)

    def about(self, subject: models.Model) -> PublicationQuerySet:
        """Return all versions about this idea, cohort, programme, lesson or method, the latest first."""
        kind = kind_of(subject)
        return self.filter(kind=kind, **{SUBJECT_COLUMNS[kind]: subject.pk}).order_by("-number")

    def next_number(self) -> int:
        """Return the number of the version that follows these."""
        return (self.aggregate(last=Max("number"))["last"] or 0) + 1


def _not_of_draft(row: str) -> str:
    """Return the SQL condition, for a trigger, that the version that a row belongs to is no draft; `row` is NEW or
    OLD.
    """
    return f"(SELECT p.state <> 'draft' FROM publications_publication p WHERE p.id = {row}.publication_id)"


def _plain_words_sql(text: str) -> str:
    """Return the SQL expression for the words of a text in small letters, without accents, with one blank between."""
    return f"' ' || btrim(regexp_replace(lower(web_plain({text})), '[^[:alnum:]]+', ' ', 'g')) || ' '"


_TEXTS_SQL: Final = " || '|' || ".join(_plain_words_sql(f"p.{column}") for column in ALL_TEXTS)


def _subject(model: type[models.Model], label: StrOrPromise) -> Any:
    """Return the column for the thing that a version is about."""
    return models.ForeignKey(
        model, models.PROTECT, null=True, blank=True, related_name="publications", verbose_name=label
    )


def _actor(label: StrOrPromise) -> Any:
    """Return the column for a person who did something with a version; empty until then."""
    user = settings.AUTH_USER_MODEL
    return models.ForeignKey(user, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label)


def _measure_text(label: StrOrPromise, length: int) -> Any:
    """Return the column for a text about what was measured; empty without a measure."""
    return models.CharField(label, max_length=length, blank=True, db_default="")


def kind_of(subject: models.Model) -> PublicationKind:
    """Return the kind of a publication about this thing."""
    return next(kind for kind, model in SUBJECTS.items() if isinstance(subject, model))


@tracked(exclude=ALL_TEXTS)
class Publication(models.Model):
    """One version of what is made public of a thing: a copy for the public, which later changes of the thing leave.

    All versions about a thing have one address: `kind` and `slug`. `facts` are facts of the thing on the day the draft
    was saved: states, days and numbers, with names of public bodies and programmes, and no other text. `approval` says
    who has to approve, as the rules were when it was submitted; it stays when the version is returned to draft. The
    rows are the history of what was public when; the history table leaves out the texts, in which an erased person may
    have been named. `names_to_check_since`: since then lab staff have to read whether an erased person is named.

    A version about an idea can show an `indicator` (its first version) before and after: both values are in
    `facts["measure"]`, the words are the columns `MEASURE_TEXTS`.
    """

    kind = models.CharField(_("about"), max_length=10, choices=PublicationKind.choices)
    slug = models.SlugField(_("short name for addresses"), max_length=80)
    number = models.PositiveSmallIntegerField(_("version"), default=1)
    cohort = _subject(Cohort, _("cohort"))
    idea = _subject(Idea, _("idea"))
    programme = _subject(Programme, _("programme"))
    lesson = _subject(Lesson, _("lesson"))
    method = _subject(Method, _("method"))
    state = models.CharField(_("state"), max_length=9, choices=PublicationState.choices, default=PublicationState.DRAFT)
    title_fr = models.CharField(_("title in French"), max_length=TITLE_LENGTH, blank=True)
    title_en = models.CharField(_("title in English"), max_length=TITLE_LENGTH, blank=True)
    summary_fr = models.CharField(_("summary in French"), max_length=SUMMARY_LENGTH, blank=True)
    summary_en = models.CharField(_("summary in English"), max_length=SUMMARY_LENGTH, blank=True)
    text_fr = models.TextField(_("text in French"), blank=True)
    text_en = models.TextField(_("text in English"), blank=True)
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("before and after")
    )
    measure_fr = _measure_text(_("what is measured, in French"), MEASURE_LENGTH)
    measure_en = _measure_text(_("what is measured, in English"), MEASURE_LENGTH)
    unit_fr = _measure_text(_("unit in French"), UNIT_LENGTH)
    unit_en = _measure_text(_("unit in English"), UNIT_LENGTH)
    method_fr = _measure_text(_("how it was measured, in French"), METHOD_LENGTH)
    method_en = _measure_text(_("how it was measured, in English"), METHOD_LENGTH)
    licence = models.CharField(
        _("licence of texts and pictures"), max_length=12, choices=TextLicence.choices, default=TextLicence.CC_BY
    )
    data_licence = models.CharField(
        _("licence of facts and figures"), max_length=12, choices=DataLicence.choices, default=DataLicence.ETALAB
    )
    facts = models.JSONField(_("facts"), default=dict, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    approval = models.CharField(_("approval by"), max_length=6, choices=Approval.choices, blank=True)
    submitted_at = models.DateTimeField(_("submitted on"), null=True, blank=True)
    submitted_by = _actor(_("submitted by"))
    published_at = models.DateTimeField(_("published on"), null=True, blank=True)
    published_by = _actor(_("approved by"))
    approved_as_admin = models.BooleanField(_("approved as admin of the authority"), default=False)
    election_confirmed = models.BooleanField(_("published knowing of an election"), default=False)
    ended_at = models.DateTimeField(_("public until"), null=True, blank=True)
    ended_by = _actor(_("ended by"))
    end_reason = models.TextField(_("why it was withdrawn"), blank=True)
    names_to_check_since = models.DateTimeField(_("names to check since"), null=True, blank=True)
    created_on = created_on_field()

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering: ClassVar[list[str]] = ["kind", "slug", "-number"]
        indexes = [
            models.Index(F("published_at").desc(), condition=Q(state="published"), name="publication_latest"),
            words_index(PUBLIC_TEXT, name="publication_words"),
        ]
        constraints = [
            models.CheckConstraint(condition=reduce(or_, map(_about, PublicationKind)), name="publication_about_one"),
            models.UniqueConstraint(fields=["kind", "slug", "number"], name="publication_number_once"),
            models.UniqueConstraint(
                fields=["kind", "slug"], condition=Q(state="published"), name="publication_published_once"
            ),
            models.UniqueConstraint(
                fields=["kind", "slug"], condition=Q(state__in=["draft", "submitted"]), name="publication_prepared_once"
            ),
            choices_constraint("licence", TextLicence, "publication_licence_known"),
            choices_constraint("data_licence", DataLicence, "publication_data_licence_known"),
            max_length_constraint(MAX_CHARACTERS, "text_fr", name="publication_text_fr_length"),
            max_length_constraint(MAX_CHARACTERS, "text_en", name="publication_text_en_length"),
            models.CheckConstraint(condition=Q(state="draft") | _are_filled_in(TEXTS), name="publication_complete"),
            models.CheckConstraint(
                condition=Q(indicator=None, **dict.fromkeys(MEASURE_TEXTS, "")) & ~Q(facts__has_key="measure")
                | Q(indicator__isnull=False, facts__has_key="measure")
                & (Q(state="draft") | _are_filled_in(MEASURE_TEXTS)),
                name="publication_measure_complete",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", submitted_at=None, submitted_by=None)
                & Q(approval__in=["", *Approval.values])
                | Q(approval__in=Approval.values, submitted_at__isnull=False, submitted_by__isnull=False)
                & ~Q(state="draft"),
                name="publication_submitted",
            ),
            models.CheckConstraint(
                condition=Q(state__in=IN_PREPARATION, published_at=None, published_by=None)
                | Q(state__in=EVER_PUBLISHED, published_at__isnull=False, published_by__isnull=False),
                name="publication_published",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=EVER_PUBLISHED)
                | Q(approval=Approval.ANYONE)
                | Q(approval=Approval.SECOND_PERSON) & ~Q(published_by=F("submitted_by"))
                | Q(approval=Approval.ADMIN, approved_as_admin=True)
                | Q(approval=Approval.ADMIN_AND_SECOND, approved_as_admin=True) & ~Q(published_by=F("submitted_by")),
                name="publication_approved",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["replaced", "withdrawn"], ended_at__gte=F("published_at"))
                | Q(ended_at=None, ended_by=None, end_reason="") & ~Q(state__in=["replaced", "withdrawn"]),
                name="publication_ended",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | Q(end_reason__regex=r"\S"), name="publication_withdrawn_why"
            ),
        ]
        triggers = [
            StateMachine(
                name="publication_state", transitions=PUBLICATION_TRANSITIONS, initial=[PublicationState.DRAFT]
            ),
            FixedColumns("kind", "slug", "number", "cohort_id", "idea_id", name="publication_subject_fixed"),
            FixedColumns("programme_id", "lesson_id", "method_id", name="publication_lab_subject_fixed"),
            Rule(
                name="publication_cohort_of_idea",
                broken="NEW.idea_id IS NOT NULL AND NEW.cohort_id IS DISTINCT FROM"
                " (SELECT i.cohort_id FROM prototypes_idea i WHERE i.id = NEW.idea_id)",
            ),
            Rule(
                name="publication_indicator_of_idea",
                broken="NEW.indicator_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM prototypes_indicator i"
                " WHERE i.id = NEW.indicator_id AND i.idea_id = NEW.idea_id AND i.corrects_id IS NULL)",
            ),
            Rule(
                name="publication_fixed_once_submitted",
                broken="TG_OP = 'UPDATE' AND OLD.state IN ('submitted', 'published') AND "
                + columns_differ(*ALL_TEXTS, "indicator_id", "licence", "data_licence", "facts"),
            ),
            Rule(
                name="publication_record_fixed",
                broken="TG_OP = 'UPDATE' AND OLD.published_at IS NOT NULL AND "
                + columns_differ("published_at", "submitted_at", "approval", "approved_as_admin", "election_confirmed"),
            ),
            Rule(
                name="publication_approval_stays",
                broken="TG_OP = 'UPDATE' AND (OLD.approval IN ('admin', 'both') AND NEW.approval NOT IN"
                " ('admin', 'both') OR OLD.approval IN ('second', 'both') AND NEW.approval NOT IN ('second', 'both'))",
            ),
            Frozen(name="publication_never_deleted", frozen_if="TG_OP = 'DELETE' AND OLD.published_at IS NOT NULL"),
            NoTruncate(name="publication_no_truncate"),
            created_on_is_fixed("publication_created_on_fixed"),
        ]

    def __str__(self) -> str:
        return self.title(active_language()) or self.title_fr or self.slug

    def get_absolute_url(self) -> str:
        """Return the URL of the page on which people prepare and withdraw it; the public page is `public_url`."""
        return reverse("publications:publication", args=[self.pk])

    def public_url(self, language: str) -> str:
        """Return the URL of the public page in a language."""
        return reverse("publications:page", args=[language, self.kind, self.slug])

    @property
    def subject(self) -> models.Model:
        """Return the thing that it is about."""
        subject: models.Model = getattr(self, SUBJECT_COLUMNS[PublicationKind(self.kind)])
        return subject

    @property
    def current_state(self) -> PublicationState:
        """Return the state as an enumeration member, for its label and tone."""
        return PublicationState(self.state)

    @property
    def current_kind(self) -> PublicationKind:
        """Return the kind as an enumeration member, for its label and heading."""
        return PublicationKind(self.kind)

    @property
    def licence_url(self) -> str:
        """Return the address of the licence of texts and pictures."""
        return LICENCE_TEXTS[self.licence]

    @property
    def data_licence_url(self) -> str:
        """Return the address of the licence of facts and figures."""
        return LICENCE_TEXTS[self.data_licence]

    def title(self, language: str) -> str:
        """Return the title in a language."""
        return self.title_en if language == "en" else self.title_fr

    def summary(self, language: str) -> str:
        """Return the summary in a language."""
        return self.summary_en if language == "en" else self.summary_fr

    def text(self, language: str) -> str:
        """Return the text in a language, as Markdown."""
        return self.text_en if language == "en" else self.text_fr

    def missing_texts(self) -> list[str]:
        """Return the labels of the texts that are empty, without which it cannot be submitted."""
        columns = {column.name: column.verbose_name for column in self._meta.concrete_fields}
        needed = ALL_TEXTS if self.indicator_id else TEXTS
        return [str(columns[name]) for name in needed if not getattr(self, name).strip()]

    def form_values(self) -> dict[str, object]:
        """Return the saved values of the form of the draft, by field."""
        columns = column_values(self, *ALL_TEXTS, "indicator", "licence", "data_licence")
        return columns | {"shows_tests": "tests" in self.facts}


class PublicationPictureQuerySet(models.QuerySet["PublicationPicture"]):
    def with_consent(self, today: date) -> PublicationPictureQuerySet:
        """Return the pictures that the public may see on the day `today`, in their order.

        They are not withdrawn, and nobody can be recognised or the people agreed, until that day or later.
        """
        seen = Attachment.objects.pictures().with_consent(CONSENTS_BY_AUDIENCE[FileAudience.PUBLIC], today)
        return self.filter(attachment__in=seen).select_related("attachment").order_by("pk")


@tracked(exclude=["alt_fr", "alt_en"])
class PublicationPicture(models.Model):
    """A picture of an idea, its prototypes or tests that a version shows, with what it shows in both languages.

    Pages leave it out once the consent of the people on it has ended, which each page checks. The history leaves out
    the descriptions, in which an erased person may have been named.
    """

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="pictures", verbose_name=_("publication"))
    attachment = models.ForeignKey(
        Attachment, models.PROTECT, related_name="public_pictures", verbose_name=_("picture")
    )
    alt_fr = models.CharField(_("what it shows, in French"), max_length=ALT_LENGTH)
    alt_en = models.CharField(_("what it shows, in English"), max_length=ALT_LENGTH)

    objects = PublicationPictureQuerySet.as_manager()

    class Meta:
        verbose_name = _("public picture")
        verbose_name_plural = _("public pictures")
        constraints = [
            models.UniqueConstraint(fields=["publication", "attachment"], name="public_picture_once"),
            models.CheckConstraint(
                condition=Q(alt_fr__regex=r"\S", alt_en__regex=r"\S"), name="public_picture_described"
            ),
        ]
        triggers = [
            Rule(
                name="public_picture_of_draft",
                broken="(TG_OP = 'INSERT' OR NEW.publication_id <> OLD.publication_id) AND " + _not_of_draft("NEW"),
            ),
            Frozen(
                name="public_picture_stays",
                rule="public_picture_of_draft",
                frozen_if=_not_of_draft("OLD"),
                mutable_columns=["alt_fr", "alt_en"],
            ),
            Rule(
                name="public_picture_texts_stay",
                rule="public_picture_of_draft",
                operation=pgtrigger.Update,
                broken=columns_differ("alt_fr", "alt_en") + " AND (SELECT p.state IN ('submitted', 'published')"
                " FROM publications_publication p WHERE p.id = OLD.publication_id)",
            ),
            Rule(
                name="public_picture_consent",
                operation=pgtrigger.Insert,
                broken="NOT EXISTS (SELECT 1 FROM files_attachment a WHERE a.id = NEW.attachment_id"
                " AND a.kind = 'image' AND a.withdrawn_at IS NULL AND a.consent IN ('nobody', 'public'))",
            ),
        ]

    def __str__(self) -> str:
        return self.alt_fr

    def alt(self, language: str) -> str:
        """Return what the picture shows, in a language."""
        return self.alt_en if language == "en" else self.alt_fr


class PublicNameQuerySet(models.QuerySet["PublicName"]):
    def with_consent(self, today: date) -> PublicNameQuerySet:
        """Return the names that may be shown on the day `today`, in the order in which they were added."""
        return self.filter(Q(agreed_until=None) | Q(agreed_until__gte=today), ended_at=None).order_by("pk")


@tracked(exclude=["name"])
class PublicName(models.Model):
    """A person whom a version names, with their consent; it can end at any time, on a day or by withdrawal.

    A public version whose texts name the person too is withdrawn before the consent is.
    """

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="names", verbose_name=_("publication"))
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    agreed_on = models.DateField(_("agreed on"))
    agreed_until = models.DateField(_("named until"), null=True, blank=True)
    agreed_how = models.CharField(_("how they agreed"), max_length=6, choices=ConsentMethod.choices)
    ended_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = PublicNameQuerySet.as_manager()

    class Meta:
        verbose_name = _("name on a public page")
        verbose_name_plural = _("names on public pages")
        constraints = [
            models.UniqueConstraint(fields=["publication", "name"], name="public_name_once"),
            models.CheckConstraint(condition=Q(name__regex=r"\S"), name="public_name_named"),
            models.CheckConstraint(
                condition=Q(agreed_until=None) | Q(agreed_until__gte=F("agreed_on")), name="public_name_days"
            ),
            choices_constraint("agreed_how", ConsentMethod, "public_name_how_known"),
            plausible_dates("public_name_dates", "agreed_on", "agreed_until"),
        ]
        triggers = [
            Rule(name="public_name_of_draft", operation=pgtrigger.Insert, broken=_not_of_draft("NEW")),
            Frozen(
                name="public_name_fixed",
                frozen_if=_not_of_draft("OLD"),
                mutable_columns=["ended_at", "name"],
                rule="public_name_of_draft",
            ),
            # A second line for the name as it is listed: `withdraw_name` also finds the surname first.
            Rule(
                name="public_name_ends_with_page",
                operation=pgtrigger.Update,
                broken="OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL AND EXISTS (SELECT 1"
                " FROM publications_publication p WHERE p.id = OLD.publication_id AND p.state = 'published' AND"
                f" position({_plain_words_sql('OLD.name')} IN {_TEXTS_SQL}) > 0)",
            ),
        ]

    def __str__(self) -> str:
        return self.name
