"""Registrations: who is invited to an exchange, what they answered, and who came."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Count, OuterRef, Subquery
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cohorts.models import Cohort
from exchanges.exchange.models import Exchange
from exchanges.registration.enums import REFUSED, REGISTRATION_TRANSITIONS, RegistrationState
from exchanges.triggers.people import of_edition
from exchanges.triggers.seats import LOCK_AND_READ_CAPACITY, seats_taken
from web.database.tracking import tracked
from web.database.triggers import Rule, StateMachine

_COUNT_SEATS = f"""
    IF NEW.state <> 'registered' THEN RETURN NEW; END IF;
    {LOCK_AND_READ_CAPACITY}
    {seats_taken("NEW.exchange_id", excluding_registration="NEW.id")}
"""
# A ticket stays after its person left the list, so that the next ticket is always higher.
_DRAW_TICKET = """
    IF TG_OP = 'UPDATE' THEN NEW.ticket = OLD.ticket; ELSE NEW.ticket = NULL; END IF;
    IF NEW.state = 'waitlisted' AND (TG_OP = 'INSERT' OR OLD.state <> 'waitlisted') THEN
        PERFORM 1 FROM exchanges_exchange x WHERE x.id = NEW.exchange_id FOR NO KEY UPDATE;
        SELECT COALESCE(MAX(r.ticket), 0) + 1 INTO NEW.ticket
        FROM exchanges_registration r WHERE r.exchange_id = NEW.exchange_id;
    END IF;
    RETURN NEW;
"""
_SOMEONE_BEFORE = """NEW.state = 'registered' AND (TG_OP = 'INSERT' OR OLD.state <> 'registered') AND EXISTS (
    SELECT 1 FROM exchanges_registration w
    WHERE w.exchange_id = NEW.exchange_id AND w.state = 'waitlisted' AND w.id <> NEW.id
    AND (TG_OP = 'INSERT' OR OLD.state <> 'waitlisted' OR w.ticket < OLD.ticket))"""
# Only for new answers: when a last day or an exchange moves afterwards, that action releases the seat.
_NOT_IN_EDITION_THEN = f"""NEW.state IN ('registered', 'waitlisted') AND (TG_OP = 'INSERT' OR OLD.state <> NEW.state)
    AND NOT EXISTS (
        SELECT 1 FROM accounts_user u JOIN exchanges_exchange x ON x.id = NEW.exchange_id WHERE u.id = NEW.user_id
        AND (x.retrospective OR u.is_active AND (
            u.is_lab_staff OR {of_edition("x.first_day", cohorts=" AND c.state <> 'withdrawn'")})))"""


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def refusals(self) -> int:
        """Return how often, in their history, these registrations changed to declined or to a released seat (one
        statement).
        """
        return self.filter(events__state__in=REFUSED).count()

    def registered(self) -> RegistrationQuerySet:
        """Return the registrations with a seat whose attendance is not recorded yet."""
        return self.filter(state=RegistrationState.REGISTERED)

    def waiting(self) -> RegistrationQuerySet:
        """Return the registrations on the waiting list, the person who has waited longest first."""
        return self.filter(state=RegistrationState.WAITLISTED).order_by("ticket")

    def numbers(self) -> models.QuerySet[Registration, int]:
        """Return a query of one number for each of these registrations: its position on the waiting list of its
        exchange, from 1.

        Call it on registrations that are on the waiting list (see `waiting`).
        """
        before = self.model.objects.filter(exchange=OuterRef("exchange"), ticket__lte=OuterRef("ticket"))
        in_line = before.waiting().order_by().values("exchange").annotate(number=Count("pk"))
        return self.annotate(number=Subquery(in_line.values("number"))).values_list("number", flat=True)


@tracked()
class Registration(models.Model):
    """A person's answer to one exchange, as a member or admin of `cohort`; lab staff have none.

    On the waiting list the lowest `ticket` comes first. Only the database writes tickets.
    """

    exchange = models.ForeignKey(Exchange, models.PROTECT, related_name="registrations", verbose_name=_("Intertransfo"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="registrations", verbose_name=_("person")
    )
    cohort = models.ForeignKey(
        Cohort, models.PROTECT, null=True, blank=True, related_name="registrations", verbose_name=_("cohort")
    )
    state = models.CharField(
        _("answer"), max_length=10, choices=RegistrationState.choices, default=RegistrationState.INVITED
    )
    ticket = models.PositiveIntegerField(_("number on the waiting list"), null=True, editable=False)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering: ClassVar[list[str]] = ["exchange", "id"]
        constraints = [
            models.UniqueConstraint(fields=["exchange", "user"], name="registration_once"),
            models.UniqueConstraint(fields=["exchange", "ticket"], name="registration_ticket_once"),
        ]
        triggers = [
            StateMachine(
                name="registration_state",
                transitions=REGISTRATION_TRANSITIONS,
                initial=[
                    RegistrationState.INVITED,
                    RegistrationState.REGISTERED,
                    RegistrationState.DECLINED,
                    RegistrationState.WAITLISTED,
                ],
            ),
            Rule(
                name="registration_capacity",
                declare=[("seats", "int"), ("taken", "int")],
                before=_COUNT_SEATS,
                broken="seats IS NOT NULL AND taken + 1 > seats",
            ),
            Rule(name="registration_in_waiting_order", broken=_SOMEONE_BEFORE),
            pgtrigger.Trigger(
                name="registration_ticket",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=_DRAW_TICKET,
            ),
            Rule(
                name="registration_of_edition",
                broken="NEW.cohort_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM cohorts_cohort c"
                " JOIN exchanges_exchange x ON x.id = NEW.exchange_id"
                " WHERE c.id = NEW.cohort_id AND c.edition_id = x.edition_id)",
            ),
            Rule(name="registration_in_edition_on_first_day", broken=_NOT_IN_EDITION_THEN),
        ]

    def __str__(self) -> str:
        return gettext("%(who)s: %(what)s") % {"who": self.user, "what": self.get_state_display()}

    @property
    def tone(self) -> str:
        """Return the name of the colour in which pages show the answer: "waiting", "open", "done" or "stopped"."""
        return RegistrationState(self.state).tone
