"""Registration of session e-mails with the notifications app: see `docs/emails.md`."""

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import partial

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from cohorts.models import Cohort, Session, SessionDay
from cohorts.permissions import role_of_each
from cohorts.sessions.emails.audiences import (
    REASONS,
    RESUME_CONDITIONS,
    SESSION_AUDIENCES,
    name_with_cohort,
    recipients,
)
from cohorts.sessions.emails.calendar_entries import entries_of
from cohorts.sessions.emails.texts import TEXTS
from notifications.emails.placeholders import Wording
from notifications.models import Reminder
from notifications.registries import CommandScope, EmailPart, EventKind
from programmes.formats.wordings import wording_of
from web.database.nested_rows import row_from_nested
from web.dates.clock import platform_day
from web.text import formats


def render(
    reminder: Reminder, session: Session, user: User, language: str, wording: Wording | None = None
) -> EmailPart:
    """Return the text of an e-mail about a session, in the active language, with its calendar entries if it has any.

    `reminder` says which e-mail it is and which days the session had before; `user` gets it, `language` formats dates.
    Without a `wording` it is that of the edition's format.
    """
    calendar = TEXTS.emails[reminder.email_type].calendar
    prefetch_related_objects([session], "days")  # its text and its entries name them
    entries = []
    if reminder.alone and calendar:
        entries = entries_of(session, reminder.email_type, calendar, user, summary=name_with_cohort(session))
    values = text_values(session, language)
    was = [_day_text(row_from_nested(SessionDay, day), language) for day in reminder.previous_details.get("days", ())]
    values["was"] = "" if was == values["when"].split("\n") else "\n".join(was)
    wording = wording or wording_of(session, reminder, language)
    return TEXTS.part(reminder, values, entries, wording=wording)


def text_values(session: Session, language: str) -> dict[str, str]:
    """Return the values that texts of e-mails about a session may name: session, dates, when, cohort, reason.

    “dates” is one line, “when” a line with hours and venue for each day, “reason” why it was postponed or cancelled.
    """
    days = list(session.days.all())
    first, last = session.first_day, session.last_day
    has_gaps = first and last and (last - first).days + 1 != len(days)
    dates = "" if first is None or last is None else formats.period(first, last, language, with_weekday=True)
    return {
        "session": capfirst(str(session)),
        "dates": ", ".join(formats.weekday(day.date, language) for day in days) if has_gaps else dates,
        "when": days_text(days, language),
        "cohort": session.cohort.name,
        "reason": session.reason.strip(),
    }


def href(reminder: Reminder) -> str:
    """Return the path of the page of the session that an e-mail is about; no statement."""
    return reverse("cohorts:session", args=[reminder.object_id])


def names(pks: Collection[int]) -> dict[int, str]:
    """Return, by id of the session, its name followed by that of its cohort (one statement); deleted sessions have no
    key.
    """
    return {
        session.pk: name_with_cohort(session) for session in Session.objects.filter(pk__in=pks).select_related("cohort")
    }


def in_scope(scope: CommandScope) -> set[int]:
    """Return the ids of the sessions in the scope of a management command: an edition, cohort or authority; no imported
    published facts.
    """
    limits = scope.limits(edition="cohort__edition__slug", cohort="cohort__slug", authority="cohort__authority__slug")
    return set(Session.objects.at_work().filter(**limits).values_list("pk", flat=True))


def roles(session_id: int, users: Collection[int], at: datetime) -> dict[int, Role]:
    """Return the role of each of these people (keys) in the cohort of a session at the moment `at`."""
    return role_of_each(users, Cohort.objects.filter(sessions=session_id), platform_day(at))


def days_text(days: Iterable[SessionDay], language: str) -> str:
    """Return a line for each of these session days, in this language."""
    return "\n".join(_day_text(day, language) for day in days)


def _day_text(day: SessionDay, language: str) -> str:
    """Return a session day as text in this language: “Tue 8 December 2026, 9:00–17:00, Town hall”; unknown parts are
    left out.
    """
    clocks = [formats.clock(clock, language) for clock in (day.starts_at, day.ends_at) if clock]
    return ", ".join(filter(None, [formats.weekday(day.date, language), "–".join(clocks), day.venue]))


_kind = partial(
    EventKind,
    recipients=recipients,
    check=SESSION_AUDIENCES.check,
    find=SESSION_AUDIENCES.find,
    render=render,
    describe=TEXTS.describe,
    href=href,
    in_scope=in_scope,
    names=names,
    can_see=lambda user, pk: Session.objects.visible_to(user).filter(pk=pk).exists(),
    sizes=SESSION_AUDIENCES.sizes,
    stop_reason=SESSION_AUDIENCES.stop_reason,
    roles=roles,
    reasons=REASONS,
    early_reasons=RESUME_CONDITIONS,
)
GROUP_SESSION = _kind(label=_("Group sessions"))
STAKEHOLDER_SESSION = _kind(label=_("Stakeholder meetings and steering committees"))
