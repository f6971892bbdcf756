"""Moves an exchange to other days."""

from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from exchanges import reminders
from exchanges.calendar import Reason
from exchanges.exchange.enums import ANSWERABLE, COMING
from exchanges.exchange.locks import lock_turns, locked
from exchanges.models import Exchange, HostTurn
from exchanges.planning.date_checks import check_days, check_sessions
from exchanges.planning.planning_context import Outlook, outlook
from exchanges.planning.reassignment import PASSED, put_out_of_turn
from exchanges.planning.stored_reasons import kept_reason
from exchanges.registration.actions.departures import give_back
from exchanges.registration.actions.invitations import invite
from web.actions import action
from web.dates.clock import platform_day
from web.errors import DomainError


@action(gettext_lazy("Intertransfo moved"))
def move_exchange(
    *,
    exchange: Exchange,
    first_day: date,
    days: int,
    swap_reason: str = "",
    all_the_same: bool = True,
    at: datetime,
    by: User,
    version: int | None = None,
) -> Exchange:
    """Take other days: the version rises, letters not yet gone move along, those who were told hear of it once.

    Hosts take turns by their days: `swap_reason` says why one comes before its turn now. Places of those who are not
    of the edition on the new first day go to others, those who are only then are invited. Moving to the days it has
    already changes nothing. Raises DomainError for days of cohorts' own sessions, unless they are taken `all_the_same`.
    """
    lock_turns(exchange)
    exchange = locked(exchange, version=version)
    if (exchange.first_day, exchange.days) == (first_day, days):
        return exchange
    if exchange.state not in COMING or exchange.host is None:
        raise DomainError(_("This Intertransfo is over or cancelled: it cannot move any more."))
    view = outlook(exchange.edition, platform_day(at))
    against = check_days(view, first_day, days, exchange.host, but=exchange)
    check_sessions([] if all_the_same else against, view)
    _excuse(view, exchange, first_day, swap_reason.strip())
    _take(exchange, first_day, days, against, at=at, by=by)
    return exchange


def _take(
    exchange: Exchange, first_day: date, days: int, against: tuple[Reason, ...], *, at: datetime, by: User
) -> None:
    """Write the new days, tell of them, and settle who has a place or is invited then."""
    was = reminders.told(exchange)
    exchange.first_day, exchange.days, exchange.version = first_day, days, exchange.version + 1
    kept = {name: why for name, why in exchange.why.items() if name != PASSED}  # on other days all may be asked again
    exchange.why = {**kept, "window": _why(exchange, [kept_reason(reason) for reason in against])}
    exchange.save(update_fields=["first_day", "days", "version", "why"])
    reminders.move(exchange, was=was, at=at, by=by)
    if exchange.state in ANSWERABLE:
        give_back(exchange, User.objects.all(), at=at, by=by)
        invite(exchange, User.objects.all(), at=at, by=by)


def _excuse(view: Outlook, exchange: Exchange, first_day: date, reason: str) -> None:
    """Write the reason on every turn that comes before its time by the move. Raises DomainError where there is none."""
    early = put_out_of_turn(view, exchange, first_day)
    turns = HostTurn.objects.filter(exchange__in=early, swap_reason="").select_related("exchange", "cohort")
    for turn in turns.order_by("pk"):
        if not reason:
            said = _("On these days %(host)s would host again before another cohort has hosted: write the reason.")
            raise DomainError(said % {"host": turn.cohort.name}, field="swap_reason")
        turn.swap_reason = reason
        turn.save(update_fields=["swap_reason"])
        row = exchange if turn.exchange_id == exchange.pk else turn.exchange
        row.why = {**row.why, "host": {**row.why.get("host", {}), "out_of_turn": True}}
        row.save(update_fields=["why"])


def _why(exchange: Exchange, against: list[dict[str, object]]) -> dict[str, object]:
    target, first_day = exchange.target, exchange.first_day
    distance = (first_day - target).days if target and first_day else None
    return {"for": [], "against": against, "distance": distance, "estimated": False, "by_hand": True}
