"""What the letters of exchanges bring to the platform's post: see `docs/letters.md`."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from exchanges.emails.content_paragraphs import WRITTEN, contents
from exchanges.emails.recipients import EXCHANGES, ONCE, REASONS
from exchanges.emails.texts import TEXTS
from exchanges.exchange.enums import UNANNOUNCED
from exchanges.models import Exchange, Registration
from exchanges.planning.planning_context import outlook
from exchanges.planning.reassignment import next_in_line
from exchanges.registration.enums import REFUSED, RegistrationState
from exchanges.reminders import CHANGED, NOT_COMING, told
from notifications.calendars.ics import Entry, Status
from notifications.models import Reminder
from notifications.registries import EventKind, LetterPart, Scope
from web.text import formats


def render(reminder: Reminder, exchange: Exchange, user: User, language: str) -> LetterPart:
    """The letter in the language that is active."""
    words = TEXTS.letters[reminder.letter]
    values = values_of(exchange, language) | _old_values(reminder, exchange, language)
    values |= contents(words.names & WRITTEN.keys(), exchange, user, language)
    if "next" in words.names:
        values["next"] = _next_in_line(exchange, reminder.due_on)
    entry = _entry(exchange, reminder, words.calendar, user) if reminder.alone else None
    replaced = _("The calendar entry attached to this e-mail replaces the previous one.")
    values["replaced"] = str(replaced) if entry else ""
    return TEXTS.part(reminder, values, entry)


def values_of(exchange: Exchange, language: str) -> dict[str, str]:
    """What the texts may name."""
    host = exchange.host.name if exchange.host else ""
    return {
        "exchange": str(exchange),
        "edition": exchange.edition.name,
        "dates": _period(exchange.first_day, exchange.last_day, language),
        "host": host,
        "place": exchange.venue or host,
        "theme": exchange.theme,
        "reason": exchange.reason,
        "before": str(exchange.why.get("host", {}).get("before", "")),
    }


def _old_values(reminder: Reminder, exchange: Exchange, language: str) -> dict[str, str]:
    """What a change leaves behind, of days and host or of the place; nothing where it is back to what people know."""
    now = told(exchange)
    was = {**now, **reminder.was}  # before the place was told of, `was` had none
    elsewhere = was.pop("venue") != now.pop("venue")
    places = _places(reminder.was["venue"], exchange.venue) if elsewhere else {"old_venue": "", "new_venue": ""}
    if was == now:
        return {"old_dates": "", "old_host": "", **places}
    first, last = [parse_date(was[name]) for name in ("first_day", "last_day")]
    return {"old_dates": _period(first, last, language), "old_host": was["host"], **places}


def _places(old: str, new: str) -> dict[str, str]:
    return {"old_venue": old, "new_venue": new or gettext("not known yet")}


def _period(first: date | None, last: date | None, language: str) -> str:
    return formats.period(first, last, language, with_weekday=True) if first and last else ""


def entry_for(exchange: Exchange, status: Status) -> Entry | None:
    """The exchange in calendars, in letters and feeds alike: whole days, None while they are not known."""
    if exchange.first_day is None or exchange.last_day is None:
        return None
    place = ", ".join(filter(None, [exchange.venue, exchange.host.name if exchange.host else ""]))
    return Entry(exchange.first_day, exchange.last_day, summary=_named(exchange), status=status, place=place)


def href(reminder: Reminder) -> str:
    return reverse("exchanges:exchange", args=[reminder.object_id])


def names(pks: Collection[int]) -> dict[int, str]:
    """Each exchange with its edition (one statement)."""
    found = Exchange.objects.filter(pk__in=pks).select_related("edition")
    return {exchange.pk: _named(exchange) for exchange in found}


def within(scope: Scope) -> set[int]:
    """Ids of the exchanges of an edition, of the editions a cohort is in, or an authority takes part in."""
    limits = scope.limits(
        edition="edition__slug",
        cohort="edition__cohorts__slug",
        authority="edition__cohorts__authority__slug",
    )
    return set(Exchange.objects.planned_here().filter(**limits).values_list("pk", flat=True))


def _named(exchange: Exchange) -> str:
    return f"{exchange} · {exchange.edition.name}"


def _next_in_line(exchange: Exchange, today: date) -> str:
    """Who would host if the host did not; empty when nobody else can."""
    choice = next_in_line(outlook(exchange.edition, today), exchange)
    return choice.name if choice else ""


def _entry(exchange: Exchange, reminder: Reminder, usual: Status | None, user: User) -> Entry | None:
    """With its theme; an entry that replaces one keeps the status of the person's own answer.

    The one that takes it off is the last before it may come back, `raised` by that refusal.
    """
    status = _changed_status(exchange, user) if reminder.letter == CHANGED else usual
    entry = entry_for(exchange, status) if status else None
    if entry is None:
        return None
    raised = Registration.objects.filter(exchange=exchange, user=user).refusals() - (reminder.letter == NOT_COMING)
    return replace(entry, description=exchange.theme, raised=max(raised, 0))


def _changed_status(exchange: Exchange, user: User) -> Status | None:
    """Someone who declined hears of a change without an entry; who is registered keeps a firm one.

    Before it was announced no letter brought one that could be replaced.
    """
    if exchange.state in UNANNOUNCED:
        return None
    answer = Registration.objects.filter(exchange=exchange, user=user).first()
    if answer is None:
        return "TENTATIVE"
    if answer.state in REFUSED:
        return None
    return "CONFIRMED" if answer.state == RegistrationState.REGISTERED else "TENTATIVE"


EXCHANGE = EventKind(
    label=_("Intertransfos"),
    recipients=EXCHANGES.recipients,
    check=EXCHANGES.check,
    find=EXCHANGES.find,
    render=render,
    describe=TEXTS.describe,
    href=href,
    within=within,
    names=names,
    seen_by=lambda user, pk: Exchange.objects.visible_to(user).filter(pk=pk).exists(),
    sizes=EXCHANGES.sizes,
    stops=EXCHANGES.stops,
    reasons=REASONS,
    once=ONCE,
)
