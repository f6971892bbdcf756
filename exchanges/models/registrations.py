"""Who is invited to an exchange, who answered what, and who came."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cohorts.models import Cohort
from exchanges.enums import REGISTRATION_TRANSITIONS, RegistrationState
from exchanges.models.exchanges import Exchange
from web.history import tracked
from web.triggers import Rule, StateMachine

# Lock the exchange first: two people cannot take its last place at once.
_COUNT_PLACES = """
    IF NEW.state <> 'registered' THEN RETURN NEW; END IF;
    SELECT x.capacity INTO places FROM exchanges_exchange x WHERE x.id = NEW.exchange_id FOR NO KEY UPDATE;
    SELECT COUNT(*) INTO taken FROM exchanges_registration r
    WHERE r.exchange_id = NEW.exchange_id AND r.state = 'registered' AND r.id <> NEW.id;
"""


@tracked()
class Registration(models.Model):
    """One person's answer to one exchange, as a member or admin of `cohort`; lab staff come without one."""

    exchange = models.ForeignKey(Exchange, models.PROTECT, related_name="registrations", verbose_name=_("exchange"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="registrations", verbose_name=_("person")
    )
    cohort = models.ForeignKey(
        Cohort, models.PROTECT, null=True, blank=True, related_name="registrations", verbose_name=_("cohort")
    )
    state = models.CharField(
        _("answer"), max_length=10, choices=RegistrationState.choices, default=RegistrationState.INVITED
    )

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering: ClassVar[list[str]] = ["exchange", "id"]
        constraints = [models.UniqueConstraint(fields=["exchange", "user"], name="registration_once")]
        triggers = [
            StateMachine(
                name="registration_state",
                transitions=REGISTRATION_TRANSITIONS,
                initial=[RegistrationState.INVITED, RegistrationState.REGISTERED, RegistrationState.DECLINED],
            ),
            Rule(
                name="registration_capacity",
                declare=[("places", "int"), ("taken", "int")],
                before=_COUNT_PLACES,
                broken="places IS NOT NULL AND taken + 1 > places",
            ),
            Rule(
                name="registration_of_edition",
                broken="NEW.cohort_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM cohorts_cohort c"
                " JOIN exchanges_exchange x ON x.id = NEW.exchange_id"
                " WHERE c.id = NEW.cohort_id AND c.edition_id = x.edition_id)",
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(who)s: %(what)s") % {"who": self.user, "what": self.get_state_display()}

    @property
    def tone(self) -> str:
        return RegistrationState(self.state).tone
