"""Registers the e-mails of exchanges as an event kind: see `docs/emails.md`."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime

from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from cohorts.models import Cohort
from cohorts.permissions import role_of_each
from exchanges.emails.content_paragraphs import PARAGRAPH_WRITERS, content_paragraphs
from exchanges.emails.recipients import EARLY_REASONS, EXCHANGE_AUDIENCES, REASONS, full_name
from exchanges.emails.texts import TEXTS
from exchanges.exchange.enums import UNANNOUNCED
from exchanges.models import Exchange, Registration
from exchanges.planning.planning_context import load_planning_context
from exchanges.planning.reassignment import next_in_line
from exchanges.registration.enums import REFUSED, RegistrationState
from exchanges.reminders import CHANGED, NOT_COMING, change_details
from notifications.emails.placeholders import Wording, names_in
from notifications.models import Reminder
from notifications.registries import CommandScope, EmailPart, EventKind
from programmes.formats.wordings import wording_of
from web.calendars.ics import CalendarEntry, Status
from web.dates.clock import platform_day
from web.text import formats


def render(
    reminder: Reminder, exchange: Exchange, user: User, language: str, wording: Wording | None = None
) -> EmailPart:
    """Return the e-mail of a reminder about the exchange for one recipient, `user`.

    The texts are in the active language, in the `wording` given or that of the edition's format; `language` decides how
    dates are written. Only an e-mail that is sent alone, not in a digest, can have a calendar entry.
    """
    words = TEXTS.emails[reminder.email_type]
    wording = wording or wording_of(exchange, reminder, language)
    names = set(names_in(f"{wording.subject}{wording.body}")) if wording else words.placeholders
    values = values_of(exchange, language) | _old_values(reminder, exchange, language)
    values |= content_paragraphs(names & PARAGRAPH_WRITERS.keys(), exchange, user, language)
    if "next" in names:
        values["next"] = _next_in_line(exchange, reminder.due_on)
    entry = _entry(exchange, reminder, words.calendar, user) if reminder.alone else None
    replaced = _("The calendar entry attached to this e-mail replaces the previous one.")
    values["replaced"] = str(replaced) if entry else ""
    return TEXTS.part(reminder, values, entry, wording=wording)


def values_of(exchange: Exchange, language: str) -> dict[str, str]:
    """Return the values that the texts of every e-mail about the exchange may use, by placeholder such as "dates" or
    "host".

    A value that is not known is empty; "place" is the venue, or else the host. "before" is the name of the previous
    host.
    """
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
    """Return the dates, host and venue from before a change, by placeholder for the texts of an e-mail, and the new
    venue.

    The reminder stores the values from before. They are empty where nothing changed.
    """
    current = change_details(exchange)
    previous = {**current, **reminder.previous_details}  # older reminders have no venue in `previous_details`
    venue_changed = previous.pop("venue") != current.pop("venue")
    venues = (
        _venue_values(reminder.previous_details["venue"], exchange.venue)
        if venue_changed
        else {"old_venue": "", "new_venue": ""}
    )
    if previous == current:
        return {"old_dates": "", "old_host": "", **venues}
    first, last = [parse_date(previous[name]) for name in ("first_day", "last_day")]
    return {"old_dates": _period(first, last, language), "old_host": previous["host"], **venues}


def _venue_values(old: str, new: str) -> dict[str, str]:
    """Return the previous and the new venue as values for the texts of an e-mail; “not known yet” when the new one is
    empty.
    """
    return {"old_venue": old, "new_venue": new or gettext("not known yet")}


def _period(first: date | None, last: date | None, language: str) -> str:
    """Return the days from `first` to `last` in words with weekdays; empty while one of them is not known."""
    return formats.period(first, last, language, with_weekday=True) if first and last else ""


def entry_for(exchange: Exchange, status: Status) -> CalendarEntry | None:
    """Return the calendar entry of an exchange, for e-mails and calendar feeds; None while its days are not known.

    It has the days, the name and the venue with the host. `status` says whether it is tentative, confirmed or cancelled
    for the person.
    """
    if exchange.first_day is None or exchange.last_day is None:
        return None
    location = ", ".join(filter(None, [exchange.venue, exchange.host.name if exchange.host else ""]))
    return CalendarEntry(
        exchange.first_day, exchange.last_day, summary=full_name(exchange), status=status, location=location
    )


def href(reminder: Reminder) -> str:
    """Return the path of the exchange's page, for the link in an e-mail; the reminder holds the key of its exchange."""
    return reverse("exchanges:exchange", args=[reminder.object_id])


def names(pks: Collection[int]) -> dict[int, str]:
    """Return the name of each exchange with its edition, like “Intertransfo 4 · Transfo 2025”, by key (one statement).

    Keys that do not exist are left out.
    """
    exchanges = Exchange.objects.filter(pk__in=pks).select_related("edition")
    return {exchange.pk: full_name(exchange) for exchange in exchanges}


def in_scope(scope: CommandScope) -> set[int]:
    """Return the keys of the exchanges to which a management command is limited by its options.

    An edition, a cohort or an authority can limit it; a cohort or an authority stands for all exchanges of its
    editions. Published facts are left out.
    """
    limits = scope.limits(
        edition="edition__slug",
        cohort="edition__cohorts__slug",
        authority="edition__cohorts__authority__slug",
    )
    return set(Exchange.objects.planned_here().filter(**limits).values_list("pk", flat=True))


def roles(exchange_id: int, users: Collection[int], at: datetime) -> dict[int, Role]:
    """Return the role of each of these people (keys) in the cohorts of an exchange's edition at the moment `at`."""
    return role_of_each(users, Cohort.objects.filter(edition__exchanges=exchange_id), platform_day(at))


def _next_in_line(exchange: Exchange, today: date) -> str:
    """Return the name of the cohort that would host if the present host could not, as of `today`; empty if there is
    none.
    """
    choice = next_in_line(load_planning_context(exchange.edition, today), exchange)
    return choice.name if choice else ""


def _entry(exchange: Exchange, reminder: Reminder, default_status: Status | None, user: User) -> CalendarEntry | None:
    """Return the calendar entry of an e-mail to a person, with the theme as description; None if the e-mail has none.

    `default_status` is the status for this type of e-mail, None for no entry; the e-mail about a change takes the
    status of the person's answer. `removal_count` counts the person's refusals, so that calendars accept the new
    version. A removal is counted before the refusal it announces.
    """
    status = _changed_status(exchange, user) if reminder.email_type == CHANGED else default_status
    entry = entry_for(exchange, status) if status else None
    if entry is None:
        return None
    refusal_count = Registration.objects.filter(exchange=exchange, user=user).refusals() - (
        reminder.email_type == NOT_COMING
    )
    return replace(entry, description=exchange.theme, removal_count=max(refusal_count, 0))


def _changed_status(exchange: Exchange, user: User) -> Status | None:
    """Return the status of the calendar entry in the e-mail about a change, for its recipient `user`; None for no
    entry.

    People who declined get no entry, people who are registered a confirmed one, others a tentative one. Before the
    announcement nobody gets one: no entry was sent that could be replaced.
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
    recipients=EXCHANGE_AUDIENCES.recipients,
    check=EXCHANGE_AUDIENCES.check,
    find=EXCHANGE_AUDIENCES.find,
    render=render,
    describe=TEXTS.describe,
    href=href,
    in_scope=in_scope,
    names=names,
    can_see=lambda user, pk: Exchange.objects.visible_to(user).filter(pk=pk).exists(),
    sizes=EXCHANGE_AUDIENCES.sizes,
    stop_reason=EXCHANGE_AUDIENCES.stop_reason,
    roles=roles,
    reasons=REASONS,
    early_reasons=EARLY_REASONS,
)
