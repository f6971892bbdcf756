"""The Intertransfos of the demonstration: three were held, one takes registrations, the following ones are proposed."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import cycle

from dateutil.relativedelta import relativedelta

from accounts.models import User
from cohorts.models import Cohort
from cohorts.people.enums import Role
from exchanges.lifecycle.actions import (
    announce,
    close_registration,
    hold_exchange,
    open_registration,
    set_theme_and_place,
)
from exchanges.models import Exchange, Registration
from exchanges.planning.actions import confirm_host, plan_exchanges, propose_exchange
from exchanges.planning.actions.proposals import REACH, missing_targets
from exchanges.planning.planning_context import outlook
from exchanges.registration.actions import add_guest, decline, note_needs, record_attendance, register
from labplatform.demo import contents
from labplatform.demo.dates import HELD_BEFORE, INTERVAL_MONTHS, ONE_DAY, Dates, moment, working_day
from labplatform.demo.letters import carry, of_exchange
from labplatform.demo.people import MEMBER
from labplatform.demo.stories import CONTENT, Told
from notifications.emails.creation import expand_due
from programmes.models import Edition
from web.database.created_on import born_on

PLANNED = timedelta(weeks=26)
# Which answer comes: read by turning through it; nothing means that the person stays silent.
ANSWERS: tuple[Callable[..., Registration] | None, ...] = (register,) * 6 + (decline, register, None, register)
NO_SHOW_EVERY = 9


@dataclass(frozen=True, slots=True)
class Meeting:
    """An exchange with what is told of it, and the one of the lab who looks after it."""

    exchange: Exchange
    told: Told
    by: User
    cohorts: Mapping[str, Cohort]


def _confirm(meeting: Meeting, at: datetime) -> None:
    pilot = User.objects.get(memberships__cohort=meeting.exchange.host, memberships__role=Role.PILOT)
    confirm_host(exchange=meeting.exchange, at=at, by=pilot)


def _announce(meeting: Meeting, at: datetime) -> None:
    announce(exchange=meeting.exchange, at=at, by=meeting.by)


def _open(meeting: Meeting, at: datetime) -> None:
    open_registration(exchange=meeting.exchange, at=at, by=meeting.by)


def _answer(meeting: Meeting, at: datetime) -> None:
    """The one who signs in as a member stays silent: a newcomer has something to answer."""
    others = Registration.objects.filter(exchange=meeting.exchange).exclude(user__email=MEMBER)
    invited = others.select_related("user").order_by("pk")
    answers = list(zip(invited, cycle(ANSWERS), strict=False))
    if waiting := meeting.told.get("waiting"):
        _welcome(meeting, at, capacity=sum(say is register for _row, say in answers) - waiting)
    for row, say in answers:
        if say:
            say(exchange=meeting.exchange, user=row.user, at=at, by=row.user)
    _tell_needs(meeting, at)


def _welcome(meeting: Meeting, at: datetime, *, capacity: int) -> None:
    """The house is that small, guests come on top, and the lab keeps their places."""
    exchange, guests = meeting.exchange, meeting.told["guests"]
    set_theme_and_place(
        exchange=exchange,
        theme=meeting.told["theme"],
        venue=meeting.told["venue"],
        capacity=capacity + len(guests),
        at=at,
        by=meeting.by,
    )
    for guest in guests:
        add_guest(exchange=exchange, **guest, invited_by=meeting.by, at=at, by=meeting.by)


def _tell_needs(meeting: Meeting, at: datetime) -> None:
    """The first ones registered say how they travel and what they need."""
    registered = Registration.objects.filter(exchange=meeting.exchange).registered().select_related("user")
    for row, needs in zip(registered.order_by("pk"), meeting.told.get("needs", []), strict=False):
        said = {"travels": "", "comes_from": "", "access": "", "diet": ""} | needs
        note_needs(exchange=meeting.exchange, user=row.user, **said, at=at, by=row.user)


def _close(meeting: Meeting, at: datetime) -> None:
    close_registration(exchange=meeting.exchange, at=at, by=meeting.by)


def _hold(meeting: Meeting, at: datetime) -> None:
    hold_exchange(exchange=meeting.exchange, at=at, by=meeting.by)
    registered = Registration.objects.filter(exchange=meeting.exchange, state="registered").order_by("pk")
    came = [answer for place, answer in enumerate(registered, 1) if place % NO_SHOW_EVERY]
    record_attendance(exchange=meeting.exchange, came=came, by=meeting.by)


def _ask(meeting: Meeting, _at: datetime) -> None:
    contents.ask(meeting.exchange, meeting.told, meeting.by)


def _bring(meeting: Meeting, _at: datetime) -> None:
    contents.bring(meeting.exchange, meeting.told, meeting.cohorts, meeting.by)
    contents.set_programme(meeting.exchange, meeting.told, meeting.cohorts, meeting.by)


def _write_up(meeting: Meeting, at: datetime) -> None:
    contents.write_up(meeting.exchange, meeting.told, meeting.cohorts, at)
    contents.close(meeting.exchange, meeting.told, at, meeting.by)


# What happens how long before the first day (after it where negative): each a little before the letter that tells it.
LIFE: tuple[tuple[timedelta, Callable[[Meeting, datetime], None]], ...] = (
    (timedelta(weeks=21), _confirm),
    (timedelta(weeks=16, days=3), _announce),
    (timedelta(weeks=13), _ask),
    (timedelta(weeks=12, days=3), _open),
    (timedelta(weeks=10), _answer),
    (timedelta(weeks=5), _bring),
    (timedelta(weeks=2), _close),
    (timedelta(days=-1), _hold),
    (timedelta(days=-2), _write_up),
)
BY_NOW = (_confirm, _announce, _ask, _open, _answer, _bring)  # of the coming one, however far it is


def meet(*, edition: Edition, cohorts: Mapping[str, Cohort], dates: Dates, by: User) -> None:
    """Hold the first three, then plan the others and live the coming one as far as it is.

    Only the coming one has letters that went: a thousand more would take longer than all the rest.
    """
    told = tomllib.loads((CONTENT / "exchanges.toml").read_text(encoding="utf-8"))
    for number, lines in enumerate(told["held"], 1):
        day = _planned_on(edition, number, dates)
        with born_on(day):
            planned = _by_hand(edition, cohorts[lines["host"]], moment(day), by)
        _live(Meeting(planned, lines, by, cohorts), dates, coming=False)
    day = _planned_on(edition, HELD_BEFORE + 1, dates)
    with born_on(day):
        plan_exchanges(edition=edition, at=moment(day), by=by)
    coming = Exchange.objects.get(edition=edition, number=HELD_BEFORE + 1)
    _live(Meeting(coming, told["coming"], by, cohorts), dates, coming=True)


def _planned_on(edition: Edition, number: int, dates: Dates) -> date:
    """Half a year before its target, and after the edition began."""
    target = dates.edition + relativedelta(months=INTERVAL_MONTHS * number)
    return max(working_day(target - PLANNED), dates.edition + ONE_DAY)


def _by_hand(edition: Edition, host: Cohort, at: datetime, by: User) -> Exchange:
    """An exchange where the lab chose the host, on the days next to the target that nobody objects to."""
    view = outlook(edition, at.date())
    target, days = missing_targets(view)[0], edition.format.exchange_days
    around = [target + timedelta(days=away) for away in sorted(range(-REACH, REACH + 1), key=abs)]
    free = (day for day in around if not view.objections(day, days, host, taken=view.taken()))
    proposed = view.windows(target, days, host, taken=view.taken())[0].start
    return propose_exchange(edition=edition, host=host, first_day=next(free, proposed), days=days, at=at, by=by)


def _live(meeting: Meeting, dates: Dates, *, coming: bool) -> None:
    """Whatever has happened of it before today; its letters each in its time, or too late to be of use."""
    told = meeting.told
    reminders, yesterday = of_exchange(meeting.exchange.pk), dates.today - ONE_DAY
    set_theme_and_place(
        exchange=meeting.exchange,
        theme=told["theme"],
        venue=told["venue"],
        capacity=told.get("capacity"),
        at=moment(yesterday),
        by=meeting.by,
    )
    for day, act in _past(meeting.exchange, yesterday, coming=coming):
        if coming:
            carry(reminders, until=moment(day))
        with born_on(day):
            act(meeting, moment(day))
    if coming:
        carry(reminders, until=moment(yesterday))
    else:
        expand_due(moment(yesterday), within=reminders)


def _past(
    exchange: Exchange, yesterday: date, *, coming: bool
) -> Iterator[tuple[date, Callable[[Meeting, datetime], None]]]:
    first_day = exchange.first_day
    assert first_day is not None  # noqa: S101 - it was planned
    for before, act in LIFE:
        day = working_day(first_day - before) if before > timedelta(0) else first_day - before
        if coming and act in BY_NOW:
            day = min(day, yesterday)
        if day <= yesterday:
            yield day, act
