"""The action that moves an exchange to other days."""

from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from exchanges import reminders
from exchanges.calendar import Reason
from exchanges.exchange.enums import ANSWERABLE, UPCOMING_STATES
from exchanges.exchange.locks import lock_exchange, lock_turns
from exchanges.models import Exchange, HostTurn
from exchanges.planning.date_checks import check_days, check_sessions
from exchanges.planning.planning_context import PlanningContext, load_planning_context
from exchanges.planning.reassignment import PASSED, out_of_turn_after_move
from exchanges.planning.stored_reasons import reason_as_json
from exchanges.registration.actions.invitations import invite
from exchanges.registration.actions.seat_release import release_seats_at
from web.actions import action, report_no_change
from web.dates.clock import platform_day
from web.errors import DomainError


@action(gettext_lazy("Intertransfo moved"))
def move_exchange(
    *,
    exchange: Exchange,
    first_day: date,
    days: int,
    swap_reason: str = "",
    allow_session_days: bool = True,
    at: datetime,
    by: User,
    version: int | None = None,
) -> Exchange:
    """Move an exchange to other days. Moving it to its present days changes nothing.

    The version rises, planned e-mails follow, and everyone who was informed (had an e-mail about it or was invited)
    receives one e-mail. People who are not in the edition on the new first day lose their seats; people who are in it
    only then are invited.

    Raises DomainError for an exchange that is over or cancelled; for days that are ruled out; for days on which cohorts
    have sessions, unless `allow_session_days`; when a cohort would then host again before another has hosted and no
    `swap_reason` explains it; and when date, host or venue changed since `version`, the one the person saw.
    """
    lock_turns(exchange)
    exchange = lock_exchange(exchange, version=version)
    if (exchange.first_day, exchange.days) == (first_day, days):
        return report_no_change(exchange)
    if exchange.state not in UPCOMING_STATES or exchange.host is None:
        raise DomainError(_("This Intertransfo is over or cancelled: it cannot move any more."))
    planning = load_planning_context(exchange.edition, platform_day(at))
    objections = check_days(planning, first_day, days, exchange.host, excluding=exchange)
    check_sessions([] if allow_session_days else objections, planning)
    _write_swap_reasons(planning, exchange, first_day, swap_reason.strip())
    _write_new_days(exchange, first_day, days, objections, at=at, by=by)
    return exchange


def _write_new_days(
    exchange: Exchange, first_day: date, days: int, objections: tuple[Reason, ...], *, at: datetime, by: User
) -> None:
    """Save the new days of the exchange, send the e-mails about them, and adapt seats and invitations if people can
    answer.

    `objections` are the reasons against the new days, which are stored with the exchange.
    """
    previous = reminders.change_details(exchange)
    exchange.first_day, exchange.days, exchange.version = first_day, days, exchange.version + 1
    # On other days every cohort can be asked again.
    planning_reasons = {name: part for name, part in exchange.why.items() if name != PASSED}
    exchange.why = {
        **planning_reasons,
        "window": _window_by_hand(exchange, [reason_as_json(reason) for reason in objections]),
    }
    exchange.save(update_fields=["first_day", "days", "version", "why"])
    reminders.move_emails(exchange, previous=previous, at=at, by=by)
    if exchange.state in ANSWERABLE:
        release_seats_at(exchange, User.objects.all(), at=at, by=by)
        invite(exchange, User.objects.all(), at=at, by=by)


def _write_swap_reasons(planning: PlanningContext, exchange: Exchange, first_day: date, reason: str) -> None:
    """Write the reason on every turn that comes too early, before another cohort has hosted, if the exchange moves to
    `first_day`.

    Raises DomainError when there is such a turn and the reason is empty. Turns that have a reason already keep it.
    """
    early = out_of_turn_after_move(planning, exchange, first_day)
    turns = HostTurn.objects.filter(exchange__in=early, swap_reason="").select_related("exchange", "cohort")
    for turn in turns.order_by("pk"):
        if not reason:
            message = _("On these days %(host)s would host again before another cohort has hosted: write the reason.")
            raise DomainError(message % {"host": turn.cohort.name}, field="swap_reason")
        turn.swap_reason = reason
        turn.save(update_fields=["swap_reason"])
        row = exchange if turn.exchange_id == exchange.pk else turn.exchange
        row.why = {**row.why, "host": {**row.why.get("host", {}), "out_of_turn": True}}
        row.save(update_fields=["why"])


def _window_by_hand(exchange: Exchange, objections: list[dict[str, object]]) -> dict[str, object]:
    """Return the part of `Exchange.why` about days that a person chose: the reasons against them and the distance to
    the target.

    `objections` are the reasons as JSON. The distance is in days, None without a target date.
    """
    target, first_day = exchange.target, exchange.first_day
    distance = (first_day - target).days if target and first_day else None
    return {"for": [], "against": objections, "distance": distance, "estimated": False, "by_hand": True}
