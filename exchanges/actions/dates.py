"""Moves an exchange to other days."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from exchanges.actions import reminders
from exchanges.actions.checks import check_days, locked
from exchanges.enums import COMING
from exchanges.models import Exchange
from exchanges.outlook import outlook
from exchanges.reasons import kept_reason
from web.errors import DomainError
from web.verbs import verb


@verb
def move_exchange(
    *, exchange: Exchange, first_day: date, days: int, at: datetime, by: User, version: int | None = None
) -> Exchange:
    """Take other days: the version rises, letters not yet gone move along, those who were told hear of it once.

    Moving to the days it has already changes nothing.
    """
    exchange = locked(exchange, version=version)
    if (exchange.first_day, exchange.days) == (first_day, days):
        return exchange
    if exchange.state not in COMING or exchange.host is None:
        raise DomainError(_("This Intertransfo is over or cancelled: it cannot move any more."))
    view = outlook(exchange.edition, timezone.localdate(at))
    check_days(view, first_day, days, exchange.host, but=exchange)
    against = view.objections(first_day, days, exchange.host, taken=view.taken(but=exchange))
    was = reminders.told(exchange)
    exchange.first_day, exchange.days, exchange.version = first_day, days, exchange.version + 1
    exchange.why = {**exchange.why, "window": _why(exchange, [kept_reason(reason) for reason in against])}
    exchange.save(update_fields=["first_day", "days", "version", "why"])
    reminders.move(exchange, was=was, at=at, by=by)
    return exchange


def _why(exchange: Exchange, against: list[dict[str, object]]) -> dict[str, object]:
    target, first_day = exchange.target, exchange.first_day
    distance = (first_day - target).days if target and first_day else None
    return {"for": [], "against": against, "distance": distance, "estimated": False, "by_hand": True}
