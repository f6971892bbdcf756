"""New days proposed for the draft sessions of a cohort, with reasons, and snapshots of its calendar for an undo."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from hashlib import sha256
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from cohorts.calendars.busy_days import NOT_IN_CALENDAR, busy_days
from cohorts.calendars.planning import SessionToPlace, propose_between
from cohorts.calendars.proposals import calendar_periods
from cohorts.cohort.residencies import gets_new_days
from cohorts.models import Attendance, Cohort, Session
from cohorts.sessions.conflicts import Conflict, conflicts_of
from cohorts.sessions.enums import SessionKind
from cohorts.sessions.remarks import Remark, remarks_of

DAY_STARTS, DAY_ENDS = time(9), time(17)
DaySnapshots = list[dict[str, Any]]  # date, starts_at, ends_at and venue of each day, as JSON has them
Snapshot = dict[str, Any]  # the planned dates of the cohort, and its sessions by id
SNAPSHOT_FIELDS: Final = ("number", "state", "version", "remarks", "days")


@dataclass(frozen=True, slots=True)
class DraftMove:
    """A draft session with its present days (`before`), the days proposed for it (`after`), and why it should move.

    `remarks` are slugs of what the proposed days could not avoid; `reasons` are sentences.
    """

    session: Session
    before: tuple[date, ...]
    after: tuple[date, ...]
    remarks: tuple[str, ...]
    reasons: tuple[str, ...]

    @property
    def is_unchanged(self) -> bool:
        """Whether the proposed days are the days that the draft has already."""
        return self.before == self.after

    @property
    def warnings(self) -> list[Remark]:
        """What the proposed days could not avoid (for example school holidays), as sentences marked as conflicts or
        minor remarks.
        """
        return remarks_of(self.remarks)

    @property
    def days(self) -> DaySnapshots:
        """The proposed days as mappings of `date`, `starts_at`, `ends_at` and `venue`, in the form saved for an undo.

        Each takes the hours and the venue of the day that it replaces; a session that has no day gets 9:00 to 17:00.
        """
        existing = list(self.session.days.all())
        replaced = [existing[min(at, len(existing) - 1)] if existing else None for at in range(len(self.after))]
        return [
            _day_snapshot(day, old.starts_at, old.ends_at, old.venue)
            if old
            else _day_snapshot(day, DAY_STARTS, DAY_ENDS)
            for day, old in zip(self.after, replaced, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class NewDaysProposal:
    """A proposal of new days for a cohort: its draft sessions with their moves, and the sessions that stay (`fixed`).

    `before` is the snapshot of the present calendar, `today` the first day that can be proposed.
    """

    cohort: Cohort
    moves: tuple[DraftMove, ...]
    fixed: tuple[Session, ...]
    before: Snapshot
    today: date

    @property
    def changes(self) -> list[DraftMove]:
        """The draft sessions whose proposed days differ from their present ones."""
        return [move for move in self.moves if not move.is_unchanged]

    @property
    def fixed_ahead(self) -> list[Session]:
        """The sessions that keep their days and are not over on the day of the proposal."""
        return [session for session in self.fixed if session.last_day and session.last_day >= self.today]

    @property
    def fingerprint(self) -> str:
        """A hash (16 hexadecimal digits) of the present calendar and all proposed days: a confirmation sends it back.

        It differs when the calendar changed after the person saw the proposal.
        """
        proposal = [[move.session.pk, move.days, move.remarks] for move in self.moves]
        return sha256(json.dumps([self.before, proposal], sort_keys=True).encode()).hexdigest()[:16]


def snapshot_of(cohort: Cohort, sessions: Iterable[Session]) -> Snapshot:
    """Return the cohort's planned dates and these sessions with their days as JSON, which is saved for an undo.

    The mapping has `planned` (start and end as ISO text or None) and `sessions` by id.
    """
    planned = [day and day.isoformat() for day in (cohort.planned_start, cohort.planned_end)]
    return {"planned": planned, "sessions": {str(session.pk): _session_snapshot(session) for session in sessions}}


def sessions_in_calendar(cohort: Cohort) -> list[Session]:
    """Return the cohort's sessions that are neither postponed nor cancelled, with their days, sorted by first day.

    Each has an attribute `has_list`: whether attendees are listed on one of its days. Two statements.
    """
    rows = with_has_list(cohort.sessions.exclude(state__in=NOT_IN_CALENDAR))
    return list(rows.order_by("first_day", "pk").prefetch_related("days"))


def with_has_list(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """Return the sessions with an attribute `has_list`: whether attendees are listed on one of their days."""
    return sessions.annotate(has_list=Exists(Attendance.objects.filter(day__session=OuterRef("pk"))))


def propose_new_days(cohort: Cohort, today: date) -> NewDaysProposal:
    """Return new days, from `today` on, for the cohort's draft sessions, with the reasons why each should move.

    Sessions that are scheduled or over keep their days, and so do drafts with a list of attendees, about which a person
    decides, and the on-site weeks of a residency, which its plans choose.
    """
    sessions = sessions_in_calendar(cohort)
    fixed = [session for session in sessions if not gets_new_days(session, cohort) or session.has_list]  # type: ignore[attr-defined] # annotated
    drafts = [session for session in sessions if session not in fixed]
    start, end = max(day for day in (cohort.starts_on, today) if day), cohort.ends_on or today
    placed = {session.pk: _session_to_place(session, can_move=session in drafts) for session in sessions}
    proposals = propose_between(
        list(placed.values()),
        start,
        end,
        cohort.authority.calendar,
        usual_days=cohort.edition.format.days_per_session or 1,
        periods=calendar_periods(),
        busy=busy_days(cohort, start, end),
    )
    reasons = _reasons(cohort, drafts, today)
    dated = sorted(drafts, key=lambda session: placed[session.pk].days[:1] or (date.max,))
    moves = [
        DraftMove(session, placed[session.pk].days, proposal.days, proposal.remarks, reasons[session.pk])
        for session, proposal in zip(dated, proposals, strict=True)
    ]
    return NewDaysProposal(cohort, tuple(moves), tuple(fixed), snapshot_of(cohort, sessions), today)


def changed_since(after: Snapshot, now: Snapshot, moved: Iterable[str]) -> list[str]:
    """Return the numbers of the sessions that changed from the snapshot `after` to the snapshot `now`, and of new or
    missing ones.

    `moved` are the ids of the sessions that the replanning moved; of all others only the dates are compared, so that a
    session recorded as held is no change.
    """
    then, current, moved = after["sessions"], now["sessions"], set(moved)
    gone = [then[key]["number"] for key in then if key in moved and key not in current]
    changed = [
        snapshot["number"]
        for key, snapshot in current.items()
        if key not in then or _comparable(snapshot, moved=key in moved) != _comparable(then[key], moved=key in moved)
    ]
    return [*gone, *changed]


def _comparable(snapshot: Mapping[str, Any], *, moved: bool) -> list[Any]:
    """Return the parts of a session's snapshot that are compared: all if the replanning `moved` it, else only its
    dates.
    """
    return [snapshot[name] for name in SNAPSHOT_FIELDS] if moved else [day["date"] for day in snapshot["days"]]


def _session_snapshot(session: Session) -> dict[str, Any]:
    """Return a session as JSON: a mapping of its number, state, version, remarks and days."""
    days = [_day_snapshot(day.date, day.starts_at, day.ends_at, day.venue) for day in session.days.all()]
    values = (session.number, session.state, session.version, list(session.remarks), days)
    return dict(zip(SNAPSHOT_FIELDS, values, strict=True))


def _day_snapshot(day: date, starts_at: time | None, ends_at: time | None, venue: str = "") -> dict[str, Any]:
    """Return a session day as JSON: a mapping of `date`, `starts_at` and `ends_at` (ISO text; hours may be None) and
    `venue`.
    """
    hours = [hour.isoformat() if hour else None for hour in (starts_at, ends_at)]
    return {"date": day.isoformat(), "starts_at": hours[0], "ends_at": hours[1], "venue": venue}


def _session_to_place(session: Session, *, can_move: bool) -> SessionToPlace:
    """Return a session in the form that the planning functions take: its dates, and whether it is an on-site week.

    `can_move` tells whether its days may change.
    """
    days = tuple(day.date for day in session.days.all())
    return SessionToPlace(days, is_week=session.kind == SessionKind.IMMERSION, can_move=can_move)


def _reasons(cohort: Cohort, drafts: Sequence[Session], today: date) -> dict[int, tuple[str, ...]]:
    """Return, by session id, the sentences that say why each draft should move: its days are before `today`, in
    conflict, or unevenly spread.
    """
    days = {session.pk: [day.date for day in session.days.all()] for session in drafts}
    conflicts = conflicts_of(cohort=cohort, days=sorted({day for own in days.values() for day in own}))
    return {session.pk: _reasons_of(session, days[session.pk], conflicts, today) for session in drafts}


def _reasons_of(session: Session, days: Sequence[date], conflicts: Iterable[Conflict], today: date) -> tuple[str, ...]:
    """Return the sentences that say why one draft session should move from its `days`; at least one.

    They are before `today`, in one of the `conflicts` (of all drafts of the cohort), or only unevenly spread.
    """
    if not days:
        return (_("The session has no day yet."),)
    past = [_("The session’s days have passed.")] if min(days) < today else []
    own = [one.sentence for one in conflicts if one.day in days and one.details.get("what") != session.number]
    return tuple([*past, *own] or [_("To spread the sessions evenly.")])
