"""The import of sessions: new ones are drafts, whose dates are confirmed on the platform, so that no e-mail leaves."""

from collections.abc import Hashable, Mapping, Sequence
from datetime import date, time, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from cohorts.imports.targets import cohort_of, cohort_target
from cohorts.models import Session
from cohorts.permissions import can_plan_sessions, roles_of
from cohorts.sessions.actions.sessions import (
    FINISHED_COHORT_STATES,
    DayPlan,
    describe_session,
    move_session,
    plan_session,
    record_session_lead,
    remove_draft_session,
)
from cohorts.sessions.conflicts import Conflict, conflicts_of
from cohorts.sessions.enums import SessionKind, SessionLead, SessionState
from imports.cells import CellError, CellOptions, clock_time, day, days, enum_choice, text
from imports.columns import ImportColumn
from imports.enums import RowOutcome, TargetType
from imports.kinds import (
    ImportContext,
    ImportedThing,
    ImportKind,
    ImportTarget,
    RowPlan,
    ValueChange,
    Values,
    value_changes,
)
from imports.undoing import CHANGED_SINCE, in_use, named
from web.decisions import Decision

VALUES: Final = ("kind", "title", "prepared_by", "led_by")
LONGEST: Final = 31  # days from the first to the last day of one row
KIND_WORDS: Final = {
    "lancement": "kick_off",
    "kickoff": "kick_off",
    "atelier": "group",
    "session": "group",
    "regroupement": "group",
    "workshop": "group",
    "rencontre": "stakeholder_meeting",
    "parties prenantes": "stakeholder_meeting",
    "terrain": "immersion",
    "bilan": "debrief",
    "restitution": "debrief",
    "copil": "steering",
    "comité de pilotage": "steering",
    "autre": "other",
}

LEAD_WORDS: Final = {
    "équipe": "design_team",
    "résidents": "design_team",
    "les deux": "both",
    "ensemble": "both",
    "agents": "civil_servants",
    "ambassadeurs": "civil_servants",
}
LEAD: Final = enum_choice(SessionLead, LEAD_WORDS)


def _time(cell: str, options: CellOptions) -> time | None:
    """Return the time of day of a cell, None when it is empty."""
    written = clock_time(cell, options)
    return time.fromisoformat(written) if written else None


def _number(cell: str, options: CellOptions) -> str:
    """Return the number of a session, such as 9 or 9.2; raise CellError for one that is too long."""
    written = _with_point(str(text()(cell, options)))
    if len(written) > 8:
        raise CellError(_("The number has at most 8 characters, for example 9 or 9.2."))
    return written


def _with_point(number: str) -> str:
    """Return the number of a session as numbers are compared: 9,2 is 9.2."""
    return number.replace(",", ".")


COLUMNS: Final = (
    ImportColumn("number", gettext_lazy("Number"), _number, ("numéro", "n°", "no", "num", "session", "séance"), True),
    ImportColumn("title", gettext_lazy("Title"), text(length=160), ("titre", "intitulé", "thème", "objet", "topic")),
    ImportColumn(
        "kind",
        gettext_lazy("Kind"),
        enum_choice(SessionKind, KIND_WORDS),
        ("type", "nature", "format"),
        choices=SessionKind.choices,
    ),
    ImportColumn(
        "days", gettext_lazy("Date"), days, ("dates", "jour", "jours", "day", "premier jour", "début", "du"), True
    ),
    ImportColumn("last_day", gettext_lazy("Last day"), day, ("dernier jour", "fin", "date de fin", "end", "au")),
    ImportColumn("starts_at", gettext_lazy("From"), _time, ("heure de début", "de", "horaire", "start time", "heure")),
    ImportColumn("ends_at", gettext_lazy("To"), _time, ("heure de fin", "à", "end time")),
    ImportColumn("prepared_by", gettext_lazy("Prepared by"), LEAD, ("préparée par",), choices=SessionLead.choices),
    ImportColumn(
        "led_by",
        pgettext_lazy("session", "Led by"),
        LEAD,
        ("animée par", "animation", "facilitator"),
        choices=SessionLead.choices,
    ),
    ImportColumn("venue", gettext_lazy("Venue"), text(length=200), ("lieu", "salle", "adresse", "place", "location")),
)


class SessionImport(ImportKind):
    """Sessions: a row plans a draft, or changes the session of the same number, of which only a draft moves."""

    label = gettext_lazy("Sessions")
    model = Session
    target_type = TargetType.COHORT
    columns = COLUMNS
    note = gettext_lazy("New sessions are drafts. Nobody gets an e-mail before you confirm their dates.")

    def find_target(self, slug: str, user: User | None) -> ImportTarget | None:
        """Return the cohort with this slug, which the user may see."""
        return cohort_target(slug, user)

    def can_import(self, user: User, target: ImportTarget, today: date) -> Decision:
        """Return whether the user may plan sessions of the cohort today."""
        return can_plan_sessions(roles_of(user, target.item, today))

    def key(self, values: Values) -> Hashable:
        """Return the number of the session."""
        return str(values["number"])

    def plan(self, rows: Sequence[Values], context: ImportContext) -> list[RowPlan]:
        """Return whether each row plans a session, changes one, changes nothing, or is refused."""
        cohort = cohort_of(context)
        sessions = Session.objects.filter(cohort=cohort).prefetch_related("days")
        existing = {_with_point(row.number): row for row in sessions}
        all_days = {day for values in rows for day in _days_of(values) or ()}
        impossible = {
            conflict.day: conflict
            for conflict in conflicts_of(cohort=cohort, days=sorted(all_days))
            if conflict.impossible
        } if all_days else {}  # fmt: skip
        is_over = cohort.retrospective or cohort.state in FINISHED_COHORT_STATES
        plans = [self._plan_row(values, existing.get(values["number"]), impossible) for values in rows]
        over = RowPlan.refuse(_("This cohort is over: no session can be added to it."))
        return [over if is_over and plan.outcome != RowOutcome.UNCHANGED else plan for plan in plans]

    def _plan_row(self, values: Values, row: Session | None, impossible: Mapping[date, Conflict]) -> RowPlan:
        """Return the plan of a row, about this session or a new one; `impossible` are days that cannot be chosen."""
        planned = _days_of(values)
        if row is not None and planned is not None and not self._changes(values, row):
            return RowPlan.of_changes(row.pk, [])
        if planned is None:
            reason = _("The last day must follow the first one within %(n)d days.") % {"n": LONGEST}
            return RowPlan.refuse(reason, column="last_day")
        if values["starts_at"] and values["ends_at"] and values["ends_at"] <= values["starts_at"]:
            return RowPlan.refuse(_("The session must end after it begins."), column="ends_at")
        if conflict := next((impossible[day] for day in planned if day in impossible), None):
            return RowPlan.refuse(conflict.sentence, column="days")
        return RowPlan.create() if row is None else self._plan_change(values, row)

    def _plan_change(self, values: Values, row: Session) -> RowPlan:
        """Return the plan of a row about a session that exists."""
        changes, moves = self._value_changes(values, row), _moves(row, _day_plans(values, row))
        if (changes or moves) and (row.retrospective or row.state == SessionState.CANCELLED):
            return RowPlan.refuse(_("This session is cancelled, or a published fact: it cannot be changed."))
        if moves and row.state != SessionState.DRAFT:
            reason = _(
                "The dates of this session are confirmed. Move it on its page, so that its people get an e-mail."
            )
            return RowPlan.refuse(reason, column="days")
        return RowPlan.of_changes(row.pk, [*changes, *moves])

    def _changes(self, values: Values, row: Session) -> list[ValueChange]:
        """Return what a row changes in a session: its kind and title, its days."""
        return [*self._value_changes(values, row), *_moves(row, _day_plans(values, row))]

    def _value_changes(self, values: Values, row: Session) -> list[ValueChange]:
        """Return what a row changes in the kind and title of a session, and in who prepared and led it."""
        return value_changes(self.columns, {name: getattr(row, name) for name in VALUES}, values)

    def save(self, values: Values, plan: RowPlan, context: ImportContext) -> ImportedThing:
        """Plan the session of a row as a draft, or change what the row gives; conflicts become remarks."""
        if plan.object_id is None:
            new = plan_session(
                cohort=cohort_of(context),
                number=values["number"],
                kind=values["kind"] or SessionKind.GROUP,
                title=values["title"],
                days=_day_plans(values),
                accept_conflicts=True,
                by=context.by,
            )
            if values["prepared_by"] or values["led_by"]:
                _record_lead(new, values, context)
            return ImportedThing(new.pk)
        row = Session.objects.select_related("cohort__authority").get(pk=plan.object_id, cohort=cohort_of(context))
        previous = _snapshot(row)
        self._change(row, values, plan, context)
        return ImportedThing(
            row.pk, is_new=False, previous=previous | {"after": _snapshot(Session.objects.get(pk=row.pk))}
        )

    def _change(self, row: Session, values: Values, plan: RowPlan, context: ImportContext) -> None:
        """Change title, kind, who prepared and led it, or the days, of a session as planned."""
        changed = {change.column for change in plan.changes}
        if changed & {"kind", "title"}:
            kind, title = values["kind"] or row.kind, values["title"] or row.title
            describe_session(session=row, number=row.number, kind=kind, title=title, at=context.at, by=context.by)
        if changed & {"prepared_by", "led_by"}:
            _record_lead(row, values, context)
        if changed - set(VALUES):
            plans = _day_plans(values, row)
            move_session(session=row, days=plans, at=context.at, accept_conflicts=True, by=context.by)

    def dependents(self, things: Sequence[ImportedThing], context: ImportContext) -> list[str]:
        """Return sentences on new sessions that are confirmed or used, and on those that were changed since."""
        rows = {row.pk: row for row in Session.objects.filter(pk__in=[thing.object_id for thing in things])}
        new = [rows[thing.object_id] for thing in things if thing.is_new and thing.object_id in rows]
        confirmed = [str(row) for row in new if row.state != SessionState.DRAFT]
        changed = [
            str(rows[thing.object_id])
            for thing in things
            if not thing.is_new and _snapshot(rows[thing.object_id]) != thing.previous["after"]
        ]
        return [
            *named(_("These sessions are no longer drafts: %(names)s. Cancel them first."), confirmed),
            *in_use(new, except_for=("days",)),
            *named(CHANGED_SINCE, changed),
        ]

    def undo(self, thing: ImportedThing, context: ImportContext) -> None:
        """Remove the new draft, or give the changed session its values and days from before."""
        for row in Session.objects.filter(pk=thing.object_id).select_related("cohort__authority"):
            if thing.is_new:
                remove_draft_session(session=row, by=context.by)
                continue
            before = thing.previous
            given = {"number": row.number, "kind": before["kind"], "title": before["title"]}
            describe_session(session=row, at=context.at, by=context.by, **given)
            lead = {name: before.get(name, getattr(row, name)) for name in ("prepared_by", "led_by")}
            record_session_lead(session=row, by=context.by, **lead)
            if before["days"] != _snapshot(row)["days"]:
                plans = [DayPlan(date.fromisoformat(on), _clock(start), _clock(end), venue)
                         for on, start, end, venue in before["days"]]  # fmt: skip
                move_session(session=row, days=plans, at=context.at, accept_conflicts=True, by=context.by)


def _record_lead(row: Session, values: Mapping[str, Any], context: ImportContext) -> None:
    """Record who prepared and led a session as `values` say; what they leave out stays."""
    prepared_by, led_by = values["prepared_by"] or row.prepared_by, values["led_by"] or row.led_by
    record_session_lead(session=row, prepared_by=prepared_by, led_by=led_by, by=context.by)


def _days_of(values: Values) -> list[date] | None:
    """Return the days of a row: those it lists, or all from the first to the last one; None for a wrong last day."""
    listed, last = list(values["days"]), values["last_day"]
    if last is None or (len(listed) > 1 and last == listed[-1]):
        return listed
    length = (last - listed[0]).days
    if len(listed) > 1 or not 0 <= length <= LONGEST:
        return None
    return [listed[0] + timedelta(days=number) for number in range(length + 1)]


def _day_plans(values: Values, row: Session | None = None) -> list[DayPlan]:
    """Return the planned days of a row; hours and venue that it leaves out stay those of the session's day, or of its
    first one. Venues of several days as the list of sessions names them are those of each day.
    """
    old = list(row.days.all()) if row else []
    by_date = {each.date: each for each in old}
    keeps_venues = row is not None and values["venue"] in ("", ", ".join(row.venues))
    plans = []
    for on in _days_of(values) or ():
        before = by_date.get(on) or next(iter(old), None)
        starts_at = values["starts_at"] or (before.starts_at if before else None)
        ends_at = values["ends_at"] or (before.ends_at if before else None)
        venue = before.venue if before and keeps_venues else values["venue"]
        plans.append(DayPlan(on, starts_at, ends_at, venue))
    return plans


def _moves(row: Session, plans: Sequence[DayPlan]) -> list[ValueChange]:
    """Return what changes in the days of a session: the dates, else hours and venue; [] when they are the same."""
    now = [DayPlan(day.date, day.starts_at, day.ends_at, day.venue) for day in row.days.all()]
    if now == list(plans):
        return []
    if [plan.date for plan in now] != [plan.date for plan in plans]:
        return [ValueChange("days", _dates_text(now), _dates_text(plans))]
    old, new = (f"{plan.starts_at or ''} {plan.ends_at or ''} {plan.venue}".strip() for plan in (now[0], plans[0]))
    return [ValueChange("venue", old, new)]


def _dates_text(plans: Sequence[DayPlan]) -> str:
    """Return the dates of planned days, as ISO, between commas."""
    return ", ".join(plan.date.isoformat() for plan in plans)


def _snapshot(row: Session) -> dict[str, Any]:
    """Return the values and days of a session as JSON, to go back to."""
    return {
        **{name: getattr(row, name) for name in VALUES},
        "days": [
            [day.date.isoformat(), _clock_text(day.starts_at), _clock_text(day.ends_at), day.venue]
            for day in row.days.order_by("date")
        ],
    }


def _clock_text(moment: time | None) -> str:
    """Return a time of day as text, "" for none."""
    return moment.isoformat() if moment else ""


def _clock(written: str) -> time | None:
    """Return the time of day of a text, None for an empty one."""
    return time.fromisoformat(written) if written else None
