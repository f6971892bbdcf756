"""Actions on the host: confirm, give the turn back, swap it, or ask the next cohort in line."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.models import Cohort
from exchanges import reminders
from exchanges.exchange.enums import UNANNOUNCED, UPCOMING_STATES, ExchangeState
from exchanges.exchange.locks import lock_exchange, lock_turns
from exchanges.models import Exchange, HostTurn
from exchanges.planning.planning_context import PlanningContext, load_planning_context
from exchanges.planning.reassignment import PASSED, lost_turns, moved_turns, reassigned_after_swap, with_passed
from exchanges.planning.stored_reasons import choice_as_json
from web.actions import action, report_no_change
from web.dates.clock import platform_day, today_everywhere
from web.errors import DomainError

REASONS_WITH_LAB_EMAIL = ("given_back", "dropped_out")  # reasons about which the lab receives its own e-mail


@action(gettext_lazy("Host confirmed"))
def confirm_host(*, exchange: Exchange, at: datetime, by: User, version: int | None = None) -> Exchange:
    """Confirm the host and the days of a proposed exchange. Repeating it, even after the announcement, changes nothing.

    Raises DomainError for an exchange that is over or cancelled, and when date, host or venue changed since `version`,
    the one the person saw.
    """
    exchange = lock_exchange(exchange, version=version)
    if exchange.state in UPCOMING_STATES and exchange.state != ExchangeState.PROPOSED:
        return report_no_change(exchange)
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
    """Give the exchange to another cohort, which must confirm unless the exchange is already announced.

    The version rises, and everyone who was informed (had an e-mail about it or was invited) receives one e-mail; the
    `reason` is shown on the page. Later turns that no host confirmed and nobody chose by hand are proposed anew.
    Swapping to the present host changes nothing.

    Raises DomainError without a reason, for an exchange that is over or cancelled, when the host was confirmed since
    the person saw the exchange in `state`, and when date, host or venue changed since `version`.
    """
    lock_turns(exchange)
    exchange = lock_exchange(exchange, version=version)
    if exchange.host_id == host.pk:
        return exchange
    if state == ExchangeState.PROPOSED and exchange.state != state:
        raise DomainError(_already_confirmed_message(exchange))
    if exchange.state not in UPCOMING_STATES:
        raise DomainError(_("This Intertransfo is over or cancelled: its host cannot change any more."))
    if not reason.strip():
        raise DomainError(_("Write the reason for the swap: the cohorts will read it."), field="reason")
    swapped = _change_host(exchange, host, {"reason": "swapped"}, reason, at=at, by=by)
    _propose_anew(swapped, reason, at=at, by=by)
    return swapped


@action(gettext_lazy("Turn given back"))
def give_turn_back(*, exchange: Exchange, reason: str, at: datetime, by: User, version: int | None = None) -> Exchange:
    """Pass the exchange from its host, which cannot host, to the next cohort in line, and inform the lab.

    Later turns move up. If no cohort is left to ask, the host stays and the lab, which is informed, decides. Raises
    DomainError without a reason, once the exchange is announced, and when date, host or venue changed since `version`,
    the one the person saw.
    """
    lock_turns(exchange)
    exchange = lock_exchange(exchange, version=version)
    if exchange.state not in UNANNOUNCED:
        raise DomainError(_("Everyone has been informed who hosts: only the lab can change the host now."))
    passed_on = _pass_on(exchange, "given_back", reason, at=at, by=by)
    if passed_on:
        reminders.email_lab(passed_on, reminders.HOST_REPLACED, at=at, by=by)
        return passed_on
    return _leave_to_lab(exchange, at=at, by=by)


@action(gettext_lazy("Next host asked"))
def ask_next_host(*, exchange: Exchange, reason: str, at: datetime, by: User, version: int | None = None) -> Exchange:
    """Ask the next cohort in line to host instead of a host that does not answer; later turns move up.

    Raises DomainError without a reason, when the host has confirmed, when nobody else can host, and when date, host or
    venue changed since `version`, the one the person saw.
    """
    lock_turns(exchange)
    exchange = lock_exchange(exchange, version=version)
    if exchange.state != ExchangeState.PROPOSED:
        raise DomainError(_already_confirmed_message(exchange))
    passed_on = _pass_on(exchange, "not_confirmed", reason, at=at, by=by)
    if passed_on is None:
        raise DomainError(_("Nobody is left to ask: choose the host yourself, or other dates."))
    return passed_on


@action(gettext_lazy("Host replaced after leaving"))
def replace_host_that_left(*, cohort: Cohort, reason: str, at: datetime, by: User | None) -> list[Exchange]:
    """Give the turns to host of a cohort that dropped out to the next cohorts in line, for all its exchanges to come.

    Returns the exchanges that changed, with later ones that moved up. The lab receives an e-mail about each. If the
    exchange is already announced, or nobody else can host, the cohort stays host and the lab decides. `reason` is the
    text that the cohorts read; `by` is None for the platform itself.
    """
    lock_turns(cohort)
    hosted = Exchange.objects.coming(today_everywhere(at)).filter(host=cohort)
    if not hosted.exists():
        return []
    planning = load_planning_context(cohort.edition, platform_day(at))
    moved = _move_turns(planning, lost_turns(planning, cohort), cohort, "dropped_out", reason, at=at, by=by)
    replaced = [exchange for exchange in moved if exchange.why["host"]["reason"] == "dropped_out"]
    for exchange in replaced:
        reminders.email_lab(exchange, reminders.HOST_REPLACED, at=at, by=by)
    for exchange in hosted:  # exchanges that the cohort still hosts
        reminders.email_lab(exchange, reminders.HOST_GONE, at=at, by=by)
    return moved


def _already_confirmed_message(exchange: Exchange) -> str:
    """Return the message why no other cohort can be asked to host: the host has confirmed, or the exchange is over or
    cancelled.
    """
    if exchange.state not in UPCOMING_STATES:
        return _("This Intertransfo is over or cancelled: its host cannot change any more.")
    host = exchange.host.name if exchange.host else ""
    return _("%(host)s was confirmed in the meantime: check the page again before you go on.") % {"host": host}


def _leave_to_lab(exchange: Exchange, *, at: datetime, by: User) -> Exchange:
    """Record that the host cannot host and that no cohort is left to ask, and send the lab one e-mail about it.

    The exchange goes back to proposed. A second call changes nothing and sends nothing.
    """
    passed = with_passed(exchange.why, exchange.host)
    if passed != exchange.why.get(PASSED):
        exchange.why = {**exchange.why, PASSED: passed}
        exchange.state = ExchangeState.PROPOSED
        exchange.save(update_fields=["state", "why"])
        reminders.email_lab(exchange, reminders.NOBODY_LEFT, at=at, by=by)
    return exchange


def _pass_on(exchange: Exchange, slug: str, reason: str, *, at: datetime, by: User) -> Exchange | None:
    """Give the exchange to the next cohort in line and move later turns up; return it, or None if no cohort is left to
    ask.

    `slug` is the stored reason ("given_back", "not_confirmed"), `reason` the text that the cohorts read. Raises
    DomainError when the text is empty.
    """
    if not reason.strip():
        raise DomainError(_("Write the reason: the cohorts will read it."), field="reason")
    planning = load_planning_context(exchange.edition, platform_day(at))
    moved = _move_turns(planning, [exchange], exchange.host, slug, reason, at=at, by=by)
    return next((row for row in moved if row == exchange), None)


def _move_turns(
    planning: PlanningContext,
    lost: Collection[Exchange],
    before: Cohort | None,
    slug: str,
    reason: str,
    *,
    at: datetime,
    by: User | None,
) -> list[Exchange]:
    """Save the new hosts when the exchanges in `lost` lose their host, and return all exchanges that changed.

    `before` is the previous host, `slug` the stored reason for the lost turns ("given_back"), `reason` the text that
    the cohorts read. Other turns that move up get the stored reason "moved_up".
    """
    moved = []
    previous_host = {"before": before.name, "before_id": before.pk} if before else {"before": ""}
    hosts = {cohort.slug: cohort for cohort in planning.cohorts}
    for exchange, choice in moved_turns(planning, lost):
        host_reasons = choice_as_json(choice) | {"reason": slug if exchange in lost else "moved_up", **previous_host}
        row = lock_exchange(exchange)
        if exchange in lost:
            row.why = {**row.why, PASSED: with_passed(row.why, before)}
        audience = (
            reminders.INFORMED_EXCEPT_LAB if exchange in lost and slug in REASONS_WITH_LAB_EMAIL else reminders.INFORMED
        )
        moved.append(_change_host(row, hosts[choice.key], host_reasons, reason, audience=audience, at=at, by=by))
    return moved


def _propose_anew(swapped: Exchange, reason: str, *, at: datetime, by: User) -> None:
    """Save the hosts that the rota gives to the other open turns after an exchange was swapped to another host.

    Open are later turns that no host confirmed and nobody chose by hand. Turns that keep their host get the reasons of
    today.
    """
    planning = load_planning_context(swapped.edition, platform_day(at))
    hosts = {cohort.slug: cohort for cohort in planning.cohorts}
    for exchange, choice in reassigned_after_swap(planning, swapped):
        host, host_reasons = hosts[choice.key], choice_as_json(choice)
        if host.pk != exchange.host_id:
            _change_host(
                lock_exchange(exchange), host, host_reasons | {"reason": "proposed_anew"}, reason, at=at, by=by
            )
        elif exchange.why.get("host") != host_reasons:
            exchange.why = {**exchange.why, "host": host_reasons}
            exchange.save(update_fields=["why"])


def _change_host(
    exchange: Exchange,
    host: Cohort,
    host_reasons: dict[str, Any],
    reason: str,
    *,
    audience: str = reminders.INFORMED,
    at: datetime,
    by: User | None,
) -> Exchange:
    """Change the turn, the host and the e-mails of an exchange together, and return it; its version rises.

    A confirmation by the previous host no longer counts. `host_reasons` is stored in `Exchange.why`, `reason` is the
    text that the cohorts read, and `audience` names who receives the e-mail about the change: by default everyone who
    had one about the exchange or was invited.
    """
    previous = reminders.change_details(exchange)
    if exchange.state == ExchangeState.HOST_CONFIRMED:
        exchange.state = ExchangeState.PROPOSED
    exchange.version += 1
    exchange.why = {**exchange.why, "host": host_reasons}
    # Saved before the turn: the trigger host_turn_agreed reads the exchange's state when the turn changes its host.
    exchange.save(update_fields=["state", "version", "why"])
    turn = HostTurn.objects.get(exchange=exchange)
    turn.cohort, turn.swap_reason, exchange.host = host, reason.strip(), host
    turn.save(update_fields=["cohort", "swap_reason"])
    reminders.move_emails_to_new_host(exchange, previous=previous, audience=audience, at=at, by=by)
    return exchange
