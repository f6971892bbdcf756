"""Guests of an exchange: people from other communities, without an account, who take a seat."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from exchanges.exchange.models import Exchange
from exchanges.registration.enums import GUEST_TRANSITIONS, GuestState
from exchanges.triggers.people import of_edition
from exchanges.triggers.seats import LOCK_AND_READ_CAPACITY, seats_taken
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


@tracked(exclude=["email"])
class Guest(models.Model):
    """A guest of one exchange, invited by `invited_by`.

    The e-mail address is for the people who welcome the guest. It is erased together with people's needs, and no
    history keeps it.
    """

    exchange = models.ForeignKey(Exchange, models.PROTECT, related_name="guests", verbose_name=_("Intertransfo"))
    name = models.CharField(_("name"), max_length=200)
    organisation = models.CharField(_("organisation"), max_length=200)
    email = models.EmailField(_("e-mail address"), blank=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="exchange_guests", verbose_name=_("invited by")
    )
    state = models.CharField(_("state"), max_length=8, choices=GuestState.choices, default=GuestState.EXPECTED)
    purged_on = models.DateField(_("e-mail address erased on"), null=True, blank=True)

    class Meta:
        verbose_name = _("guest")
        verbose_name_plural = _("guests")
        ordering: ClassVar[list[str]] = ["exchange", "name", "id"]
        constraints = [
            models.UniqueConstraint("exchange", Lower("name"), Lower("organisation"), name="guest_once"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(organisation=""), name="guest_named"),
            models.CheckConstraint(condition=Q(purged_on=None) | Q(email=""), name="guest_purged_empty"),
            mailbox_only("guest_mailbox"),
        ]
        triggers = [
            StateMachine(name="guest_state", transitions=GUEST_TRANSITIONS, initial=[GuestState.EXPECTED]),
            Rule(
                name="guest_capacity",
                declare=[("seats", "int"), ("taken", "int")],
                before=_COUNT_SEATS,
                broken="seats IS NOT NULL AND taken + 1 > seats",
            ),
            Rule(name="guest_invited_from_edition", broken=_INVITER_NOT_IN_EDITION),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.organisation})"
