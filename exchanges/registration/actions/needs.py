"""What people need on their journey and there: noted by themselves, forgotten in time."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from exchanges.exchange.clock import exchange_day
from exchanges.exchange.locks import locked
from exchanges.models import Exchange, Guest, Needs, Registration
from exchanges.registration.models.needs import SAID
from exchanges.registration.needs import answer_with_needs, to_purge, too_late_for_needs
from web.actions import action
from web.dates.clock import platform_day
from web.errors import DomainError


@dataclass(frozen=True, slots=True)
class Purged:
    """Of how many exchanges something was erased: needs of so many people, addresses of so many guests."""

    exchanges: int
    needs: int
    guests: int


@action(gettext_lazy("Needs recorded"), forbidden_while_acting=True)
def note_needs(
    *, exchange: Exchange, user: User, travels: str, comes_from: str, access: str, diet: str, at: datetime, by: User
) -> Registration:
    """Note how the person travels and what they need; what is left empty is forgotten."""
    exchange = locked(exchange)
    answer = answer_with_needs(exchange, user)
    if answer is None:
        raise DomainError(_("Say first that you are coming."))
    if too_late_for_needs(exchange, exchange_day(exchange, at)):
        raise DomainError(_("It is too late: the Intertransfo is over."))
    said = {"travels": travels, "comes_from": comes_from.strip(), "access": access.strip(), "diet": diet.strip()}
    if any(said.values()):
        Needs.objects.update_or_create(registration=answer, defaults=said)
    else:
        forget_needs(Registration.objects.filter(pk=answer.pk))
    return answer


def forget_needs(answers: QuerySet[Registration]) -> None:
    """Those who do not come need nothing there."""
    Needs.objects.filter(registration__in=answers).delete()


def erase_at_once(exchange: Exchange, *, at: datetime) -> None:
    """It does not take place: nobody has to know what people need there, nor write to guests."""
    _erase(*_kept(Exchange.objects.filter(pk=exchange.pk)), exchange_day(exchange, at))


@action(gettext_lazy("Needs erased, as promised"))
def purge_needs(*, at: datetime, by: User | None = None, dry_run: bool = False) -> Purged:
    """Erase needs and guests' addresses thirty days after the last day, and those of what was cancelled.

    Rows stay, emptied, with the day. Twice changes nothing, nor does a dry run.
    """
    today = platform_day(at)
    needs, guests = _kept(to_purge(today))
    kept = {*needs.values_list("registration__exchange", flat=True), *guests.values_list("exchange", flat=True)}
    if dry_run:
        return Purged(len(kept), needs.count(), guests.count())
    return Purged(len(kept), *_erase(needs, guests, today))


def _kept(exchanges: QuerySet[Exchange]) -> tuple[QuerySet[Needs], QuerySet[Guest]]:
    """What is known still of needs and addresses."""
    needs = Needs.objects.filter(registration__exchange__in=exchanges, purged_on=None)
    return needs, Guest.objects.filter(exchange__in=exchanges, purged_on=None).exclude(email="")


def _erase(needs: QuerySet[Needs], guests: QuerySet[Guest], today: date) -> tuple[int, int]:
    emptied = needs.update(**dict.fromkeys(SAID, ""), purged_on=today)
    return emptied, guests.update(email="", purged_on=today)
