"""Actions on people's needs: recorded by themselves, erased after a time."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from exchanges.exchange.clock import exchange_day
from exchanges.exchange.locks import lock_exchange
from exchanges.models import Exchange, Guest, Needs, Registration
from exchanges.registration.models.needs import PERSONAL_FIELDS
from exchanges.registration.needs import answer_with_needs, to_purge, too_late_for_needs
from web.actions import action
from web.dates.clock import platform_day
from web.errors import DomainError


@dataclass(frozen=True, slots=True)
class PurgedNeeds:
    """The number of exchanges, of people's needs and of guests' addresses that were erased."""

    exchanges: int
    needs: int
    guests: int


@action(gettext_lazy("Needs recorded"), forbidden_while_acting=True)
def save_needs(
    *, exchange: Exchange, user: User, travels: str, comes_from: str, access: str, diet: str, at: datetime, by: User
) -> Registration:
    """Save how the person travels to the exchange and what they need there; without any value the needs are deleted.

    Raises DomainError for people without a seat or a place on the waiting list, and from thirty days after the last day
    on, when needs are erased, or once the exchange is cancelled.
    """
    exchange = lock_exchange(exchange)
    answer = answer_with_needs(exchange, user)
    if answer is None:
        raise DomainError(_("Answer “I am coming” first."))
    if too_late_for_needs(exchange, exchange_day(exchange, at)):
        raise DomainError(_("It is too late: the Intertransfo is over."))
    values = {"travels": travels, "comes_from": comes_from.strip(), "access": access.strip(), "diet": diet.strip()}
    if any(values.values()):
        Needs.objects.update_or_create(registration=answer, defaults=values)
    else:
        delete_needs(Registration.objects.filter(pk=answer.pk))
    return answer


def delete_needs(answers: QuerySet[Registration]) -> None:
    """Delete the rows with the travel, dietary and access needs of the people with these registrations."""
    Needs.objects.filter(registration__in=answers).delete()


def erase_needs_of_cancelled(exchange: Exchange, *, at: datetime) -> None:
    """Erase people's travel, dietary and access needs and guests' addresses of a cancelled exchange at once, as nobody
    has to know them.

    The rows stay, emptied, with the day of `at` as the date of erasure.
    """
    _erase(*_not_erased(Exchange.objects.filter(pk=exchange.pk)), exchange_day(exchange, at))


@action(gettext_lazy("Needs erased"))
def purge_needs(*, at: datetime, by: User | None = None, dry_run: bool = False) -> PurgedNeeds:
    """Erase people's travel, dietary and access needs and guests' addresses thirty days after the last day of an
    exchange, and those of cancelled ones.

    Returns how many were erased. The rows stay, emptied, with the date. Repeating it changes nothing. With `dry_run`
    they are only counted. `by` is None for the scheduled task.
    """
    today = platform_day(at)
    needs, guests = _not_erased(to_purge(today))
    exchanges = {*needs.values_list("registration__exchange", flat=True), *guests.values_list("exchange", flat=True)}
    if dry_run:
        return PurgedNeeds(len(exchanges), needs.count(), guests.count())
    return PurgedNeeds(len(exchanges), *_erase(needs, guests, today))


def _not_erased(exchanges: QuerySet[Exchange]) -> tuple[QuerySet[Needs], QuerySet[Guest]]:
    """Return two queries for these exchanges: the needs not erased yet, and the guests whose e-mail address is not
    erased yet.
    """
    needs = Needs.objects.filter(registration__exchange__in=exchanges, purged_on=None)
    return needs, Guest.objects.filter(exchange__in=exchanges, purged_on=None).exclude(email="")


def _erase(needs: QuerySet[Needs], guests: QuerySet[Guest], today: date) -> tuple[int, int]:
    """Empty these needs and the addresses of these guests, and return how many needs and how many addresses were
    emptied.

    `today` is stored as the date on which they were erased.
    """
    emptied = needs.update(**dict.fromkeys(PERSONAL_FIELDS, ""), purged_on=today)
    return emptied, guests.update(email="", purged_on=today)
