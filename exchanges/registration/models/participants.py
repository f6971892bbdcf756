"""Participants of an exchange: registrations and guests as one list, which a view of the database reads."""

from __future__ import annotations

from django.db import models
from django.db.models import Case, F, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from exchanges.exchange.models import Exchange
from exchanges.registration.enums import RECORDED, RegistrationState
from exchanges.registration.models.guests import Guest
from exchanges.registration.models.needs import PERSONAL_FIELDS
from exchanges.registration.models.registrations import Registration
from web.text.names import PersonName


def participant_key(row: Registration | Guest) -> int:
    """Return the primary key of the participant that a registration or guest is: even for registrations, else odd."""
    return 2 * row.pk + isinstance(row, Guest)


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def with_name(self) -> ParticipantQuerySet:
        """Annotate each participant with `sort_name`, and with `affiliation`: the cohort or organisation, None for the
        lab.
        """
        name = Coalesce("registration__user__full_name", "guest__name", output_field=PersonName())
        return self.annotate(sort_name=name, affiliation=Coalesce("registration__cohort__name", "guest__organisation"))

    def with_needs(self) -> ParticipantQuerySet:
        """Annotate each participant with `travels`, `comes_from`, `access` and `diet`; None for guests, and where
        nothing is known.
        """
        return self.annotate(**{name: F(f"registration__needs__{name}") for name in PERSONAL_FIELDS})

    def with_waiting_number(self) -> ParticipantQuerySet:
        """Annotate each participant with `waiting_number`: the position on the waiting list, None for others."""
        return self.annotate(waiting_number=Registration.objects.waiting_number("registration__"))

    def in_waiting_order(self) -> ParticipantQuerySet:
        """Annotate each participant with `waiting_order`, by which the waiting list is sorted; None for others."""
        ticket = When(state=RegistrationState.WAITLISTED, then=F("registration__ticket"))
        return self.annotate(waiting_order=Case(ticket, output_field=models.IntegerField()))


class Participant(models.Model):
    """A registration for an exchange, or a guest of it: a row that is read only, from a view of the database.

    Registrations have even keys, guests odd ones. `state` is that of a registration; a guest who is expected counts as
    registered. The view is written in a migration.
    """

    exchange = models.ForeignKey(
        Exchange, models.DO_NOTHING, related_name="participants", verbose_name=_("Intertransfo")
    )
    registration = models.ForeignKey(
        Registration, models.DO_NOTHING, null=True, related_name="+", verbose_name=_("registration")
    )
    guest = models.ForeignKey(Guest, models.DO_NOTHING, null=True, related_name="+", verbose_name=_("guest"))
    state = models.CharField(_("answer"), max_length=10, choices=RegistrationState.choices)
    walk_in = models.BooleanField(_("came without a seat"))

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        managed = False
        db_table = "exchanges_participant"

    def __str__(self) -> str:
        return self.name

    @property
    def person(self) -> Registration | Guest:
        """The registration or the guest whose row this is."""
        person = self.registration or self.guest
        assert person is not None  # noqa: S101 - the view has one of them in each row
        return person

    @property
    def name(self) -> str:
        """The name of the person or guest."""
        return str(self.registration.user) if self.registration else str(self.person.name)  # type: ignore[union-attr]

    @property
    def affiliation_label(self) -> str:
        """The cohort of a person, the organisation of a guest, or the lab."""
        if self.guest:
            return self.guest.organisation
        cohort = self.registration.cohort if self.registration else None
        return cohort.name if cohort else gettext("Lab")

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
        """The answer in words; of a guest, whether they are expected or came."""
        return self.person.answer_label

    @property
    def tone(self) -> str:
        """Return the name of the colour in which pages show the answer: "waiting", "open", "done" or "stopped"."""
        return self.person.tone
