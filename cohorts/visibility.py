"""Questions about cohorts, members and sessions. Every page starts from `visible_to`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import models
from django.db.models import Case, Count, Exists, F, Func, IntegerField, Max, Min, OuterRef, Q, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest, Least, Lower

from cohorts.enums import CAME, CORE_ROLES, NEEDS_ADMIN, NEEDS_PILOT, ON_SITE, TEAM_DAYS, TeamState
from programmes.queries import mandates
from web.born import latest
from web.clock import Day, day_of_rows
from web.history import changed_at, last_change
from web.names import by_name
from web.nested import nested
from web.prepared import prepared

if TYPE_CHECKING:
    from accounts.models import User
    from cohorts.cohort.models import Cohort
    from cohorts.people.models import InnovationTeam, Membership, Stakeholder
    from cohorts.sessions.models import Attendance, Session, SessionDay

ROLES = ("pilot", "coordinator", "resident", "ambassador", "relay", "elected", "direction")


def active_on(at: Day | Combinable, prefix: str = "") -> Q:
    """Return the condition that a membership is active on a day (a `Today`: on the local day of its cohort)."""
    day = day_of_rows(at, f"{prefix}cohort__authority")
    return Q(**{f"{prefix}starts_on__lte": day}) & (
        Q(**{f"{prefix}ends_on": None}) | Q(**{f"{prefix}ends_on__gte": day})
    )


def within_reach(user: User, path: str = "", *born: str) -> Q:
    """Rows whose cohort the person may see; `path` leads to the cohort ("cohort__"), empty for cohorts themselves.

    Members, and admins of its authority today; published facts are open to everyone signed in. Lab staff see all.
    Nobody who is signed out sees anything. Past members see what was there on their last day: `born` names the columns
    that say since when a row, and what it belongs to, is there. Of cohorts, without any, they see theirs.
    """
    if not user.is_authenticated:
        return Q(pk__in=[])
    if user.is_lab_staff:
        return Q()
    bounded = with_last_day(user)
    left = Q(**{f"{path}pk__in": bounded.values("cohort")})
    if born:
        left &= was_there(user, born, cohort=OuterRef(f"{path}pk"))
    return beyond_any_day(user, path) | left


def beyond_any_day(user: User, path: str = "") -> Q:
    """Of the above what somebody who is signed in reads whenever it came: no last day bounds it."""
    return (
        Q(**{f"{path}pk__in": without_last_day(user).values("cohort")})
        | Q(**{f"{path}authority__in": mandates(user).values("authority")})
        | Q(**{f"{path}retrospective": True})
    )


def without_last_day(user: User) -> MembershipQuerySet:
    found: MembershipQuerySet = user.memberships.filter(ends_on=None)
    return found


def with_last_day(user: User) -> MembershipQuerySet:
    """Past memberships, and those whose end is known: no clock is read, since nothing is born after today."""
    found: MembershipQuerySet = user.memberships.filter(ends_on__isnull=False)
    return found


def was_there(user: User, born: Iterable[str], **where: Combinable) -> Q:
    """Rows that were there on the last day of one of the person's memberships, of those that lie `where` they do."""
    return Q(Exists(with_last_day(user).filter(ends_on__gte=latest(*map(OuterRef, born)), **where)))


def read_until(user: User, cohort: str) -> Combinable:
    """The last day of what the person reads in a row's cohort, None without one; `cohort` leads there from the row.

    For what hangs on rows without a column to them. Of what was shared it is their last day in the edition.
    """
    if user.is_lab_staff:
        return Value(None, models.DateField())
    cohorts: Any = user.memberships.model._meta.get_field("cohort").related_model
    there, edition = OuterRef(cohort), {"cohort__edition__cohorts": OuterRef(cohort)}
    free = Exists(cohorts.objects.filter(beyond_any_day(user), pk=there))
    beside = Exists(without_last_day(user).filter(**edition))
    shared = Case(When(beside, then=None), default=_last_of(user, **edition), output_field=models.DateField())
    own = Coalesce(_last_of(user, cohort=there), shared)
    return Case(When(free, then=None), default=own, output_field=models.DateField())


def _last_of(user: User, **where: Combinable) -> Subquery:
    days = with_last_day(user).filter(**where).order_by().values("user")
    return Subquery(days.annotate(last=Max("ends_on")).values("last"))


class CohortQuerySet(models.QuerySet["Cohort"]):
    def visible_to(self, user: User) -> CohortQuerySet:
        return self.filter(within_reach(user))

    def running(self) -> CohortQuerySet:
        return self.filter(state="running")

    def current(self) -> CohortQuerySet:
        """Under way or to come; published facts and those that ended are left out."""
        return self.filter(state__in=["prospect", "agreed", "running", "suspended"], retrospective=False)

    def with_active_member(self, user: User, at: Day | Combinable) -> CohortQuerySet:
        """Cohorts the person is in on that day."""
        return self.filter(pk__in=user.memberships.filter(active_on(at)).values("cohort"))

    def led_by(self, user: User, at: Day | Combinable) -> CohortQuerySet:
        """Cohorts the person answers for on that day: all of them for lab staff."""
        if user.is_lab_staff:
            return self
        leads = user.memberships.filter(active_on(at), role__in=["pilot", "coordinator"])
        return self.filter(pk__in=leads.values("cohort"))

    def without_pilot(self, at: Day | Combinable) -> CohortQuerySet:
        """Agreed, running or suspended, with nobody to lead them locally on that day."""
        pilots = Q(active_on(at, "memberships__"), memberships__role="pilot", memberships__user__is_active=True)
        led = self.model._base_manager.filter(pilots, pk=OuterRef("pk"))
        return self.filter(~Exists(led), state__in=NEEDS_PILOT, retrospective=False)

    def needing_admin(self) -> CohortQuerySet:
        """Agreed or since: somebody of the authority says what becomes of their ideas, after their end too.

        Prospects have no ideas yet, and those that withdrew bring none to an end. Dissolved authorities count: their
        ideas live on, and whoever took them over can be named.
        """
        return self.filter(state__in=NEEDS_ADMIN, retrospective=False)

    def overdue(self, at: Day | Combinable) -> CohortQuerySet:
        """Agreed, and planned to start before that day."""
        return self.filter(state="agreed", planned_start__lt=day_of_rows(at, "authority"), retrospective=False)

    def named_like(self, text: str) -> CohortQuerySet:
        """Whose name, site, code or authority holds the text, accents and capitals ignored."""
        return self.filter(
            Q(name__unaccent__icontains=text)
            | Q(site__unaccent__icontains=text)
            | Q(authority__name__unaccent__icontains=text)
            | Q(code__iexact=text)
        )

    def by_name(self) -> CohortQuerySet:
        return self.order_by(*by_name())

    def by_start(self) -> CohortQuerySet:
        """In order of the day they started, or are planned to."""
        return self.order_by(Coalesce("actual_start", "planned_start").asc(nulls_last=True), "pk")

    def with_seats_taken(self, at: Day | Combinable) -> CohortQuerySet:
        """`seats_taken`: ambassadors active on that day."""
        taken = Count("memberships", filter=active_on(at, "memberships__") & Q(memberships__role="ambassador"))
        counted = self.model._base_manager.filter(pk=OuterRef("pk")).annotate(taken=taken).values("taken")
        return self.annotate(seats_taken=Subquery(counted))

    def with_next_session(self, at: Day | Combinable) -> CohortQuerySet:
        """`next_session_on`: the first day, from that one on, of a session that is still to be held."""
        coming = Min(
            "sessions__first_day",
            filter=Q(sessions__first_day__gte=day_of_rows(at, "authority"), sessions__state__in=["draft", "scheduled"]),
        )
        found = self.model._base_manager.filter(pk=OuterRef("pk")).annotate(coming=coming).values("coming")
        return self.annotate(next_session_on=Subquery(found))


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self, at: Day | Combinable) -> MembershipQuerySet:
        return self.filter(active_on(at))

    def visible_to(self, user: User) -> MembershipQuerySet:
        """One's own among them, whenever they were written down."""
        reach = within_reach(user, "cohort__", "born_on")
        return self.filter(reach | Q(user=user.pk) if reach else reach)

    def ambassadors(self) -> MembershipQuerySet:
        return self.filter(role="ambassador")

    def by_standing(self, at: Day | Combinable) -> MembershipQuerySet:
        """Those in on that day first, by role then name; `in_force` says whether they are."""
        in_force = Case(When(active_on(at), then=Value(True)), default=Value(False))
        circle = Case(
            *(When(role=role, then=Value(place)) for place, role in enumerate(ROLES)), output_field=IntegerField()
        )
        return self.annotate(in_force=in_force).order_by("-in_force", circle, *by_name("user__full_name"))


class SessionQuerySet(models.QuerySet["Session"]):
    def visible_to(self, user: User) -> SessionQuerySet:
        return self.filter(within_reach(user, "cohort__", "born_on"))

    def readable_until(self, user: User) -> SessionQuerySet:
        """`read_until`: the day after which the person reads nothing new of it."""
        return self.annotate(read_until=read_until(user, "cohort"))

    def upcoming(self, today: Day) -> SessionQuerySet:
        """With a day today or later, or still without a day."""
        return self.filter(Q(last_day__gte=day_of_rows(today, "cohort__authority")) | Q(last_day=None, state="draft"))

    def past(self, today: Day) -> SessionQuerySet:
        return self.filter(last_day__lt=day_of_rows(today, "cohort__authority"))

    def at_work(self) -> SessionQuerySet:
        """Work done on the platform, published facts left out."""
        return self.filter(retrospective=False)

    def unmarked(self, today: Day) -> SessionQuerySet:
        """Their days are over and nobody said whether they were held."""
        return self.at_work().past(today).filter(state="scheduled")

    def unreported(self) -> SessionQuerySet:
        return self.at_work().filter(state="held")

    def led_by(self, user: User, today: Day) -> SessionQuerySet:
        """Those the person answers for: all for lab staff, else of cohorts they coordinate or pilot."""
        if user.is_lab_staff:
            return self
        led = user.memberships.filter(active_on(today), role__in=("coordinator", "pilot"))
        return self.filter(cohort__in=led.values("cohort"))

    def in_order(self) -> SessionQuerySet:
        """By first day, those without a day last."""
        return self.order_by(F("first_day").asc(nulls_last=True), "pk")

    def with_cohort(self) -> SessionQuerySet:
        return self.select_related("cohort__authority", "cohort__edition")

    def with_days(self) -> SessionQuerySet:
        """With what a line about a session says: its cohort, authority and edition, and its days."""
        return self.with_cohort().prefetch_related("days")

    def with_nested_days(self) -> SessionQuerySet:
        """With their days in the same statement: see `Session.days_read`."""
        days = self.model._meta.get_field("days").related_model._default_manager.filter(session=OuterRef("pk"))
        return self.annotate(nested_days=nested(days.order_by("date"), "id", "date", "place"))


class SessionDayQuerySet(models.QuerySet["SessionDay"]):
    def visible_to(self, user: User) -> SessionDayQuerySet:
        return self.filter(within_reach(user, "session__cohort__", "session__born_on"))

    def at_work(self) -> SessionDayQuerySet:
        """Work done on the platform, published facts left out."""
        return self.filter(session__retrospective=False)

    def concerning(self, user: User) -> SessionDayQuerySet:
        """Days the person is to be at, or was: on the list of those, or in the cohort that day with a role that is.

        Days they are excused from are left out.
        """
        own = self.model._meta.get_field("attendances").related_model._default_manager.filter(
            day=OuterRef("pk"), member__user=user.pk
        )
        holds = active_on(OuterRef("date")) & Q(role__in=CORE_ROLES, cohort=OuterRef("session__cohort"))
        expected = Exists(user.memberships.filter(holds)) | Exists(own)
        return self.filter(expected).exclude(Exists(own.filter(status="excused")))

    def as_entries(self) -> SessionDayQuerySet:
        """In order, ready for calendars: `changed_at` is the last change of the day or of its session."""
        session = self.model._meta.get_field("session").related_model
        changes = last_change(session, "session"), last_change(self.model, "pk")
        rows = self.annotate(changed_at=changed_at(*changes, created_on="session__born_on"))
        return rows.select_related("session__cohort__authority").order_by("date", "pk")


class Tally(NamedTuple):
    """People of one session: members invited, on site (expected or seen), who came; stakeholders invited.

    `own` counts the reader's days on the list, `silent` those still ahead that the reader has not answered for.
    """

    invited: int = 0
    on_site: int = 0
    came: int = 0
    stakeholders: int = 0
    own: int = 0
    silent: int = 0


def unanswered_by(user: User, today: Day) -> Q:
    """Attendance of the person on days ahead, without an answer."""
    day = day_of_rows(today, "day__session__cohort__authority")
    return Q(member__user=user, status="expected", answered_on=None, day__date__gte=day)


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    def visible_to(self, user: User) -> AttendanceQuerySet:
        """Who comes to sessions within reach; whoever came to the cohort later is nobody a past member knows."""
        born = ("day__session__born_on", "member__born_on", "stakeholder__born_on")
        reach = within_reach(user, "day__session__cohort__", *born)
        return self.filter(reach | Q(member__user=user.pk, member__isnull=False) if reach else reach)

    def with_people(self) -> AttendanceQuerySet:
        return self.select_related("member__user", "stakeholder")

    def on_site(self) -> AttendanceQuerySet:
        return self.filter(status__in=ON_SITE)

    def silent(self, user: User, today: Day) -> AttendanceQuerySet:
        """Days ahead on which the person is expected, and which they have not answered for."""
        return self.filter(unanswered_by(user, today))

    def unrecorded(self, today: Day) -> AttendanceQuerySet:
        """Days that have come of which nobody noted whether the person was there."""
        day = day_of_rows(today, "day__session__cohort__authority")
        return self.filter(status="expected", day__date__lte=day)

    def elsewhere(self, cohort: Cohort) -> AttendanceQuerySet:
        """Members on site in other cohorts, where the days hold."""
        off = Q(day__session__state__in=("cancelled", "postponed")) | Q(day__session__retrospective=True)
        return self.on_site().exclude(off).exclude(day__session__cohort=cohort).filter(member__isnull=False)

    def tallies(self, sessions: Iterable[Session], user: User, today: Day) -> dict[int, Tally]:
        """How many people each session concerns, each counted once (one statement for all)."""
        ids = tuple(session.pk for session in sessions)
        found = {session: Tally(*counts) for session, *counts in _tallies(self.model, ids, user, today)}
        return {pk: found.get(pk, Tally()) for pk in ids}


@prepared
def _tallies(
    attendance: type[Attendance], sessions: tuple[int, ...], user: User, today: Day
) -> models.QuerySet[Attendance, tuple[int, ...]]:
    return (
        attendance.objects.filter(day__session__in=sessions)
        .values_list("day__session")
        .annotate(
            invited=Count("member__user", distinct=True),
            on_site=Count("member__user", filter=Q(status__in=ON_SITE), distinct=True),
            came=Count("member__user", filter=Q(status__in=CAME), distinct=True),
            stakeholders=Count("stakeholder", distinct=True),
            own=Count("pk", filter=Q(member__user=user)),
            silent=Count("pk", filter=unanswered_by(user, today)),
        )
    )


class StakeholderQuerySet(models.QuerySet["Stakeholder"]):
    def visible_to(self, user: User) -> StakeholderQuerySet:
        return self.filter(within_reach(user, "cohort__", "born_on"))

    def in_order(self) -> StakeholderQuerySet:
        """Those who matter most first, then by name, accents aside."""
        return self.order_by("-influence", "-interest", Lower(Func("name", function="unaccent")), "pk")

    def with_meetings(self) -> StakeholderQuerySet:
        """`meetings`: how many days each one came to."""
        return self.annotate(meetings=Count("attendances", filter=Q(attendances__status__in=CAME)))


class InnovationTeamQuerySet(models.QuerySet["InnovationTeam"]):
    def visible_to(self, user: User) -> InnovationTeamQuerySet:
        """Those of cohorts within reach, of one's own authorities, and published ones."""
        if not user.is_authenticated:
            return self.none()
        if user.is_lab_staff:
            return self
        administered = Q(authority__in=mandates(user).values("authority"))
        return self.filter(within_reach(user, "cohort__", "born_on") | administered | Q(retrospective=True))

    def as_of(self, day: date) -> InnovationTeamQuerySet:
        """Those anything was told of by a day, with `state_then`, how far they were.

        Published facts and teams whose last step is undated, or was taken by then, are as they were last told.
        """
        last = Greatest(*TEAM_DAYS.values())  # the database leaves unknown days out, so it is unknown only with all
        steps = [When(**{f"{column}__lte": day}, then=Value(state)) for state, column in TEAM_DAYS.items()]
        as_told = When(Q(retrospective=True) | Q(last=None) | Q(last__lte=day), then=F("state"))
        rows = self.alias(last=last, first=Least(*TEAM_DAYS.values())).filter(Q(first=None) | Q(first__lte=day))
        return rows.annotate(state_then=Case(as_told, *reversed(steps), output_field=models.CharField()))

    def open_on(self, day: date) -> InnovationTeamQuerySet:
        return self.as_of(day).filter(Q(state_then=TeamState.OPEN))

    def furthest_first(self) -> InnovationTeamQuerySet:
        """By how far they are, open ones first and closed ones last, then by authority; asked for `as_of` a day."""
        order = ("open", "decided", "prefigured", "envisaged", "closed")
        places = Case(*(When(state_then=state, then=Value(place)) for place, state in enumerate(order)))
        return self.order_by(places, *by_name("authority__name"), "pk")
