"""Guests of an exchange: people from other communities, without an account, who take a seat."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from exchanges.exchange.models import Exchange
from exchanges.registration.enums import GUEST_TRANSITIONS, RECORDED, GuestState
from exchanges.triggers.people import of_edition
from exchanges.triggers.seats import LOCK_AND_READ_CAPACITY, REGISTRATION_NEVER_OPENED, seats_taken
from web.database.tracking import tracked
from web.database.triggers import Rule, StateMachine
from web.mailboxes import mailbox_only

_COUNT_SEATS = f"""
    IF NEW.state <> 'expected' THEN RETURN NEW; END IF;
    {LOCK_AND_READ_CAPACITY}
    {seats_taken("NEW.exchange_id", excluding_guest="NEW.id")}
"""
# On any day: the action checks today, and people who leave later have invited all the same.
_INVITER_NOT_IN_EDITION = f"""(TG_OP = 'INSERT' OR NEW.invited_by_id <> OLD.invited_by_id) AND NOT EXISTS (
    SELECT 1 FROM accounts_user u JOIN exchanges_exchange x ON x.id = NEW.exchange_id WHERE u.id = NEW.invited_by_id
    AND (u.is_lab_staff OR {of_edition(None)}))"""
# A guest added at the entrance is a walk-in, and nobody else is one.
_WALK_IN_WITH_SEAT = "NEW.walk_in <> (CASE TG_OP WHEN 'INSERT' THEN NEW.state = 'attended' ELSE OLD.walk_in END)"
_ATTENDANCE_TOO_EARLY = f"""NEW.state <> 'expected' AND (TG_OP = 'INSERT' OR OLD.state <> NEW.state)
    AND {REGISTRATION_NEVER_OPENED}"""


@tracked(exclude=["email"])
class Guest(models.Model):
    """A guest of one exchange, invited by `invited_by`.

    The e-mail address is for the people who welcome the guest. It is erased together with people's needs, and no
    history keeps it. A `walk_in` came without a seat.
    """

    exchange = models.ForeignKey(Exchange, models.PROTECT, related_name="guests", verbose_name=_("Intertransfo"))
    name = models.CharField(_("name"), max_length=200)
    organisation = models.CharField(_("organisation"), max_length=200)
    email = models.EmailField(_("e-mail address"), blank=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="exchange_guests", verbose_name=_("invited by")
    )
    state = models.CharField(_("state"), max_length=8, choices=GuestState.choices, default=GuestState.EXPECTED)
    walk_in = models.BooleanField(_("came without a seat"), default=False, db_default=False)
    purged_on = models.DateField(_("e-mail address erased on"), null=True, blank=True)

    class Meta:
        verbose_name = _("guest")
        verbose_name_plural = _("guests")
        ordering: ClassVar[list[str]] = ["exchange", "name", "id"]
        constraints = [
            models.UniqueConstraint("exchange", Lower("name"), Lower("organisation"), name="guest_once"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(organisation=""), name="guest_named"),
            models.CheckConstraint(condition=Q(purged_on=None) | Q(email=""), name="guest_purged_empty"),
            models.CheckConstraint(condition=Q(walk_in=False) | Q(state="attended"), name="guest_walk_in_came"),
            mailbox_only("guest_mailbox"),
        ]
        triggers = [
            StateMachine(
                name="guest_state",
                transitions=GUEST_TRANSITIONS,
                initial=[GuestState.EXPECTED, GuestState.ATTENDED],
            ),
            Rule(
                name="guest_capacity",
                declare=[("seats", "int"), ("taken", "int")],
                before=_COUNT_SEATS,
                broken="seats IS NOT NULL AND taken + 1 > seats",
            ),
            Rule(name="guest_invited_from_edition", broken=_INVITER_NOT_IN_EDITION),
            Rule(name="guest_walk_in_without_seat", broken=_WALK_IN_WITH_SEAT),
            Rule(name="guest_attendance_too_early", broken=_ATTENDANCE_TOO_EARLY),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.organisation})"

    @property
    def is_expected(self) -> bool:
        """Whether the guest has a seat and nothing is recorded of their attendance yet."""
        return self.state == GuestState.EXPECTED

    @property
    def has_come(self) -> bool:
        """Whether it is recorded that the guest came."""
        return self.state == GuestState.ATTENDED

    @property
    def is_recorded(self) -> bool:
        """Whether it is recorded that the guest came, or that they did not."""
        return self.state in RECORDED

    @property
    def answer_label(self) -> StrOrPromise:
        """Whether the guest came, in words; of a walk-in, that they came without a seat."""
        return _("came without a seat") if self.walk_in else GuestState(self.state).label

    @property
    def tone(self) -> str:
        """Return the name of the colour in which pages show the state: "open", "done" or "stopped"."""
        return GuestState(self.state).tone
