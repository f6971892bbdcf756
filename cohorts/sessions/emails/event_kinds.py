"""What the letters of sessions bring to the platform's post: see `docs/letters.md`."""

from collections.abc import Collection
from functools import partial

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.models import Session, SessionDay
from cohorts.sessions.emails.audiences import ONCE, REASONS, SESSIONS, recipients
from cohorts.sessions.emails.calendar_entries import entries_of
from cohorts.sessions.emails.texts import TEXTS
from notifications.models import Reminder
from notifications.registries import EventKind, LetterPart, Scope
from web.database.nested_rows import revived
from web.text import formats


def render(reminder: Reminder, session: Session, user: User, language: str) -> LetterPart:
    """The letter in the language that is active."""
    calendar = TEXTS.letters[reminder.letter].calendar
    prefetch_related_objects([session], "days")  # its text and its entries name them
    entries = []
    if reminder.alone and calendar:
        entries = entries_of(session, reminder.letter, calendar, user, summary=named(session))
    values = values_of(session, language)
    was = [_line(revived(SessionDay, day), language) for day in reminder.was.get("days", ())]
    values["was"] = "" if was == values["when"].split("\n") else "\n".join(was)
    return TEXTS.part(reminder, values, entries)


def values_of(session: Session, language: str) -> dict[str, str]:
    """What the texts may name."""
    days = list(session.days.all())
    first, last = session.first_day, session.last_day
    scattered = first and last and (last - first).days + 1 != len(days)
    dates = "" if first is None or last is None else formats.period(first, last, language, with_weekday=True)
    return {
        "session": capfirst(str(session)),
        "dates": ", ".join(formats.weekday(day.date, language) for day in days) if scattered else dates,
        "when": "\n".join(_line(day, language) for day in days),
        "cohort": session.cohort.name,
        "reason": session.reason.strip(),
    }


def named(session: Session) -> str:
    return f"{capfirst(str(session))} · {session.cohort.name}"


def href(reminder: Reminder) -> str:
    return reverse("cohorts:session", args=[reminder.object_id])


def names(pks: Collection[int]) -> dict[int, str]:
    """Each session with its cohort (one statement)."""
    return {session.pk: named(session) for session in Session.objects.filter(pk__in=pks).select_related("cohort")}


def within(scope: Scope) -> set[int]:
    """Ids of the sessions of an edition, a cohort or an authority."""
    limits = scope.limits(edition="cohort__edition__slug", cohort="cohort__slug", authority="cohort__authority__slug")
    return set(Session.objects.at_work().filter(**limits).values_list("pk", flat=True))


def _line(day: SessionDay, language: str) -> str:
    """Tue 8 December 2026, 9:00–17:00, Town hall."""
    clocks = [formats.clock(clock, language) for clock in (day.starts_at, day.ends_at) if clock]
    return ", ".join(filter(None, [formats.weekday(day.date, language), "–".join(clocks), day.place]))


_kind = partial(
    EventKind,
    recipients=recipients,
    check=SESSIONS.check,
    find=SESSIONS.find,
    render=render,
    describe=TEXTS.describe,
    href=href,
    within=within,
    names=names,
    seen_by=lambda user, pk: Session.objects.visible_to(user).filter(pk=pk).exists(),
    sizes=SESSIONS.sizes,
    stops=SESSIONS.stops,
    reasons=REASONS,
    once=ONCE,
)
GROUP_SESSION = _kind(label=_("Group sessions"))
STAKEHOLDER_SESSION = _kind(label=_("Stakeholder meetings and steering committees"))
