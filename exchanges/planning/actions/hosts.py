"""Who hosts: the cohort confirms or gives its turn back, or lab staff swap it with a reason or ask the next in line."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.models import Cohort
from exchanges import reminders
from exchanges.exchange.enums import COMING, UNANNOUNCED, ExchangeState
from exchanges.exchange.locks import lock_turns, locked
from exchanges.models import Exchange, HostTurn
from exchanges.planning.planning_context import Outlook, outlook
from exchanges.planning.reassignment import PASSED, moved_turns, proposed_anew, turns_lost, with_passed
from exchanges.planning.stored_reasons import kept_choice
from web.actions import action
from web.dates.clock import platform_day, today_everywhere
from web.errors import DomainError

LAB_IS_TOLD = ("given_back", "dropped_out")  # by a letter of its own


@action(gettext_lazy("Host confirmed"))
def confirm_host(*, exchange: Exchange, at: datetime, by: User, version: int | None = None) -> Exchange:
    """The host takes these days. Confirming what is confirmed already changes nothing."""
    exchange = locked(exchange, version=version)
    if exchange.state in COMING and exchange.state != ExchangeState.PROPOSED:
        return exchange
    exchange.state = ExchangeState.HOST_CONFIRMED
    exchange.save(update_fields=["state"])
    return exchange


@action(gettext_lazy("Turns to host swapped"))
def swap_host(
    *,
    exchange: Exchange,
    host: Cohort,
    reason: str,
    at: datetime,
    by: User,
    version: int | None = None,
    state: str | None = None,
) -> Exchange:
    """Give the exchange to another cohort, which has to confirm in its turn unless everyone was told already.

    The version rises, and those who were told hear of it once. Later turns that are still open are proposed anew.
    Swapping for the present host changes nothing. Raises DomainError when the host was confirmed since the person saw
    the exchange in `state`.
    """
    lock_turns(exchange)
    exchange = locked(exchange, version=version)
    if exchange.host_id == host.pk:
        return exchange
    if state == ExchangeState.PROPOSED and exchange.state != state:
        raise DomainError(_confirmed_meanwhile(exchange))
    if exchange.state not in COMING:
        raise DomainError(_("This Intertransfo is over or cancelled: its host cannot change any more."))
    if not reason.strip():
        raise DomainError(_("Write the reason for the swap: the cohorts will read it."), field="reason")
    swapped = _hand_over(exchange, host, {"reason": "swapped"}, reason, at=at, by=by)
    _propose_anew(swapped, reason, at=at, by=by)
    return swapped


@action(gettext_lazy("Turn given back"))
def give_turn_back(*, exchange: Exchange, reason: str, at: datetime, by: User, version: int | None = None) -> Exchange:
    """The host cannot host after all: the turn goes to the next in line, later ones move up, the lab is told.

    Where nobody is left to ask, the turn stays and the lab is told that: it decides. Raises DomainError once everyone
    was told the host.
    """
    lock_turns(exchange)
    exchange = locked(exchange, version=version)
    if exchange.state not in UNANNOUNCED:
        raise DomainError(_("Everyone has been informed who hosts: only the lab can change the host now."))
    passed_on = _pass_on(exchange, "given_back", reason, at=at, by=by)
    if passed_on:
        reminders.tell_lab(passed_on, reminders.HOST_REPLACED, at=at, by=by)
        return passed_on
    return _keep_for_the_lab(exchange, at=at, by=by)


@action(gettext_lazy("Next host asked"))
def ask_next_host(*, exchange: Exchange, reason: str, at: datetime, by: User, version: int | None = None) -> Exchange:
    """The host does not answer: ask the next in line instead, who hosts later moves up.

    Raises DomainError when the host confirmed in the meantime, and where nobody else can host.
    """
    lock_turns(exchange)
    exchange = locked(exchange, version=version)
    if exchange.state != ExchangeState.PROPOSED:
        raise DomainError(_confirmed_meanwhile(exchange))
    passed_on = _pass_on(exchange, "not_confirmed", reason, at=at, by=by)
    if passed_on is None:
        raise DomainError(_("Nobody is left to ask: choose the host yourself, or other dates."))
    return passed_on


@action(gettext_lazy("Host replaced after leaving"))
def replace_host_that_left(*, cohort: Cohort, reason: str, at: datetime, by: User | None) -> list[Exchange]:
    """Give the coming turns of a cohort that dropped out to the next in line, and tell the lab of each.

    Where everyone was told the host already, or nobody else can host, the lab is only told: it decides.
    """
    lock_turns(cohort)
    hosted = Exchange.objects.coming(today_everywhere(at)).filter(host=cohort)
    if not hosted.exists():
        return []
    view = outlook(cohort.edition, platform_day(at))
    moved = _move(view, turns_lost(view, cohort), cohort, "dropped_out", reason, at=at, by=by)
    replaced = [exchange for exchange in moved if exchange.why["host"]["reason"] == "dropped_out"]
    for exchange in replaced:
        reminders.tell_lab(exchange, reminders.HOST_REPLACED, at=at, by=by)
    for exchange in hosted:  # those that are still the cohort's
        reminders.tell_lab(exchange, reminders.HOST_GONE, at=at, by=by)
    return moved


def _confirmed_meanwhile(exchange: Exchange) -> str:
    if exchange.state not in COMING:
        return _("This Intertransfo is over or cancelled: its host cannot change any more.")
    host = exchange.host.name if exchange.host else ""
    return _("%(host)s was confirmed in the meantime: check the page again before you go on.") % {"host": host}


def _keep_for_the_lab(exchange: Exchange, *, at: datetime, by: User) -> Exchange:
    """The host passed as well and nobody is left: the lab is told, once."""
    passed = with_passed(exchange.why, exchange.host)
    if passed != exchange.why.get(PASSED):
        exchange.why = {**exchange.why, PASSED: passed}
        exchange.state = ExchangeState.PROPOSED
        exchange.save(update_fields=["state", "why"])
        reminders.tell_lab(exchange, reminders.NOBODY_LEFT, at=at, by=by)
    return exchange


def _pass_on(exchange: Exchange, slug: str, reason: str, *, at: datetime, by: User) -> Exchange | None:
    """Give the exchange's turn to the next in line, and move the later ones up; None when nobody is left to ask."""
    if not reason.strip():
        raise DomainError(_("Write the reason: the cohorts will read it."), field="reason")
    view = outlook(exchange.edition, platform_day(at))
    moved = _move(view, [exchange], exchange.host, slug, reason, at=at, by=by)
    return next((row for row in moved if row == exchange), None)


def _move(
    view: Outlook,
    lost: Collection[Exchange],
    before: Cohort | None,
    slug: str,
    reason: str,
    *,
    at: datetime,
    by: User | None,
) -> list[Exchange]:
    """Write what the rota gives: `slug` says why the lost turns move, the others move up for the same reason."""
    moved = []
    lost_by = {"before": before.name, "before_id": before.pk} if before else {"before": ""}
    hosts = {cohort.slug: cohort for cohort in view.cohorts}
    for exchange, choice in moved_turns(view, lost):
        why = kept_choice(choice) | {"reason": slug if exchange in lost else "moved_up", **lost_by}
        row = locked(exchange)
        if exchange in lost:
            row.why = {**row.why, PASSED: with_passed(row.why, before)}
        to = reminders.TOLD_BUT_LAB if exchange in lost and slug in LAB_IS_TOLD else reminders.TOLD
        moved.append(_hand_over(row, hosts[choice.key], why, reason, to=to, at=at, by=by))
    return moved


def _propose_anew(given: Exchange, reason: str, *, at: datetime, by: User) -> None:
    """Write what the rota gives after a swap; a turn that stays where it was gets the reason of today."""
    view = outlook(given.edition, platform_day(at))
    hosts = {cohort.slug: cohort for cohort in view.cohorts}
    for exchange, choice in proposed_anew(view, given):
        host, why = hosts[choice.key], kept_choice(choice)
        if host.pk != exchange.host_id:
            _hand_over(locked(exchange), host, why | {"reason": "proposed_anew"}, reason, at=at, by=by)
        elif exchange.why.get("host") != why:
            exchange.why = {**exchange.why, "host": why}
            exchange.save(update_fields=["why"])


def _hand_over(
    exchange: Exchange,
    host: Cohort,
    why: dict[str, Any],
    reason: str,
    *,
    to: str = reminders.TOLD,
    at: datetime,
    by: User | None,
) -> Exchange:
    """The turn, the host and the letters change together; a confirmation that was given is asked for anew."""
    was = reminders.told(exchange)
    turn = HostTurn.objects.get(exchange=exchange)
    turn.cohort, turn.swap_reason = host, reason.strip()
    turn.save(update_fields=["cohort", "swap_reason"])
    if exchange.state == ExchangeState.HOST_CONFIRMED:
        exchange.state = ExchangeState.PROPOSED
    exchange.host, exchange.version = host, exchange.version + 1
    exchange.why = {**exchange.why, "host": why}
    exchange.save(update_fields=["state", "version", "why"])
    reminders.hand_over(exchange, was=was, to=to, at=at, by=by)
    return exchange
