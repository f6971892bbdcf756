"""Questions about exchanges and answers to them. Every page starts from `visible_to`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from cohorts.queries import was_there, with_last_day, without_last_day
from exchanges.exchange.enums import COMING, PLANNED_FOR, REFUSED, ExchangeState, RegistrationState
from programmes.models import Edition
from programmes.queries import mandates
from web.clock import Day, day_of_rows
from web.history import changed_at, last_change

if TYPE_CHECKING:
    from accounts.models import User
    from exchanges.exchange.models import Exchange
    from exchanges.registration.models.registrations import Registration


def readable(user: User, exchange: str = "", *below: str) -> Q:
    """Rows whose exchange the person may read: members of its cohorts, and admins of their authorities today.

    Published facts are open. Past members read what was there on their last day: see `cohorts.queries.within_reach`.
    `exchange` leads to it ("exchange__"), empty for exchanges themselves; `below` names days since when rows are there.
    """
    if not user.is_authenticated:
        return Q(pk__in=[])
    if user.is_lab_staff:
        return Q()
    edition = f"{exchange}edition"
    left = Q(**{f"{edition}__in": with_last_day(user).values("cohort__edition")})
    left &= was_there(user, [f"{exchange}born_on", *below], cohort__edition=OuterRef(edition))
    return (
        Q(**{f"{edition}__in": without_last_day(user).values("cohort__edition")})
        | Q(**{f"{edition}__in": mandates(user).values("authority__cohorts__edition")})
        | Q(**{f"{exchange}retrospective": True})
        | left
    )


def said_at(user: User) -> Q:
    """What is said at exchanges, and written of them: rows of their own, each since its day."""
    return readable(user, "exchange__", "born_on")


class ExchangeQuerySet(models.QuerySet["Exchange"]):
    def visible_to(self, user: User) -> ExchangeQuerySet:
        return self.filter(readable(user))

    def planned_here(self) -> ExchangeQuerySet:
        """Planned on the platform, published facts left out."""
        return self.filter(retrospective=False)

    def standing(self) -> ExchangeQuerySet:
        """Not cancelled."""
        return self.exclude(state=ExchangeState.CANCELLED)

    def with_local_day(self, today: Day, shift: Callable[[date], date] | None = None) -> ExchangeQuerySet:
        """Add the alias `local_day`: today at the host, shifted by `shift`; the platform's day without a host."""
        day = day_of_rows(today, "host__authority", shift) if shift else day_of_rows(today, "host__authority")
        return self.alias(local_day=Value(day) if isinstance(day, date) else day)

    def coming(self, today: Day) -> ExchangeQuerySet:
        """Still to be held on that day (a `Today`: today at the host), the next one first."""
        rows = self.planned_here().with_local_day(today)
        return rows.filter(state__in=COMING, first_day__gte=F("local_day")).order_by("first_day", "id")

    def on_calendars(self) -> ExchangeQuerySet:
        """With a date worth writing down: proposals of the lab are left out, what was cancelled is not."""
        return self.planned_here().exclude(state=ExchangeState.PROPOSED).filter(first_day__isnull=False)

    def as_entries(self, user: User) -> ExchangeQuerySet:
        """In order, ready for the person's calendars, with their `own_answer`.

        `own_refusals` is how often it was a no, `changed_at` when exchange or answer last changed.
        """
        own = user.registrations.filter(exchange=OuterRef("pk"))
        answered = own.annotate(last=last_change(own.model, "pk")).values("last")[:1]
        changes = changed_at(last_change(self.model, "pk"), Subquery(answered), created_on="born_on")
        refused = own.filter(events__state__in=REFUSED).order_by().values("pk").annotate(n=Count("events")).values("n")
        rows = self.with_own_answer(user).select_related("edition", "host")
        return rows.annotate(changed_at=changes, own_refusals=Coalesce(Subquery(refused), 0)).order_by(
            "first_day", "pk"
        )

    def with_place(self) -> ExchangeQuerySet:
        """Ready to be shown: with the edition, its programme, the host and its authority."""
        return self.select_related("edition__programme", "edition__format", "host__authority")

    def with_own_answer(self, user: User) -> ExchangeQuerySet:
        """`own_answer` is the state of the person's registration, None where they are not invited.

        `own_place` is their number on the waiting list, None where they do not wait.
        """
        own = user.registrations.filter(exchange=OuterRef("pk"))
        return self.annotate(
            own_answer=Subquery(own.values("state")[:1]),
            own_place=Subquery(own.waiting().numbers()[:1]),
        )


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def refusals(self) -> int:
        """How often these answers have become a no, over their whole history."""
        return self.filter(events__state__in=REFUSED).count()

    def registered(self) -> RegistrationQuerySet:
        """Those who have a place, before it is said who came."""
        return self.filter(state=RegistrationState.REGISTERED)

    def waiting(self) -> RegistrationQuerySet:
        """The waiting list, whoever came first in front."""
        return self.filter(state=RegistrationState.WAITLISTED).order_by("ticket")

    def numbers(self) -> models.QuerySet[Registration, int]:
        """The number of each in the line of its exchange, from 1."""
        before = self.model.objects.filter(exchange=OuterRef("exchange"), ticket__lte=OuterRef("ticket"))
        in_line = before.waiting().order_by().values("exchange").annotate(number=Count("pk"))
        return self.annotate(number=Subquery(in_line.values("number"))).values_list("number", flat=True)


def editions_to_plan() -> models.QuerySet[Edition]:
    """Editions under way whose format has exchanges, in a steady order (locks are taken in it)."""
    return (
        Edition.objects.measured()
        .filter(state__in=PLANNED_FOR, format__exchange_interval_months__isnull=False)
        .select_related("format")
        .order_by("pk")
    )
