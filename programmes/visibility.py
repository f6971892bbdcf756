"""Questions about authorities, programmes and editions, and who may see them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Case, Exists, F, Max, OuterRef, Q, Value, When

from accounts.models import User
from programmes.enums import LessonState, PhaseKind
from programmes.workdays import KNOWN_CORRECTIONS, Period
from web.clock import Day, day_of_rows, today_everywhere
from web.names import by_name

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable

    from programmes.models.authorities import Authority, AuthorityAdmin, CalendarPeriod
    from programmes.models.editions import Edition
    from programmes.models.formats import Format, Programme
    from programmes.models.lessons import Lesson

PHASES = PhaseKind.values


def mandates(user: User) -> AuthorityAdminQuerySet:
    """What makes the person an admin today: whose mandate has ended reads nothing by it any more."""
    found: AuthorityAdminQuerySet = user.administered.active(today_everywhere())
    return found


def lived_by(user: User, path: str = "", born: str = "") -> Q:
    """Rows of editions the person is or was in, or answers for an authority of today; all for lab staff.

    `path` leads to the edition ("edition__"), empty for editions themselves. `born` names the column that says since
    when a row is there: whoever left the edition reads what was there on their last day.
    """
    if not user.is_authenticated:
        return Q(pk__in=[])
    if user.is_lab_staff:
        return Q()
    there = user.memberships.filter(cohort__edition=OuterRef(f"{path}pk"))
    if born:
        there = there.filter(Q(ends_on=None) | Q(ends_on__gte=OuterRef(born)))
    return Q(Exists(there)) | Q(**{f"{path}pk__in": mandates(user).values("authority__cohorts__edition")})


class AuthorityQuerySet(models.QuerySet["Authority"]):
    def living(self, at: date) -> AuthorityQuerySet:
        """Not dissolved on that day."""
        return self.filter(Q(dissolved_on=None) | Q(dissolved_on__gt=at))

    def named_like(self, text: str) -> AuthorityQuerySet:
        """Whose name or seat holds the text, accents and capitals ignored."""
        return self.filter(Q(name__unaccent__icontains=text) | Q(seat__unaccent__icontains=text))

    def by_name(self) -> AuthorityQuerySet:
        return self.order_by(*by_name())

    def without_admin(self, at: Day) -> AuthorityQuerySet:
        """For which nobody with an open account answers on that day."""
        day = day_of_rows(at)
        in_charge = Q(admins__until=None) | Q(admins__until__gte=day)
        answered = self.model._base_manager.filter(in_charge, admins__since__lte=day, admins__user__is_active=True)
        return self.exclude(pk__in=answered.values("pk"))

    def left_alone(self, at_work: models.QuerySet[Any, Any], at: Day) -> AuthorityQuerySet:
        """Of those `at_work` gives the keys of, the ones for which nobody answers on that day."""
        return self.without_admin(at).filter(pk__in=at_work)

    def visible_to(self, user: User) -> AuthorityQuerySet:
        """Public bodies are no secret among signed-in people."""
        return self if user.is_authenticated else self.none()


class AuthorityAdminQuerySet(models.QuerySet["AuthorityAdmin"]):
    def active(self, at: Day | Combinable) -> AuthorityAdminQuerySet:
        """In charge on that day, or today where the authority is."""
        day = day_of_rows(at, "authority")
        return self.filter(Q(until=None) | Q(until__gte=day), since__lte=day)

    def alone(self, at: Day) -> AuthorityAdminQuerySet:
        """In charge on that day, and nobody else with an open account goes on being so."""
        day = day_of_rows(at, "authority")
        others = self.model._base_manager.filter(
            authority=OuterRef("authority"), until=None, since__lte=day, user__is_active=True
        )
        return self.active(at).filter(~Exists(others.exclude(user=OuterRef("user"))))


class CalendarPeriodQuerySet(models.QuerySet["CalendarPeriod"]):
    def as_periods(self) -> tuple[Period, ...]:
        """What `programmes.workdays` reads: these lines after the known corrections (one statement)."""
        return (*KNOWN_CORRECTIONS, *(line.period for line in self))

    def ending_from(self, day: date) -> CalendarPeriodQuerySet:
        """Not over before that day."""
        return self.filter(ends_on__gte=day)


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def visible_to(self, user: User) -> ProgrammeQuerySet:
        """What the lab offers is no secret among signed-in people."""
        return self if user.is_authenticated else self.none()


class FormatQuerySet(models.QuerySet["Format"]):
    def published(self) -> FormatQuerySet:
        return self.filter(published_at__isnull=False)

    def measured(self) -> FormatQuerySet:
        """Versions to work with, those that carry published facts left out."""
        return self.filter(retrospective=False)

    def visible_to(self, user: User) -> FormatQuerySet:
        """Lab staff see drafts; everyone signed in sees published versions."""
        if not user.is_authenticated:
            return self.none()
        return self if user.is_lab_staff else self.published()

    def latest_first(self) -> FormatQuerySet:
        return self.order_by("-version")

    def next_version(self) -> int:
        """The number after the highest of these."""
        return (self.aggregate(latest=Max("version"))["latest"] or 0) + 1


class EditionQuerySet(models.QuerySet["Edition"]):
    def running(self) -> EditionQuerySet:
        return self.filter(state="running")

    def measured(self) -> EditionQuerySet:
        """Work done on the platform, published facts left out."""
        return self.filter(retrospective=False)

    def visible_to(self, user: User) -> EditionQuerySet:
        """Lab staff see drafts; everyone signed in sees the others."""
        if not user.is_authenticated:
            return self.none()
        return self if user.is_lab_staff else self.exclude(state="draft")

    def lived_by(self, user: User) -> EditionQuerySet:
        """Those whose lessons the person reads."""
        return self.visible_to(user).filter(lived_by(user))

    def with_reader(self, user: User) -> EditionQuerySet:
        """`reads_lessons`: whether the person reads the edition's lessons."""
        same = self.model._default_manager.filter(lived_by(user), pk=OuterRef("pk"))
        return self.annotate(reads_lessons=Exists(same))

    def latest_first(self) -> EditionQuerySet:
        """By first day, those without one last."""
        return self.order_by(F("starts_on").desc(nulls_last=True), "pk")


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
    def visible_to(self, user: User) -> LessonQuerySet:
        """Accepted lessons are the edition's: all its people read them, past ones what was noted by their last day.

        Before that, or refused, they are read by the lab and by people of the authority they come from. `near` of a
        lesson says whether the person is one of these, who also read who noted it.
        """
        rows = self.filter(lived_by(user, "edition__", "noted_on"))
        if not user.is_authenticated or user.is_lab_staff:
            return rows.annotate(near=Value(value=True))
        return rows.annotate(near=noted_near(user)).filter(Q(near=True) | Q(state=LessonState.ACCEPTED))

    def proposed(self) -> LessonQuerySet:
        """Noted, and not judged by the lab yet."""
        return self.filter(state=LessonState.PROPOSED)

    def refused(self) -> LessonQuerySet:
        return self.filter(state=LessonState.REFUSED)

    def answered(self, user: User) -> LessonQuerySet:
        """By a version the person may know of."""
        return self.filter(answer_shown(user))

    def unanswered(self, user: User) -> LessonQuerySet:
        """Accepted, without a version the person may know of that answers it."""
        return self.filter(~answer_shown(user), state=LessonState.ACCEPTED)

    def behind(self, user: User, before: Format, after: Format) -> LessonQuerySet:
        """Those that versions after `before` answer, up to `after`, and those that `after` leaves; drafts too."""
        given = Q(answered_by__version__range=(before.version + 1, after.version))
        return self._given_or_left(user, given, after)

    def at(self, user: User, version: Format) -> LessonQuerySet:
        """Those that a version answers, and those it could."""
        return self._given_or_left(user, Q(answered_by=version), version)

    def _given_or_left(self, user: User, given: Q, version: Format) -> LessonQuerySet:
        left = ~answer_shown(user) & Q(edition__format__version__lt=version.version)
        return self.filter(given | left, state=LessonState.ACCEPTED, edition__programme=version.programme_id)

    def with_sources(self) -> LessonQuerySet:
        """With who noted it, where, and what answers it."""
        return self.select_related("noted_by", "edition", "answered_by")

    def in_order(self) -> LessonQuerySet:
        """By phase, in the order of phases, then as they were noted."""
        place = Case(*(When(phase=kind, then=Value(order)) for order, kind in enumerate(PHASES)), default=Value(99))
        return self.order_by(place, "noted_on", "pk")
