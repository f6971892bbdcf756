"""Registrations: who is invited to an exchange, what they answered, and who came."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Case, Count, OuterRef, Q, Subquery, When
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from cohorts.models import Cohort
from exchanges.exchange.models import Exchange
from exchanges.registration.enums import EXPECTED, RECORDED, REFUSED, REGISTRATION_TRANSITIONS, RegistrationState
from exchanges.triggers.people import of_edition
from exchanges.triggers.seats import LOCK_AND_READ_CAPACITY, REGISTRATION_NEVER_OPENED, seats_taken
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
_SOMEONE_BEFORE = """NEW.state = 'registered'
    AND (TG_OP = 'INSERT' OR OLD.walk_in OR OLD.state NOT IN ('registered', 'attended', 'no_show')) AND EXISTS (
    SELECT 1 FROM exchanges_registration w
    WHERE w.exchange_id = NEW.exchange_id AND w.state = 'waitlisted' AND w.id <> NEW.id
    AND (TG_OP = 'INSERT' OR OLD.state <> 'waitlisted' OR w.ticket < OLD.ticket))"""
# Only for new answers and walk-ins: when a last day or an exchange moves afterwards, that action releases the seat, and
# people who left since then did come.
_NOT_IN_EDITION_THEN = f"""(NEW.state IN ('registered', 'waitlisted') OR NEW.walk_in)
    AND (TG_OP = 'INSERT' OR OLD.state <> NEW.state)
    AND NOT EXISTS (
        SELECT 1 FROM accounts_user u JOIN exchanges_exchange x ON x.id = NEW.exchange_id WHERE u.id = NEW.user_id
        AND (x.retrospective OR u.is_active AND (
            u.is_lab_staff OR {of_edition("x.first_day", cohorts=" AND c.state <> 'withdrawn'")})))"""


# A walk-in came without having a seat, nobody else is one, and a walk-in cannot be absent: the arrival is undone.
_WALK_IN_WITH_SEAT = """(CASE
    WHEN NEW.state = 'no_show' THEN TG_OP = 'UPDATE' AND OLD.walk_in
    WHEN NEW.state <> 'attended' THEN FALSE
    WHEN TG_OP = 'UPDATE' AND OLD.state = 'attended' THEN NEW.walk_in <> OLD.walk_in
    ELSE NEW.walk_in = (TG_OP = 'UPDATE' AND OLD.state IN ('registered', 'no_show')) END)"""
_ATTENDANCE_TOO_EARLY = f"""NEW.state IN ('attended', 'no_show') AND (TG_OP = 'INSERT' OR OLD.state <> NEW.state)
    AND {REGISTRATION_NEVER_OPENED}"""


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def refusals(self) -> int:
        """Return how often, in their history, these registrations changed to declined or to a released seat (one
        statement).
        """
        return self.filter(events__state__in=REFUSED).count()

    def registered(self) -> RegistrationQuerySet:
        """Return the registrations with a seat whose attendance is not recorded yet."""
        return self.filter(state=RegistrationState.REGISTERED)

    def with_seat(self) -> RegistrationQuerySet:
        """Return the registrations that have a seat, whether or not the person came in the end; walk-ins have none."""
        return self.filter(state__in=EXPECTED, walk_in=False)

    def waiting(self) -> RegistrationQuerySet:
        """Return the registrations on the waiting list, the person who has waited longest first."""
        return self.filter(state=RegistrationState.WAITLISTED).order_by("ticket")

    def with_waiting_number(self) -> RegistrationQuerySet:
        """Annotate each registration with `waiting_number`: its position on the waiting list of its exchange, from 1.

        It is None for registrations that are not on the waiting list.
        """
        return self.annotate(waiting_number=self.waiting_number())

    def waiting_number(self, path: str = "") -> Case:
        """Return the expression of the position of a registration on the waiting list, None for others.

        `path` leads to the registration from the rows to annotate, such as "registration__".
        """
        ticket = OuterRef(f"{path}ticket")
        before = self.model.objects.filter(exchange=OuterRef("exchange"), ticket__lte=ticket)
        in_line = before.waiting().order_by().values("exchange").annotate(number=Count("pk")).values("number")
        is_waiting = When(state=RegistrationState.WAITLISTED, then=Subquery(in_line))
        return Case(is_waiting, output_field=models.IntegerField())

    def numbers(self) -> models.QuerySet[Registration, int]:
        """Return a query of one number for each of these registrations: its position on the waiting list of its
        exchange, from 1.

        Call it on registrations that are on the waiting list (see `waiting`).
        """
        return self.annotate(number=self.waiting_number()).values_list("number", flat=True)


@tracked()
class Registration(models.Model):
    """A person's answer to one exchange, as a member or admin of `cohort`; lab staff have none.

    On the waiting list the lowest `ticket` comes first. Only the database writes tickets. A `walk_in` came without a
    seat.
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

    walk_in = models.BooleanField(_("came without a seat"), default=False, db_default=False)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering: ClassVar[list[str]] = ["exchange", "id"]
        constraints = [
            models.UniqueConstraint(fields=["exchange", "user"], name="registration_once"),
            models.UniqueConstraint(fields=["exchange", "ticket"], name="registration_ticket_once"),
            models.CheckConstraint(condition=Q(walk_in=False) | Q(state="attended"), name="registration_walk_in_came"),
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
                    RegistrationState.ATTENDED,
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
            Rule(name="registration_walk_in_without_seat", broken=_WALK_IN_WITH_SEAT),
            Rule(name="registration_attendance_too_early", broken=_ATTENDANCE_TOO_EARLY),
        ]

    def __str__(self) -> str:
        return gettext("%(who)s: %(what)s") % {"who": self.user, "what": self.get_state_display()}

    def answer_before_attendance(self) -> str:
        """Return the last answer in the history of the registration before it was recorded whether the person came (one
        statement).

        It is “invited” for someone who was added at the entrance.
        """
        answers = self.events.exclude(state__in=RECORDED).order_by("-pgh_id")  # type: ignore[attr-defined] # pghistory
        return answers.values_list("state", flat=True).first() or RegistrationState.INVITED

    @property
    def is_expected(self) -> bool:
        """Whether the person has a seat and nothing is recorded of their attendance yet."""
        return self.state == RegistrationState.REGISTERED

    @property
    def has_come(self) -> bool:
        """Whether it is recorded that the person came."""
        return self.state == RegistrationState.ATTENDED

    @property
    def is_recorded(self) -> bool:
        """Whether it is recorded that the person came, or that they did not."""
        return self.state in RECORDED

    @property
    def answer_label(self) -> StrOrPromise:
        """The answer in words; of a walk-in, that they came without a seat."""
        return _("came without a seat") if self.walk_in else RegistrationState(self.state).label

    @property
    def tone(self) -> str:
        """Return the name of the colour in which pages show the answer: "waiting", "open", "done" or "stopped"."""
        return RegistrationState(self.state).tone
