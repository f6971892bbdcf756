"""What a phone shows without a network: sessions of today and tomorrow with their people, ideas and tests.

It is what the pages show the same person, without addresses. A phone stores it encrypted, and deletes it when the
person signs out.
"""

from collections.abc import Collection
from datetime import timedelta
from typing import Any, Final

from django.db.models import OuterRef, QuerySet

from accounts.models import User
from accounts.roles import Roles
from cohorts.attendance.sheets import AttendanceSheet, sheets_of
from cohorts.models import Cohort, Session, SessionDay
from cohorts.permissions import can_plan_sessions, roles_by_cohort
from fieldwork.permissions import can_write_notes
from prototypes.ideas.forms import without_choice
from prototypes.ideas.views.ideas import idea_targets
from prototypes.models import Challenge, Idea, Trial
from prototypes.visibility import working_cohorts
from web.database.nested_rows import nested, row_from_nested
from web.dates.clock import Today
from web.text.names import name_ordering

MAX_COHORTS: Final = 30  # more than anyone but lab staff works in
MAX_ROWS: Final = 100  # of ideas, and of tests
MAX_SESSIONS: Final = 20
ONE_DAY: Final = timedelta(days=1)


def snapshot(user: User, today: Today) -> dict[str, Any]:
    """Return what a phone of the person shows without a network, ready for JSON (nine statements at most)."""
    rows = working_cohorts(user, today)
    cohorts = {cohort.pk: cohort for cohort in _with_choices(rows).order_by(*name_ordering())[:MAX_COHORTS]}
    roles = roles_by_cohort(user, list(cohorts.values()), today)
    writable = [pk for pk in cohorts if can_write_notes(roles[pk])]
    sessions = _sessions(user, cohorts, today)
    sheets = sheets_of(sessions, today.platform + ONE_DAY) if sessions else []
    return {
        "cohorts": [_choices(cohorts[pk]) for pk in writable],
        "targets": without_choice(idea_targets(rows.filter(pk__in=writable))) if writable else [],
        "sessions": [
            day
            for session, sheet in zip(sessions, sheets, strict=True)
            for day in _session_days(session, sheet, roles[session.cohort_id], today)
        ],
        "ideas": [_idea(idea) for idea in _ideas(user, cohorts)],
        "tests": [_test(trial) for trial in _tests(user, cohorts)],
    }


def _with_choices(cohorts: QuerySet[Cohort]) -> QuerySet[Cohort]:
    """Return cohorts with the sessions and challenges that a note can belong to, as the form of a note offers them."""
    sessions = Session.objects.filter(cohort=OuterRef("pk")).exclude(state="cancelled")
    challenges = Challenge.objects.alive().filter(cohort=OuterRef("pk"))
    return (
        Cohort.objects.filter(pk__in=cohorts.values("pk"))
        .select_related("authority")
        .annotate(
            session_rows=nested(
                sessions.order_by("-first_day", "pk")[:MAX_ROWS], "id", "title", "kind", "kind_label", "number"
            ),
            challenge_rows=nested(challenges.order_by("title", "pk")[:MAX_ROWS], "id", "title"),
        )
    )


def _choices(cohort: Any) -> dict[str, Any]:
    """Return a cohort in whose notebook the person writes, with the choices of its form."""
    return {
        "slug": cohort.slug,
        "name": cohort.name,
        "sessions": [[row["id"], str(row_from_nested(Session, row))] for row in cohort.session_rows],
        "challenges": [[row["id"], row["title"]] for row in cohort.challenge_rows],
    }


def _sessions(user: User, cohorts: Collection[int], today: Today) -> list[Session]:
    """Return the sessions of these cohorts that have a day today or tomorrow and are not cancelled, with their days."""
    near = [today.platform - ONE_DAY, today.platform + 2 * ONE_DAY]  # today differs by zone
    days = SessionDay.objects.at_work().filter(session__cohort__in=cohorts, date__range=near)
    rows = Session.objects.visible_to(user).filter(pk__in=days.values("session")).exclude(state="cancelled")
    return list(rows.with_days().in_order()[:MAX_SESSIONS])


def _session_days(session: Session, sheet: AttendanceSheet, roles: Roles, today: Today) -> list[dict[str, Any]]:
    """Return the days of a session, today and tomorrow where its authority is, each with the people of its sheet."""
    here = today.at(session.cohort.authority.time_zone)
    return [
        {
            "id": session.pk,
            "name": str(session),
            "cohort": session.cohort.name,
            "href": session.get_absolute_url(),
            "day": day.date.isoformat(),
            "time": "–".join(f"{moment:%H:%M}" for moment in (day.starts_at, day.ends_at) if moment),
            "venue": day.venue,
            "can_record": day.date == here and bool(can_plan_sessions(roles)),
            "people": [
                {
                    "field": row.name,
                    "name": row.person.name,
                    "detail": str(row.role_or_organisation),
                    "status": row.initial_status,
                }
                for row in sheet.rows_by_day.get(day, [])
            ],
        }
        for day in session.days.all()
        if here <= day.date <= here + ONE_DAY
    ]


def _ideas(user: User, cohorts: Collection[int]) -> Any:
    """Return the ideas of these cohorts that the person may read, the latest first."""
    return Idea.objects.visible_to(user).filter(cohort__in=cohorts).order_by("-pk")[:MAX_ROWS]


def _idea(idea: Idea) -> dict[str, Any]:
    """Return what a phone shows of an idea."""
    return {
        "id": idea.pk,
        "name": f"{idea.reference} · {idea.title}",
        "text": idea.summary,
        "state": str(idea.state_text),
        "href": idea.get_absolute_url(),
    }


def _tests(user: User, cohorts: Collection[int]) -> Any:
    """Return the tests of these cohorts that the person may read, the latest first."""
    rows = Trial.objects.visible_to(user).filter(prototype__idea__cohort__in=cohorts)
    return rows.select_related("prototype").order_by("-pk")[:MAX_ROWS]


def _test(trial: Trial) -> dict[str, Any]:
    """Return what a phone shows of a test."""
    parts = [trial.get_state_display(), trial.get_result_display() if trial.result else ""]
    return {
        "id": trial.pk,
        "name": f"{trial.prototype.title} · {trial.hypothesis}",
        "text": trial.learning,
        "state": " · ".join(str(part) for part in parts if part),
        "href": trial.get_absolute_url(),
    }
