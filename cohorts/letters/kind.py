"""What the letters of sessions bring to the platform's post: see `docs/letters.md`."""

from collections.abc import Collection
from functools import partial

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from cohorts.letters.audiences import REASONS, found, recipients, refusal, sizes
from cohorts.letters.entries import entries_of
from cohorts.letters.texts import LETTERS, TO_WHOM
from cohorts.models import Session, SessionDay
from notifications.models import Reminder
from notifications.registries import EventKind, LetterPart, Scope
from notifications.sentences import labelled
from web import formats


def render(reminder: Reminder, user: User, language: str) -> LetterPart:
    """The letter in the language that is active. Raises LookupError when the session or the words are gone."""
    session, words = found(reminder), LETTERS[reminder.letter]
    if session is None:
        raise LookupError(f"No session {reminder.object_id}")
    values, entries = values_of(session, language), []
    if reminder.alone and words.calendar:
        summary = named(session)
        entries = entries_of(session, reminder.letter, words.calendar, user, summary=summary)
    return LetterPart(
        subject=words.subject % values,
        text="\n\n".join(
            str(paragraph % values) for paragraph in words.paragraphs if _says_something(paragraph, values)
        ),
        why=str(TO_WHOM[reminder.audience if reminder.audience in TO_WHOM else "told"][1] % values),
        button=(str(words.button), reverse(words.leads, args=[session.pk])),
        calendar=entries or None,
    )


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


def describe(reminder: Reminder) -> str:
    """To whom and what, for ladders and the ledger."""
    words = LETTERS.get(reminder.letter)
    return labelled(_to_whom(reminder.audience), words.about if words else reminder.letter)


def href(reminder: Reminder) -> str:
    return reverse("cohorts:session", args=[reminder.object_id])


def names(pks: Collection[int]) -> dict[int, str]:
    """Each session with its cohort (one statement)."""
    return {session.pk: named(session) for session in Session.objects.filter(pk__in=pks).select_related("cohort")}


def within(scope: Scope) -> set[int]:
    """Ids of the sessions of an edition, a cohort or an authority."""
    asked = {
        "cohort__edition__slug": scope.edition,
        "cohort__slug": scope.cohort,
        "cohort__authority__slug": scope.authority,
    }
    limits = {path: slug for path, slug in asked.items() if slug}
    return set(Session.objects.at_work().filter(**limits).values_list("pk", flat=True))


def _line(day: SessionDay, language: str) -> str:
    """Tue 8 December 2026, 9:00–17:00, Town hall."""
    clocks = [formats.clock(clock, language) for clock in (day.starts_at, day.ends_at) if clock]
    return ", ".join(filter(None, [formats.weekday(day.date, language), "–".join(clocks), day.place]))


def _says_something(paragraph: StrOrPromise, values: dict[str, str]) -> bool:
    """A sentence about a reason is left out where none was given."""
    return bool(values["reason"]) or "%(reason)s" not in str(paragraph)


def _to_whom(audience: str) -> StrOrPromise:
    return TO_WHOM[audience][0] if audience in TO_WHOM else audience


_kind = partial(
    EventKind,
    recipients=recipients,
    refusal=refusal,
    render=render,
    describe=describe,
    href=href,
    within=within,
    names=names,
    sizes=sizes,
    reasons=REASONS,
)
GROUP_SESSION = _kind(label=_("Group sessions"))
STAKEHOLDER_SESSION = _kind(label=_("Stakeholder meetings and steering committees"))
