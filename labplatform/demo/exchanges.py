"""The Intertransfos of the demonstration: three held, one open for registration, the next ones proposed."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import cycle

from dateutil.relativedelta import relativedelta

from accounts.models import User
from cohorts.models import Cohort
from cohorts.people.enums import MembershipRole
from exchanges.lifecycle.actions import (
    announce_exchange,
    close_registration,
    hold_exchange,
    open_exchange_registration,
    set_theme_and_venue,
)
from exchanges.models import Exchange, Registration
from exchanges.planning.actions import confirm_host, plan_exchanges, propose_exchange
from exchanges.planning.actions.proposals import TARGET_REACH_DAYS, missing_targets
from exchanges.planning.planning_context import load_planning_context
from exchanges.registration.actions import (
    add_guest,
    decline,
    record_absence,
    record_remaining,
    register,
    save_needs,
)
from labplatform.demo import exchange_contents
from labplatform.demo.dates import EXCHANGES_HELD, INTERVAL_MONTHS, ONE_DAY, Dates, moment, working_day
from labplatform.demo.emails.past_emails import reminders_of_exchange, send_past_emails
from labplatform.demo.people import MEMBER
from labplatform.demo.stories import CONTENT, StoryData
from notifications.emails.creation import create_due_emails
from programmes.models import Edition
from web.database.created_on import created_on

PLANNING_LEAD_TIME = timedelta(weeks=26)
# Answers to the invitation, taken in turn; None is a person who does not answer.
ANSWERS: tuple[Callable[..., Registration] | None, ...] = (register,) * 6 + (decline, register, None, register)
NO_SHOW_EVERY = 9


@dataclass(frozen=True, slots=True)
class ExchangeStory:
    """An exchange with its story (`data`), the member of lab staff in charge (`by`), and all cohorts by name."""

    exchange: Exchange
    data: StoryData
    by: User
    cohorts: Mapping[str, Cohort]


def _confirm_host(story: ExchangeStory, at: datetime) -> None:
    """Confirm, at the moment `at`, as the pilot of the cohort that hosts the exchange, that it will host it."""
    pilot = User.objects.get(memberships__cohort=story.exchange.host, memberships__role=MembershipRole.PILOT)
    confirm_host(exchange=story.exchange, at=at, by=pilot)


def _announce_exchange(story: ExchangeStory, at: datetime) -> None:
    """Announce the exchange to its participants, at the moment `at`, as the member of lab staff in charge."""
    announce_exchange(exchange=story.exchange, at=at, by=story.by)


def _open_registration(story: ExchangeStory, at: datetime) -> None:
    """Open registration for the exchange, at the moment `at`, as the member of lab staff in charge."""
    open_exchange_registration(exchange=story.exchange, at=at, by=story.by)


def _answer_invitations(story: ExchangeStory, at: datetime) -> None:
    """Answer the invitations to the exchange, at the moment `at`: most people register, some decline, some do not
    answer.

    Where the story says so, some are on the waiting list. The member who can sign in does not answer, so that a
    newcomer has something to do.
    """
    others = Registration.objects.filter(exchange=story.exchange).exclude(user__email=MEMBER)
    invited = others.select_related("user").order_by("pk")
    answers = list(zip(invited, cycle(ANSWERS), strict=False))
    if waiting := story.data.get("waiting"):
        _limit_seats_and_add_guests(story, at, capacity=sum(answer is register for _row, answer in answers) - waiting)
    for row, answer in answers:
        if answer:
            answer(exchange=story.exchange, user=row.user, at=at, by=row.user)
    _save_needs(story, at)


def _limit_seats_and_add_guests(story: ExchangeStory, at: datetime, *, capacity: int) -> None:
    """Set the theme, the venue and the capacity of the exchange, then add the guests of the story.

    The capacity is `capacity` for members, and one seat per guest.
    """
    exchange, guests = story.exchange, story.data["guests"]
    set_theme_and_venue(
        exchange=exchange,
        theme=story.data["theme"],
        venue=story.data["venue"],
        capacity=capacity + len(guests),
        at=at,
        by=story.by,
    )
    for guest in guests:
        add_guest(exchange=exchange, **guest, invited_by=story.by, at=at, by=story.by)


def _save_needs(story: ExchangeStory, at: datetime) -> None:
    """Record the travel and needs of the story, at the moment `at`, for the people who registered first, in order.

    Nothing happens where the story gives none.
    """
    registered = Registration.objects.filter(exchange=story.exchange).registered().select_related("user")
    for row, needs in zip(registered.order_by("pk"), story.data.get("needs", []), strict=False):
        details = {"travels": "", "comes_from": "", "access": "", "diet": ""} | needs
        save_needs(exchange=story.exchange, user=row.user, **details, at=at, by=row.user)


def _close_registration(story: ExchangeStory, at: datetime) -> None:
    """Close registration for the exchange, at the moment `at`, as the member of lab staff in charge."""
    close_registration(exchange=story.exchange, at=at, by=story.by)


def _hold_exchange(story: ExchangeStory, at: datetime) -> None:
    """Record, at the moment `at`, that the exchange was held, and that everyone registered came, except every ninth."""
    hold_exchange(exchange=story.exchange, at=at, by=story.by)
    registered = Registration.objects.filter(exchange=story.exchange, state="registered").order_by("pk")
    for answer in list(registered)[NO_SHOW_EVERY - 1 :: NO_SHOW_EVERY]:
        record_absence(participant=answer, at=at, by=story.by)
    record_remaining(exchange=story.exchange, came=True, by=story.by)


def _add_questions(story: ExchangeStory, _at: datetime) -> None:
    """Add the questions of the story to the exchange; `_at` is not used."""
    exchange_contents.add_questions(story.exchange, story.data, story.by)


def _add_contributions(story: ExchangeStory, _at: datetime) -> None:
    """Add the contributions and the programme of the story to the exchange; `_at` is not used."""
    exchange_contents.add_contributions(story.exchange, story.data, story.cohorts, story.by)
    exchange_contents.set_programme(story.exchange, story.data, story.cohorts, story.by)


def _record_results(story: ExchangeStory, at: datetime) -> None:
    """Record the minutes, commitments and feedback of the exchange at the moment `at`, then close it where the story
    does.
    """
    exchange_contents.record_results(story.exchange, story.data, story.cohorts, at)
    exchange_contents.close_exchange_if_due(story.exchange, story.data, at, story.by)


# Actions by time before the first day (negative: after it), each shortly before the e-mail about it.
TIMELINE: tuple[tuple[timedelta, Callable[[ExchangeStory, datetime], None]], ...] = (
    (timedelta(weeks=21), _confirm_host),
    (timedelta(weeks=16, days=3), _announce_exchange),
    (timedelta(weeks=13), _add_questions),
    (timedelta(weeks=12, days=3), _open_registration),
    (timedelta(weeks=10), _answer_invitations),
    (timedelta(weeks=5), _add_contributions),
    (timedelta(weeks=2), _close_registration),
    (timedelta(days=-1), _hold_exchange),
    (timedelta(days=-2), _record_results),
)
ALWAYS_DONE_BEFORE_TODAY = (
    _confirm_host,
    _announce_exchange,
    _add_questions,
    _open_registration,
    _answer_invitations,
    _add_contributions,
)  # done for the coming exchange even if its usual day lies ahead


def play_exchanges(*, edition: Edition, cohorts: Mapping[str, Cohort], dates: Dates, by: User) -> None:
    """Hold the first three exchanges of the edition, then plan the others and play the coming one up to yesterday.

    `cohorts` are all cohorts by name; `by` is the lab. Only the coming exchange has sent e-mails: a thousand more would
    take longer than all the rest.
    """
    contents = tomllib.loads((CONTENT / "exchanges.toml").read_text(encoding="utf-8"))
    for number, exchange_data in enumerate(contents["held"], 1):
        day = _planned_on(edition, number, dates)
        with created_on(day):
            planned = _propose_near_target(edition, cohorts[exchange_data["host"]], moment(day), by)
        _play_exchange(ExchangeStory(planned, exchange_data, by, cohorts), dates, coming=False)
    day = _planned_on(edition, EXCHANGES_HELD + 1, dates)
    with created_on(day):
        plan_exchanges(edition=edition, at=moment(day), by=by)
    coming = Exchange.objects.get(edition=edition, number=EXCHANGES_HELD + 1)
    _play_exchange(ExchangeStory(coming, contents["coming"], by, cohorts), dates, coming=True)


def _planned_on(edition: Edition, number: int, dates: Dates) -> date:
    """Return the day on which exchange `number` was planned: a working day half a year before its target date.

    It is no earlier than the day after the edition began.
    """
    target = dates.edition + relativedelta(months=INTERVAL_MONTHS * number)
    return max(working_day(target - PLANNING_LEAD_TIME), dates.edition + ONE_DAY)


def _propose_near_target(edition: Edition, host: Cohort, at: datetime, by: User) -> Exchange:
    """Propose an exchange with this host, at the moment `at`, near the edition's next target date; return it.

    Its days are the nearest to which nothing objects; without any, those of the best window. `by` proposes it.
    """
    context = load_planning_context(edition, at.date())
    target, days = missing_targets(context)[0], edition.format.exchange_days
    nearby_days = [
        target + timedelta(days=away) for away in sorted(range(-TARGET_REACH_DAYS, TARGET_REACH_DAYS + 1), key=abs)
    ]
    free_days = (day for day in nearby_days if not context.objections(day, days, host, taken=context.taken()))
    proposed = context.windows(target, days, host, taken=context.taken())[0].start
    return propose_exchange(edition=edition, host=host, first_day=next(free_days, proposed), days=days, at=at, by=by)


def _play_exchange(story: ExchangeStory, dates: Dates, *, coming: bool) -> None:
    """Give the exchange its theme and venue, then run the actions of its story whose day is past, in order.

    With `coming`, for the next exchange, past e-mails are recorded as sent; those of earlier exchanges expire.
    """
    data = story.data
    reminders, yesterday = reminders_of_exchange(story.exchange.pk), dates.today - ONE_DAY
    set_theme_and_venue(
        exchange=story.exchange,
        theme=data["theme"],
        venue=data["venue"],
        capacity=data.get("capacity"),
        at=moment(yesterday),
        by=story.by,
    )
    for day, action in _past_actions(story.exchange, yesterday, coming=coming):
        if coming:
            send_past_emails(reminders, until=moment(day))
        with created_on(day):
            action(story, moment(day))
    if coming:
        send_past_emails(reminders, until=moment(yesterday))
    else:
        create_due_emails(moment(yesterday), reminders=reminders)


def _past_actions(
    exchange: Exchange, yesterday: date, *, coming: bool
) -> Iterator[tuple[date, Callable[[ExchangeStory, datetime], None]]]:
    """Yield pairs of day and action for each action in the life of an exchange whose day is past, in order.

    With `coming`, everything up to the contributions is done by yesterday, even if its usual day lies ahead.
    """
    first_day = exchange.first_day
    assert first_day is not None  # noqa: S101 - it was planned
    for before, action in TIMELINE:
        day = working_day(first_day - before) if before > timedelta(0) else first_day - before
        if coming and action in ALWAYS_DONE_BEFORE_TODAY:
            day = min(day, yesterday)
        if day <= yesterday:
            yield day, action
