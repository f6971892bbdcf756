"""The import of attendance: who came to which day of a session, in half-days."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.attendance.actions import AttendanceMark, Attendee, record_attendance, remove_from_list
from cohorts.attendance.enums import ATTENDED_STATUSES, OBSERVED_STATUSES, AttendanceStatus
from cohorts.imports.targets import cohort_of, cohort_target
from cohorts.models import Attendance, Cohort, Membership, Session, SessionDay, Stakeholder
from cohorts.permissions import can_plan_sessions, roles_of
from cohorts.sessions.enums import RECORDABLE_STATES
from imports.cells import CellError, CellOptions, address_or_name, day, enum_choice, integer, normalised, text
from imports.columns import ImportColumn
from imports.enums import TargetType
from imports.kinds import ImportContext, ImportedThing, ImportKind, ImportTarget, RowPlan, ValueChange, Values
from imports.undoing import CHANGED_SINCE, named
from web.decisions import Decision
from web.errors import DomainError

STATUS_WORDS: Final = {
    **dict.fromkeys(("p", "oui", "yes", "x", "1", "présente", "est venu", "came", "attended"), "present"),
    **dict.fromkeys(("partiel", "partielle", "demi journée", "half", "1/2"), "partial"),
    **dict.fromkeys(("a", "non", "no", "0", "absente"), "absent"),
    **dict.fromkeys(("e", "excusée", "excuse"), "excused"),
    **dict.fromkeys(("inconnu", "inconnue", "?"), "unknown"),
    # As the list of participants calls people of whom nothing is recorded yet.
    **dict.fromkeys(("coming", "vient", "not recorded", "non enregistrée"), "expected"),
}


# A name, an address, or both; which it is is known when it is looked up: someone may be called “1@1.”.
ANY_NAME: Final = text(length=400)

COLUMNS: Final = (
    ImportColumn("person", gettext_lazy("Person"), ANY_NAME, ("nom", "name", "participant", "personne")),
    ImportColumn(
        "email", gettext_lazy("E-mail"), address_or_name, ("courriel", "email", "mail", "adresse", "e-mail address")
    ),
    ImportColumn(
        "session", gettext_lazy("Session"), text(length=8), ("numéro", "n°", "séance", "number", "session number")
    ),
    ImportColumn("day", gettext_lazy("Date"), day, ("jour", "day")),
    ImportColumn(
        "status",
        gettext_lazy("Attendance"),
        enum_choice(AttendanceStatus, STATUS_WORDS),
        ("présence", "statut", "présent", "presence", "present", "émargement"),
        required=True,
        choices=AttendanceStatus.choices,
    ),
    ImportColumn("half_days", gettext_lazy("Half-days"), integer(least=0, most=2), ("demi-journées", "demi journées")),
)


Recorded: TypeAlias = Mapping[tuple[int, Attendee], Attendance]  # attendance by day and person


@dataclass(frozen=True, slots=True)
class CohortRegister:
    """The days of a cohort's sessions, by date, and its people, by address and by name, to look rows up in."""

    days: Mapping[date, Sequence[SessionDay]]
    people: Mapping[str, Sequence[Attendee]]

    @classmethod
    def read(cls, cohort: Cohort) -> CohortRegister:
        """Return the register of a cohort (three statements)."""
        days: dict[date, list[SessionDay]] = {}
        for session_day in SessionDay.objects.filter(session__cohort=cohort).select_related("session").order_by("date"):
            days.setdefault(session_day.date, []).append(session_day)
        people: dict[str, list[Attendee]] = {}
        members = Membership.objects.filter(cohort=cohort).select_related("user").order_by("pk")
        for person in (*members, *Stakeholder.objects.filter(cohort=cohort).order_by("pk")):
            address = "" if isinstance(person, Stakeholder) else person.user.email.lower()
            for word in {address, _exactly(person.name), normalised(person.name)} - {""}:
                people.setdefault(word, []).append(person)
        return cls(days, people)

    def day_and_person_of(self, values: Values) -> tuple[SessionDay, Attendee] | RowPlan:
        """Return the day and the person that a row is about, or the plan to refuse it."""
        found = self.day_of(values)
        if isinstance(found, RowPlan):
            return found
        person = self.person_of(values, found.date)
        return person if isinstance(person, RowPlan) else (found, person)

    def day_of(self, values: Values) -> SessionDay | RowPlan:
        """Return the day that a row is about, or the plan to refuse it: it names a session, a date, or both."""
        number, on = values["session"], values["day"]
        found = [
            session_day
            for session_day in (self.days.get(on, ()) if on else self._all_days())
            if not number or session_day.session.number == number
        ]
        if len(found) == 1:
            return found[0]
        if not number and not on:
            return RowPlan.refuse(_("Give the number of the session, or its date."), column="day")
        if found:
            return RowPlan.refuse(_("The session has several days: give the date."), column="day")
        return RowPlan.refuse(
            _("The cohort has no session with this number and date."), column="day" if on else "session"
        )

    def _all_days(self) -> Iterable[SessionDay]:
        """Return all days of sessions, by date."""
        return (session_day for days in self.days.values() for session_day in days)

    def person_of(self, values: Values, on: date) -> Attendee | RowPlan:
        """Return the member active that day, or the stakeholder, whom a row names, or the plan to refuse it."""
        word = values["email"] or values["person"]
        if not word:
            return RowPlan.refuse(_("This cell is empty."), column="person")
        try:
            found = self._people_called(word)
        except CellError as error:
            return RowPlan.refuse(error.reason, column="person", suggestion=error.suggestion)
        present = [person for person in found if isinstance(person, Stakeholder) or person.active_on(on)]
        by_user = {_identity(person): person for person in reversed(present)}
        if len(by_user) == 1:
            return next(iter(by_user.values()))
        if by_user:
            return RowPlan.refuse(_("Several people have this name: give the e-mail address."), column="person")
        reason = _("This person was not a member of the cohort on that day.") if found else _(
            "Neither a member nor a stakeholder of the cohort has this name or address."
        )  # fmt: skip
        return RowPlan.refuse(reason, column="person")

    def _people_called(self, words: str) -> Sequence[Attendee]:
        """Return the people of exactly this name, else those of the address or name that is written; raise CellError
        for an address that is none.
        """
        if exact := self.people.get(_exactly(words)):
            return exact
        word = address_or_name(words, CellOptions())
        return self.people.get(word) or self.people.get(normalised(word), ())


def _exactly(name: str) -> str:
    """Return the key of a name that is written as people are called, signs and accents included."""
    return f"={name.casefold()}"


def _identity(person: Attendee) -> tuple[bool, int]:
    """Return what tells people apart: a person with two roles is one."""
    return isinstance(person, Stakeholder), person.pk if isinstance(person, Stakeholder) else person.user_id


class AttendanceImport(ImportKind):
    """Attendance: a row records of one person on one day whether they came, and for how many half-days."""

    label = gettext_lazy("Attendance")
    model = Attendance
    target_type = TargetType.COHORT
    columns = COLUMNS

    def find_target(self, slug: str, user: User | None) -> ImportTarget | None:
        """Return the cohort with this slug, which the user may see."""
        return cohort_target(slug, user)

    def can_import(self, user: User, target: ImportTarget, today: date) -> Decision:
        """Return whether the user may record attendance in the cohort today."""
        return can_plan_sessions(roles_of(user, target.item, today))

    def key(self, values: Values) -> Hashable:
        """Return person, session and date as the row writes them."""
        return values["email"] or _exactly(values["person"]), values["session"], values["day"]

    def plan(self, rows: Sequence[Values], context: ImportContext) -> list[RowPlan]:
        """Return whether each row records something new, changes it, changes nothing, or is refused."""
        register = CohortRegister.read(cohort_of(context))
        targets = [register.day_and_person_of(values) for values in rows]
        found = [target for target in targets if not isinstance(target, RowPlan)]
        recorded = _recorded(found)
        return [
            target if isinstance(target, RowPlan) else self._plan_row(values, *target, recorded, context.today)
            for values, target in zip(rows, targets, strict=True)
        ]

    def _plan_row(
        self, values: Values, found: SessionDay, person: Attendee, recorded: Recorded, today: date
    ) -> RowPlan:
        """Return the plan of one row about a person on a day."""
        row = recorded.get((found.pk, person))
        changes = _changes(row, found, values) if row else []
        if row and not changes:
            return RowPlan.of_changes(row.pk, [], (found, person))
        if refusal := _day_refusal(found, values, today):
            return refusal
        if row is None:
            return RowPlan.create((found, person), new_key=(found.pk, _identity(person)))
        return RowPlan.of_changes(row.pk, changes, (found, person))

    def lock(self, keys: Collection[int]) -> None:
        """Lock the sessions of these rows, as all actions on attendance do, then the rows."""
        sessions = Session.objects.filter(pk__in=SessionDay.objects.filter(attendances__in=keys).values("session"))
        list(sessions.order_by("pk").select_for_update(no_key=True).values("pk"))
        super().lock(keys)

    def save(self, values: Values, plan: RowPlan, context: ImportContext) -> ImportedThing:
        """Record the attendance of a row."""
        [thing] = self._save_together([(values, plan)], context)
        return thing

    def save_rows(
        self, rows: Sequence[tuple[Values, RowPlan]], context: ImportContext
    ) -> list[ImportedThing | DomainError]:
        """Record the attendance of many rows, by one action for each session; one by one where it refuses."""
        try:
            return [*self._save_together(rows, context)]
        except DomainError:
            return super().save_rows(rows, context)

    @transaction.atomic
    def _save_together(self, rows: Sequence[tuple[Values, RowPlan]], context: ImportContext) -> list[ImportedThing]:
        """Record the attendance of all these rows or of none; raise DomainError when one is refused."""
        pairs = [plan.related for _values, plan in rows]
        before = _recorded(pairs)
        _record({plan.related: _mark(values) for values, plan in rows}, context)
        after = _recorded(pairs)
        return [
            ImportedThing(
                row.pk,
                is_new=(day.pk, person) not in before,
                previous={"before": _stored(before.get((day.pk, person))), "after": _stored(row)},
            )
            for (day, person), row in ((pair, after[pair[0].pk, pair[1]]) for pair in pairs)
        ]

    def dependents(self, things: Sequence[ImportedThing], context: ImportContext) -> list[str]:
        """Return a sentence for attendance that was changed since."""
        rows = Attendance.objects.with_people().in_bulk([thing.object_id for thing in things])
        changed = [
            str(rows[thing.object_id])
            for thing in things
            if thing.object_id in rows and _stored(rows[thing.object_id]) != thing.previous["after"]
        ]
        return named(CHANGED_SINCE, changed)

    def undo(self, thing: ImportedThing, context: ImportContext) -> None:
        """Record what was recorded before; where nothing was, see `undo_all`."""
        self.undo_all([thing], context)

    def undo_all(self, things: Sequence[ImportedThing], context: ImportContext) -> None:
        """Record what was recorded before, by one action for each session.

        Where nothing was, it is not known who came; on a day to come the person is no longer on the list.
        """
        rows = Attendance.objects.with_people().select_related("day__session")
        by_key = rows.in_bulk([thing.object_id for thing in things])
        existing = [(by_key[thing.object_id], thing) for thing in things if thing.object_id in by_key]
        added = [row for row, thing in existing if not thing.previous["before"] and row.day.date > context.today]
        remove_from_list(rows=added, by=context.by)
        marks = {
            (row.day, row.person): AttendanceMark(*(thing.previous["before"] or [AttendanceStatus.UNKNOWN, 0]))
            for row, thing in existing
            if row not in added
        }
        _record(marks, context)


def _day_refusal(session_day: SessionDay, values: Values, today: date) -> RowPlan | None:
    """Return the plan to refuse a row whose session did not take place yet, or not at all; None when it did."""
    session = session_day.session
    if session.retrospective or session.state not in RECORDABLE_STATES:
        reason = _("The dates of this session are not confirmed, or it is cancelled.")
        return RowPlan.refuse(reason, column="session" if values["session"] else "day")
    if session_day.date > today and values["status"] in OBSERVED_STATUSES:
        return RowPlan.refuse(_("This day is still to come."), column="day" if values["day"] else "session")
    if values["half_days"] is not None and bool(values["half_days"]) != (values["status"] in ATTENDED_STATUSES):
        return RowPlan.refuse(_("Half-days are for people who came: one or two, otherwise none."), column="half_days")
    return None


def _mark(values: Values) -> AttendanceMark:
    """Return what a row records: the status, and the half-days if it gives them."""
    return AttendanceMark(values["status"], values["half_days"])


def _changes(row: Attendance, session_day: SessionDay, values: Values) -> list[ValueChange]:
    """Return what a row changes in recorded attendance: its status, or its half-days."""
    half_days = _mark(values).half_days_on(session_day)
    if row.status != values["status"]:
        return [ValueChange("status", row.status, values["status"])]
    return [ValueChange("half_days", str(row.half_days), str(half_days))] if row.half_days != half_days else []


def _recorded(pairs: Collection[tuple[SessionDay, Attendee]]) -> Recorded:
    """Return the attendance recorded of these people on these days, by the key of the day and the person."""
    rows = Attendance.objects.on_days_of_people(pairs).with_people()
    return {(row.day_id, row.person): row for row in rows}


def _stored(row: Attendance | None) -> list[Any] | None:
    """Return what is recorded in a row as JSON, to go back to it; None without a row."""
    return [row.status, row.half_days] if row else None


def _record(marks: Mapping[tuple[SessionDay, Attendee], AttendanceMark], context: ImportContext) -> None:
    """Record these marks, by day and person, with one action for each session."""
    by_session: dict[Session, dict[tuple[SessionDay, Attendee], AttendanceMark]] = {}
    for (session_day, person), mark in marks.items():
        by_session.setdefault(session_day.session, {})[session_day, person] = mark
    for session, of_session in sorted(by_session.items(), key=lambda item: item[0].pk):
        record_attendance(session=session, marks=of_session, today=context.today, by=context.by)
