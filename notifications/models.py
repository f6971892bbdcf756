"""Reminders (one step of a ladder), letters (one to one person) and their items, preferences, the switch, feeds, runs.

History is kept of reminders, preferences and the switch; of letters and their items, what staff do and what is
deleted. The sender's own lines are not kept: the columns already say what became of a letter, and four more rows a
letter would double what it costs.
"""

from typing import ClassVar

import pghistory
import pgtrigger
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notifications import queries
from notifications.enums import (
    DELIVERY_TRANSITIONS,
    DUE,
    ITEM_TRANSITIONS,
    REMINDER_INITIAL,
    REMINDER_TRANSITIONS,
    WITH_REASON,
    DeliveryState,
    ItemState,
    ReminderState,
)
from web.history import tracked
from web.triggers import Frozen, NoTruncate, Rule, StateMachine

# A sender changes its lease a hundred rows at a time: rules on other columns are not even asked then.
STATE_SET = pgtrigger.Insert | pgtrigger.UpdateOf("state")  # type: ignore[no-untyped-call]
WENT = pgtrigger.Condition("OLD.state = 'sent'")
NAMES_PEOPLE = ("address", "subject", "last_error")
BY_STAFF = pgtrigger.Condition("OLD.state IN ('dead', 'held') OR NEW.state = 'held'")


@tracked()
class Reminder(models.Model):
    """One step of a ladder for one event and version, or one announcement (no `event_day`): its step is its letter,
    unless it is for one person.

    `due_on` is the local day of `due_at` where the event is, in `time_zone` (empty: that of the platform). A `reason`
    on one already made into e-mails ends those that have not gone yet. `was` are facts of the event that an e-mail
    about a change names, as they were before it.
    """

    kind = models.SlugField(_("kind of event"), max_length=40)
    object_id = models.PositiveBigIntegerField(_("event"))
    version = models.PositiveIntegerField(_("version"), default=1)
    event_day = models.DateField(_("day of the event"), null=True, blank=True)
    step = models.SlugField(_("step"), max_length=60)
    letter = models.SlugField(_("letter"), max_length=60)
    audience = models.SlugField(_("to whom"), max_length=40, blank=True)
    alone = models.BooleanField(_("always a letter of its own"), default=False)
    due_at = models.DateTimeField(_("due"))
    due_on = models.DateField(_("local day"))
    time_zone = models.CharField(_("time zone"), max_length=50, blank=True, default="", db_default="")
    expires_at = models.DateTimeField(_("useless from"))
    state = models.CharField(_("state"), max_length=9, choices=ReminderState.choices, default=ReminderState.PLANNED)
    reason = models.SlugField(_("reason"), max_length=40, blank=True)
    was = models.JSONField(_("what was before"), default=dict, blank=True, encoder=DjangoJSONEncoder)

    objects = queries.ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering: ClassVar[list[str]] = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id", "version", "step"], name="reminder_once"),
            models.CheckConstraint(
                condition=~Q(state__in=["skipped", "cancelled", "expired"], reason=""), name="reminder_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state="planned"), name="reminder_due"),
        ]
        triggers = [
            StateMachine(name="reminder_state", transitions=REMINDER_TRANSITIONS, initial=REMINDER_INITIAL),
            Rule(
                name="reminder_fixed",
                broken="TG_OP = 'UPDATE' AND (to_jsonb(NEW) - 'state' - 'reason')"
                " IS DISTINCT FROM (to_jsonb(OLD) - 'state' - 'reason')",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} v{self.version}: {self.step}"

    @property
    def is_announcement(self) -> bool:
        return self.event_day is None


@pghistory.track(
    pghistory.UpdateEvent(condition=BY_STAFF),
    pghistory.DeleteEvent(),
    fields=["id", "state", "reason", "attempts"],
    model_name="DeliveryEvent",
)
class Delivery(models.Model):
    """One letter to one person, number `sequence` of their local `day`.

    A sender's lease is `lease_token` until `lease_until`; `next_attempt_at` is the moment from which a letter may be
    claimed, and an index on it answers "what is due". The lease is in no index: a claim touches none.
    """

    user = models.ForeignKey(  # the unique key and `delivery_user_latest` begin with it
        User, models.PROTECT, related_name="letters", verbose_name=_("person"), db_index=False
    )
    address = models.EmailField(_("address"), blank=True)
    language = models.CharField(_("language"), max_length=2)
    day = models.DateField(_("day"))
    sequence = models.PositiveSmallIntegerField(_("number of the day"))
    alone = models.BooleanField(_("of its own"), default=False)
    message_id = models.CharField(_("Message-ID"), max_length=200)
    state = models.CharField(_("state"), max_length=12, choices=DeliveryState.choices, default=DeliveryState.QUEUED)
    reason = models.SlugField(_("reason"), max_length=40, blank=True)
    due_at = models.DateTimeField(_("due"))
    expires_at = models.DateTimeField(_("useless from"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"))
    lease_token = models.UUIDField(_("lease"), null=True, blank=True)
    lease_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    last_error = models.TextField(_("what the mail server said"), blank=True)
    subject = models.CharField(_("subject"), max_length=250, blank=True)

    objects = queries.DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering: ClassVar[list[str]] = ["-due_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "day", "sequence"], name="delivery_once"),
            models.UniqueConstraint(fields=["message_id"], name="delivery_message_id"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at=None)),
                name="delivery_sent_at",
            ),
            models.CheckConstraint(
                condition=Q(lease_token=None, lease_until=None)
                | Q(lease_token__isnull=False, lease_until__isnull=False),
                name="delivery_lease",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[str(state) for state in WITH_REASON], reason=""), name="delivery_reason"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=Q(state__in=[str(state) for state in DUE]), name="delivery_due"
            ),
            models.Index(F("due_at").desc(), F("id").desc(), name="delivery_latest"),
            models.Index(fields=["state", "-due_at"], name="delivery_state_latest"),
            models.Index(fields=["user", "-due_at"], name="delivery_user_latest"),
        ]
        triggers = [
            StateMachine(
                name="delivery_state",
                transitions=DELIVERY_TRANSITIONS,
                initial=[DeliveryState.QUEUED],
                operation=STATE_SET,
            ),
            Frozen(
                name="delivery_sent_frozen", once="OLD.state = 'sent'", but=["user_id", *NAMES_PEOPLE], condition=WENT
            ),
            Rule(  # what names people may go, and never say anything else
                name="delivery_sent_person",
                rule="delivery_sent_frozen",
                operation=pgtrigger.Update,
                condition=WENT,
                broken="(NEW.address <> '' AND (NEW.address, NEW.user_id) IS DISTINCT FROM (OLD.address, OLD.user_id))"
                " OR (NEW.subject <> '' AND NEW.subject <> OLD.subject)"
                " OR (NEW.last_error <> '' AND NEW.last_error <> OLD.last_error)",
            ),
            NoTruncate(name="delivery_no_truncate"),
        ]

    def __str__(self) -> str:
        return self.subject or self.message_id

    def get_absolute_url(self) -> str:
        return reverse("notifications:letter", args=[self.pk])

    @property
    def tone(self) -> str:
        return DeliveryState(self.state).tone


@pghistory.track(pghistory.DeleteEvent())
class DeliveryItem(models.Model):
    """What one reminder says to one person: the unit that goes once and is checked again before its letter leaves.

    A reminder being one event, version and step, the pair with the person is the ledger's key.
    """

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="items", verbose_name=_("letter"))
    reminder = models.ForeignKey(  # the unique key begins with it
        Reminder, models.PROTECT, related_name="items", verbose_name=_("reminder"), db_index=False
    )
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("person"))
    state = models.CharField(_("state"), max_length=9, choices=ItemState.choices, default=ItemState.QUEUED)
    reason = models.SlugField(_("reason"), max_length=40, blank=True)

    objects = queries.DeliveryItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("item of a letter")
        verbose_name_plural = _("items of a letter")
        ordering: ClassVar[list[str]] = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["reminder", "user"], name="delivery_item_once"),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "sent"], reason="")
                | (~Q(state__in=["queued", "sent"]) & ~Q(reason="")),
                name="delivery_item_reason",
            ),
        ]
        triggers = [
            StateMachine(
                name="delivery_item_state",
                transitions=ITEM_TRANSITIONS,
                initial=[ItemState.QUEUED],
                operation=STATE_SET,
            ),
            Frozen(name="delivery_item_sent_frozen", once="OLD.state = 'sent'", but=["user_id"], condition=WENT),
            Rule(
                name="delivery_item_person",
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("user_id", "delivery_id"),  # type: ignore[no-untyped-call]
                broken="NEW.user_id <> (SELECT d.user_id FROM notifications_delivery d WHERE d.id = NEW.delivery_id)",
            ),
            NoTruncate(name="delivery_item_no_truncate"),
        ]

    def __str__(self) -> str:
        return f"{self.reminder_id} → {self.user_id}"


@tracked()
class Preference(models.Model):
    """A kind of letters a person asked not to get."""

    user = models.ForeignKey(User, models.CASCADE, related_name="refused_letters", verbose_name=_("person"))
    kind = models.SlugField(_("kind of event"), max_length=40)

    objects = queries.PreferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")
        ordering: ClassVar[list[str]] = ["user", "kind"]
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="preference_once")]

    def __str__(self) -> str:
        return gettext("%(who)s: %(what)s") % {"who": self.user, "what": self.kind}


@tracked()
class MailSwitch(models.Model):
    """The one row that stops every letter while `held_since` is set; no row means nothing was ever held."""

    held_since = models.DateTimeField(_("held since"), null=True, blank=True)
    held_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("held by")
    )
    reason = models.TextField(_("reason"), blank=True)

    objects = queries.MailSwitchQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail switch")
        verbose_name_plural = _("mail switches")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="mail_switch_single"),
            models.CheckConstraint(condition=Q(held_since=None) | ~Q(reason=""), name="mail_switch_reason"),
        ]

    def __str__(self) -> str:
        return str(pgettext("letter", "held") if self.held_since else pgettext("mail switch", "open"))


@tracked(exclude=["token_hash", "last_read_at"])
class CalendarFeed(models.Model):
    """A secret address at which somebody's calendar program reads what is planned; only the token's hash is kept.

    `about` says what is in it: a slug, as higher apps name it, and the id that goes with it; `PERSON` and the person's
    own id for whatever is theirs. What it shows is always what its `user` may see on the day it is read.
    """

    PERSON: ClassVar[str] = "person"

    user = models.ForeignKey(User, models.CASCADE, related_name="calendar_feeds", verbose_name=_("person"))
    about = models.SlugField(_("about"), max_length=40)
    object_id = models.PositiveBigIntegerField(_("which one"))
    token_hash = models.CharField(_("hash of the token"), max_length=64)
    made_at = models.DateTimeField(pgettext_lazy("calendar feed", "made at"))
    last_read_at = models.DateTimeField(_("last read at"), null=True, blank=True)

    objects = queries.CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        ordering: ClassVar[list[str]] = ["user", "about", "object_id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "about", "object_id"], name="calendar_feed_once"),
            models.UniqueConstraint(fields=["token_hash"], name="calendar_feed_token_once"),
            models.CheckConstraint(condition=Q(token_hash__regex=r"^[0-9a-f]{64}$"), name="calendar_feed_hashed"),  # noqa: S106
            models.CheckConstraint(
                condition=~Q(about="person") | Q(object_id=F("user")), name="calendar_feed_own_person"
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(who)s: %(what)s") % {"who": self.user, "what": f"{self.about} {self.object_id}"}


@pghistory.track(pghistory.DeleteEvent())
class Run(models.Model):
    """When a task of the schedule last ran: one row for each, written by the worker that runs it.

    `by_beat_at` is the last time beat asked for it; nudges ask too. `first_at` never changes.
    """

    task = models.CharField(_("task"), max_length=120)
    first_at = models.DateTimeField(_("first ran at"))
    by_beat_at = models.DateTimeField(_("asked for by beat at"), null=True, blank=True)
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    failed_at = models.DateTimeField(_("failed at"), null=True, blank=True)
    error = models.TextField(_("why it failed"), blank=True)

    class Meta:
        verbose_name = _("run of a task")
        verbose_name_plural = _("runs of tasks")
        ordering: ClassVar[list[str]] = ["task"]
        constraints = [models.UniqueConstraint(fields=["task"], name="run_once")]

    def __str__(self) -> str:
        return self.task
