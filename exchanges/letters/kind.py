"""What the letters of exchanges bring to the platform's post: see `docs/letters.md`."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from exchanges.actions.reminders import CHANGED
from exchanges.enums import REFUSED, RegistrationState
from exchanges.letters.audiences import REASONS, found, recipients, refusal, sizes, stops
from exchanges.letters.content import WRITTEN, contents, page_of
from exchanges.letters.texts import LETTERS, TO_WHOM, Words
from exchanges.models import Exchange, Registration
from exchanges.outlook import outlook
from exchanges.rota import next_in_line
from notifications.ics import Entry, Status
from notifications.models import Reminder
from notifications.registries import EventKind, LetterPart, Scope
from notifications.sentences import labelled
from web import formats


def render(reminder: Reminder, user: User, language: str) -> LetterPart:
    """The letter in the language that is active. Raises LookupError when the exchange or the words are gone."""
    exchange, words = found(reminder), LETTERS[reminder.letter]
    if exchange is None:
        raise LookupError(f"No exchange {reminder.object_id}")
    values = values_of(exchange, language)
    if _names(words, "next"):
        values["next"] = _next_in_line(exchange, reminder.due_on)
    values |= contents(words.content, exchange, user, language)
    return LetterPart(
        subject=words.subject % values,
        text="\n\n".join(
            str(paragraph % values) for paragraph in words.paragraphs if _says_something(paragraph, values)
        ),
        why=_why(reminder) % values,
        button=(str(words.button), page_of(reminder.letter, exchange)),
        calendar=_entry(exchange, reminder, words, user) if reminder.alone else None,
    )


def values_of(exchange: Exchange, language: str) -> dict[str, str]:
    """What the texts may name."""
    first, last = exchange.first_day, exchange.last_day
    host = exchange.host.name if exchange.host else ""
    return {
        "exchange": str(exchange),
        "edition": exchange.edition.name,
        "dates": formats.period(first, last, language, with_weekday=True) if first and last else "",
        "host": host,
        "place": exchange.venue or host,
        "theme": exchange.theme,
        "reason": exchange.reason,
        "before": str(exchange.why.get("host", {}).get("before", "")),
        "next": "",
    }


def describe(reminder: Reminder) -> str:
    """To whom and what, for ladders and the ledger."""
    words = LETTERS.get(reminder.letter)
    return labelled(_to_whom(reminder.audience), words.about if words else reminder.letter)


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
    asked = {
        "edition__slug": scope.edition,
        "edition__cohorts__slug": scope.cohort,
        "edition__cohorts__authority__slug": scope.authority,
    }
    limits = {path: slug for path, slug in asked.items() if slug}
    return set(Exchange.objects.planned_here().filter(**limits).values_list("pk", flat=True))


def _named(exchange: Exchange) -> str:
    return f"{exchange} · {exchange.edition.name}"


def _says_something(paragraph: object, values: dict[str, str]) -> bool:
    """A sentence about a theme, hosts, questions, minutes… is left out where there is none."""
    missing = (name for name in (*WRITTEN, "theme", "before", "next") if not values.get(name))
    return not any(f"%({name})s" in str(paragraph) for name in missing)


def _names(words: Words, name: str) -> bool:
    return any(f"%({name})s" in str(paragraph) for paragraph in words.paragraphs)


def _next_in_line(exchange: Exchange, today: date) -> str:
    """Who would host if the host did not; empty when nobody else can."""
    choice = next_in_line(outlook(exchange.edition, today), exchange)
    return choice.name if choice else ""


def _to_whom(audience: str) -> StrOrPromise:
    slug = audience.partition("-")[0]
    return TO_WHOM[slug][0] if slug in TO_WHOM else audience


def _why(reminder: Reminder) -> str:
    slug = reminder.audience.partition("-")[0]
    return str(TO_WHOM[slug if slug in TO_WHOM else "told"][1])


def _entry(exchange: Exchange, reminder: Reminder, words: Words, user: User) -> Entry | None:
    """With its theme; an entry that replaces one keeps the status of the person's own answer."""
    status = _changed_status(exchange, user) if reminder.letter == CHANGED else words.calendar
    entry = entry_for(exchange, status) if status else None
    return replace(entry, description=exchange.theme) if entry else None


def _changed_status(exchange: Exchange, user: User) -> Status | None:
    """Someone who declined hears of a change without an entry; who is registered keeps a firm one."""
    answer = Registration.objects.filter(exchange=exchange, user=user).first()
    if answer is None:
        return "TENTATIVE"
    if answer.state in REFUSED:
        return None
    return "CONFIRMED" if answer.state == RegistrationState.REGISTERED else "TENTATIVE"


EXCHANGE = EventKind(
    label=_("Intertransfos"),
    recipients=recipients,
    refusal=refusal,
    render=render,
    describe=describe,
    href=href,
    within=within,
    names=names,
    sizes=sizes,
    stops=stops,
    reasons=REASONS,
)
